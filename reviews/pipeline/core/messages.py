"""Words for people: English templates with parameters, translated at the entry points.

The pipeline has no language of its own. It names a template and the parameters; an entry
point (page, command line, report) looks the template up in its catalogue and fills it in. What is
a word in a parameter is a message too, and several are a list, so that both are put together in
the reader's language. ``_`` marks a template for ``make messages``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Union

Translate: TypeAlias = Callable[[str], str]
"""An English template in, the template in the reader's language out."""

Parameter: TypeAlias = Union[
    str, int, float, "Message", "Clause", "Listed", "OneOf", "Series", tuple["Parameter", ...]
]
"""What fills a place of a template. A tuple is a list of which everything is shown."""

_SHOWN = 8
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Message:
    """An English ``%(name)s`` template and what fills it in.

    ``str(message)`` is the English text. ``message.text(gettext)`` is the text
    in the language that ``gettext`` translates the template to.
    """

    template: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    def text(self, translate: Translate = str) -> str:
        """The words in the language of ``translate`` (template in, template out)."""
        template = translate(self.template)
        shown = self.shown_parameters(translate)
        for name, value in self.parameters.items():
            if not isinstance(value, str | int | float):
                template = _without_blanks(template, name, str(shown[name]))
        return template % shown if shown else template.replace("%%", "%")

    def shown_parameters(self, translate: Translate = str) -> dict[str, str | int | float]:
        """What fills the template in the language of ``translate``, by name."""
        return {name: _shown(value, translate) for name, value in self.parameters.items()}

    def with_names(self, marked: Callable[[str], str]) -> Message:
        """The same message with ``marked(name)`` for each name that fills it in.

        A name is a text that is the same in every language: of a file, of an image, a value.
        """
        parameters = {name: _marked(each, marked) for name, each in self.parameters.items()}
        return Message(self.template, parameters)

    def dump(self) -> dict[str, Any]:
        """The message as JSON-ready data; ``Message.load`` takes it back."""
        parameters = {name: _dump(value) for name, value in self.parameters.items()}
        return {"template": self.template, "parameters": parameters}

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Message:
        """The message that ``data`` was dumped of.

        The form of earlier versions, whose parameters are texts and numbers, is read as well.
        """
        parameters = {name: _load(value) for name, value in data["parameters"].items()}
        return cls(data["template"], parameters)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Clause:
    """A message without the full stop at its end, so that it can be a part of a sentence."""

    message: Message

    def text(self, translate: Translate = str) -> str:
        """The clause in the language of ``translate``."""
        return self.message.text(translate).rstrip(".。")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of which the first eight items are shown, and how many there are."""

    items: tuple[Parameter, ...]

    def __len__(self) -> int:
        return len(self.items)

    def text(self, translate: Translate = str) -> str:
        """The list in the language of ``translate``."""
        if len(self.items) <= _SHOWN:
            return _joined(self.items, translate)
        return _CUT_SHORT.text(translate) % {
            "names": _joined(self.items[:_SHOWN], translate),
            "count": len(self.items),
        }


@dataclass(frozen=True, slots=True)
class OneOf:
    """Several items of which one is to be chosen."""

    items: tuple[Parameter, ...]

    def text(self, translate: Translate = str) -> str:
        """The choice in the language of ``translate``: “a, b or c”."""
        *first, last = self.items
        if not first:
            return str(_shown(last, translate))
        return _OR.text(translate) % {
            "first": _joined(tuple(first), translate),
            "last": _shown(last, translate),
        }


@dataclass(frozen=True, slots=True)
class Series:
    """A list of items that may have commas of their own; all of them are shown."""

    items: tuple[Parameter, ...]

    def text(self, translate: Translate = str) -> str:
        """The list in the language of ``translate``: “a; b; c”."""
        return _joined(self.items, translate, _SERIES_SEPARATOR)


def _without_blanks(template: str, name: str, words: str) -> str:
    """``template`` without the blanks beside ``%(name)s`` that would be between Chinese words."""
    if _HAN.match(words[:1]):
        template = re.sub(rf"(?<={_HAN.pattern}) (?=%\({name}\))", "", template)
    if _HAN.match(words[-1:]):
        template = re.sub(rf"(?<=%\({name}\)s) (?={_HAN.pattern})", "", template)
    return template


def _(template: str, **parameters: Parameter) -> Message:
    """Mark ``template`` for translation and bind its parameters."""
    return Message(template, parameters)


def listed(names: Iterable[Parameter]) -> Listed:
    """``names`` for a parameter, of which the first eight are shown, and how many there are."""
    return Listed(tuple(names))


def one_of(names: Iterable[Parameter]) -> OneOf:
    """``names`` (at least one) for a parameter, as a choice: “a, b or c”."""
    return OneOf(tuple(names))


def series(parts: Iterable[Parameter]) -> Series:
    """``parts`` for a parameter, with semicolons between them."""
    return Series(tuple(parts))


def items_of(parameter: Parameter) -> tuple[Parameter, ...]:
    """What is in a list; anything else is a list of itself."""
    if isinstance(parameter, (Listed, OneOf, Series)):
        return parameter.items
    return parameter if isinstance(parameter, tuple) else (parameter,)


_SEPARATOR = _(", ")  # between the items of a list
_SERIES_SEPARATOR = _("; ")  # between the items of a list that have commas of their own
_OR = _("%(first)s or %(last)s")
_CUT_SHORT = _("%(names)s, … (%(count)s)")


def _shown(parameter: Parameter, translate: Translate) -> str | int | float:
    if isinstance(parameter, (Message, Clause, Listed, OneOf, Series)):
        return parameter.text(translate)
    return _joined(parameter, translate) if isinstance(parameter, tuple) else parameter


def _joined(
    items: tuple[Parameter, ...], translate: Translate, separator: Message = _SEPARATOR
) -> str:
    return separator.text(translate).join(str(_shown(item, translate)) for item in items)


def _marked(parameter: Parameter, marked: Callable[[str], str]) -> Parameter:
    if isinstance(parameter, str):
        return marked(parameter)
    if isinstance(parameter, Message):
        return parameter.with_names(marked)
    if isinstance(parameter, Clause):
        return Clause(parameter.message.with_names(marked))
    if isinstance(parameter, (Listed, OneOf, Series)):
        return type(parameter)(tuple(_marked(each, marked) for each in parameter.items))
    if isinstance(parameter, tuple):
        return tuple(_marked(each, marked) for each in parameter)
    return parameter


_LISTS: dict[str, type[Listed | OneOf | Series]] = {
    "listed": Listed,
    "one_of": OneOf,
    "series": Series,
}  # by the key of their stored form


def _dump(parameter: Parameter) -> Any:
    if isinstance(parameter, Message):
        return parameter.dump()
    if isinstance(parameter, Clause):
        return {"clause": parameter.message.dump()}
    for key, kind in _LISTS.items():
        if isinstance(parameter, kind):
            return {key: [_dump(item) for item in parameter.items]}
    return [_dump(item) for item in parameter] if isinstance(parameter, tuple) else parameter


def _load(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_load(item) for item in data)
    if not isinstance(data, dict):
        return data
    if "clause" in data:
        return Clause(Message.load(data["clause"]))
    for key, kind in _LISTS.items():
        if key in data:
            return kind(tuple(_load(item) for item in data[key]))
    return Message.load(data)
