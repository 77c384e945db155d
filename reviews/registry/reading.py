"""Reading back what is in a registry, asking before, and trying the connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import sleep

from .plan import PlannedChart, PlannedImage
from .records import PublishedImage
from .target import LayoutTarget, Target


@dataclass(frozen=True, slots=True)
class FoundImage:
    """What a registry says of one reference.

    ``architectures`` are those it has (``x86_64``, ``aarch64``), ``digest`` what the reference
    names, "" where it is not there.
    """

    reference: str
    is_found: bool
    architectures: tuple[str, ...] = ()
    digest: str = ""


def read_back(
    target: Target | LayoutTarget,
    images: Sequence[PlannedImage],
    charts: Sequence[PlannedChart] = (),
    *,
    should_stop: Callable[[], bool] = lambda: False,
    wait: Callable[[float], None] = sleep,
) -> tuple[PublishedImage, ...]:
    """What of ``images`` and ``charts`` the target has, each asked for by its address.

    Each tag, manifest, configuration and layer is asked for; the configuration must be of the
    architecture that is promised, and that of the package where the package ships the image.
    Outcomes are present, missing and not asked. Raises like ``publish``, except ``TagConflict``.
    """
    raise NotImplementedError


def look_up(
    target: Target | LayoutTarget,
    references: Iterable[str],
    *,
    should_stop: Callable[[], bool] = lambda: False,
    wait: Callable[[float], None] = sleep,
) -> tuple[FoundImage, ...]:
    """Which of ``references`` the target has now. Those of other registries are not found.

    Raises ``TargetUnreachable``, ``Denied``, ``Stopped``.
    """
    raise NotImplementedError


def test_connection(target: Target | LayoutTarget) -> None:
    """Reach the registry and log in, or write into the layout's folder and remove it.

    Quick: nothing is repeated. Raises ``TargetUnreachable``, ``Denied``, ``TargetFull``.
    """
    raise NotImplementedError
