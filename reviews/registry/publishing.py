"""Publishing: layers, configurations and manifests first, the tag last, so that it is atomic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import sleep

from ..pipeline import BrokenArchive, StoredArchives
from ..pipeline.core.messages import _
from .chart_push import ChartPush
from .errors import WrongContent
from .image_push import ImagePush
from .outgoing import Unreadable
from .patience import Patience
from .places import opened
from .plan import PublishPlan
from .progress import OnProgress, Progress
from .records import KnownBlobs, PublishedImage
from .shipment import Form, read_shipment
from .store import Store
from .target import LayoutTarget, Target

ShouldStop = Callable[[], bool]


def publish(
    plan: PublishPlan,
    target: Target | LayoutTarget,
    known: KnownBlobs,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    *,
    wait: Callable[[float], None] = sleep,
) -> Iterator[PublishedImage]:
    """Put all that ``plan`` ships into ``target``; yield what is there, as soon as it is.

    One result for each planned image, those of one reference together, then one for each
    chart where the target takes charts. ``on_progress(done, total, sentence)`` gets bytes of the
    package's layers (they never go backwards within a run; what is there already counts as
    done) and what is being done. It is called at least once a MiB that was sent, and not
    while nothing moves. ``should_stop()`` is asked as often. Nothing of a reference is visible
    under its tag before all of it is there; run again after any end, it goes on where it was.

    Raises ``TargetUnreachable``, ``Denied``, ``TagConflict`` (before anything is sent, where it
    is there then), ``WrongContent``, ``TargetFull``, ``Unsuitable``, ``Stopped``;
    OSError when the package cannot be read.
    """
    patience = Patience(wait=wait, should_stop=should_stop)
    try:
        with (
            StoredArchives(plan.package, plan.limits) as archives,
            opened(target, patience) as store,
        ):
            yield from _Publication(plan, target, archives, store).run(
                known, Progress(on_progress, patience.check)
            )
    except BrokenArchive as broken:
        raise WrongContent(broken.words) from None
    except Unreadable as unreadable:
        raise unreadable.error from None


class _Publication:
    """One run: everything is looked at first, then pushed reference by reference."""

    def __init__(
        self,
        plan: PublishPlan,
        target: Target | LayoutTarget,
        archives: StoredArchives,
        store: Store,
    ) -> None:
        self._archives = archives
        self._store = store
        self._form = Form.of(target)
        self._consignments = read_shipment(plan, archives, store, self._form)
        self._charts = plan.charts if target.push_charts else ()

    def run(self, known: KnownBlobs, progress: Progress) -> Iterator[PublishedImage]:
        push = ImagePush(self._store, self._form, self._archives, known, progress)
        charts = ChartPush(self._store, progress)
        progress.begin(
            sum(image.bytes for each in self._consignments for image in each.shipped),
            _("Asking the registry what it has already."),
        )
        for consignment in self._consignments:
            push.check(consignment)
        for chart in self._charts:
            charts.check(chart)
        for consignment in self._consignments:
            yield from push.push(consignment)
        for chart in self._charts:
            yield charts.push(chart)
