"""Charts to experiment with, in an engine with a budget of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.facts.read import open_package
from reviews.pipeline.package.helm import read_chart
from reviews.pipeline.rendering import Engine
from reviews.pipeline.tracing.experiment.renderer import ChartRenderer

from ...journey import CHART, tgz


@contextmanager
def chart_renderer(
    tmp_path: Path,
    values: str,
    templates: Mapping[str, str],
    *,
    renders: int,
    others: Mapping[str, str] | None = None,
) -> Iterator[ChartRenderer]:
    """A renderer of a chart called demo that may render ``renders`` times, and takes no time.

    ``others`` are files beside its templates, by their names in the chart.
    """
    limits = replace(Limits(), analysis_renders=renders, analysis_render_seconds=10_000)
    files = {"demo/Chart.yaml": CHART, "demo/values.yaml": values}
    files |= {f"demo/templates/{name}": text for name, text in templates.items()}
    data = tgz(files | {f"demo/{name}": text for name, text in (others or {}).items()})
    path = tmp_path / "demo-1.0.0.tgz"
    path.write_bytes(data)
    chart = read_chart(open_package(path, limits).deploy, limits)
    with Engine(limits) as engine:
        yield ChartRenderer(engine, chart, data, {})
