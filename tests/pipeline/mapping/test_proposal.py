"""The mapping that is proposed: every file it is written into stays what it was."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.pipeline.core.findings import Edit
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.mapping.entries import INSTANCE_KEYS, parse_mapping
from reviews.pipeline.mapping.proposal import ProposedMapping, WantedEntry
from reviews.pipeline.yaml.append import item_slot
from reviews.pipeline.yaml.edit import splice
from reviews.pipeline.yaml.source import YamlSource
from reviews.pipeline.yaml.spelling import CannotEdit

FILE = "demo/images/mapping.yaml"
ETCD = WantedEntry(
    originals=("docker.io/bitnami/etcd:3",),
    image="etcd",
    tag="3",
    address={"endpoint": "image.registry", "repository": "image.repository", "tag": "image.tag"},
    package={"x86_64": "etcd-3-x86_64.tar", "aarch64": "etcd-3-aarch64.tar"},
    change_sets=("image:image.registry",),
)
AGENT = WantedEntry(
    originals=("quay.io/demo/agent:1.10",),
    image="agent",
    tag="1.10",
    address={"fullAddress": "agent"},
    package={"x86_64": "agent.tar"},
    change_sets=("image:agent",),
)
NEW = """\
instance:
- image: etcd
  tag: "3"
  address:
    endpoint: image.registry
    repository: image.repository
    tag: image.tag
  package:
    x86_64: etcd-3-x86_64.tar
    aarch64: etcd-3-aarch64.tar
- image: agent
  tag: "1.10"
  address:
    fullAddress: agent
  package:
    x86_64: agent.tar
