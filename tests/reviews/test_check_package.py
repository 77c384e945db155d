"""The command line, as people and build servers call it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command
from django.test import override_settings
from jsonschema import Draft202012Validator

import reviews.pipeline
from reviews.management.commands import check_package
from reviews.management.commands.check_package import Command

MANAGE = Path(reviews.__file__).parents[1] / "manage.py"
SCHEMA = json.loads(
    Path(reviews.pipeline.__file__).with_name("report").joinpath("schema.json").read_text("utf-8")
)

CHART = {
    "demo/Chart.yaml": (
        "apiVersion: v2\nname: demo\nversion: 1.0.0\ndescription: A demo\n"
        "maintainers: [{name: Demo Software, email: care@demo-software.example}]\n"
        "annotations:\n  source: ISV\n  categories: Others\n  architecture: x86_64\n  scenes: CCE\n"
    ),
    "demo/values.yaml": (
        "image:\n  registry: docker.io  # the public one\n  repository: bitnami/demo\n  tag: '1.0'\n"
    ),
    "demo/templates/web.yaml": (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n"
        "    - name: web\n"
        '      image: "{{ .Values.image.registry }}/{{ .Values.image.repository }}'
        ':{{ .Values.image.tag }}"\n'
    ),
}
LITERAL = {
    "demo/templates/job.yaml": (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: job\nspec:\n  containers:\n"
        "    - name: job\n      image: busybox:1\n"
    )
}


class Answer(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Answer]


def tgz(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def service(folder: Path, *charts: dict[str, str]) -> Path:
    """A service package with one deploy archive for each of ``charts``."""
    path = folder / "demo-1.0.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, files in enumerate(charts):
            archive.writestr(f"demo/package/demo-1.0.{number}.tgz", tgz(files))
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return service(tmp_path, CHART)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return service(tmp_path, CHART | LITERAL)


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    return service(tmp_path, CHART, CHART)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Call the command as ``manage.py`` does, in this process."""

    def call(*words: object) -> Answer:
        status: Any = 0
        try:
            Command().run_from_argv(["manage.py", "check_package", *map(str, words)])
        except SystemExit as leaving:
            status = leaving.code
        out, err = capfdbinary.readouterr()
        return Answer(status, out.decode(), err.decode())

    return call


def report_of(answer: Answer) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(answer.out)
    return report


def images_of(answer: Answer) -> list[tuple[str, str | None, str]]:
    images = report_of(answer)["images"]
    return sorted((image["original"], image["target"], image["status"]) for image in images)


def test_the_report_keeps_to_its_schema(run: Run, bad: Path) -> None:
    answer = run(bad, "--format", "json")

    mistakes = Draft202012Validator(SCHEMA).iter_errors(report_of(answer))
    assert [error.json_path for error in mistakes] == []
    assert answer.err == ""


def test_images_are_shown_with_their_targets(run: Run, bad: Path) -> None:
    answer = run(bad, "--format", "json", "--registry", "r.example.com:5000", "--organization", "o")

    assert images_of(answer) == [
        ("busybox:1", "r.example.com:5000/o/busybox:1", "hardcoded"),
        ("docker.io/bitnami/demo:1.0", "r.example.com:5000/o/demo:1.0", "redirected"),
    ]


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [("error", {"error"}), ("warning", {"error", "warning"}), ("never", set())],
)
def test_the_status_follows_the_findings(
    run: Run, good: Path, bad: Path, fail_on: str, failing: set[str]
) -> None:
    for path in (good, bad):
        answer = run(path, "--format", "json", "--fail-on", fail_on)
        severities = {finding["severity"] for finding in report_of(answer)["findings"]}

        assert answer.status == int(bool(severities & failing))


def test_a_hard_coded_image_fails(run: Run, bad: Path) -> None:
    answer = run(bad)

    assert answer.status == 1
    assert answer.err == ""


def test_text_is_the_default_and_begins_with_the_verdict(run: Run, bad: Path) -> None:
    first, second, *_ = run(bad).out.splitlines()

    assert first.endswith("; 2 images: 1 redirected and proven, 1 hard-coded")
    assert second == "demo-1.0.0.zip: helm demo 1.0.0"


