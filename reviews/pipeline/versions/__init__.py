"""Semantic versions, and the constraints that Helm writes over them."""
