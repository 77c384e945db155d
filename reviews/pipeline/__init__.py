"""The workshop: an archive in, a report out. No Django, no Celery, no Redis, no network, no clock."""
