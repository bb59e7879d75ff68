"""The documents of recognition in words, one file for each: facts in, template context out."""
