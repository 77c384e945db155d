"""Kubernetes manifests: the images that they name, image references, and pull secrets."""
