"""What only `helm test` starts: hooks of a chart that are tests and nothing else.

Source: Helm's documentation of chart hooks; `test-success` and `test-failure` are its older names.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..manifests.workloads import Document
from ..tracing.experiment.uses import TracedUse
from .model import Facts

_HOOK = re.compile(r"helm\.sh/hook[\"']?\s*:\s*[\"']?([\w, -]+)")
_TESTS = frozenset({"test", "test-success", "test-failure"})


def is_only_in_tests(facts: Facts, uses: Collection[TracedUse]) -> bool:
    """Whether all of ``uses``, at least one, are in resources that only `helm test` makes."""
    observed = dict(facts.trace.scenarios)
    found = [
        observed[each.scenario].documents.get((each.use.template, each.use.index))
        if each.scenario in observed
        else None
        for each in uses
    ]
    return bool(found) and all(each is not None and _is_test(each) for each in found)


def _is_test(document: Document) -> bool:
    found = _HOOK.search(document.text)
    return found is not None and {each.strip() for each in found[1].split(",")} <= _TESTS
