"""The Helm engine as the pipeline sees it: archives in, manifests out, within a budget.

Releases are rendered as ``helm template`` does when it is given no name: ``release-name`` in
the namespace ``default``. Every render starts from the archive's bytes, so that none sees
what an earlier one did to the chart.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Literal, Self

from ..core.clusters import Cluster
from ..core.policy import EXPECTED_LAYERS, MIB, Limits
from .outcomes import (
    BudgetSpent,
    ChartRejected,
    EngineBroken,
    RenderStopped,
    has_crashed,
    limit_reached,
)
from .process import Child, ChildEnded, DeadlinePassed, TooMuchMemory, TooMuchOutput
from .spending import Spending

logger = logging.getLogger(__name__)
RELEASE_NAME = "release-name"
NAMESPACE = "default"
RENDER_OUTPUT_BYTES = 64 * MIB
START_SECONDS = 60.0
_LISTS = "missing these dependencies: "
# How often a crashed child is replaced and asked again.
REPEATS = 2

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendering:
    """What one render gave.

    ``manifests``: the engine's name of a template (with aliases) -> its text. ``effective``:
    the values the templates saw, where asked for. ``seconds``: how long it took, with the
    loading of the chart and the way of the result.
    """

    manifests: Mapping[str, str]
    seconds: float
    effective: Json | None = None


@dataclass(frozen=True, slots=True)
class LintMessage:
    """One message of the linter; ``path`` is relative to the chart's folder, "" for the chart."""

    severity: Literal["error", "warning", "info", "unknown"]
    path: str
    text: str


@cache
def engine_version() -> str:
    """The version of the bundled engine ("helm v4.2.3"), read without loading it.

    Raises EngineBroken where no engine is installed.
    """
    package = importlib.util.find_spec("helm_python")
    if package is None or package.origin is None:
        raise EngineBroken("the package helm-python-sdk is not installed")
    source = Path(package.origin).with_name("_native.py").read_text(encoding="utf-8")
    found = re.search(r'EXPECTED_HELM_SDK_VERSION: Final = "(v[^"]+)"', source)
    if found is None:
        raise EngineBroken("the package helm-python-sdk does not state its engine's version")
    return f"helm {found[1]}"


def sandbox_layers() -> tuple[str, ...]:
    """The measures that isolate a rendering process of this one, found out by starting one.

    EngineBroken: it does not start.
    """
    with Engine(Limits()) as engine:
        return engine.isolation


@cache
def _warn_of_missing(layers: tuple[str, ...]) -> None:
    missing = [layer for layer in EXPECTED_LAYERS if layer not in layers]
    if missing:
        logger.warning(
            "the process that renders charts is not isolated by %s: see SECURITY.md",
            ", ".join(missing),
        )


def _fields(cluster: Cluster) -> Json:
    """The fields of a cluster as the child takes them; its many APIs are not copied."""
    return {each.name: getattr(cluster, each.name) for each in fields(cluster)}


def _in_order(message: LintMessage) -> LintMessage:
    """The message with the charts it lists in alphabetical order: the linter's is random."""
    before, words, listed = message.text.partition(_LISTS)
    return replace(message, text=before + words + ",".join(sorted(listed.split(","))))


