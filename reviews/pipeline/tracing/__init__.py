"""Which value decides which image, found by experiment with the real engine."""
