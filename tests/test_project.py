"""The rules of the project itself: imports, names, documents that cannot go stale, and locks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from osc_portal.settings import VARIABLES

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = [contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]]
MEANINGLESS_NAMES = {"util", "helper", "common", "misc", "manager", "service", "handler"}


def _modules() -> Iterator[Path]:
    for folder in ("osc_portal", "reviews", "tests"):
        yield from (ROOT / folder).rglob("*.py")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _broken_contracts(root: Path) -> set[str]:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=root,
        env=os.environ | {"COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", linted.stdout, re.MULTILINE))
    assert sorted(verdicts) == sorted(CONTRACTS), linted.stdout + linted.stderr
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


def test_no_import_breaks_a_contract() -> None:
    assert _broken_contracts(ROOT) == set()


@pytest.mark.parametrize(
    ("module", "imported", "broken"),
    [
        ("pipeline/yaml/source.py", "from reviews.pipeline.facts import model", {0, 1}),
        ("pipeline/mapping/entries.py", "from reviews.pipeline.facts import model", {0}),
        ("pipeline/archive/a.py", "from reviews.pipeline.archive import b", {1}),
        ("forms.py", "from reviews.pipeline.yaml import source", {2}),
        ("pipeline/checks/helm/a.py", "from reviews.pipeline.checks.yaml import b", {3}),
        ("pipeline/examination/run.py", "from django.conf import settings", {4}),
        ("pipeline/examination/run.py", "import socket", {4}),
        ("models/a.py", "from reviews import views", {1, 7}),
        ("actions/a.py", "from reviews.jobs import sweep", {7}),
        ("queries/a.py", "from reviews.actions import reviewing", {7}),
        ("queue.py", "from reviews import tasks", {7}),
        ("pipeline/examination/run.py", "from reviews import models", {1, 7}),
        ("views/a.py", "from osc_portal import settings", {8}),
        ("registry/client.py", "from reviews import models", {5}),
        ("views/a.py", "from reviews.registry import client", {6}),
    ],
)
def test_an_import_that_breaks_a_contract_is_reported(
    module: str, imported: str, broken: set[int], tmp_path: Path
) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder in ("osc_portal", "reviews"):
        for file in (ROOT / folder).rglob("*.py"):
            copied = tmp_path / file.relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.touch()
    for name, text in {
        "pipeline/facts/model.py": "from reviews.pipeline.yaml import source\n",
        "pipeline/archive/b.py": "from reviews.pipeline.archive import a\n",
        "pipeline/checks/yaml/b.py": "",
        "views/a.py": "from reviews.models import a\n",
        "models/a.py": "from reviews import pipeline\n",
    }.items():
        (tmp_path / "reviews" / name).write_text(text, encoding="utf-8")
    (tmp_path / "reviews" / module).write_text(f"{imported}\n", encoding="utf-8")

    assert _broken_contracts(tmp_path) == {CONTRACTS[number] for number in broken}


def test_every_contract_is_a_sentence() -> None:
    assert [name for name in CONTRACTS if not re.fullmatch(r"[A-Z].*[a-z]", name)] == []


def test_no_module_has_a_meaningless_name() -> None:
    named = {module: module.stem.rstrip("s").lstrip("_") for module in _modules()}

    assert [str(module) for module, name in named.items() if name in MEANINGLESS_NAMES] == []


def test_every_folder_of_modules_is_a_package() -> None:
    without_init = [
        str(folder.relative_to(ROOT))
        for folder in {module.parent for module in _modules()}
        if "golden" not in folder.parts and not (folder / "__init__.py").is_file()
    ]

    assert without_init == []


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `(PORTAL_\w+)` \| (.*?) \| (.*) \|$", _text("README.md"), re.MULTILINE)

    assert rows == [
        (name, f"`{variable.default}`" if variable.default else "", variable.meaning)
        for name, variable in VARIABLES.items()
    ]


def test_both_readmes_have_the_same_commands_settings_and_options_and_name_each_other() -> None:
    english, chinese = _text("README.md"), _text("README.zh-CN.md")

    for pattern in (
        r"^(?:make|\.venv/bin/python manage\.py) [^#\n]*?(?= *#| *$)",
        r"^\| `(PORTAL_\w+)` \|",
        r"^\| `(--[\w-]+)",
        r"^\| (\d) \|",
    ):
        found = re.findall(pattern, english, re.MULTILINE)
        assert re.findall(pattern, chinese, re.MULTILINE) == found
        assert found
    assert "[中文](README.zh-CN.md)" in english
    assert "[English](README.md)" in chinese


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_every_command_that_a_document_names_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))

    named = re.findall(r"(?:^|`)make ([a-z-]+)", _text(document), re.MULTILINE)

    assert [command for command in named if command not in targets] == []
    assert "test" in named


def test_make_alone_lists_every_command() -> None:
    printed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", _text("Makefile"), re.MULTILINE)

    assert phony is not None
    assert set(re.findall(r"make ([a-z-]+)", printed)) == set(phony[1].split()) - {"install-dev"}


def test_decisions_are_numbered_dated_and_complete() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))

    assert [file.name[:4] for file in decisions] == [
        f"{number:04}" for number in range(1, len(decisions) + 1)
    ]
    for file in decisions:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith(f"# {file.name[:4]} "), file.name
        assert re.fullmatch(r"Date: \d{4}-\d\d-\d\d", lines[2]), file.name
        assert [line for line in lines if line.startswith("## ")] == [
            "## Context",
            "## Decision",
            "## Consequences",
        ], file.name


@pytest.mark.parametrize("script", [".ci/run", ".ci/debian-packages"])
def test_the_scripts_of_ci_are_executable_bash(script: str) -> None:
    assert _text(script).startswith("#!/usr/bin/env bash\n")
    assert os.access(ROOT / script, os.X_OK)
    assert subprocess.run(["bash", "-n", ROOT / script], check=False).returncode == 0


def _pins(lock: str) -> dict[str, tuple[str, int]]:
    """What ``lock`` pins: the version, and its number of hashes."""
    blocks = re.findall(r"^([\w.-]+)==(\S+)(.*(?:\n    --hash=\S+.*)*)", _text(lock), re.MULTILINE)
    return {name: (version, hashes.count("--hash=sha256:")) for name, version, hashes in blocks}


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["project"]["dependencies"]),
        ("requirements-dev.lock", PROJECT["dependency-groups"]["dev"]),
        ("requirements-fuzz.lock", PROJECT["dependency-groups"]["fuzz"]),
    ],
)
def test_the_lock_pins_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    pins = _pins(lock)

    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins[requirement.name.lower()][0]), requirement
    assert [name for name, (_, hashes) in pins.items() if not hashes] == []


def test_both_locks_agree() -> None:
    assert _pins("requirements.lock").items() <= _pins("requirements-dev.lock").items()


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-fuzz.lock"]
)
def test_a_lock_names_no_place_to_fetch_from(lock: str) -> None:
    assert re.findall(r"^.*(?:://|-index|find-links|file:).*$", _text(lock), re.MULTILINE) == []


def test_each_lint_rule_that_is_left_out_has_its_reason() -> None:
    left_out = re.findall(r'^    "[A-Z]+[0-9]*",.*$', _text("pyproject.toml"), re.MULTILINE)

    assert [line for line in left_out if not re.search(r",\s+# \S+", line)] == []