def test_sarif_shows_the_same_findings(run: Run, bad: Path) -> None:
    findings = report_of(run(bad, "--format", "json"))["findings"]
    log = json.loads(run(bad, "--format", "sarif", "--language", "zh-hans").out)

    assert log["version"] == "2.1.0"
    assert log["runs"][0]["language"] == "zh-Hans"
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == [
        finding["rule"] for finding in findings
    ]


def test_the_language_leaves_ids_and_names_alone(run: Run, bad: Path) -> None:
    english, chinese = (
        report_of(run(bad, "--format", "json", "--language", language))["findings"]
        for language in ("en", "zh-hans")
    )

    assert [(each["rule"], each["name"]) for each in english] == [
        (each["rule"], each["name"]) for each in chinese
    ]
    assert {each["title"] for each in english} & {each["title"] for each in chinese} == set()


def test_more_values_show_more(run: Run, good: Path, tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text("image: {tag: 2.50}\n", "utf-8")
    empty = tmp_path / "empty.yaml"
    empty.write_text("# nothing\n", "utf-8")

    answer = run(good, "--format", "json", "--values", empty, "--values", values)

    assert [image for image, _target, _status in images_of(answer)] == [
        "docker.io/bitnami/demo:2.5"
    ]


def test_the_output_is_the_container_that_came_in_with_every_edit(
    run: Run, bad: Path, tmp_path: Path
) -> None:
    before = bad.read_bytes()
    output = tmp_path / "out.zip"

    answer = run(bad, "--format", "json", "--output", output)

    assert answer.status == 1
    assert bad.read_bytes() == before
    with zipfile.ZipFile(output) as archive:
        assert archive.namelist() == ["demo/package/demo-1.0.0.tgz"]
        chart = io.BytesIO(archive.read("demo/package/demo-1.0.0.tgz"))
    with tarfile.open(fileobj=chart) as inner:
        files = {name: inner.extractfile(name) for name in inner.getnames()}
        texts = {name: file.read().decode() for name, file in files.items() if file}
    assert texts["demo/values.yaml"] == (
        "image:\n  registry: swr.cn-east-3.myhuaweicloud.com  # the public one\n"
        "  repository: osc-opensource/demo\n  tag: '1.0'\n"
    )
    assert texts == CHART | LITERAL | {"demo/values.yaml": texts["demo/values.yaml"]}


def test_cluster_versions_and_apis_replace_those_of_the_settings(run: Run, tmp_path: Path) -> None:
    asking = (
        '{{ if .Capabilities.APIVersions.Has "a.example/v1/Demo" }}\n'
        + CHART["demo/templates/web.yaml"].replace("name: web", "name: more")
        + "{{ end }}\n"
    )
    path = service(tmp_path, CHART | {"demo/templates/more.yaml": asking})
    versions = ("--kube-version", "1.31", "--kube-version", "v1.28.3-r0")

    answer = run(path, "--format", "json", *versions, "--api-version", "a.example/v1/Demo")

    report = json.loads(answer.out)
    assert [
        (each["version"], each["manifests"], each["valid"])
        for each in report["verification"]["clusters"]
    ] == [("v1.31.0", 2, 2), ("v1.28.3-r0", 2, 2)]
    assert [image["shown_by"] for image in report["images"]] == [[]]


def test_what_was_written_needs_no_more_edits(run: Run, good: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.zip"
    run(good, "--output", output)

    again = run(output, "--format", "json")

    assert images_of(again) == [
        (
            "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0",
            "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0",
            "unchanged",
        )
    ]
    assert report_of(again)["rewrites"] == []


@pytest.mark.parametrize("format", ["text", "json", "sarif"])
def test_a_refusal_is_one_line_and_touches_nothing(
    run: Run, refused: Path, tmp_path: Path, format: str
) -> None:
    output = tmp_path / "out.zip"
    output.write_bytes(b"as it was")

    answer = run(refused, "--format", format, "--output", output)

    assert (answer.status, answer.out, output.read_bytes()) == (2, "", b"as it was")
    assert answer.err.startswith("refused: OSC-PKG-005: ")
    assert answer.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo-1.0.0.zip", "out.zip"]


def test_what_is_no_archive_is_refused_not_crashed_on(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.zip"
    path.write_bytes(b"no archive at all")

    answer = run(path)

    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("refused: OSC-PKG-001: ")


HOST_HELP = "is not a registry: give a host name such as registry.example.com, with :port where it needs one"
ORGANIZATION_HELP = (
    "is not an organisation of a registry: give lower-case letters, digits and single . _ -"
    " between them"
)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "check_package: the following arguments are required: PATH"),
        (["{tmp}/none.zip"], "check_package: {tmp}/none.zip: No such file or directory"),
        (["{good}/x"], "check_package: {good}/x: Not a directory"),
        (["/dev/null"], "check_package: /dev/null is neither a file nor a folder"),
        (["{good}", "more"], "check_package: unrecognized arguments: more"),
        (["{good}", "--nonsense"], "check_package: unrecognized arguments: --nonsense"),
        (["{good}", "--out", "x"], "check_package: unrecognized arguments: --out x"),
        (
            ["{good}", "--no\x1b[2J\nthing"],
            r"check_package: unrecognized arguments: --no\x1b[2J\nthing",
        ),
        (
            ["{good}", "--format", "xml"],
            "check_package: argument --format: invalid choice: 'xml' (choose from 'text', 'json', 'sarif')",
        ),
        (
            ["{good}", "--kube-version", "1.24"],
            (
                "check_package: --kube-version: '1.24' is not known here: give a version from v1.25"
                " to v1.37"
            ),
        ),
        (
            ["{good}", "--kube-version", "latest"],
            (
                "check_package: --kube-version: 'latest' is no version of Kubernetes: write one such"
                " as 1.28 or v1.28.3-r0"
            ),
        ),
        (
            ["{good}", "--api-version", "monitoring"],
            (
                "check_package: --api-version: 'monitoring' is no API version: write GROUP/VERSION"
                " or GROUP/VERSION/KIND, such as monitoring.coreos.com/v1"
            ),
        ),
        (["{good}", "--registry", "registry"], f"check_package: 'registry' {HOST_HELP}"),
        (["{good}", "--registry", ""], f"check_package: '' {HOST_HELP}"),
        (["{good}", "--registry", "a.b/c"], f"check_package: 'a.b/c' {HOST_HELP}"),
        (["{good}", "--registry", "http://a.b"], f"check_package: 'http://a.b' {HOST_HELP}"),
        (["{good}", "--registry", "a..b"], f"check_package: 'a..b' {HOST_HELP}"),
        (["{good}", "--registry=-a.b"], f"check_package: '-a.b' {HOST_HELP}"),
        (
            ["{good}", "--no-color", "--force-color"],
            "The --no-color and --force-color options can't be used together.",
        ),
        (["{good}", "--registry", "a.b:0"], f"check_package: 'a.b:0' {HOST_HELP}"),
        (["{good}", "--registry", "a.b:65536"], f"check_package: 'a.b:65536' {HOST_HELP}"),
        (["{good}", "--registry", "a.b\n"], f"check_package: 'a.b\\n' {HOST_HELP}"),
        (["{good}", "--organization", "Osc"], f"check_package: 'Osc' {ORGANIZATION_HELP}"),
        (["{good}", "--organization", "a/b"], f"check_package: 'a/b' {ORGANIZATION_HELP}"),
        (["{good}", "--organization", ""], f"check_package: '' {ORGANIZATION_HELP}"),
        (
            ["{good}", "--values", "{tmp}/none.yaml"],
            "check_package: --values {tmp}/none.yaml cannot be read: No such file or directory",
        ),
        (
            ["{good}", "--values", "{tmp}"],
            "check_package: --values {tmp} cannot be read: Is a directory",
        ),
        (
            ["{good}", "--values", "{tmp}/list.yaml"],
            "check_package: --values {tmp}/list.yaml must hold a mapping of keys to values",
        ),
        (
            ["{good}", "--values", "{tmp}/large.yaml"],
            "check_package: --values {tmp}/large.yaml is larger than 5242880 bytes",
        ),
        (
            ["{good}", "--output", "{good}"],
            "check_package: --output {good} would overwrite what is read: give another name",
        ),
        (
            ["{good}", "--output", "{tmp}/link.zip"],
            (
                "check_package: --output {tmp}/link.zip would overwrite what is read:"
                " give another name"
            ),
        ),
        (
            ["{good}", "--values", "{tmp}/map.yaml", "--output", "{tmp}/map.yaml"],
            (
                "check_package: --output {tmp}/map.yaml would overwrite what is read:"
                " give another name"
            ),
        ),
        (
            ["{good}", "--output", "{tmp}/none/out.zip"],
            "check_package: --output {tmp}/none/out.zip: the folder {tmp}/none does not exist",
        ),
        (
            ["{good}", "--output", "{tmp}"],
            "check_package: --output {tmp} is there already and is not a file",
        ),
        (
            ["{good}", "--output", "/dev/null"],
            "check_package: --output /dev/null is there already and is not a file",
        ),
        (
            ["{tmp}", "--output", "{tmp}/out.tgz"],
            "check_package: --output {tmp}/out.tgz lies inside {tmp}: give a place outside of it",
        ),
    ],
)
def test_a_wrong_call_is_one_line(
    run: Run, good: Path, tmp_path: Path, words: list[str], line: str
) -> None:
    (tmp_path / "list.yaml").write_text("- a\n", "utf-8")
    (tmp_path / "map.yaml").write_text("a: b\n", "utf-8")
    (tmp_path / "large.yaml").write_text("#" * (5 * 1024 * 1024 + 1), "utf-8")
    (tmp_path / "link.zip").symlink_to(good)
    before = good.read_bytes()

    answer = run(*(word.format(tmp=tmp_path, good=good) for word in words))

    assert answer == (2, "", line.format(tmp=tmp_path, good=good) + "\n")
    assert good.read_bytes() == before
    assert (tmp_path / "map.yaml").read_text("utf-8") == "a: b\n"


