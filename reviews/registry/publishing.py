"""Publishing: layers, configurations and manifests first, the tag last, so that it is atomic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import sleep

from ..pipeline.core.messages import Message
from .plan import PublishPlan
from .records import KnownBlobs, PublishedImage
from .target import LayoutTarget, Target

OnProgress = Callable[[int, int, Message], None]
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

    One result for each planned image in the order of the plan by reference, then one for each
    chart where the target takes charts. ``on_progress(done, total, sentence)`` gets bytes of the
    package's layers (they never go backwards within a run; what is there already counts as
    done) and what is being done. It is called at least once a MiB that was sent, and not
    while nothing moves. ``should_stop()`` is asked as often. Nothing of a reference is visible under
    its tag before all of it is there; run again after any end, it goes on where it was.

    Raises ``TargetUnreachable``, ``Denied``, ``TagConflict`` (before anything is sent, where it
    is there then), ``WrongContent``, ``TargetFull``, ``Unsuitable``, ``Stopped``;
    OSError when the package cannot be read.
    """
    raise NotImplementedError
