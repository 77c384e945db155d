"""The errors of libyaml in words that a partner can act on."""

from __future__ import annotations

from ..core.messages import Message, _

_NOT_QUOTED = _(
    "A text is missing its closing quote, or a quote inside it is not escaped. Add the quote."
)
_ALIGN = _(
    "This line does not fit what is above it. Check that keys of one map begin in one"
    " column, that each key has its colon, and that nothing follows a closed quote."
)
_CLOSE = _("A list [...] or a map {...} is not closed, or a comma is missing. Close it.")
_PROBLEMS = {
    "mapping values are not allowed in this context": _(
        "There is a colon here where no key can be. Put the text in quotes if the colon belongs"
        " to it, else correct the indentation."
    ),
    "found unexpected end of stream": _NOT_QUOTED,
    "found unexpected document indicator": _NOT_QUOTED,
    "found unknown escape character": _(
        "A backslash in double quotes begins no escape that YAML knows. Double the backslash,"
        " or use single quotes."
    ),
    "did not find expected key": _ALIGN,
    "did not find expected '-' indicator": _ALIGN,
    "could not find expected ':'": _ALIGN,
    "block sequence entries are not allowed in this context": _ALIGN,
    "mapping keys are not allowed in this context": _ALIGN,
    "found unexpected ':'": _(
        "A colon in braces or brackets needs a space behind it, or quotes around the whole text."
    ),
    "did not find expected <document start>": _(
        "Text follows the end of the document (...). Remove it, or begin a document with ---."
    ),
    "did not find expected ',' or ']'": _CLOSE,
    "did not find expected ',' or '}'": _CLOSE,
    "did not find expected node content": _(
        "A value is missing here, or begins with a bracket that closes nothing. Complete it;"
        " a text that begins with { or [ needs quotes."
    ),
    "did not find expected comment or line break": _(
        "Text follows the | or > on the same line. Begin the text on the next line."
    ),
}
_TAB = _("There is a tab here where YAML takes only spaces. Indent with spaces.")
_RESERVED = _("A text may not begin with %(character)s unless it is in quotes. Put it in quotes.")


def explain(problem: str, character: str) -> Message:
    """The words of libyaml for a fault, in words a partner can act on."""
    if character == "\t":
        return _TAB
    if problem == "found character that cannot start any token":
        return Message(_RESERVED.template, {"character": character})
    known = _PROBLEMS.get(problem)
    return known or _("This is not YAML: %(problem)s. Correct the line.", problem=problem)
