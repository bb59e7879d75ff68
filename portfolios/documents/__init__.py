"""Words of printed documents of this room. Pure: facts in, template context out."""
