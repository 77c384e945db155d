"""What the search must leave of the budget of renders, for the tracing and the proof after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviews.pipeline.tracing.experiment.renderer import Scenario
from reviews.pipeline.tracing.experiment.reveal import reveal
from reviews.pipeline.tracing.experiment.settings import fewest_settings
from reviews.pipeline.tracing.experiment.trace import trace

from ...journey import pod
from .charts import chart_renderer

# So many features that exclude each other that the search could render for long.
RIVALS = [f"f{number}" for number in range(40)]
RIVAL_VALUES = "".join(f"{each}: {{enabled: false, image: a/{each}:1}}\n" for each in RIVALS)
RIVAL_TEMPLATES = {
    f"{each}.yaml": f"{{{{ if .Values.{each}.enabled }}}}\n{pod(f'a/{each}:1')}{{{{ end }}}}"
    for each in RIVALS
} | {
    "only-one.yaml": "{{ $on := 0 }}"
    + "".join(
        f"{{{{ if .Values.{each}.enabled }}}}{{{{ $on = add1 $on }}}}{{{{ end }}}}"
        for each in RIVALS
    )
    + '{{ if gt (int $on) 1 }}{{ fail "only one" }}{{ end }}'
}
# An image that one of two switches shows, which the search turns on together.
METRICS = "metrics: {enabled: false, image: a/metrics:1}\nprobe: {enabled: false, image: a/p:1}\n"
METRICS_TEMPLATES = {
    "app.yaml": "{{ if .Values.metrics.enabled }}\n"
    + pod("{{ .Values.metrics.image }}")
    + "{{ end }}",
    "probe.yaml": "{{ if .Values.probe.enabled }}{{ end }}",
}


@pytest.mark.parametrize(("own_values", "renders"), [(0, 12), (1, 13), (9, 14)])
def test_the_search_stops_at_its_share_of_the_renders(
    tmp_path: Path, own_values: int, renders: int
) -> None:
    files = [(f"ci/{number}-values.yaml", {"n": number}) for number in range(own_values)]
    with chart_renderer(tmp_path, RIVAL_VALUES, RIVAL_TEMPLATES, renders=20) as renderer:
        revealed = reveal(renderer, renderer.observe(Scenario()), files)

        # Three fifths for switches beside images, seven tenths with the chart's own values.
        assert (renderer.engine.renders, revealed.spent) == (renders, True)


def test_a_search_that_has_tried_all_stops_before_its_share(tmp_path: Path) -> None:
    with chart_renderer(tmp_path, METRICS, METRICS_TEMPLATES, renders=20) as renderer:
        revealed = reveal(renderer, renderer.observe(Scenario()), [])

        # The base, both switches together, and the probe alone, whose image nothing shows.
        assert (renderer.engine.renders, revealed.spent) == (3, False)


def test_past_two_fifths_one_more_scenario_is_kept_for_known_images_in_other_containers(
    tmp_path: Path,
) -> None:
    values = METRICS + "third:\n  enabled: false\n  image: a/third:1\n"
    templates = {"app.yaml": METRICS_TEMPLATES["app.yaml"]} | {
        f"{name}.yaml": f"{{{{ if .Values.{name}.enabled }}}}\n"
        + pod("a/metrics:1", name=name)
        + f'{{{{ if or .Values.metrics.enabled .Values.{other}.enabled }}}}{{{{ fail "no" }}}}'
        + "{{ end }}{{ end }}"
        for name, other in (("probe", "third"), ("third", "probe"))
    }

    def kept(renders: int) -> tuple[int, int]:
        with chart_renderer(tmp_path, values, templates, renders=renders) as renderer:
            found = reveal(renderer, renderer.observe(Scenario()), [])
            return len(found.scenarios), renderer.engine.renders

    scenarios, needed = kept(100)
    assert (scenarios, kept(2 * needed)) == (3, (2, needed))


def test_the_fewest_settings_are_asked_for_below_one_half_only(tmp_path: Path) -> None:
    with chart_renderer(tmp_path, METRICS, METRICS_TEMPLATES, renders=20) as renderer:
        tracing = trace(renderer, renderer.observe(Scenario()))
        assert tracing.settings == {"a/metrics:1": ("metrics.enabled=true",)}
        while renderer.engine.spent < 0.5:
            renderer.observe(Scenario())
        spent = renderer.engine.renders

        assert fewest_settings(renderer, tracing.uses) == {}
        assert renderer.engine.renders == spent


def test_a_search_that_ends_early_again_and_again_is_reported_once(tmp_path: Path) -> None:
    files = {"app.yaml": pod('{{ printf "a/%s:1" "one" }}')}
    with chart_renderer(tmp_path, "{}\n", files, renders=20) as renderer:
        tracing = trace(renderer, renderer.observe(Scenario()))
        uses = [replace(each, literals=()) for each in tracing.uses]
        while renderer.engine.spent < 1:
            renderer.observe(Scenario())
        tracing.uses.clear()
        for _turn in range(2):
            tracing.located(Scenario(), uses)

    assert [what for what, _why in tracing.unreached] == ["templates"]
