"""The lists of rules: complete, in the order of the families, and causes before consequences."""

from __future__ import annotations

import importlib
import pkgutil
from itertools import groupby

import pytest

from reviews.pipeline import checks
from reviews.pipeline.checks.contract import Check
from reviews.pipeline.checks.registry import ARCHIVE_CHECKS, CHECKS, PACKAGE_CHECKS

FAMILIES = {
    "package": "OSC-PKG",
    "yaml": "OSC-YAML",
    "naming": "OSC-NAME",
    "annotations": "OSC-ANN",
    "contact": "OSC-CONTACT",
    "helm": "OSC-HELM",
    "mapping": "OSC-MAP",
    "operator": "OSC-OPR",
    "osc_format": "OSC-FMT",
    "image_archives": "OSC-IMG",
    "portal": "PORTAL",
}


def _family(check: Check) -> str:
    return check.ID.rpartition("-")[0]


def test_the_families_of_the_first_stage_follow_in_their_order() -> None:
    assert [family for family, _rules in groupby(PACKAGE_CHECKS, _family)] == [*FAMILIES.values()]


def test_the_second_stage_has_the_rules_of_image_archives_first_and_ours_last() -> None:
    assert [family for family, _rules in groupby(ARCHIVE_CHECKS, _family)] == [
        "OSC-IMG",
        "OSC-MAP",
        "PORTAL",
    ]


@pytest.mark.parametrize("name", FAMILIES)
def test_the_folder_of_a_family_lists_each_of_its_modules_once(name: str) -> None:
    folder = importlib.import_module(f"{checks.__name__}.{name}")
    listed = [*folder.PACKAGE_CHECKS, *getattr(folder, "ARCHIVE_CHECKS", ())]
    modules = {module.name for module in pkgutil.iter_modules(folder.__path__)}

    assert sorted(each.__name__.rpartition(".")[2] for each in listed) == sorted(modules)
    assert {_family(each) for each in listed} == {FAMILIES[name]}


def test_every_folder_with_rules_is_a_family() -> None:
    folders = {module.name for module in pkgutil.iter_modules(checks.__path__) if module.ispkg}

    assert folders == {*FAMILIES, "examples"}


def test_ids_and_names_are_given_once() -> None:
    assert len({check.ID for check in CHECKS}) == len(CHECKS)
    assert len({check.NAME for check in CHECKS}) == len(CHECKS)


def test_a_rule_comes_after_earlier_rules_only() -> None:
    position = {check.ID: number for number, check in enumerate(CHECKS)}
    late = [
        (check.ID, cause)
        for check in CHECKS
        for cause in getattr(check, "AFTER", ())
        if position.get(cause, len(position)) >= position[check.ID]
    ]

    assert late == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.NAME)
def test_whoever_reads_a_finding_with_an_edit_need_not_do_anything(check: Check) -> None:
    edited = [each for example in check.BAD for each in example.findings if each.edit is not None]

    assert [each for each in edited if not str(each.help).startswith("You need not do")] == []
