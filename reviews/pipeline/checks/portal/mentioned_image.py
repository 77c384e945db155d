"""Texts that mention an image are left as they are, and listed.

**What.** A description, a link or another text for people names an image, or the file of a test
tool does. The portal replaces whole references where an image is used, and touches no text. And a
value of a chart is a registry or a repository, but no template reads it.

**Why.** Nobody pulls what a text mentions, and a text that is changed by a machine may become
wrong. You should know all the same that the old address is still there. Who sets a value that
decides nothing believes that the images come from another registry, and they do not.

**How to fix it.** Nothing has to be done. Change the text if customers would be misled. If the
operator reads this text and pulls from it, give the image in a field of its own. Remove a value
that decides nothing, or let the templates read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.image_places import ImagePlace, is_prefix
from ...package.chart_values import ValueLeaf
from ...package.operator import CSV_KIND
from ...yaml.source import dotted
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "PORTAL-007"
NAME = "mentioned-image"
TITLE = _("Texts that decide no image are left as they are")
SEVERITY = Severity.INFO
AFTER = ("OSC-FMT-017",)  # of a sample instance that is no JSON nothing else is said
SOURCE: str | None = None
_KEY = re.compile(r"(?i)registry|hub|repository")
_TEXT = "  description: Backs up with quay.io/demo/backup:1 every night.\n"
_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
_UNREAD = f"global:\n  imageRegistry: quay.io\nimage: {_OURS}/web:1\n"
_READ = "{{ with .Values.global.imageRegistry }}{{ . }}/{{ end }}{{ .Values.image }}"
GOOD: tuple[Example, ...] = (
    operator_package(),
    bare_chart(f"image: {_OURS}/web:1\n", pod("{{ .Values.image }}")),
    bare_chart(f"global:\n  imageRegistry: {_OURS}\nimage: web:1\n", pod(_READ)),
    bare_chart(_UNREAD, pod("{{ .Values.image }}") + "# {{ toJson .Values.global }}\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart(_UNREAD, pod("{{ .Values.image }}")).expecting(
        Expected(
            "PORTAL-007",
            "info",
            "demo/values.yaml:2:18",
            message=Message(
                "%(path)s is %(text)s, but no template reads it: it decides no image.",
                {"path": "global.imageRegistry", "text": "quay.io"},
            ),
            help="Remove it, or let the templates read it.",
        )
    ),
    operator_package(
        csv=CSV.replace("  displayName: Demo\n", f"  displayName: Demo\n{_TEXT}")
    ).expecting(
        Expected(
            "PORTAL-007",
            "info",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:23:30",
            message=Message(
                "Mentioned at %(path)s: %(images)s. It is text and stays as it is.",
                {
                    "path": Listed(("spec.description",)),
                    "images": Listed(("quay.io/demo/backup:1",)),
                },
            ),
            help=("Nothing has to be done, unless a program reads this text and pulls from it."),
            images=("quay.io/demo/backup:1",),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each text of a CSV and for each other file, with all the images in it."""
    by_text: dict[tuple[str, int, str], list[ImagePlace]] = {}
    for place in facts.places.mentions if facts.places is not None else ():
        path = place.path if place.use.kind == CSV_KIND else ""
        by_text.setdefault((place.file, place.string.index, path), []).append(place)
    for places in by_text.values():
        yield Problem(
            _(
                "Mentioned at %(path)s: %(images)s. It is text and stays as it is.",
                path=listed(dict.fromkeys(each.path for each in places)),
                images=listed(dict.fromkeys(each.image for each in places)),
            ),
            _("Nothing has to be done, unless a program reads this text and pulls from it."),
            places[0].place,
            images=tuple(dict.fromkeys(each.image for each in places)),
        )
    for leaf in _unread(facts):
        yield Problem(
            _(
                "%(path)s is %(text)s, but no template reads it: it decides no image.",
                path=dotted(leaf.path),
                text=str(leaf.leaf.value),
            ),
            _("Remove it, or let the templates read it."),
            Place(leaf.source.file, leaf.leaf.line, leaf.leaf.column),
        )


def _unread(facts: Facts) -> Iterator[ValueLeaf]:
    """The root chart's values that name a registry, and whose key no text and no manifest has."""
    if facts.chart is None or facts.render_failure is not None or not facts.documents:
        return
    found = (leaf for leaf in facts.leaves.values() if _names_registry(leaf))
    for leaf in dict.fromkeys(found):
        if not _is_known(facts, _key(leaf)):
            yield leaf


def _names_registry(leaf: ValueLeaf) -> bool:
    value = leaf.leaf.value
    if not leaf.chart.is_root or not isinstance(value, str):
        return False
    return _KEY.search(_key(leaf)) is not None and is_prefix(value)


def _key(leaf: ValueLeaf) -> str:
    """The last part of its path; a file that holds one scalar is a leaf without a key."""
    return "".join(map(str, leaf.path[-1:]))


def _is_known(facts: Facts, key: str) -> bool:
    charts = facts.chart.walk() if facts.chart is not None else ()
    texts = (text for chart in charts for _name, text in chart.templates())
    return any(key in text for text in texts) or any(
        key in document.text for document in facts.documents
    )
