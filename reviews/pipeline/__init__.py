"""The workshop: an archive in, a report out; no Django, Celery, Redis, network or clock."""