def test_values_that_do_not_parse_are_a_wrong_call_with_its_place(
    run: Run, good: Path, tmp_path: Path
) -> None:
    values = tmp_path / "values.yaml"
    values.write_text("a: b\n\tc: [\n", "utf-8")

    answer = run(good, "--values", values)

    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(f"check_package: --values {values}:2:1: ")
    assert answer.err.count("\n") == 1


def test_an_internal_error_is_never_the_packages_fault(good: Path) -> None:
    script = """
import sys, django
django.setup()
from reviews.management.commands import check_package
def crash(*_arguments):
    raise ZeroDivisionError("while reading \\x1b[2J")
check_package.examine = crash
check_package.Command().run_from_argv(["manage.py", "check_package", sys.argv[1]])
"""
    answer = subprocess.run(
        [sys.executable, "-c", script, str(good)],
        env={"DJANGO_SETTINGS_MODULE": "osc_portal.settings"},
        cwd=MANAGE.parent,
        capture_output=True,
        check=False,
    )
    first, *rest = answer.stderr.decode().splitlines()

    assert (answer.returncode, answer.stdout) == (3, b"")
    assert first == (
        "check_package: an error of this program, not of the package:"
        r" ZeroDivisionError('while reading \x1b[2J')"
    )
    assert rest[0] == "Traceback (most recent call last):"
    assert rest[-1] == r"ZeroDivisionError: while reading \x1b[2J"


