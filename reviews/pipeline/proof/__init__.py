"""What the rewritten package pulls, shown by rendering or parsing it once more."""