class Engine:
    """One child process for one package; a context manager.

    It belongs to the thread that made it: with that thread the kernel ends the child.
    The child starts in the background as soon as the engine is made, and again by itself
    after it had to be killed. Charts are known by the number that ``load`` gives.
    Templates see ``cluster``; None is what the engine is built with.
    ``analysis`` counts what is rendered for it, budgeted or not; once it has reached
    ``limits.analysis_renders`` or ``limits.analysis_render_seconds``, only renders with
    ``budgeted=False`` are still done. ``clusters`` counts the same for all other clusters,
    against ``limits.cluster_renders`` and ``limits.cluster_seconds``.

    Every method raises EngineBroken for an internal error.
    """

    def __init__(self, limits: Limits, cluster: Cluster | None = None) -> None:
        self._limits = limits
        self.cluster = cluster
        self.analysis = Spending(limits.analysis_renders, limits.analysis_render_seconds)
        self.clusters = Spending(limits.cluster_renders, limits.cluster_seconds)
        self._archives: dict[int, Callable[[], bytes]] = {}
        self._resident: set[int] = set()
        self._last_number = 0
        self._isolation: tuple[str, ...] | None = None
        self._child: Child | None = None
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child and remove its folder; safe to call twice."""
        if self._child is not None:
            self._child.end()
        self._child = None
        self._isolation = None
        self._resident.clear()

    @property
    def version(self) -> str:
        """The engine's name and version, known without starting it."""
        return engine_version()

    @property
    def isolation(self) -> tuple[str, ...]:
        """The measures that isolate the child, beyond its limits; see ``helm_child.sandbox``."""
        self._ready_child()
        return self._isolation or ()

    def load(self, archive: bytes, again: Callable[[], bytes] | None = None) -> int:
        """Register a chart archive (tgz) and give its number.

        ``again`` makes the same archive once more, for a child that has to be started again:
        without it the archive is kept. Raises ChartRejected when the engine cannot load it.
        """
        number = self._last_number + 1
        self._ask({"op": "load", "chart": number}, archive)
        self._last_number = number
        self._archives[number] = again or (lambda: archive)
        self._resident.add(number)
        return number

    def unload(self, chart: int) -> None:
        """Forget a chart; its number is not given again."""
        self._archives.pop(chart, None)
        if chart in self._resident:
            self._resident.discard(chart)
            with contextlib.suppress(ChartRejected):  # a child that is gone has forgotten it, too
                self._ask({"op": "unload", "chart": chart})

    def metadata(self, chart: int) -> Json:
        """What the engine read from the archive.

        ``metadata``: Chart.yaml with its declared dependencies; ``dependencies``: the Chart.yaml
        of each sub-chart that is there, one level deep; ``values``: the chart's own.
        """
        return self._object(self._ask_about(chart, {"op": "metadata"}))

    def render(
        self,
        chart: int,
        values: Mapping[str, Any] | None = None,
        *,
        budgeted: bool = True,
        effective: bool = False,
        cluster: Cluster | None = None,
    ) -> Rendering:
        """Render ``chart`` with ``values`` (JSON data) over its own, in ``cluster`` where given.

        With ``effective`` the result has also the values that the templates saw: those of
        all sub-charts in one tree, with aliases, conditions and import-values applied.
        Raises ChartRejected, RenderStopped, or BudgetSpent (only if ``budgeted``).
        """
        request = {"op": "render", "values": values, "effective": effective}
        reply, seconds = self._spend(chart, request, budgeted=budgeted, cluster=cluster)
        manifests = {str(name): str(text) for name, text in reply["manifests"].items()}
        return Rendering(manifests, seconds, reply["effective"])

    def values(self, chart: int, values: Mapping[str, Any] | None = None) -> Json:
        """The values the templates would see, also for a chart that does not render.

        As ``render`` returns them with ``effective``. Costs a render, which is never refused.
        """
        return self._spend(chart, {"op": "values", "values": values}, budgeted=False)[0]

    def lint(
        self, archive: bytes, values: Mapping[str, Any] | None = None
    ) -> tuple[LintMessage, ...]:
        """What ``helm lint`` says of a chart archive; raises ChartRejected if it is none."""
        request = {
            "op": "lint",
            "values": values,
            "namespace": NAMESPACE,
            "kube_version": self.cluster.version if self.cluster else None,
        }
        messages = self._ask(request, archive)
        if not isinstance(messages, list):
            raise EngineBroken("the linter's messages are no list")
        return tuple(_in_order(LintMessage(**message)) for message in messages)

    def parse(self, documents: Sequence[str]) -> list[Json | None]:
        """Each YAML document as the data Kubernetes would read, by the engine's own parser.

        None for one that is not a map, is empty or does not parse; of a text with several
        documents only the first is read. Numbers go through 64-bit floats.
        """
        parsed = self._ask({"op": "parse", "documents": list(documents)})
        if not isinstance(parsed, list) or len(parsed) != len(documents):
            raise EngineBroken("the parser answered with another number of documents")
        return parsed

    def _spend(
        self, chart: int, request: Json, *, budgeted: bool, cluster: Cluster | None = None
    ) -> tuple[Json, float]:
        """Ask for a render and count it; a budgeted one gets no more seconds than are left."""
        seconds = self._limits.render_seconds
        cluster = cluster or self.cluster
        spending = self.analysis if cluster == self.cluster else self.clusters
        if budgeted:
            seconds = min(seconds, spending.seconds_left())
        request |= {
            "release": RELEASE_NAME,
            "namespace": NAMESPACE,
            "cluster": None if cluster is None else _fields(cluster),
        }
        self._make_resident(chart)
        spending.renders += 1
        child = self._ready_child()
        started, worked = monotonic(), child.processor_seconds()
        try:
            reply = self._object(self._ask(request | {"chart": chart}, seconds=seconds))
        except RenderStopped as stop:
            if stop.kind == "time" and seconds < self._limits.render_seconds:
                raise BudgetSpent from stop
            raise
        finally:
            # Whichever is less: a busy machine takes nothing of the budget.
            spent = min(monotonic() - started, child.processor_seconds() - worked)
            spending.seconds += spent
        return reply, spent

    @property
    def renders(self) -> int:
        """How often was rendered so far, budgeted or not."""
        return self.analysis.renders + self.clusters.renders

    @property
    def render_seconds(self) -> float:
        """The seconds spent on all renders so far."""
        return self.analysis.seconds + self.clusters.seconds

    @property
    def spent(self) -> float:
        """How much of the analysis' budget is spent: 0.0 nothing, 1.0 all."""
        return self.analysis.share

    def forgive(self, renders: int) -> None:
        """Have some renders of the analysis count for nothing, for they had to be done again."""
        self.analysis.forgiven += renders

    def _ask_about(self, chart: int, request: Json) -> object:
        self._make_resident(chart)
        return self._ask(request | {"chart": chart})

    def _make_resident(self, chart: int) -> None:
        """Give the archive to a child that was started after it was loaded."""
        if chart not in self._resident:
            self._ask({"op": "load", "chart": chart}, self._archives[chart]())
            self._resident.add(chart)

    def _ask(
        self,
        request: Json,
        blob: bytes = b"",
        *,
        seconds: float | None = None,
        repeats: int = REPEATS,
    ) -> object:
        """Exchange one message; whatever goes wrong ends the child, a rejected chart does not.

        After a crash a new child is asked, up to ``repeats`` times: a runtime to which memory was
        refused mostly says so, but now and then stumbles over it first.
        """
        seconds = self._limits.render_seconds if seconds is None else seconds
        try:
            return self._exchange(request | {"seconds": seconds}, blob, seconds)
        except ChildEnded as end:
            if not repeats or not has_crashed(end):
                raise self._outcome(end) from end
            logger.warning("the engine's process has crashed and is started again: %s", end)
        if request.get("chart") in self._archives:
            self._make_resident(request["chart"])
        return self._ask(request, blob, seconds=seconds, repeats=repeats - 1)

    def _exchange(self, request: Json, blob: bytes, seconds: float) -> object:
        """Exchange one message with the child; raises ChildEnded where it has gone."""
        child = self._ready_child()
        try:
            return self._opened(child.exchange(json.dumps(request).encode(), blob, seconds))
        except DeadlinePassed:
            self.close()
            raise RenderStopped("time", seconds) from None
        except TooMuchMemory:
            self.close()
            raise RenderStopped("memory", self._limits.render_memory_bytes) from None
        except TooMuchOutput:
            self.close()
            raise RenderStopped("output", RENDER_OUTPUT_BYTES) from None
        except ChartRejected as rejection:
            if isinstance(rejection, RenderStopped):
                self.close()
            raise
        except BaseException:
            # It is gone, or half a conversation may be in the pipes.
            self.close()
            raise

    def _opened(self, reply: bytes) -> object:
        """What a reply holds, or the outcome it reports."""
        try:
            (outcome, content), *rest = json.loads(reply).items()
        except (ValueError, AttributeError, RecursionError) as error:
            raise EngineBroken(f"the engine's reply cannot be read: {error}") from error
        if outcome == "ok" and not rest:
            return content
        if outcome == "rejected":
            raise ChartRejected(content)
        if outcome == "stopped":
            memory = content == "memory"
            limit = self._limits.render_memory_bytes if memory else RENDER_OUTPUT_BYTES
            raise RenderStopped("memory" if memory else "output", limit)
        raise EngineBroken(f"the engine failed: {content}")

    def _outcome(self, end: ChildEnded) -> RenderStopped | EngineBroken:
        limit = limit_reached(end)
        if limit == "memory":
            return RenderStopped(limit, self._limits.render_memory_bytes)
        if limit == "time":
            return RenderStopped(limit, self._limits.render_seconds)
        return EngineBroken(f"the engine's process ended: {end}")

    def _start(self) -> Child:
        try:
            self._child = Child(
                memory_bytes=self._limits.render_memory_bytes,
                file_bytes=self._limits.chart_bytes,
                output_bytes=RENDER_OUTPUT_BYTES,
            )
        except OSError as error:
            raise EngineBroken(f"the engine's process does not start: {error}") from error
        return self._child

    def _ready_child(self) -> Child:
        """The running child, started if need be, once it has said that it is ready."""
        child = self._child or self._start()
        if self._isolation is None:
            try:
                greeting = self._object(self._opened(child.greeting(START_SECONDS)))
            except (
                DeadlinePassed,
                TooMuchMemory,
                TooMuchOutput,
                ChildEnded,
                ChartRejected,
            ) as error:
                self.close()
                raise EngineBroken(f"the engine does not start: {error!r}") from error
            except BaseException:
                self.close()
                raise
            self._isolation = tuple(greeting["isolation"])
            _warn_of_missing(self._isolation)
        return child

    @staticmethod
    def _object(content: object) -> Json:
        if not isinstance(content, dict):
            raise EngineBroken("the engine's reply is no object")
        return content
