"""YAML documents that know where every value is written, and edits that touch nothing else."""
