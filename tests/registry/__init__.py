"""Publishing, against Debian's docker-registry and a scripted registry that does not behave."""
