"""The one Django application of the portal."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Submissions of service packages, what was found in them, and what was decided."""

    name = "reviews"
