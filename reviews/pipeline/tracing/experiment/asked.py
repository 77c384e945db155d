"""Values without which a chart does not render at all, found because it asks for them."""

from __future__ import annotations

from ...package.helm import Chart
from ...rendering import BudgetSpent, ChartRejected, Engine, RenderStopped
from .conditions import Conditions, Values, chart_values, satisfied, tree_of
from .renderer import ChartRenderer, Scenario
from .template_blocks import Templates

# Renders spent on a chart that refuses its own values.
_RENDERS = 24
_STOPPED = "stopped"


def asked_values(engine: Engine, chart: Chart, archive: bytes) -> Values | None:
    """The values under which the chart renders; None where they are not found.

    Raises ChartRejected where the engine cannot load the chart.
    """
    renderer = ChartRenderer(engine, chart, archive, {})

    def render(values: Values) -> str | None:
        try:
            renderer.observe(Scenario(tree_of(values)))
        except (RenderStopped, BudgetSpent):
            return _STOPPED
        except ChartRejected as error:
            return error.words
        return None

    conditions = Conditions(Templates(chart), chart_values(chart))
    return satisfied(render, conditions, {}, _RENDERS)
