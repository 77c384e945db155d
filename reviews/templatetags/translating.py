"""Django's tags of translation: a text that is written in a template is looked up once.

It is kept for each language, with the template: a page has a hundred of them. Settings give this
library the name ``i18n``.
"""

from __future__ import annotations

from django.template import Context, Library, Node
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class WrittenText(Node):
    """A text of the template in the language of whoever reads it."""

    def __init__(self, text: i18n.TranslateNode) -> None:
        self._text = text
        self._known: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self._known:
            self._known[language] = self._text.render(context)
        return self._known[language]


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """As Django's own tag, which it is for all but a text alone."""
    node = i18n.do_translate(parser, token)
    text = node.filter_expression
    is_written = text.var.lookups is None and not text.filters
    is_alone = not node.asvar and node.message_context is None and not node.noop
    return WrittenText(node) if is_written and is_alone else node
