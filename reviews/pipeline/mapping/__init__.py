"""``images/mapping.yaml``: what a package's own says, and the one that is proposed."""
