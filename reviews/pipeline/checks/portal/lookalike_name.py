"""The name of a file is not mistaken for another one.

**What.** The name of a file or folder has full-width letters (`ｖalues.yaml`), or mixes letters of
scripts that look alike in one word (`vаlues.yaml` with a Cyrillic а).

**Why.** Programs look for the exact name: a file that only looks like `values.yaml` is not used,
and whoever reviews the package believes that it is.

**How to fix it.** Rename the file with letters of the keyboard. Chinese names and full-width
punctuation are no problem.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.lookalikes import mixed_word, plain_form
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected

ID = "PORTAL-046"
NAME = "lookalike-name"
TITLE = _("A file has a name that looks like another")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (
    bare_chart(more={"部署说明（新）.md": "Read me.\n", "привет-world.md": "Hello.\n"}),
)
BAD: tuple[Example, ...] = (
    bare_chart(more={"ｖalues-2.yaml": "a: 1\n"}).expecting(
        Expected(
            "PORTAL-046",
            "warning",
            "demo/ｖalues-2.yaml",
            message=Message(
                "%(name)s has full-width letters: programs do not take it for %(plain)s.",
                {"name": "demo/ｖalues-2.yaml", "plain": "demo/values-2.yaml"},
            ),
            help="Rename it with letters of the keyboard.",
        )
    ),
    bare_chart(more={"docs/vаlues.yaml": "a: 1\n"}).expecting(
        Expected(
            "PORTAL-046",
            "warning",
            "demo/docs/vаlues.yaml",
            message=Message(
                "“%(word)s” in %(name)s has letters of several scripts that look alike.",
                {"word": "vаlues", "name": "demo/docs/vаlues.yaml"},
            ),
            help="Rename it with letters of the keyboard.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each file of the upload and of what is packed in it, once."""
    package = facts.package
    archives = (*(holder for holder, _member in package.holders), package.deploy, *package.opened)
    for archive in {each.where: each for each in archives}.values():
        for member in archive.files():
            words = _objection(member.name)
            if words is not None:
                yield Problem(
                    words,
                    _("Rename it with letters of the keyboard."),
                    Place(archive.address(member.name)),
                )


def _objection(name: str) -> Message | None:
    plain = plain_form(name)
    if plain != name:
        return _(
            "%(name)s has full-width letters: programs do not take it for %(plain)s.",
            name=name,
            plain=plain,
        )
    word = mixed_word(name)
    if word is not None:
        return _(
            "“%(word)s” in %(name)s has letters of several scripts that look alike.",
            word=word,
            name=name,
        )
    return None
