"""English that is left in Chinese texts and pages, names and quoted text apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from reviews.pipeline.core import messages

_BEGIN, _END = "⟦", "⟧"
_NAMES_OF_PACKAGES = re.compile(rf"{_BEGIN}[^{_END}]*{_END}|“[^”]*”|`[^`]*`")
_TOKEN = re.compile(r"[!-~]+")
_WORD = re.compile(r"[A-Za-z][a-z]+(?:'s)?|[A-Z]{2,}")
"""A name with a capital within, such as ``defaultPath``, is a field of a file."""
_EDGES = "()[]{}<>,;:.!?\"'*…|"

_NAMES = """
API APIService AppArmor ArtifactHub Annotation base64 BOM Chart Charts ClusterServiceVersion
CNAME CRD CSD CSV CPU ConfigMap CronJob Ctrl CustomServiceDefinition CycloneDX Deployment DNS
docker Docker Enter Excel GB Go gzip Helm HTTP HTTPS Huawei ID IP JSON KB Kubernetes label Linux
Logo MB MiB OCI OLM Operator OSC PEM Pod PNG Portal RBAC Release SARIF SBOM Secret SHA sha256
SVG SWR Trivy VEX tag tar tgz TLS URL UTC UTF Webhook YAML zip address apiVersion bundle channel
containerImage csd deployScenes helm index kubeVersion lint list manifest manifests mode null
raw replaces scenes architecture devices CCE schema skips source spec templates values
"""
NAMES = frozenset(_NAMES.split())
"""Names, terms and fields of files that a Chinese text has, too."""

_APART = {"title", "code", "pre", "kbd", "script", "style", "textarea", "svg"}
_READ_ALOUD = ("title", "aria-label", "placeholder", "alt", "data-label")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr", "use"}


def with_marked_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, each name that fills a message is marked, so that only our words are left."""
    show: Callable[[Any, Any], Any] = messages._shown

    def marked(value: Any, translate: Any) -> Any:
        shown = show(value, translate)
        return f"{_BEGIN}{shown}{_END}" if isinstance(value, str) else shown

    monkeypatch.setattr(messages, "_shown", marked)


def english_in(text: str, names: frozenset[str] = NAMES) -> Iterator[str]:
    """The English words of ``text`` that are no ``names`` and stand in no quotation."""
    for token in _TOKEN.findall(_NAMES_OF_PACKAGES.sub(" ", text)):
        bare = token.strip(_EDGES)
        is_masked = "***" in token  # the beginning of a password's hash
        if _WORD.fullmatch(bare) and bare not in names and not is_masked:
            yield bare


def english_in_page(html: str, names: frozenset[str] = NAMES) -> list[str]:
    """The English words that a page shows or has read aloud, outside of quoted text."""
    page = _Page()
    page.feed(html)
    page.close()
    return [word for text in page.texts for word in english_in(text, names)]


class _Page(HTMLParser):
    """Collects the texts of a page. Elements that are not for translation are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    @property
    def _is_apart(self) -> bool:
        return any(apart for _tag, apart in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_apart = tag in _APART or given.get("translate") == "no"
        if not is_apart and not self._is_apart:
            self.texts += [given[name] or "" for name in _READ_ALOUD if name in given]
        if tag not in _VOID:
            self._open.append((tag, is_apart))

    def handle_endtag(self, tag: str) -> None:
        if any(each == tag for each, _apart in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._is_apart:
            self.texts.append(data)
