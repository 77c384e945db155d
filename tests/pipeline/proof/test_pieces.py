"""Which pieces and prefixes a change of one string makes wrong."""

from __future__ import annotations

from pathlib import Path

from reviews.pipeline.manifests.workloads import Document
from reviews.pipeline.proof.pieces import led_astray
from reviews.pipeline.tracing.experiment.renderer import Scenario
from reviews.pipeline.tracing.experiment.trace import trace
from reviews.pipeline.tracing.redirect.chart_plan import plan

from ..journey import POLICY
from ..tracing.experiment.charts import chart_renderer

OPERANDS = """\
apiVersion: example.com/v1
kind: Operands
metadata: {name: demo}
spec:
  driver: {registry: %s, image: %s, tag: "1"}
  others: {repository: %s, version: "2"}
"""


def test_what_becomes_neither_the_target_nor_stays_is_led_astray(tmp_path: Path) -> None:
    template = OPERANDS % (
        "'{{ .Values.registry }}'",
        "team/driver",
        "'{{ .Values.registry }}/team'",
    )
    templates = {"a.yaml": template}
    with chart_renderer(tmp_path, "registry: quay.io\n", templates, renders=60) as renderer:
        base = renderer.observe(Scenario())
        planned = plan(trace(renderer, base), POLICY, None)

        def found(*texts: str) -> list[tuple[str, str]]:
            document = Document("demo/templates/a.yaml", 0, OPERANDS % texts)
            pointers = (("spec", "driver", "registry"), ("spec", "others", "repository"))
            return [
                (use.text, now)
                for pointer in pointers
                for use, now in led_astray(renderer, planned, base.uses, pointer, document)
            ]

        assert found("quay.io", "team/driver", "quay.io/team") == []
        assert found("swr.example.com", "osc/driver", "swr.example.com/osc") == []
        assert found("swr.example.com", "team/driver", "swr.example.com/team") == [
            ("quay.io/team/driver:1", "swr.example.com/team/driver:1"),
            ("quay.io/team:2", "swr.example.com/team:2"),
        ]
