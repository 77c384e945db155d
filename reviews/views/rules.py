"""The rules: all of them in a list, and a page for each, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..models import Finding
from ..pipeline import CHECKS, ENGLISH, INSIDE, Check, LineKind, TextSpan, rule_page
from .line_rows import Row, small_diff

_MOST_LINES = 1000
_MOST_NEW = 20  # lines of a file that a good example has, and the bad one has not
_BY_ID: Mapping[str, Check] = {check.ID: check for check in CHECKS}


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """One file of an example and what is amiss in it; without an address, names of files."""

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
    return min(
        good,
        key=lambda those: (
            len(_inside(those) ^ _inside(files)),
            len(those.keys() ^ files.keys()),
        ),
    )


def _inside(addresses: Iterable[str]) -> set[str]:
    """The addresses of files within the archive that each is in."""
    return {each.rpartition(INSIDE)[2] for each in addresses}


def _found(rule: str) -> int:
    """In how many uploads it was found."""
    return Finding.objects.filter(rule=rule).values("revision").distinct().count()


def _example(check: Check) -> Iterator[ExampleFile]:
    """The first bad example beside what it should be: fixed, or else the good one most like it.

    First come the names of files that are only in one of them. Of those, only what is new is
    shown, and only its beginning; what has only another name is not.
    """
    bad = check.BAD[0]
    wanted = {**bad.files, **bad.fixed} if bad.fixed else _most_alike(check, bad.files)
    names = tuple(_names(bad.files, wanted))
    if names:
        yield ExampleFile("", names)
    moved = set(bad.files.values())
    for address, after in wanted.items():
        before = bad.files.get(address)
        if ".tar" + INSIDE not in address and (before is not None or after not in moved):
            rows = tuple(_rows(before or "", after))
            if rows:
                yield ExampleFile(address, rows if before is not None else _beginning(rows))


def _names(bad: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[Row]:
    """Names of files that are only in one of them; of an archive that is not in both, its name."""
    one, other = _archives(bad), _archives(wanted)
    shown = {
        archive if archive not in one & other else address
        for address in bad.keys() ^ wanted.keys()
        for archive in _archives([address])
        if not (archive.endswith(".tar") and archive in one & other)
    }
    in_wanted = other | wanted.keys()
    for name in sorted(shown, key=lambda each: (each in in_wanted, each)):
        kind: LineKind = "added" if name in in_wanted else "removed"
        yield Row(kind, None, (TextSpan(name, changed=True),))


def _archives(addresses: Iterable[str]) -> set[str]:
    """The outermost archives that files are in; a file in none is its own."""
    return {each.partition(INSIDE)[0] for each in addresses}


def _rows(before: str, after: str) -> Iterator[Row]:
    for hunk in small_diff(before.encode(), after.encode(), _MOST_LINES).hunks:
        yield from hunk


def _beginning(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    if len(rows) <= _MOST_NEW:
        return rows
    return (*rows[:_MOST_NEW], Row("added", None, (TextSpan("…", changed=False),)))
