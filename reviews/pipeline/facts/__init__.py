"""Everything known about one package before it is rewritten: all that a check may look at."""
