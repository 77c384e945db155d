"""The records on the administrators' first page, as Django's ``admin/app_list.html`` lists them.

Drawn by hand instead of by that template, because there are some thirty kinds of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = template.Library()


@register.simple_tag
def record_list(apps: Iterable[Mapping[str, Any]]) -> SafeString:
    """``apps`` are the applications with their models, as Django's site describes them."""
    nothing = escape(gettext("You don’t have permission to view or edit anything."))
    html = "\n".join(map(_app, apps)) or f"<p>{nothing}</p>"
    return mark_safe(html)  # noqa: S308 - every text is escaped


def _app(app: Mapping[str, Any]) -> str:
    label, name = escape(app["app_label"]), str(app["name"])
    about = escape(gettext("Models in the %(name)s application") % {"name": name})
    heads = (gettext("Model name"), gettext("Add link"), gettext("Change or view list link"))
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    rows = "\n".join(_row(label, model) for model in app["models"])
    return (
        f'<div class="app-{label} module"><table><caption><a href="{escape(app["app_url"])}"'
        f' class="section" title="{about}">{escape(name)}</a></caption>'
        f'<thead class="visually-hidden"><tr>{head}</tr></thead>\n{rows}</table></div>'
    )


def _row(label: str, model: Mapping[str, Any]) -> str:
    kind, name = escape(model["object_name"].lower()), escape(str(model["name"]))
    anchor, at = f"{label}-{kind}", model["admin_url"]
    if at:
        name = f'<a href="{escape(at)}">{name}</a>'
    is_read = model.get("view_only", False)
    looked = ("view", gettext("View")) if is_read else ("change", gettext("Change"))
    return (
        f'<tr class="model-{kind}"><th scope="row" id="{anchor}">{name}</th>'
        f"<td>{_link(model['add_url'], 'add', gettext('Add'), anchor)}</td>"
        f"<td>{_link(at, *looked, anchor)}</td></tr>"
    )


def _link(at: str | None, deed: str, words: str, anchor: str) -> str:
    if not at:
        return ""
    named = f'class="{deed}link" aria-describedby="{anchor}"'
    return f'<a href="{escape(at)}" {named}>{escape(words)}</a>'
