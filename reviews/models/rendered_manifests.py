"""The rendered manifests that the proposed edits of a revision change."""

from __future__ import annotations

from django.db import models

from .revision import Revision


class RenderedManifests(models.Model):
    """Where they are stored, for a revision whose chart was rendered before and after."""

    revision = models.OneToOneField(
        Revision, on_delete=models.PROTECT, related_name="rendered_manifests"
    )
    stored = models.CharField(max_length=200)

    def __str__(self) -> str:
        return str(self.revision)


def rendered_manifests_of(revision: Revision) -> RenderedManifests | None:
    """Those of a revision, None where none were stored."""
    found: RenderedManifests | None = getattr(revision, "rendered_manifests", None)
    return found
