"""The portal as people use it: a real browser before a portal that really runs."""
