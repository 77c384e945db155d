"""What each screen reads, in a number of queries that does not grow with what is shown."""
