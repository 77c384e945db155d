"""The portal's commands, one a module: ``manage.py NAME``."""
