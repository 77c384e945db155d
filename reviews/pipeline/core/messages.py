"""Words for people: English templates with parameters, translated at the doors.

The workshop never speaks a language of its own. It names a template and the
parameters; a door (page, command line, report) looks the template up in its
catalogue and fills it in. ``_`` marks a template for ``makemessages``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

type_of_parameter = str | int | float

_NAMED = 8


@dataclass(frozen=True, slots=True)
class Message:
    """An English ``%(name)s`` template and what fills it in.

    ``str(message)`` is the English text. ``message.text(gettext)`` is the text
    in the language that ``gettext`` translates the template to.
    """

    template: str
    parameters: Mapping[str, type_of_parameter] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The words in the language of ``translate`` (template in, template out)."""
        template = translate(self.template)
        return template % self.parameters if self.parameters else template.replace("%%", "%")

    def __str__(self) -> str:
        return self.text()


def _(template: str, **parameters: type_of_parameter) -> Message:
    """Mark ``template`` for translation and bind its parameters."""
    return Message(template, parameters)


def listed(names: Iterable[str]) -> str:
    """``names`` for a parameter: the first eight, and how many there are."""
    found = list(names)
    if len(found) <= _NAMED:
        return ", ".join(found)
    return f"{', '.join(found[:_NAMED])}, … ({len(found)})"
