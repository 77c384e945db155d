"""Text to paste: one block for each place, that fits the file as it is."""

from __future__ import annotations

from reviews.pipeline.core.findings import Finding, Place, Severity
from reviews.pipeline.core.messages import _
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.core.remedies import ByHand, NewLine, Setting
from reviews.pipeline.report.model import Choice, Remedy
from reviews.pipeline.report.remedies import remedies

FILE = "demo/Chart.yaml"
CHART = "name: demo\nannotations:\n  source: ISV\nhome: there\n"


def found(text: str, *wanted: tuple[ByHand, ...]) -> tuple[Remedy, ...]:
    """The blocks for findings that each want some of ``wanted`` in a file with ``text``."""
    words = _("w")
    findings = [
        Finding("R-1", "r", Severity.ERROR, words, words, words, Place(FILE), by_hand=each)
        for each in wanted
    ]
    return remedies(findings, {FILE: text.encode()}.get, (), Limits())


def drawn(text: str, *wanted: tuple[ByHand, ...]) -> list[tuple[tuple[int, ...], list[str]]]:
    """For each block the findings that it fixes, and its lines with their numbers and signs."""
    signs = {"context": " ", "added": "+", "removed": "-"}
    return [
        (block.findings, [f"{each.line}{signs[each.kind]}{each.text}" for each in block.lines])
        for block in found(text, *wanted)
    ]


def annotation(key: str, value: str, *choices: str) -> Setting:
    return Setting(FILE, ("annotations", key), value, choices)


def test_findings_of_one_place_share_a_block() -> None:
    wanted = [(annotation("scenes", "CCE"),), (annotation("categories", "Database"),)]

    assert drawn(CHART, *wanted) == [
        ((0, 1), ["2 annotations:", "4+  scenes: CCE", "5+  categories: Database"])
    ]


def test_what_is_written_behind_one_line_is_one_block_the_deeper_first() -> None:
    text = "name: demo\nannotations:\n  source: ISV\n"
    wanted = [(Setting(FILE, ("home",), "there"),), (annotation("scenes", "CCE"),)]

    assert drawn(text, *wanted) == [
        ((0, 1), ["2 annotations:", "4+  scenes: CCE", "5+home: there"])
    ]
    without_end = text.removesuffix("\n")
    assert drawn(without_end, *wanted) == [
        (
            (0, 1),
            [
                "2 annotations:",
                "3-  source: ISV",
                "3+  source: ISV",
                "4+  scenes: CCE",
                "5+home: there",
            ],
        )
    ]


def test_the_parents_that_are_missing_are_written_too() -> None:
    assert drawn("name: demo\n", (annotation("scenes", "CCE"),)) == [
        ((0,), ["1 name: demo", "2+annotations:", "3+  scenes: CCE"])
    ]


def test_a_wrong_value_is_replaced_in_its_own_quotes() -> None:
    text = CHART.replace("ISV", "'Huawei' # by us")

    assert drawn(text, (annotation("source", "ISV"),)) == [
        ((0,), ["2 annotations:", "3-  source: 'Huawei' # by us", "3+  source: 'ISV' # by us"])
    ]


def test_what_only_the_partner_knows_is_called_an_example() -> None:
    contact = Setting(FILE, ("maintainers",), ({"name": "Acme", "email": "a@b.cn"},), (), True)
    (block,) = found(CHART, (contact,))

    assert [each.text for each in block.lines if each.kind == "added"] == [
        "maintainers:",
        "  - name: Acme",
        "    email: a@b.cn",
    ]
    assert block.is_example


def test_the_allowed_words_are_given() -> None:
    (block,) = found(CHART, (annotation("scenes", "CCE", "CCE", "UCS"),))

    assert block.choices == (Choice("annotations.scenes", ("CCE", "UCS")),)


def test_a_key_without_a_value_is_filled() -> None:
    setting = Setting(FILE, ("scenes",), ("CCE", "UCS"))

    assert drawn("scenes:\n", (setting,)) == [((0,), ["1-scenes:", "1+scenes: [CCE, UCS]"])]


def test_a_line_of_a_template_is_replaced_below_its_keys() -> None:
    text = "spec:\n  # the one\n  containers:\n    - image: busybox:1\r\n"
    line = NewLine(FILE, 4, "    - image: {{ .Values.image }}")

    assert drawn(text, (line,)) == [
        (
            (0,),
            [
                "1 spec:",
                "3   containers:",
                "4-    - image: busybox:1",
                "4+    - image: {{ .Values.image }}",
            ],
        )
    ]


def test_half_a_remedy_is_none() -> None:
    beyond, below_text = NewLine(FILE, 9, "x"), Setting(FILE, ("name", "below"), "x")
    fits = annotation("scenes", "CCE")

    assert drawn(CHART, (fits, beyond)) == []
    assert drawn(CHART, (fits, below_text)) == []
    assert drawn(CHART, (fits, Setting("demo/gone.yaml", ("a",), "x"))) == []
    assert drawn(CHART, (NewLine(FILE, 1, "x"),), (NewLine(FILE, 1, "y"),)) == []
    assert drawn(CHART, (annotation("scenes", "CCE"),), (annotation("scenes", "UCS"),)) == []
    assert drawn("name: [\n", (fits,)) == []


def test_what_is_shared_through_an_anchor_is_left_to_people() -> None:
    text = "annotations: &all\n  source: ISV\nlabels: *all\n"

    assert drawn(text, (annotation("scenes", "CCE"),), (annotation("source", "x"),)) == []


def test_a_value_that_is_there_already_asks_for_nothing() -> None:
    line = NewLine(FILE, 4, "home: here")

    assert drawn(CHART, (annotation("source", "ISV"), line)) == [
        ((0,), ["3   source: ISV", "4-home: there", "4+home: here"])
    ]
