"""Pure text matching for the outcome matrix: it retrieves and highlights, it never rates."""
