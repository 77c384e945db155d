"""The chart of a release, as a file of its own: what Helm installs."""

from __future__ import annotations

from .. import storage
from ..models import Release
from ..pipeline import INSIDE, Contents

_SUFFIXES = (".tgz", ".tar.gz")


def released_chart(release: Release) -> tuple[str, bytes] | None:
    """The file name and content (tgz) of the released chart.

    None for packages of other kinds, and where the chart is no archive that Helm reads.
    """
    revision = release.revision
    if revision.kind != "helm" or not release.archive:
        return None
    charts = storage.read_report(revision.report).package.charts
    if not charts:
        return None
    address, inside, _folder = charts[0].path.partition(INSIDE)
    path = storage.local_path(release.archive)
    if not inside:
        is_chart = release.file_name.lower().endswith(_SUFFIXES)
        return (release.file_name, path.read_bytes()) if is_chart else None
    if not address.lower().endswith(_SUFFIXES):
        return None
    content = Contents(path, revision.held_to.limits).get(address)
    return None if content is None else (address.rpartition("/")[2], content)
