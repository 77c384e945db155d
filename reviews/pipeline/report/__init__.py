"""Everything learned about a package, ready to store or to print."""
