"""Pushing a chart: its configuration, its one layer, and the tag at the end."""

from __future__ import annotations

from ..pipeline.core.messages import _
from .charts import chart_config, chart_manifest, check_chart
from .places import Place, required_place
from .plan import PlannedChart
from .progress import Progress
from .reading import chart_result
from .records import Outcome, PublishedImage
from .store import Store, StoredManifest, digest_of


class ChartPush:
    """Pushes charts into ``store``."""

    def __init__(self, store: Store, progress: Progress) -> None:
        self._store = store
        self._progress = progress

    def check(self, chart: PlannedChart) -> None:
        """Raises ``TagConflict`` where the tag has another chart."""
        self._found(required_place(self._store, chart.reference), chart)

    def push(self, chart: PlannedChart) -> PublishedImage:
        """See that ``chart`` is there."""
        place = required_place(self._store, chart.reference)
        found = self._found(place, chart)
        layer = self._store.blob_size(place.repository, digest_of(chart.content))
        if found is not None and layer is not None:
            return chart_result(chart, Outcome.PRESENT, found.digest)
        self._progress.say(_("Pushing the chart “%(reference)s”.", reference=chart.reference))
        config = chart_config(chart.content)
        for content in (chart.content, config):
            self._store.put_blob(place.repository, content)
        manifest = chart_manifest(chart, config)
        self._store.put_manifest(place.repository, place.name, manifest)
        return chart_result(chart, Outcome.PUSHED, manifest.digest)

    def _found(self, place: Place, chart: PlannedChart) -> StoredManifest | None:
        found = self._store.manifest(place.repository, place.name)
        if found is not None:
            check_chart(chart, found)
        return found
