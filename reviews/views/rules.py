"""The rules: all of them in a list, and a page for each, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..models import Finding
from ..pipeline import CHECKS, ENGLISH, Check, rule_page
from .line_rows import Row, small_diff

_MOST_LINES = 1000
_BY_ID: Mapping[str, Check] = {check.ID: check for check in CHECKS}


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """One file of an example and what is amiss in it."""

    address: str
    rows: tuple[Row, ...]


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every rule."""
    language = get_language() or ENGLISH
    rules = [(check, rule_page(check, language).title) for check in CHECKS]
    return render(request, "rules/index.html", {"rules": rules})


@login_not_required
@require_safe
def page(request: HttpRequest, rule: str) -> HttpResponse:
    """What one rule asks for, why, and how to fix a package that breaks it."""
    check = _BY_ID.get(rule)
    if check is None:
        raise Http404
    context = {
        "check": check,
        "page": rule_page(check, get_language() or ENGLISH),
        "example": tuple(_example(check)),
        "found": _found(rule) if request.user.is_authenticated else None,
    }
    return render(request, "rules/page.html", context)


def _most_alike(check: Check, files: Mapping[str, str]) -> Mapping[str, str]:
    """The files of the first good example that is the same kind of package, by its files."""
    good = (each.files for each in check.GOOD)
    return min(good, key=lambda those: len(those.keys() ^ files.keys()))


def _found(rule: str) -> int:
    """In how many uploads it was found."""
    return Finding.objects.filter(rule=rule).values("revision").distinct().count()


def _example(check: Check) -> Iterator[ExampleFile]:
    """The first bad example beside what it should be: fixed, or else the first good one like it."""
    bad = check.BAD[0]
    wanted = {**bad.files, **bad.fixed} if bad.fixed else _most_alike(check, bad.files)
    for address in dict.fromkeys([*bad.files, *wanted]):
        before, after = bad.files.get(address, ""), wanted.get(address, "")
        hunks = small_diff(before.encode(), after.encode(), _MOST_LINES).hunks
        rows = tuple(row for hunk in hunks for row in hunk)
        if rows:
            yield ExampleFile(address, rows)
