"""Files as people write them: only the bytes of the images change, whatever is around them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.examination.run import examine

from ...journey import POLICY, Outcome, examine_chart, pod, tgz

PARTS = "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
TWO = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
ONE = "{{ .Values.image }}"
PLAIN = "image:\n    registry: 'docker.io'   # trailing\n\n    repository: a/etcd\n    tag: \"3\"\n"
CONFIG = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n"
LONG = "A" * 70_000


def redirected(values: str) -> str:
    """``values`` with docker.io/a/ replaced in all its spellings."""
    values = values.replace("docker.io/a/", "swr.example.com/osc/")
    for old, new in {"docker.io": "swr.example.com", "a/etcd": "osc/etcd"}.items():
        values = values.replace(old, new)
    return values


# name: (image line, values)
FILES = {
    "four blanks, blank lines, folded text and long lines": (
        PARTS,
        PLAIN + 'list:\n- a\n\n\nfold: >\n  aaa\n  bbb\n\nlong: "' + "x " * 200 + '"\n',
    ),
    "carriage returns": (PARTS, (PLAIN + "list:\n- a\n").replace("\n", "\r\n")),
    "mixed endings and no last newline": (PARTS, PLAIN.replace("ing\n", "ing\r\n") + "last: x"),
    "a byte order mark": (PARTS, "\ufeff" + PLAIN),
    "a byte order mark before the image itself": (ONE, "\ufeffimage: docker.io/a/etcd:3\n"),
    "the marks of one document": (PARTS, "---\n" + PLAIN + "...\n"),
    "a second document": (PARTS, "---\n" + PLAIN + "---\nother: {x: 1}\n"),
    "an alias of a map": (
        PARTS.replace(".Values.", ".Values.a."),
        "img: &img\n  registry: docker.io\n  repository: a/etcd\n  tag: '3'\na: {image: *img}\n",
    ),
    "a merge key beside an own tag": (
        PARTS,
        (
            "img: &img\n  registry: docker.io\n  repository: a/etcd\n  tag: '2'\n"
            "image:\n  <<: *img\n  tag: '3'\n"
        ),
    ),
    "an anchor of a scalar": (
        PARTS,
        "registry: &r docker.io\nimage: {registry: *r, repository: a/etcd, tag: '3'}\n",
    ),
    "an alias as tag": (
        PARTS,
        "version: &ver 3.5.1\nimage: {registry: docker.io, repository: a/etcd, tag: *ver}\n",
    ),
    "Chinese and emoji before the value on its line": (
        PARTS,
        "image: {名: 值, registry: docker.io, 库: \"数据库😀\", repository: a/etcd, tag: '3'} # 注释\n",
    ),
    "a line of more than 64 KiB before": (ONE, f'cert: "{LONG}"\nimage: docker.io/a/etcd:3\n'),
    "a line of more than 64 KiB around": (
        "{{ .Values.x.image }}",
        f'x: {{cert: "{LONG}", image: docker.io/a/etcd:3}}\n',
    ),
    "tags of YAML": (ONE, "w: !own [1]\nb: !!binary aGVsbG8=\nimage: !!str docker.io/a/etcd:3\n"),
    "a flow map over several lines": (
        PARTS,
        "image: {\n  registry: docker.io,\n  repository: a/etcd,   # x\n  tag: '3'\n}\n",
    ),
    "a block of text that begins with an empty line": (
        ONE,
        "settings: |-\n\n  a\n    b\nimage: docker.io/a/etcd:3\n",
    ),
    "comments further left than the map": (
        PARTS,
        "image:\n    registry: docker.io\n#  env:\n  # x\n    repository: a/etcd\n    tag: '3'\n",
    ),
    "an image in a folded block": (ONE, "image: >-\n  docker.io/a/etcd:3\n"),
    "an image in a literal block": (ONE, "image: |-\n  docker.io/a/etcd:3\n"),
    "an image on the line below its key": (ONE, "image:\n  docker.io/a/etcd:3\n"),
    "an explicit key": (ONE, "? image\n: docker.io/a/etcd:3\n"),
}


@pytest.mark.parametrize("case", FILES.values(), ids=FILES.keys())
def test_no_other_byte_changes(tmp_path: Path, case: tuple[str, str]) -> None:
    line, values = case

    outcome = examine_chart(tmp_path, values, pod(f"'{line}'"))

    assert outcome.values == redirected(values)
    assert {image.status.value for image in outcome.report.images} == {"redirected"}
    assert outcome.changed_files == ["demo/values.yaml"]


def test_odd_keys_are_followed(tmp_path: Path) -> None:
    keys = ["my.app", "example.com/app", '"a b"', "0", "true", '"*"']
    values = "".join(f"{key}: {{image: docker.io/a/etcd:{n}}}\n" for n, key in enumerate(keys))
    lines = ["'{{ (index .Values \"" + key.strip('"') + "\").image }}'" for key in keys]

    outcome = examine_chart(tmp_path, values, pod(*lines))

    assert outcome.values == redirected(values)
    assert [image.status.value for image in outcome.report.images] == ["redirected"] * 6


def test_a_key_that_occurs_twice_is_edited_where_helm_takes_it(tmp_path: Path) -> None:
    values = "image:\n  registry: docker.io\n  registry: quay.io\n  repository: a/b\n  tag: '1'\n"

    outcome = examine_chart(tmp_path, values, pod(f"'{PARTS}'"))

    assert outcome.values == (
        "image:\n  registry: docker.io\n  registry: swr.example.com\n  repository: osc/b\n"
        "  tag: '1'\n"
    )
    assert [
        (each.rule, each.severity.value, each.place.line)
        for each in outcome.report.findings
        if each.severity.value != "info" and each.rule.startswith("OSC-YAML")
    ] == [("OSC-YAML-001", "error", 3)]


@pytest.mark.parametrize("values", ["# only\n# comments\n", "", "null\n"])
def test_a_file_without_values_stays_and_its_literal_is_reported(
    tmp_path: Path, values: str
) -> None:
    outcome = examine_chart(tmp_path, values, pod("docker.io/a/b:1"))

    assert outcome.images == {"docker.io/a/b:1": ("hardcoded", "swr.example.com/osc/b:1")}
    assert outcome.changed_files == []


def test_a_list_instead_of_values_is_a_finding(tmp_path: Path) -> None:
    outcome = examine_chart(tmp_path, "- a\n- b\n", pod("docker.io/a/b:1"))

    assert "OSC-HELM-005" in rules(outcome)
    assert outcome.changed_files == []


def test_an_escape_in_quotes_is_replaced_whole(tmp_path: Path) -> None:
    values = "image: {registry: \"\\u0064ocker.io\", repository: a/etcd, tag: '3'}\n"

    outcome = examine_chart(tmp_path, values, pod(f"'{PARTS}'"))

    assert outcome.values == (
        "image: {registry: \"swr.example.com\", repository: osc/etcd, tag: '3'}\n"
    )


@pytest.mark.parametrize(
    ("tag", "rendered"),
    [("1.20", "1.2"), ("1e3", "1000"), ("0x1F", "31"), ("010", "8"), ("2024-01-01", "2024-01-01")],
)
def test_a_tag_keeps_its_spelling_and_another_rendering_is_reported(
    tmp_path: Path, tag: str, rendered: str
) -> None:
    values = f"image: {{repository: docker.io/a/etcd, tag: {tag}}}\n"

    outcome = examine_chart(tmp_path, values, pod(f"'{TWO}'"))

    assert outcome.values == redirected(values)
    assert outcome.images == {
        f"docker.io/a/etcd:{rendered}": ("redirected", f"swr.example.com/osc/etcd:{rendered}")
    }
    assert ("OSC-YAML-003" in rules(outcome)) is (tag != rendered)


def test_an_anchor_that_feeds_something_else_is_reported(tmp_path: Path) -> None:
    values = "image: {registry: &r docker.io, repository: a/etcd, tag: '3'}\nloginServer: *r\n"
    config = CONFIG + "  login: {{ .Values.loginServer }}\n"

    outcome = examine_chart(tmp_path, values, pod(f"'{PARTS}'") + config)

    assert [
        (each.severity.value, each.place.file, each.place.line, str(each.message))
        for each in outcome.report.findings
        if each.rule == "OSC-MAP-025"
    ] == [
        (
            "warning",
            "demo/values.yaml",
            1,
            (
                "image.registry is to be rewritten, and an anchor shares its text with loginServer."
                " All of them change together."
            ),
        )
    ]
    assert [
        (each.kind, each.name, each.path, each.before, each.after)
        for each in outcome.report.verification.other_changes
    ] == [("ConfigMap", "c", "data.login", "docker.io", "swr.example.com")]


def test_a_name_that_an_anchor_shares_is_left_where_the_registry_can_take_all(
    tmp_path: Path,
) -> None:
    values = "image: {registry: docker.io, repository: &n etcd, tag: '1'}\nname: *n\n"
    config = CONFIG + "  name: {{ .Values.name }}\n"

    outcome = examine_chart(tmp_path, values, pod(f"'{PARTS}'") + config)

    assert outcome.values == values.replace("docker.io", "swr.example.com/osc")
    assert "OSC-MAP-025" not in rules(outcome)
    assert outcome.report.verification.other_changes == ()


def test_a_registry_that_an_anchor_shares_keeps_to_the_host(tmp_path: Path) -> None:
    values = "image: {registry: &r docker.io, repository: etcd, tag: '1'}\nmirror: *r\n"

    outcome = examine_chart(tmp_path, values, pod(f"'{PARTS}'"))

    assert outcome.values == values.replace("docker.io", "swr.example.com").replace(
        "etcd", "osc/etcd"
    )


def test_a_name_that_an_anchor_shares_is_reported_where_it_must_be_rewritten(
    tmp_path: Path,
) -> None:
    values = "image: {repository: &n etcd, tag: '1'}\nname: *n\n"

    outcome = examine_chart(tmp_path, values, pod(f"'{TWO}'"))

    assert outcome.values == values.replace("etcd", "swr.example.com/osc/etcd")
    assert [
        str(each.message) for each in outcome.report.findings if each.rule == "OSC-MAP-025"
    ] == [
        (
            "image.repository is to be rewritten, and an anchor shares its text with name."
            " All of them change together."
        )
    ]


@pytest.mark.parametrize(
    "values", ["image: {registry: docker.io, repository: &n a/etcd, tag: &t '3'}\nversion: *t\n"]
)
def test_an_anchor_on_a_tag_that_stays_is_no_finding(tmp_path: Path, values: str) -> None:
    outcome = examine_chart(tmp_path, values, pod(f"'{PARTS}'"))

    assert outcome.values == redirected(values)
    assert "OSC-MAP-025" not in rules(outcome)


def test_a_hundred_and_fifty_levels_are_followed(tmp_path: Path) -> None:
    levels = "".join("  " * depth + "k:\n" for depth in range(150))
    values = levels + "  " * 150 + "image: docker.io/a/etcd:3\n"
    walk = "{{ $v := .Values }}{{ range until 150 }}{{ $v = $v.k }}{{ end }}"

    outcome = examine_chart(tmp_path, values, walk + pod("{{ $v.image }}"))

    assert outcome.values == redirected(values)


@pytest.mark.parametrize("case", FILES.values(), ids=FILES.keys())
def test_rewriting_twice_changes_nothing_more(tmp_path: Path, case: tuple[str, str]) -> None:
    line, values = case
    first = examine_chart(tmp_path, values, pod(f"'{line}'"))
    again = tmp_path / "again.tgz"
    again.write_bytes(tgz(first.after))

    report = examine(again, POLICY).report

    assert report.rewrites == ()
    assert {image.status.value for image in report.images} == {"unchanged"}


def rules(outcome: Outcome) -> set[str]:
    """The rules that found something."""
    return {each.rule for each in outcome.report.findings}
