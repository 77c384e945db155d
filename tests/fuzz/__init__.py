"""Fuzzing of all that reads bytes of others: ``make fuzz`` for long, a short part in the tests."""
