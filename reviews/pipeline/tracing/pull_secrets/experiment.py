"""Which values decide the secrets that pods pull with, by the same experiment as for images.

Every value that may name a pull secret is given a secret of its own, in one render for all; the
pods that come out with it are the ones that the value reaches. Charts want a secret in one of
three forms (a list of maps, a list of names, a name), so a value that reaches no pod is tried
again in the next form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...core.findings import Place
from ...core.messages import Listed, listed
from ...manifests.pod_secrets import Pod, pods_in
from ...manifests.workloads import Document
from ...package.helm import Chart
from ...rendering import BudgetSpent, ChartRejected, Rendering, RenderStopped
from ...yaml.source import Path
from ..experiment.renderer import (
    ChartRenderer,
    DocumentKey,
    Observation,
    Scenario,
    may_name_images,
    merged,
    nested,
)
from .values import Candidate, Form, SecretValue, candidates

_MARK = "portal-pull-secret-"
# The part of the budget that may go into this; most charts need one render.
_SHARE = 0.2
# What makes a name another one in each render.
_RANDOM = re.compile(rb"\b(?:rand[A-Z]\w*|uuidv4|shuffle|now)\b")
# How many things a sentence names before it only counts them.


@dataclass(frozen=True, slots=True)
class PulledPod:
    """A pod, and the values that were seen to put a secret into it, for pods that lack one."""

    pod: Pod
    values: tuple[SecretValue, ...] = ()


@dataclass(frozen=True, slots=True)
class PullSecrets:
    """Every pod that renders showed, the first of its name, and what is known of its secrets.

    ``untried`` are values that no render could try, because the budget ended or because the
    chart does not render with them: they may reach pods that have no value here.
    """

    pods: tuple[PulledPod, ...] = ()
    untried: tuple[SecretValue, ...] = ()


def pull_secrets(
    renderer: ChartRenderer, scenarios: Iterable[tuple[Scenario, Observation]]
) -> PullSecrets:
    """The pods of all ``scenarios`` of a chart, and which values reach those that lack the secret.

    What a values file of the chart's own tests names for pods that only it shows is not judged.
    """
    found: dict[object, tuple[Scenario, Pod]] = {}
    shown = dict(scenarios)
    for scenario, observation in shown.items():
        for pod in _pods(renderer, observation.documents):
            if not (scenario.is_file and pod.secrets):
                found.setdefault((pod.template, pod.title, pod.pointer), (scenario, pod))
    found = _steady(renderer, found, shown)
    lacking = [(scenario, pod) for scenario, pod in found.values() if not pod.is_served]
    experiment = _Experiment(renderer, candidates(renderer.chart) if lacking else ())
    for scenario in dict.fromkeys(scenario for scenario, _pod in lacking):
        experiment.run(scenario, [pod for own, pod in lacking if own is scenario])
    untried = sorted(experiment.untried.values(), key=lambda each: each.rank)
    return PullSecrets(
        tuple(
            PulledPod(pod, tuple(experiment.reached.get((scenario, pod.key), ())))
            for scenario, pod in found.values()
        ),
        tuple(untried),
    )


def _steady(
    renderer: ChartRenderer,
    found: Mapping[object, tuple[Scenario, Pod]],
    shown: Mapping[Scenario, Observation],
) -> dict[object, tuple[Scenario, Pod]]:
    """The pods, each once: those whose names differ from render to render by their template."""
    names: dict[object, set[str]] = {}
    for _scenario, pod in found.values():
        names.setdefault(pod.key, set()).add(pod.name)
    doubtful = [
        (scenario, pod)
        for scenario, pod in found.values()
        if len(names[pod.key]) > 1 or _is_random(renderer.chart, pod.template)
    ]
    random: set[object] = set()
    for scenario in dict.fromkeys(scenario for scenario, _pod in doubtful):
        templates = {pod.template for own, pod in doubtful if own is scenario}
        random |= _random_in(renderer, scenario, shown[scenario], templates)
    result: dict[object, tuple[Scenario, Pod]] = {}
    for scenario, pod in found.values():
        steady = pod
        if pod.key in random:
            steady = replace(pod, name=f"({pod.template.rpartition('/')[2]})")
        result.setdefault((steady.template, steady.title, steady.pointer), (scenario, steady))
    return result


def _is_random(root: Chart, template: str) -> bool:
    chart, name = root.source_of(template)
    member = chart.member(name)
    return member is not None and _RANDOM.search(member.content or b"") is not None


def _random_in(
    renderer: ChartRenderer, scenario: Scenario, once: Observation, templates: Collection[str]
) -> set[object]:
    """The keys of the pods whose names another render of ``scenario`` makes otherwise.

    ``once`` is the render that is known, ``templates`` have the pods that may have such names.
    """
    try:
        again = renderer.again(scenario, templates)
    except ChartRejected:
        return set()
    names = {pod.key: pod.name for pod in _pods(renderer, once.documents)}
    return {
        pod.key
        for pod in _pods(renderer, again.documents)
        if names.get(pod.key, pod.name) != pod.name
    }


def fewest(pods: Sequence[PulledPod]) -> tuple[SecretValue, ...]:
    """A few values that together reach all of ``pods`` that any value reaches.

    The one that reaches most comes first; of equals a global one, then the shortest.
    """
    chosen: list[SecretValue] = []
    left = [each for each in pods if each.values]
    while left:
        counts: dict[SecretValue, int] = {}
        for each in left:
            for value in each.values:
                counts[value] = counts.get(value, 0) + 1
        best = min(counts, key=lambda each: (-counts[each], *each.rank))
        chosen.append(best)
        left = [each for each in left if best not in each.values]
    return tuple(chosen)


def titles(pods: Sequence[PulledPod]) -> Listed:
    """The pods as a sentence names them: the first ones, and how many there are."""
    return listed(list(dict.fromkeys(each.pod.title for each in pods)))


def settings(values: Sequence[SecretValue]) -> Listed:
    """What to write in the root values.yaml, as a sentence names it."""
    return listed([each.setting for each in values])


def places(chart: Chart, pods: Sequence[PulledPod], key: str) -> tuple[Place, ...]:
    """The templates of ``pods``, each with the line of ``key`` where only one line has it."""
    templates = dict.fromkeys(each.pod.template for each in pods)
    return tuple(_place(chart, each, key) for each in templates)


def listed_places(chart: Chart, found: Sequence[Place]) -> Listed:
    """Places in templates as a sentence names them, from the chart's folder."""
    start = len(chart.address(""))
    return listed(
        [(each.file or "")[start:] + (f":{each.line}" if each.line else "") for each in found]
    )


