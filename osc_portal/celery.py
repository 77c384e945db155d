"""The Celery application: started by the workers and the scheduler, used by whoever rings them."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osc_portal.settings")
app = Celery("osc_portal", include=["reviews.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")