def test_an_interruption_is_no_crash(run: Run, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check_package, "examine", interrupt)

    assert run(good) == (130, "", "interrupted\n")


def test_a_program_can_call_it_too(good: Path) -> None:
    out = io.StringIO()
    call_command("check_package", str(good), "--format=json", "--fail-on=never", stdout=out)

    assert json.loads(out.getvalue())["package"]["service"] == "demo"


def start(
    *words: object,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    """The command in a process of its own, with no environment but the one given."""
    return subprocess.Popen(
        [sys.executable, str(MANAGE), "check_package", *map(str, words)],
        stdout=stdout,
        stderr=stderr,
        env=dict(environment),
        cwd="/",
    )


def test_it_needs_no_environment_and_leaves_nothing_behind(bad: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = start(
        *(bad, "--fail-on", "never"),
        environment={
            "PORTAL_DATA": str(data),
            "PORTAL_DATABASE_URL": "sqlite:////nowhere/db.sqlite3",
        },
    )
    out, err = process.communicate()

    assert (process.returncode, err) == (0, b"")
    assert b"demo-1.0.0.zip: helm demo 1.0.0" in out
    assert not data.exists()


def test_it_speaks_utf_8_whatever_the_locale(tmp_path: Path, bad: Path) -> None:
    path = bad.rename(tmp_path / "软件包.zip")
    locale = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    process = start(path, environment=locale)
    missing = start(tmp_path / "没有.zip", environment=locale)

    assert "软件包.zip: helm demo 1.0.0".encode() in process.communicate()[0]
    assert "没有.zip: No such file".encode() in missing.communicate()[1]


@pytest.mark.parametrize(
    ("words", "status"), [(["--fail-on", "never"], 0), (["--nonsense"], 2)], ids=["out", "err"]
)
def test_a_reader_that_has_seen_enough_is_no_error(
    bad: Path, words: list[str], status: int
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(bad, *words, stdout=writing, stderr=writing if status else subprocess.PIPE)
    os.close(writing)
    _out, err = process.communicate()

    assert (process.returncode, err or b"") == (status, b"")


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, False), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(
    bad: Path, environment: dict[str, str], coloured: bool
) -> None:
    ours, theirs = os.openpty()
    process = start(bad, stdout=theirs, environment=environment)
    os.close(theirs)
    out = b""
    try:
        while chunk := os.read(ours, 65536):
            out += chunk
    except OSError:
        pass  # how Linux says that nobody holds the other end any more
    os.close(ours)
    process.communicate()

    assert out.startswith(b"\x1b[1m") is coloured
    assert (b"\x1b" in out) is coloured


def severities_of(answer: Answer) -> list[tuple[str, str]]:
    found = report_of(answer)["findings"]
    return [(each["rule"], each["severity"]) for each in found if each["rule"] == "OSC-HELM-008"]


def test_a_rule_may_be_judged_otherwise(run: Run, bad: Path) -> None:
    milder = run(bad, "--format", "json", "--severity", "OSC-HELM-008=warning")
    twice = ("--severity", "OSC-HELM-008=warning", "--severity", "OSC-HELM-008=info")
    others = ("--severity", "OSC-PKG-008=info")
    mildest = run(bad, "--format", "json", *twice, *others, "--fail-on", "warning")

    assert (milder.status, severities_of(milder)) == (0, [("OSC-HELM-008", "warning")])
    assert (mildest.status, severities_of(mildest)) == (0, [("OSC-HELM-008", "info")])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("OSC-HELM-999=info", "there is no rule 'OSC-HELM-999'; list_rules prints them all"),
        ("info", "there is no rule 'info'; list_rules prints them all"),
        (
            "OSC-HELM-008=harmless",
            "write OSC-HELM-008= and one of error, warning, info",
        ),
        ("OSC-HELM-008", "write OSC-HELM-008= and one of error, warning, info"),
    ],
)
def test_a_severity_that_means_nothing_is_a_wrong_call(
    run: Run, bad: Path, given: str, words: str
) -> None:
    assert run(bad, "--severity", given) == (
        2,
        "",
        f"check_package: --severity {given}: {words}\n",
    )


def test_rules_link_to_the_portal_where_the_settings_show_its_address(run: Run, bad: Path) -> None:
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://portal.example.com"]):
        rules = report_of(run(bad, "--format", "sarif"))["runs"][0]["tool"]["driver"]["rules"]

    assert {rule["id"]: rule["helpUri"] for rule in rules}["OSC-HELM-008"] == (
        "https://portal.example.com/rules/OSC-HELM-008/"
    )
