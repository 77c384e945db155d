"""The proofs, laid out like the house: pipeline/ needs no database, reviews/ does."""
