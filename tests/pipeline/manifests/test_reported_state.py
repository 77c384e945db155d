"""What reports the state of a resource in a text names no image that is pulled."""

from __future__ import annotations

import json

from reviews.pipeline.manifests.reported_state import reported_state

NODES = """\
kind: List
items:
- status:
    images:
    - names: [registry.example.com/team/a:1]
  kind: Node
- kind: Node
  status:
    images:
    - names: [registry.example.com/team/b:1]
spec:
  image: registry.example.com/team/c:1
"""


def left(text: str) -> str:
    """The text without what reports a state."""
    for start, end in reversed(reported_state(text)):
        text = text[:start] + text[end:]
    return text


def test_the_status_of_resources_in_a_text_is_reported_state() -> None:
    rest = left(NODES)
    assert [name for name in "abc" if f"team/{name}:1" in rest] == ["c"]


def test_the_status_of_resources_in_json_is_reported_state() -> None:
    nodes = {"kind": "Node", "status": {"images": ["quay.io/team/a:1"]}, "spec": "quay.io/team/b:1"}
    rest = left(json.dumps(nodes))
    assert [name for name in "ab" if f"team/{name}:1" in rest] == ["b"]


def test_a_component_that_is_called_status_is_none() -> None:
    text = "status:\n  image: quay.io/team/status:1\nother:\n  kind: x\n"
    assert left(text) == text
