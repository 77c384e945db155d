"""The proofs of the building services."""
