"""No two different images get the same address in the platform's registry.

**What.** The platform keeps the last part of an image's name and its tag:
`quay.io/one/agent:1` and `ghcr.io/two/agent:1` would both become `.../agent:1`. Two spellings of
one image (`nginx` and `docker.io/library/nginx:latest`), and two names with one digest, are no
collision.

**Why.** Only one image can be at an address. One of the two would silently replace the other.

**How to fix it.** Give one of them another name or tag in `images/mapping.yaml`, or rename the
image in the chart. Until then the portal proposes an edit for neither. Images that a template
hard-codes have a finding of their own besides.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, Series, _, series
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.model import Collision, ImageSource, ImageStatus
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-001"
NAME = "target-collision"
TITLE = _("Different images have the same target")
SEVERITY = Severity.ERROR
SOURCE: str | None = None

_BOTH = pod("{{ .Values.one }}", "{{ .Values.two }}")
GOOD: tuple[Example, ...] = (
    bare_chart("one: nginx\ntwo: docker.io/library/nginx:latest\n", _BOTH),
    bare_chart("one: quay.io/one/agent:1\ntwo: ghcr.io/two/agent:2\n", _BOTH),
)
BAD: tuple[Example, ...] = (
    bare_chart("one: quay.io/one/agent:1\ntwo: ghcr.io/two/agent:1\n", _BOTH).expecting(
        Expected(
            "PORTAL-001",
            "error",
            "demo/values.yaml:1:6",
            message=Message(
                "Different images would share the target %(target)s: %(originals)s."
                " None of them is rewritten.",
                {
                    "target": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/agent:1",
                    "originals": Series(
                        (
                            Message(
                                "%(image)s (%(places)s)",
                                {"image": "quay.io/one/agent:1", "places": ("one",)},
                            ),
                            Message(
                                "%(image)s (%(places)s)",
                                {"image": "ghcr.io/two/agent:1", "places": ("two",)},
                            ),
                        )
                    ),
                },
            ),
            help=(
                "Give all but one of them another name or tag in"
                " images/mapping.yaml, or rename the image in the chart."
            ),
            image="quay.io/one/agent:1",
            images=(
                "quay.io/one/agent:1",
                "ghcr.io/two/agent:1",
            ),
        )
    ),
    bare_chart(template=pod("quay.io/one/agent:1", "ghcr.io/two/agent:1")).expecting(
        Expected(
            "PORTAL-001",
            "error",
            "demo/templates/pod.yaml:8:14",
            message=Message(
                "Different images would share the target %(target)s: %(originals)s.",
                {
                    "target": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/agent:1",
                    "originals": Series(
                        (
                            Message(
                                "%(image)s (%(places)s)",
                                {
                                    "image": "quay.io/one/agent:1",
                                    "places": ("demo/templates/pod.yaml:8",),
                                },
                            ),
                            Message(
                                "%(image)s (%(places)s)",
                                {
                                    "image": "ghcr.io/two/agent:1",
                                    "places": ("demo/templates/pod.yaml:10",),
                                },
                            ),
                        )
                    ),
                },
            ),
            help=(
                "Give all but one of them another name or tag in"
                " images/mapping.yaml, or rename the image in the chart."
            ),
            image="quay.io/one/agent:1",
            images=(
                "quay.io/one/agent:1",
                "ghcr.io/two/agent:1",
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each target that several images would share."""
    for collision in facts.trace.collisions:
        sources = {original: _sources(facts, original) for original in collision.originals}
        described = series(
            _("%(image)s (%(places)s)", image=original, places=tuple(map(_named, found)))
            if found
            else original
            for original, found in sources.items()
        )
        places = [each for found in sources.values() for each in found]
        words = _(
            "Different images would share the target %(target)s: %(originals)s.",
            target=collision.target,
            originals=described,
        )
        if _could_be_rewritten(facts, collision):
            words = _(
                "Different images would share the target %(target)s: %(originals)s. None of them"
                " is rewritten.",
                target=collision.target,
                originals=described,
            )
        yield Problem(
            words,
            _(
                "Give all but one of them another name or tag in images/mapping.yaml, or rename"
                " the image in the chart."
            ),
            Place(places[0].file, places[0].line, places[0].column) if places else Place(),
            image=collision.originals[0],
            images=collision.originals,
        )


def _could_be_rewritten(facts: Facts, collision: Collision) -> bool:
    """Whether but for the collision one of them would be: those that stay say so themselves."""
    stays = {ImageStatus.HARDCODED, ImageStatus.UNCHANGED, ImageStatus.EXTERNAL}
    return any(
        image.original in collision.originals and image.status not in stays
        for image in facts.trace.images
    )


def _sources(facts: Facts, original: str) -> list[ImageSource]:
    return [
        source
        for image in facts.trace.images
        if image.original == original
        for source in image.sources
    ]


def _named(source: ImageSource) -> str:
    return source.path or f"{source.file}:{source.line}"
