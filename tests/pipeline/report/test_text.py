"""A report as text for people, and package text made safe to show."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.pipeline.core.findings import Edit, Finding, Place
from reviews.pipeline.core.messages import _
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.facts.model import OtherChange
from reviews.pipeline.package.layout import Kind
from reviews.pipeline.report.model import Report, ReportedImage, Verification
from reviews.pipeline.report.terminal import safe_text
from reviews.pipeline.report.text import refusal_line, to_text, verdict
from reviews.pipeline.tracing.model import ImageStatus

from ..reports import CHART, EMPTY, FULL, JOB, LITERAL, LOOSE, REGISTRY, REPOSITORY, VALUES

TIMINGS = ", ".join(
    f"{stage} 0.25 s"
    for stage in (
        "unpack",
        "inspect",
        "render",
        "trace",
        "clusters",
        "validate",
        "check",
        "rewrite",
        "verify",
        "archives",
        "total",
    )
)


def with_findings(*findings: Finding) -> Report:
    return replace(EMPTY, findings=findings)


def block(report: Report, **options: int | bool) -> list[str]:
    """The lines between the title and the timings."""
    paragraphs = to_text(report, **options).split("\n\n")[1:-1]  # type: ignore[arg-type]
    return "\n\n".join(paragraphs).splitlines()


def test_the_whole_page() -> None:
    assert to_text(FULL).splitlines() == [
        "1 error, 2 warnings, 1 for information; 2 images: 1 redirected and proven, 1 hard-coded",
        "demo-1.0.0.zip: helm demo 1.0.0",
        "",
        "error OSC-HELM-008 literal-image: A template names an image itself",
        f"  {JOB}:12:18",
        "  busybox:1 stands in the template, where no value reaches it.",
        "  to fix: Move the image to values.yaml.",
        "",
        "warning PORTAL-002 redirect-image: An image is pulled from elsewhere",
        f"  {VALUES}:2:13",
        "  This registry must be swr.example.com.",
        "    - docker.io",
        "    + swr.example.com",
        f"  {VALUES}:3:15",
        "  This repository must be osc/demo.",
        "    - bitnami/demo",
        "    + osc/demo",
        "  to fix: Approve the change.",
        "",
        "info OSC-NAME-006 outer-file-name: The file has another name",
        "  100% of such files are called otherwise.",
        "  to fix: Rename it.",
        "",
        "  redirected and proven  docker.io/bitnami/demo:1.0 -> swr.example.com/osc/demo:1.0",
        f"                         registry: {VALUES}:2:13 image.registry",
        f"                         repository: {VALUES}:3:15 image.repository",
        "                         shown by web.enabled=true",
        "                         x86_64: demo-1.0-x86_64.tar",
        "  hard-coded             busybox:1 -> swr.example.com/osc/busybox:1",
        f"                         reference: {JOB}:12:18",
        "",
        (
            "  v1.28.8-r0  images redirected and proven: 1 of 2; manifests valid: 2 of 4, 1 refused,"
            " 1 not validated"
        ),
        "  v1.25.0-r0  does not render there",
        (
            "  not validated, for the package has no schema: ServiceMonitor of"
            " monitoring.coreos.com/v1 (1)"
        ),
        "",
        "  t/web.yaml Deployment demo a.checksum: 1 becomes 2, which follows from image.registry",
        "  not reached: metrics: It needs a cluster.",
        "",
        f"{TIMINGS}; renders: 7; helm v4.2.3; rules: 1",
    ]


def test_nothing_found_is_said() -> None:
    assert to_text(EMPTY).splitlines()[:2] == ["nothing found; 0 images", "demo: operator"]


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ((LITERAL,), "1 error; 0 images"),
        ((LITERAL, LITERAL), "2 errors; 0 images"),
        ((REGISTRY,), "1 warning; 0 images"),
        ((LITERAL, LOOSE, LOOSE), "1 error, 2 for information; 0 images"),
    ],
)
def test_the_verdict_counts_findings(findings: tuple[Finding, ...], words: str) -> None:
    assert verdict(with_findings(*findings)) == words


def test_the_verdict_names_every_status() -> None:
    images = tuple(ReportedImage("a", None, status) for status in reversed(ImageStatus))

    assert verdict(replace(EMPTY, images=images[:1])) == (
        "nothing found; 1 image: 1 external on purpose"
    )
    assert verdict(replace(EMPTY, images=images)) == (
        "nothing found; 5 images: 1 redirected and proven, 1 hard-coded, 1 not proven,"
        " 1 unchanged, 1 external on purpose"
    )


def test_what_is_completed_at_run_time_is_no_image() -> None:
    prefix = ReportedImage(
        "quay.io/team",
        None,
        ImageStatus.UNVERIFIED,
        completed_at_runtime={"registry": "quay.io/team"},
    )
    report = replace(EMPTY, images=(prefix,))
    assert verdict(report) == "nothing found; 0 images: 1 completed at run time"
    assert "  completed at run time  quay.io/team\n" in to_text(report)


def test_a_change_set_stands_together_where_its_first_finding_stood() -> None:
    other = replace(
        LOOSE, rule="OSC-YAML-003", name="spelling", change_set="demo", place=Place("f", 9)
    )

    assert block(with_findings(REGISTRY, LITERAL, other)) == [
        "warning PORTAL-002 redirect-image: An image is pulled from elsewhere",
        f"  {VALUES}:2:13",
        "  This registry must be swr.example.com.",
        "    - docker.io",
        "    + swr.example.com",
        "  f:9 info OSC-YAML-003 spelling",
        "  100% of such files are called otherwise.",
        "  to fix: Approve the change.",
        "  to fix: Rename it.",
        "",
        "error OSC-HELM-008 literal-image: A template names an image itself",
        f"  {JOB}:12:18",
        "  busybox:1 stands in the template, where no value reaches it.",
        "  to fix: Move the image to values.yaml.",
    ]


def test_an_insertion_has_no_minus_and_a_long_one_is_cut() -> None:
    after = "".join(f"key{n}: value\r\n" for n in range(10))
    lines = block(with_findings(replace(REGISTRY, edit=Edit(VALUES, 5, 5, "", after))))

    assert lines[3:-1] == [f"    + key{n}: value" for n in range(8)] + ["    ... and 2 more lines"]


def test_a_package_that_does_not_render_proves_nothing() -> None:
    package = replace(EMPTY.package, kind=Kind.HELM)

    assert block(replace(EMPTY, package=package)) == [
        "  The package could not be rendered: nothing is proven by rendering."
    ]
    assert block(EMPTY) == []


def test_a_change_that_nothing_explains_is_shown_short() -> None:
    change = OtherChange("t.yaml", "ConfigMap", "c", "data.x", None, "y" * 100, None)
    verification = Verification(True, 1, 0, 0, other_changes=(change,))

    assert block(replace(EMPTY, verification=verification)) == [
        f"  t.yaml ConfigMap c data.x: - becomes {'y' * 57}..., and nothing explains it"
    ]


def test_lines_of_a_package_cannot_pose_as_ours() -> None:
    message = _("The engine says: %(text)s", text="no\n\nnothing found; 0 images\x1b[2J")

    assert block(with_findings(replace(LOOSE, message=message))) == [
        "info OSC-NAME-006 outer-file-name: The file has another name",
        "  The engine says: no",
        "  |",
        r"  | nothing found; 0 images\x1b[2J",
        "  to fix: Rename it.",
    ]


def test_words_fold_at_the_width_of_the_window_and_addresses_stay_whole() -> None:
    words = "one two three four five six seven eight nine ten eleven"
    finding = replace(LITERAL, message=_(words), place=Place(f"{CHART}/templates/x.yaml", 1))

    assert block(with_findings(finding), width=40) == [
        "error OSC-HELM-008 literal-image: A",
        "template names an image itself",
        f"  {CHART}/templates/x.yaml:1",
        "  one two three four five six seven",
        "  eight nine ten eleven",
        "  to fix: Move the image to values.yaml.",
    ]


def test_chinese_folds_by_columns_between_any_two_characters() -> None:
    finding = replace(LOOSE, message=_("镜像" * 12))

    assert block(with_findings(finding), width=30)[3:5] == ["  " + "镜像" * 7, "  " + "镜像" * 5]


def test_every_word_of_ours_is_translated() -> None:
    reported = to_text(FULL, lambda template: f"¿{template}?").splitlines()

    assert [line.strip() for line in reported if line and "¿" not in line] == [
        "demo-1.0.0.zip: helm demo 1.0.0",
        f"{JOB}:12:18",
        f"{VALUES}:2:13",
        "- docker.io",
        "+ swr.example.com",
        f"{VALUES}:3:15",
        "- bitnami/demo",
        "+ osc/demo",
        "x86_64: demo-1.0-x86_64.tar",
    ]


def test_colour_is_ours_alone() -> None:
    painted = to_text(with_findings(REGISTRY), colour=True)

    assert painted.splitlines()[0] == "\x1b[1m1 warning; 0 images\x1b[0m"
    assert "\x1b[1;33mwarning PORTAL-002 redirect-image" in painted
    assert "    \x1b[31m- docker.io\x1b[0m\n    \x1b[32m+ swr.example.com\x1b[0m\n" in painted
    assert "\x1b" not in to_text(with_findings(REGISTRY))


def test_a_refusal_is_one_line_that_says_where() -> None:
    words = _("two archives: %(names)s", names="a\n\x1b]0;x\x07")

    assert refusal_line(PackageRefused("OSC-PKG-005", words)) == (
        r"refused: OSC-PKG-005: two archives: a\n\x1b]0;x\x07"
    )
    assert refusal_line(PackageRefused("OSC-PKG-005", words, "demo/package")) == (
        r"refused: OSC-PKG-005: two archives: a\n\x1b]0;x\x07 (demo/package)"
    )
    assert refusal_line(PackageRefused("OSC-PKG-013", _("bad: a/../b"), "a/../b")) == (
        "refused: OSC-PKG-013: bad: a/../b"
    )
    assert refusal_line(PackageRefused("OSC-PKG-001", _("broken")), lambda _words: "坏了") == (
        "refused: OSC-PKG-001: 坏了"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, 镜像, é, 😀", "plain, 镜像, é, 😀"),
        ("全角　space", "全角　space"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b2J", r"\x9b2J"),
        ("a\x00b\x7f", r"a\x00b\x7f"),
        ("a\r\n\tb", r"a\r\n\tb"),
        ("\u202egnp.exe\u2066", r"\u202egnp.exe\u2066"),
        ("\u200b\ufeff\u2028\u2029\x85", r"\u200b\ufeff\u2028\u2029\x85"),
        ("\ud800\U000e0041", r"\ud800\U000e0041"),
    ],
)
def test_what_does_not_show_is_written_out(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_safe_text_never_holds_a_control(text: str) -> None:
    safe = safe_text(text)

    assert {unicodedata.category(char) for char in safe} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()
    assert safe_text(safe) == safe
    assert safe.encode().decode() == safe


@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_no_package_text_reaches_the_page_unsafe(text: str) -> None:
    image = ReportedImage(text, text, ImageStatus.UNVERIFIED, shown_by=(text,))
    finding = replace(
        REPOSITORY,
        message=_("%(x)s", x=text),
        help=_("%(x)s", x=text),
        place=Place(text, 1),
        edit=Edit(text, 0, 0, text, text),
    )
    change = OtherChange(text, text, text, text, text, text, None)
    report = replace(
        FULL,
        package=replace(FULL.package, file=text, service=text),
        images=(image,),
        findings=(finding,),
        verification=replace(FULL.verification, other_changes=(change,)),
    )

    shown = to_text(report, width=60).replace("\n", "")
    assert shown == safe_text(shown)