"""
AGENT_LINES = NEW[NEW.index("- image: agent") :]


def source(text: str) -> YamlSource:
    return YamlSource.parse(text.encode(), FILE, Limits())


def written(text: str, *entries: WantedEntry) -> str:
    """``text`` with the entries behind its own."""
    slot = item_slot(source(text), INSTANCE_KEYS)
    edit = ProposedMapping.behind(FILE, slot, entries or (AGENT,)).edit()
    assert edit is not None
    return splice(text.encode(), [edit]).decode()


def plain(entry: WantedEntry) -> dict[str, Any]:
    return {
        "image": entry.image,
        "tag": entry.tag,
        "address": dict(entry.address),
        "package": dict(entry.package),
    }


def test_a_new_file_has_the_form_of_the_guide() -> None:
    proposed = ProposedMapping(FILE, is_new=True, entries=(ETCD, AGENT))

    assert proposed.edit() == Edit(FILE, 0, 0, None, NEW)


def test_an_entry_whose_edits_were_rejected_is_left_out() -> None:
    proposed = ProposedMapping(FILE, is_new=True, entries=(ETCD, AGENT))

    assert proposed.edit({"image:image.registry"}) == Edit(
        FILE, 0, 0, None, "instance:\n" + AGENT_LINES
    )


def test_without_an_entry_there_is_no_edit() -> None:
    proposed = ProposedMapping(FILE, is_new=True, entries=(ETCD, AGENT))

    assert proposed.edit({"image:image.registry", "image:agent", "another"}) is None


SPELLINGS = [
    "3",
    "1.10",
    "1e3",
    "2024-01-02",
    "yes",
    "null",
    "~",
    "0x1f",
    "1_000",
    "12:30",
    "v3",
    "on",
]


@pytest.mark.parametrize("tag", SPELLINGS)
def test_a_tag_is_read_back_as_the_text_it_is(tag: str) -> None:
    entry = WantedEntry((), "etcd", tag, {"fullAddress": "a.b"}, {"x86_64": "etcd.tar"})
    edit = ProposedMapping(FILE, is_new=True, entries=(entry,)).edit()
    assert edit is not None

    mapping = parse_mapping(edit.after.encode(), FILE, Limits())

    assert [(each.image, each.tag, each.parts["tag"].value) for each in mapping.entries] == [
        ("etcd", tag, tag)
    ]


OWN = "- image: etcd\n  tag: '3'\n"
LINES = AGENT_LINES.splitlines(keepends=True)
FILES = {
    "a block list": (f"instance:\n{OWN}", f"instance:\n{OWN}{AGENT_LINES}"),
    "an indented list": (
        "instance:\n    - image: etcd\n      tag: '3'\n",
        "instance:\n    - image: etcd\n      tag: '3'\n" + "".join("    " + line for line in LINES),
    ),
    "the operators' name": (f"instances:\n{OWN}", f"instances:\n{OWN}{AGENT_LINES}"),
    "what comes behind": (
        f"# Ours.\ninstance:\n{OWN}# The end.\n\nextra: 1\n",
        f"# Ours.\ninstance:\n{OWN}{AGENT_LINES}# The end.\n\nextra: 1\n",
    ),
    "a remark behind the last entry": (
        "instance:\n- image: etcd # here\n",
        "instance:\n- image: etcd # here\n" + AGENT_LINES,
    ),
    "no line break at the end": (
        f"instance:\n{OWN}".rstrip(),
        f"instance:\n{OWN}{AGENT_LINES}".rstrip(),
    ),
    "breaks of Windows": (
        f"instance:\n{OWN}".replace("\n", "\r\n"),
        f"instance:\n{OWN}{AGENT_LINES}".replace("\n", "\r\n"),
    ),
    "a byte order mark": (
        f"\N{BYTE ORDER MARK}instance:\n{OWN}",
        f"\N{BYTE ORDER MARK}instance:\n{OWN}{AGENT_LINES}",
    ),
    "a last value in braces": (
        "instance:\n- image: etcd\n  package: {x86_64: a.tar,\n    aarch64: b.tar}\n",
        "instance:\n- image: etcd\n  package: {x86_64: a.tar,\n    aarch64: b.tar}\n" + AGENT_LINES,
    ),
    "an empty list": ("instance: []\n", f"instance:\n{AGENT_LINES}"),
    "an empty list with a remark": (
        "instance: [] # none yet\nextra: 1\n",
        f"instance:\n{AGENT_LINES.rstrip()} # none yet\nextra: 1\n",
    ),
    "nothing behind the key": ("instance:\n", f"instance:\n{AGENT_LINES}"),
    "null": ("instance: ~\nextra: 1\n", f"instance:\n{AGENT_LINES}extra: 1\n"),
    "another section only": ("extra:\n  a: 1\n", f"extra:\n  a: 1\ninstance:\n{AGENT_LINES}"),
    "an empty file": ("", f"instance:\n{AGENT_LINES}"),
    "nothing but a remark": ("# Ours.", f"# Ours.\ninstance:\n{AGENT_LINES}".rstrip()),
    "the start of a document": ("---\n", f"---\ninstance:\n{AGENT_LINES}"),
}


@pytest.mark.parametrize(("text", "expected"), FILES.values(), ids=FILES.keys())
def test_entries_come_behind_those_that_are_there(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize("text", [text for text, _expected in FILES.values()], ids=FILES.keys())
def test_what_is_read_again_is_what_was_there_and_the_entries(text: str) -> None:
    before = source(text).tree or {}
    key = "instances" if "instances" in before else "instance"

    after = source(written(text, ETCD, AGENT)).tree

    assert after == {**before, key: [*(before.get(key) or []), plain(ETCD), plain(AGENT)]}


REFUSED = {
    "a list in brackets": "instance: [{image: etcd}]\n",
    "a map in braces": "{instance: []}\n",
    "a map instead of a list": "instance:\n  image: etcd\n",
    "a text": "instance: etcd\n",
    "a list at the top": "- image: etcd\n",
    "two documents": "instance:\n- image: etcd\n---\na: 1\n",
    "the end of a document": "instance:\n- image: etcd\n...\n",
    "an anchor": "instance: &a\n- image: etcd\nother: *a\n",
    "an alias": "other: &a\n- image: etcd\ninstance: *a\n",
    "a tag on an empty list": "instance: !!seq []\n",
    "a list on the next line": "instance:\n  []\n",
    "a block of text at the end": "instance:\n- image: etcd\n  note: |\n    a\n",
    "lone carriage returns": "instance:\r- image: etcd\r",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_would_break_is_left_alone(text: str) -> None:
    with pytest.raises(CannotEdit):
        item_slot(source(text), INSTANCE_KEYS)
