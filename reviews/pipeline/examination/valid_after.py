"""Whether the API servers still take the manifests after the rewrite.

What an edit does to labels and selectors is found by experiment, and such a value is left as it is.
This is what remains: a manifest that was taken before and is refused after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..core.messages import Message, _
from ..facts.manifest_faults import documents_faults
from ..facts.model import Facts
from ..manifests.workloads import Document
from ..proof.by_rendering import Proof
from ..tracing.experiment.renderer import ChartRenderer, DocumentKey, Scenario
from ..tracing.model import ImageStatus


def refused_after(renderer: ChartRenderer, facts: Facts, proof: Proof) -> dict[str, Message]:
    """The originals whose edits make a manifest illegal, each with the reason."""
    before = {id(scenario): seen.documents for scenario, seen in facts.trace.scenarios}
    failed: dict[str, Message] = {}
    for scenario, documents in proof.after:
        known = before.get(id(scenario), _of_same(scenario, facts))
        changed = {
            key: document for key, document in documents.items() if known.get(key) != document
        }
        if not changed:
            continue
        were = set(_causes(renderer, facts, [known[key] for key in changed if key in known]))
        for key, document in changed.items():
            for cause, words in _causes(renderer, facts, [document]).items():
                if cause not in were:
                    reason = _("the API server refuses the manifest after it: %(what)s", what=words)
                    failed |= dict.fromkeys(_moved(facts, key), reason)
    return failed


def _of_same(scenario: Scenario, facts: Facts) -> Mapping[DocumentKey, Document]:
    """What a scenario showed whose values file was edited."""
    same = (
        seen.documents for each, seen in facts.trace.scenarios if each.shown_by == scenario.shown_by
    )
    return next(same, {})


def _causes(
    renderer: ChartRenderer, facts: Facts, documents: list[Document]
) -> dict[tuple[object, ...], Message]:
    minor = facts.clusters.states[0].versions[0].minor if facts.clusters.states else None
    if minor is None:
        return {}
    return {
        (fault.kind, fault.pointer, str(fault.message)): fault.message
        for fault in documents_faults(renderer, documents, minor)
    }


def _moved(facts: Facts, key: DocumentKey) -> Iterator[str]:
    """The redirected images of the template; where it has none, all of them."""
    redirected = [image for image in facts.trace.images if image.status is ImageStatus.REDIRECTED]
    near = [image for image in redirected if any(use.use.template == key[0] for use in image.uses)]
    for image in near or redirected:
        yield image.original
