"""YAML is written with ASCII punctuation, not with full-width signs.

**What.** No key is followed by a full-width colon (`：`), no list in brackets is divided by
full-width commas (`，`), no value is put between “full-width quotes”, and no line is indented by
full-width blanks. Text for people may have any of them.

**Why.** To YAML these are letters. `email：care@demo.example` is no key with a value but a piece of
text, and what it should say is missing. Some official samples have it, so pasting them breaks the
file.

**How to fix it.** Switch the input method to half-width, and write `:`, `,`, `"` and a blank. What
seems to be missing beside it comes back with this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.catalogue import LISTS
from ...yaml.source import Leaf, YamlSource
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-YAML-002"
NAME = "fullwidth-punctuation"
TITLE = _("YAML has full-width punctuation")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("Runs demo clusters.", "演示：安装集群，含备份")),
    bare_chart("# tag：latest\nnote: |\n  tag：latest\ntext: '“a”，tag：b'\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("email:", "email：")).expecting(
        Expected(
            "OSC-YAML-002",
            "error",
            "demo/Chart.yaml:7:10",
            message=Message("“%(key)s” is followed by a full-width colon.", {"key": "email"}),
            help='Write the sign in ASCII: : , " or a blank.',
        )
    ),
    bare_chart("image：demo\n").expecting(
        Expected(
            "OSC-YAML-002",
            "error",
            "demo/values.yaml:1:6",
            message=Message("“%(key)s” is followed by a full-width colon.", {"key": "image"}),
            help='Write the sign in ASCII: : , " or a blank.',
        )
    ),
    bare_chart("tags: [a，b]\n").expecting(
        Expected(
            "OSC-YAML-002",
            "error",
            "demo/values.yaml:1:8",
            message="The comma is full-width, so this is one word and not a list.",
            help='Write the sign in ASCII: : , " or a blank.',
        )
    ),
    bare_chart("tag: “1.20”\n").expecting(
        Expected(
            "OSC-YAML-002",
            "error",
            "demo/values.yaml:1:6",
            message="The quotes are full-width, so they become part of the value.",
            help='Write the sign in ASCII: : , " or a blank.',
        )
    ),
    bare_chart(metadata=CHART.replace("scenes: CCE", "scenes: CCE，UCS")).expecting(
        Expected(
            "OSC-YAML-002",
            "error",
            "demo/Chart.yaml:12:11",
            message="The comma is full-width, so this is one word and not a list.",
            help='Write the sign in ASCII: : , " or a blank.',
        )
    ),
    bare_chart("a:\n　　b: 1\n").expecting(
        Expected(
            "OSC-YAML-002",
            "error",
            "demo/values.yaml:2:1",
            message="The line is indented by full-width blanks.",
            help='Write the sign in ASCII: : , " or a blank.',
        )
    ),
)

_KEY = re.compile(r"[ \t　]*(?:-[ \t]+)*(?P<key>[A-Za-z_][\w./-]*)[ \t]*(?P<sign>：)", re.ASCII)
_INDENT = re.compile(r"[ \t]*(?P<sign>　)")
_BLOCK = re.compile(r"(?:.*[:\-])?[ \t]*[|>][+-]?[0-9]?[+-]?[ \t]*(?:#.*)?")
_QUOTED = re.compile(r"[“”‘’＂].*[“”‘’＂]", re.DOTALL)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Full-width signs where YAML's own are meant, also in files that do not parse."""
    for source in facts.own_yaml:
        text = source.data.decode("utf-8-sig", "replace")
        yield from _signs(source.file, text, _lines_of_text(source))
        for leaf in source.leaves:
            yield from _in_value(source, leaf)
    for file, _error in facts.broken:
        text = (facts.data_of(file) or b"").decode("utf-8-sig", "replace")
        yield from _signs(file, text, _lines_in_blocks(text))


def _lines_of_text(source: YamlSource) -> set[int]:
    """The lines on which a block or a quoted text goes on: people write what they like there."""
    lines: set[int] = set()
    for leaf in source.leaves:
        if leaf.style not in {"plain", "empty"}:
            more = source.data.count(b"\n", leaf.start, leaf.end)
            lines.update(range(leaf.line + 1, leaf.line + 1 + more))
    return lines


def _lines_in_blocks(text: str) -> set[int]:
    """The same for a file that does not parse, by indentation alone."""
    lines: set[int] = set()
    block: int | None = None
    for number, line in enumerate(text.split("\n"), 1):
        indent = len(line) - len(line.lstrip(" "))
        if block is not None and (indent > block or not line.strip()):
            lines.add(number)
            continue
        block = indent if _BLOCK.fullmatch(line.rstrip("\r")) else None
    return lines


def _signs(file: str, text: str, left_alone: set[int]) -> Iterator[Problem]:
    """Colons behind keys, and blanks before them."""
    for number, line in enumerate(text.split("\n"), 1):
        if number in left_alone or line.isascii():
            continue
        if key := _KEY.match(line):
            place = Place(file, number, key.start("sign") + 1)
            yield _problem(_("“%(key)s” is followed by a full-width colon.", key=key["key"]), place)
        elif blank := _INDENT.match(line):
            place = Place(file, number, blank.start("sign") + 1)
            yield _problem(_("The line is indented by full-width blanks."), place)


def _in_value(source: YamlSource, leaf: Leaf) -> Iterator[Problem]:
    if leaf.style != "plain" or leaf.text.isascii():
        return
    place = Place(source.file, leaf.line, leaf.column)
    if _QUOTED.fullmatch(leaf.text):
        words = _("The quotes are full-width, so they become part of the value.")
        yield _problem(words, place)
    elif "，" in leaf.text and (leaf.flow or leaf.path[-1] in LISTS):
        words = _("The comma is full-width, so this is one word and not a list.")
        yield _problem(words, place)


def _problem(message: Message, place: Place) -> Problem:
    return Problem(message, _('Write the sign in ASCII: : , " or a blank.'), place)
