"""Every image that a pod pulls is a valid reference.

**What.** A rendered image is no image reference: upper-case letters in its path, a tag with a
character that no tag has, a colon without a tag, an unfinished template.

**Why.** No cluster can pull it, from any registry, and the portal cannot say where it should go.

**How to fix it.** Correct the values that the finding names. A path has lower-case letters, digits
and single separators; a tag has letters, digits, `_`, `.` and `-`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import ImageReference, NotAReference
from ...package.chart_values import ValueLeaf
from ...tracing.experiment.markers import printed
from ...tracing.model import ImageStatus, TracedImage
from ...yaml.source import dotted
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-010"
NAME = "valid-image-reference"
TITLE = _("An image is not a valid reference")
SEVERITY = Severity.ERROR
SOURCE: str | None = None

_IMAGE = pod('"{{ .Values.image.repository }}:{{ .Values.image.tag }}"')
_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd"
_OF_ACCOUNT = pod('"{{ .Values.account }}.registry.example/team/app:1"')
GOOD: tuple[Example, ...] = (
    bare_chart('account: "123456789012"\n', _OF_ACCOUNT),
    bare_chart(f"image:\n  repository: {_OURS}\n  tag: v3\n", _IMAGE),
)
BAD: tuple[Example, ...] = (
    bare_chart("account: 123456789012\n", _OF_ACCOUNT).expecting(
        Expected(
            "PORTAL-010",
            "error",
            "demo/values.yaml:1:10",
            message=Message(
                "A pod pulls %(image)s: %(words)s %(path)s is written %(text)s"
                " without quotes and renders as %(renders)s.",
                {
                    "image": "1.23456789012e+11.registry.example/team/app:1",
                    "words": Message(
                        "“%(text)s” begins with no valid registry.",
                        {"text": "1.23456789012e+11.registry.example/team/app:1"},
                    ),
                    "path": "account",
                    "text": "123456789012",
                    "renders": "1.23456789012e+11",
                },
            ),
            help=Message('Put it in quotes: "%(text)s".', {"text": "123456789012"}),
            image="1.23456789012e+11.registry.example/team/app:1",
        )
    ),
    bare_chart("image:\n  repository: docker.io/Team/App\n  tag: v3\n", _IMAGE).expecting(
        Expected(
            "PORTAL-010",
            "error",
            "demo/values.yaml:2:15",
            message=Message(
                "A pod pulls %(image)s: %(words)s It is decided by %(paths)s.",
                {
                    "image": "docker.io/Team/App:v3",
                    "words": Message(
                        "“%(text)s” is no valid image: the path takes lower-case letters,"
                        " digits, and single dots, underscores or dashes between them.",
                        {"text": "docker.io/Team/App:v3"},
                    ),
                    "paths": (
                        "image.repository",
                        "image.tag",
                    ),
                },
            ),
            help="Correct the values, so that the image can be pulled.",
            image="docker.io/Team/App:v3",
        )
    ),
    bare_chart("image:\n  repository: quay.io/team/app\n  tag: a+b\n", _IMAGE).expecting(
        Expected(
            "PORTAL-010",
            "error",
            "demo/values.yaml:2:15",
            message=Message(
                "A pod pulls %(image)s: %(words)s It is decided by %(paths)s.",
                {
                    "image": "quay.io/team/app:a+b",
                    "words": Message(
                        "“%(text)s” has no valid tag behind the colon.",
                        {"text": "quay.io/team/app:a+b"},
                    ),
                    "paths": (
                        "image.repository",
                        "image.tag",
                    ),
                },
            ),
            help="Correct the values, so that the image can be pulled.",
            image="quay.io/team/app:a+b",
        )
    ),
    bare_chart("image:\n  repository: quay.io/team/app\n  tag: ''\n", _IMAGE).expecting(
        Expected(
            "PORTAL-010",
            "error",
            "demo/values.yaml:2:15",
            message=Message(
                "A pod pulls %(image)s: %(words)s It is decided by %(paths)s.",
                {
                    "image": "quay.io/team/app:",
                    "words": Message(
                        "“%(text)s” has no valid tag behind the colon.",
                        {"text": "quay.io/team/app:"},
                    ),
                    "paths": ("image.repository",),
                },
            ),
            help="Correct the values, so that the image can be pulled.",
            image="quay.io/team/app:",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every rendered image of a pod that is no reference."""
    for image in facts.trace.images:
        if facts.chart is None or image.status is not ImageStatus.UNVERIFIED or not image.is_pulled:
            continue
        words = _objection(image)
        if words is not None:
            yield _problem(facts, image, words)


def _objection(image: TracedImage) -> Message | None:
    try:
        ImageReference.parse(image.original)
    except NotAReference as error:
        return error.words
    return None


def _problem(facts: Facts, image: TracedImage, words: Message) -> Problem:
    leaves = dict.fromkeys(part.leaf for use in image.uses for part in use.contributions)
    paths = tuple(dotted(leaf.path) for leaf in leaves)
    number = next((leaf for leaf in leaves if _renders_otherwise(leaf)), None)
    if number is not None:
        return Problem(
            _(
                "A pod pulls %(image)s: %(words)s %(path)s is written %(text)s without quotes and"
                " renders as %(renders)s.",
                image=image.original,
                words=words,
                path=dotted(number.path),
                text=number.leaf.text,
                renders=printed(number),
            ),
            _('Put it in quotes: "%(text)s".', text=number.leaf.text),
            _place(facts, image, [number]),
            image=image.original,
        )
    message = _("A pod pulls %(image)s: %(words)s", image=image.original, words=words)
    if paths:
        message = _(
            "A pod pulls %(image)s: %(words)s It is decided by %(paths)s.",
            image=image.original,
            words=words,
            paths=paths,
        )
    return Problem(
        message,
        _("Correct the values, so that the image can be pulled."),
        _place(facts, image, list(leaves)),
        image=image.original,
    )


def _renders_otherwise(leaf: ValueLeaf) -> bool:
    """Whether it is a number without quotes, which YAML spells in its own way."""
    return leaf.leaf.style == "plain" and leaf.leaf.text != printed(leaf) and bool(leaf.leaf.text)


def _place(facts: Facts, image: TracedImage, leaves: list[ValueLeaf]) -> Place:
    """The value that decides it; else the template that uses it."""
    if leaves:
        return Place(leaves[0].source.file, leaves[0].leaf.line, leaves[0].leaf.column)
    if facts.chart is None:
        return Place()
    chart, name = facts.chart.source_of(image.uses[0].use.template)
    return Place(chart.address(name))
