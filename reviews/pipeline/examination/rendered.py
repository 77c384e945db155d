"""The rendered manifests that the edits change, as the proof has rendered them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from ..facts.model import Facts
from ..manifests.workloads import Document
from ..proof.by_rendering import Proof
from ..report.rendered import RenderedChanges, RenderedDocument
from ..tracing.experiment.renderer import DocumentKey, Observation, Scenario
from ..tracing.model import ImageStatus

MOST_DOCUMENTS = 500
MOST_LETTERS = 4_000_000
_ENTRY = re.compile(r"( +)([\w./-]{1,253}):(?: +(.*))?")


def rendered_changes(facts: Facts, proof: Proof | None) -> RenderedChanges | None:
    """The documents that the edits change; None where no chart was rendered after them.

    A resource is shown as the first scenario renders it, and once more for each scenario that shows
    another of its images. What differs from render to render is none of them: only documents
    with an image that is led elsewhere, or of which the proof reports another change.
    """
    if proof is None or not proof.rendered or proof.parsed:
        return None
    kept: list[RenderedDocument] = []
    shown: dict[tuple[str, str, str], set[str]] = {}
    letters = left_out = 0
    for found, images in _differing(facts, proof):
        key = (found.template, found.kind, found.name)
        if key in shown and images <= shown[key]:
            continue
        shown.setdefault(key, set()).update(images)
        letters += len(found.before) + len(found.after)
        if len(kept) < MOST_DOCUMENTS and letters <= MOST_LETTERS:
            kept.append(found)
        else:
            left_out += 1
    return RenderedChanges(tuple(kept), left_out)


def _differing(facts: Facts, proof: Proof) -> Iterator[tuple[RenderedDocument, set[str]]]:
    """Every document that the edits change, with its images that are led elsewhere."""
    moved = {
        (each.use.key, each.use.text)
        for image in facts.trace.images
        if image.status is ImageStatus.REDIRECTED
        for each in image.uses
    }
    changed = {(each.template, each.kind, each.name) for each in proof.changes}
    pairs = zip(facts.trace.scenarios, proof.after, strict=False)
    for (scenario, observation), (_after, documents) in pairs:
        led: dict[tuple[str, int], set[str]] = {}
        for use in observation.uses:
            if (use.key, use.text) in moved:
                led.setdefault((use.template, use.index), set()).add(use.text)
        for document, before, after in _pairs(observation, documents):
            found = _document(facts, scenario, document, before, after)
            images = led.get((document.template, document.index), set())
            if images or (found.template, found.kind, found.name) in changed:
                yield found, images


def _pairs(
    observation: Observation, documents: Mapping[DocumentKey, Document]
) -> Iterator[tuple[Document, str, str]]:
    """The documents whose texts differ; what is rendered afterwards only has none before."""
    for key, after in documents.items():
        before = observation.documents.get(key)
        text = before.text if before is not None else ""
        if text != after.text:
            yield after, text, after.text


def _document(
    facts: Facts, scenario: Scenario, document: Document, before: str, after: str
) -> RenderedDocument:
    kind, name = _named(after)
    if kind == "Secret":
        before, after = _hashed(before), _hashed(after)
    before, after = (text and text.rstrip("\n") + "\n" for text in (before, after))
    template = facts.address_of(document.template)
    return RenderedDocument(template, kind, name, before, after, scenario.shown_by)


def _named(text: str) -> tuple[str, str]:
    """The kind of a resource and its name, as its lines say; "" where they do not."""
    kind, name, top, depth = "", "", "", ""
    for line in text.splitlines():
        if line[:1] not in {"", " ", "#", "-"}:
            top, _colon, value = line.partition(":")
            kind = _plain(value) if top == "kind" else kind
        elif top == "metadata" and (found := _ENTRY.fullmatch(line)):
            depth = depth or found[1]
            if found[2] == "name" and found[1] == depth:
                name = _plain(found[3] or "")
    return kind, name


def _plain(value: str) -> str:
    return value.partition(" #")[0].strip().strip("\"'")[:253]


def _hashed(text: str) -> str:
    """A Secret with hashes instead of its data, by which alone a difference is seen."""
    lines: list[str] = []
    is_data, rest = False, ""
    for line in [*text.splitlines(), "end:"]:
        found = _ENTRY.fullmatch(line) if is_data else None
        is_top = line[:1] not in {"", " "}
        if (found is not None and len(found[1]) <= 2) or is_top:
            if rest:
                lines.append(f"  # sha256 {hashlib.sha256(rest.encode()).hexdigest()}")
            rest = ""
        if is_top:
            is_data = line.startswith(("data:", "stringData:"))
            lines.append(line)
        elif is_data:
            if found is not None and len(found[1]) <= 2:
                lines.append(f"{found[1]}{found[2]}:")
                rest = found[3] or ""
            else:
                rest += f"{line}\n"
        else:
            lines.append(line)
    return "\n".join(lines[:-1]) + "\n"