def _place(chart: Chart, template: str, key: str) -> Place:
    template_chart, name = chart.source_of(template)
    member = template_chart.member(name)
    data = (member.content if member is not None else None) or b""
    found = list(re.finditer(rb"^[ \t-]*(%s):" % re.escape(key).encode(), data, re.MULTILINE))
    if len(found) != 1:
        return Place(template_chart.address(name))
    return Place.at(template_chart.address(name), data, found[0].start(1))


@dataclass
class _Experiment:
    """Renders of one chart in which candidates name secrets of their own."""

    renderer: ChartRenderer
    candidates: Sequence[Candidate]
    reached: dict[object, list[SecretValue]] = field(default_factory=dict)
    untried: dict[Path, SecretValue] = field(default_factory=dict)
    forms: dict[Path, Form] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.end = self.renderer.engine.spent + _SHARE

    def run(self, scenario: Scenario, pods: Sequence[Pod]) -> None:
        """Find what reaches ``pods``, which ``scenario`` shows."""
        for is_named_so in (True, False):
            waiting = [
                (each, (self.forms[each.path],) if each.path in self.forms else each.forms)
                for each in self.candidates
                if each.is_named_so is is_named_so
            ]
            while waiting and not all((scenario, pod.key) in self.reached for pod in pods):
                self._try(scenario, pods, [each.value(forms[0]) for each, forms in waiting])
                waiting = [
                    (each, forms[1:])
                    for each, forms in waiting
                    if each.path not in self.forms and len(forms) > 1
                ]

    def _try(self, scenario: Scenario, pods: Sequence[Pod], values: Sequence[SecretValue]) -> None:
        """Note which of ``values`` reach a pod; those that do not render together are split."""
        marks = {f"{_MARK}{number}": value for number, value in enumerate(values)}
        try:
            rendering = self._render(scenario, marks)
        except (BudgetSpent, RenderStopped):
            self.untried = {each.path: each for each in values} | self.untried
            return
        except ChartRejected:
            if len(values) > 1:
                middle = len(values) // 2
                self._try(scenario, pods, values[:middle])
                self._try(scenario, pods, values[middle:])
            return
        seen = {pod.key: pod for pod in _pods(self.renderer, self.renderer.documents(rendering))}
        for pod in pods:
            marked = seen.get(pod.key)
            hits = [marks[each] for each in marked.secrets if each in marks] if marked else []
            if hits:
                self.reached.setdefault((scenario, pod.key), []).extend(hits)
                self.forms |= {each.path: each.form for each in hits}

    def _render(self, scenario: Scenario, marks: Mapping[str, SecretValue]) -> Rendering:
        if self.renderer.engine.spent >= self.end:
            raise BudgetSpent
        values: Mapping[str, Any] = scenario.values
        for mark, value in marks.items():
            values = merged(values, nested(value.path, value.form.naming(mark)))
        with self.renderer.within(scenario.cluster):
            return self.renderer.probe(values)


def _pods(renderer: ChartRenderer, documents: Mapping[DocumentKey, Document]) -> Iterator[Pod]:
    relevant = [each for each in documents.values() if may_name_images(each.text)]
    renderer.parse(each.text for each in relevant)
    return pods_in((each, renderer.data(each)) for each in relevant)
