"""What was in the box: the outer layout, the mapping, and the deploy package itself."""
