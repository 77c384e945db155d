"""The small packages with which the checks prove themselves, written out file by file."""
