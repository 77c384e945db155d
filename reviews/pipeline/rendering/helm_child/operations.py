"""What the child can be asked, done by the real engine. Imported only inside the sandbox."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import time
from pathlib import Path
from typing import Any

import helm_python as helm

from .in_cluster import DoorClosed, render

WORDS_LIMIT = 4_000
ELLIPSIS = " ... "
SEVERITIES = {1: "info", 2: "warning", 3: "error"}
ENGINE_AT_FAULT = (
    helm.HelmInvalidHandleError,
    helm.HelmWrongHandleTypeError,
    helm.HelmLibraryError,
    helm.HelmIOError,
)

Json = dict[str, Any]


class Rejected(Exception):  # noqa: N818 - says something about the chart
    """The engine does not accept this chart; the words are the engine's."""


class RegisteredChart:
    """A chart archive from which every render starts afresh.

    Rendering a chart that has dependencies removes the disabled ones from the loaded chart
    for good, so only a chart without any is used twice.
    """

    def __init__(self, archive: bytes) -> None:
        self._archive = archive
        chart = helm.Chart.load_archive(archive)
        self._pristine: helm.Chart | None = chart
        self._reusable = not (chart.dependencies or chart.metadata.get("dependencies"))

    def pristine(self) -> helm.Chart:
        """The chart as it was loaded, to look at but not to render."""
        if self._pristine is None:
            self._pristine = helm.Chart.load_archive(self._archive)
        return self._pristine

    def for_one_render(self) -> helm.Chart:
        """A chart that no other render has touched."""
        chart = self.pristine()
        if not self._reusable:
            self._pristine = None
        return chart


class Operations:
    """The operations, by name; each takes the request and the raw bytes sent with it."""

    def __init__(self, scratch: str) -> None:
        self._scratch = scratch
        self._charts: dict[int, RegisteredChart] = {}

    def load(self, request: Json, archive: bytes) -> None:
        """Register ``archive`` under the number ``chart``; it is loaded once to prove it can be."""
        self._charts[request["chart"]] = RegisteredChart(archive)

    def unload(self, request: Json, _: bytes) -> None:
        """Forget the chart."""
        self._charts.pop(request["chart"], None)

    def metadata(self, request: Json, _: bytes) -> Json:
        """``Chart.yaml``, the sub-charts that are there and the chart's own values."""
        chart = self._charts[request["chart"]].pristine()
        return {
            "metadata": chart.metadata,
            "dependencies": chart.dependencies,
            "values": chart.values,
        }

    def render(self, request: Json, _: bytes) -> Json:
        """The manifests by template name; with ``effective`` also the values they saw."""
        chart = self._charts[request["chart"]].for_one_render()
        manifests = render(chart, request)
        effective = chart.merge_values(request["values"]) if request["effective"] else None
        return {"manifests": manifests, "effective": effective}

    def values(self, request: Json, _: bytes) -> Json:
        """The values the templates would see, also where a template fails.

        Only a render applies aliases, conditions and import-values to a loaded chart.
        """
        chart = self._charts[request["chart"]].for_one_render()
        with contextlib.suppress(helm.HelmRenderError, helm.HelmValuesError, UnicodeDecodeError):
            render(chart, request)
        return chart.merge_values(request["values"])

    def lint(self, request: Json, archive: bytes) -> list[Json]:
        """The linter's messages, paths relative to the chart's folder."""
        path = Path(self._scratch, "chart.tgz")
        path.write_bytes(archive)
        try:
            report = helm.lint(
                path,
                request["values"],
                namespace=request["namespace"],
                kube_version=request["kube_version"],
            )
        finally:
            path.unlink()
        if not report["messages"] and report["errors"]:
            raise Rejected("\n".join(report["errors"]))
        return [
            {
                "severity": SEVERITIES.get(message["severity"], "unknown"),
                "path": self._without_scratch(message["path"]),
                "text": self._words(message["error"]),
            }
            for message in report["messages"]
        ]

    def parse(self, request: Json, _: bytes) -> list[Json | None]:
        """Each YAML document as data, None where it is no map, empty or unreadable."""
        return [_parse(document) for document in request["documents"]]

    def answer(self, text: bytes, blob: bytes) -> bytes:
        """The reply to one request as JSON: ``ok``, ``rejected``, ``stopped`` or ``broken``."""
        try:
            request = json.loads(text)
            _allow_processor_seconds(request["seconds"])
            return encoded({"ok": getattr(self, request["op"])(request, blob)})
        except (*ENGINE_AT_FAULT, DoorClosed) as error:
            return encoded({"broken": self._words(f"{type(error).__name__}: {error}")})
        except UnicodeDecodeError as error:
            # A template may fail with bytes that are no text.
            return encoded({"rejected": self._words(error.object.decode(errors="replace"))})
        except RecursionError:
            return encoded({"rejected": "the data is nested too deeply to be read"})
        except (helm.HelmError, Rejected, ValueError) as error:
            return encoded({"rejected": self._words(str(error))})
        except MemoryError:
            return encoded({"stopped": "memory"})

    def _without_scratch(self, text: str) -> str:
        """``text`` without the folder that the linter unpacks a chart to."""
        folder = re.escape(self._scratch)
        return re.sub(rf"{folder}/?(helm-lint[0-9]+(/[^/\s]+/?)?)?", "", text)

    def _words(self, text: str) -> str:
        """The engine's words: without paths of this machine, the middle of long ones left out."""
        text = self._without_scratch(text)
        if len(text) <= WORDS_LIMIT:
            return text
        half = (WORDS_LIMIT - len(ELLIPSIS)) // 2
        return text[:half] + ELLIPSIS + text[-half:]


def encoded(reply: Json) -> bytes:
    """``reply`` as it travels."""
    return json.dumps(reply, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _parse(document: str) -> Json | None:
    # The engine takes C strings: it would read only up to a NUL, which YAML forbids anyway.
    if "\0" in document:
        return None
    try:
        return helm.values_from_yaml(document) or None
    except (helm.HelmError, ValueError, RecursionError):
        return None


def _allow_processor_seconds(seconds: float) -> None:
    """Bound this request on every processor; the parent's clock is the first to strike."""
    allowed = int(time.process_time() + (seconds + 1) * (os.cpu_count() or 1)) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or allowed <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))
