"""The facts with what the API servers would refuse of the manifests of a package."""

from __future__ import annotations

from dataclasses import replace

from ..core.policy import Policy
from ..facts.file_faults import judged_files
from ..facts.manifest_faults import custom_schemas, judged
from ..facts.model import Facts
from ..tracing.experiment.renderer import ChartRenderer


def judged_facts(facts: Facts, renderer: ChartRenderer | None, policy: Policy) -> Facts:
    """``facts`` with the faults of rendered manifests, and of files that nothing renders.

    ``renderer`` is None where no chart renders. Raises SchemasMissing where the schemas are not
    installed, and as the renderer does.
    """
    files = judged_files(facts.operator, facts.osc, policy.clusters)
    if renderer is None or facts.chart is None:
        return replace(facts, manifests=files)
    custom = custom_schemas(renderer, facts.chart, facts.documents)
    found = judged(
        renderer, facts.trace, facts.clusters, custom, is_made_up=bool(facts.rendered_under)
    )
    faults = (*found.faults, *files.faults)
    return replace(facts, manifests=replace(found, faults=faults))
