"""The pages: read what is asked for, call one action, draw a template."""
