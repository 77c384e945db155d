"""The workshop's proofs: no database, no network, packages of their own making."""
