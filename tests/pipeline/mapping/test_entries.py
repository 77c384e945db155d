"""images/mapping.yaml as it is read: every part with its place, whatever its shape."""

from __future__ import annotations

import pytest

from reviews.pipeline.core.findings import Place
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.mapping.entries import ImageMapping, MappingEntry, parse_mapping
from reviews.pipeline.mapping.parts import Part, Span
from reviews.pipeline.mapping.value_paths import plain_path, value_path
from reviews.pipeline.yaml.source import YamlBroken, YamlTooDeep

FILE = "demo/images/mapping.yaml"
Plain = tuple[str, str, dict[str, str], dict[str, str]]
WHOLE = """\
# the images
instance:
- image: etcd
  tag: "3.5"
  address:
    endpoint: image.registry
    repository: .Values.image.repository
  package: {x86_64: a.tar, aarch64: b.tar}
"""


def read(text: str) -> ImageMapping:
    return parse_mapping(text.encode(), FILE, Limits())


def plain(entry: MappingEntry) -> Plain:
    return entry.image, entry.tag, entry.addresses, entry.archives


def test_an_entry_is_read_in_plain() -> None:
    (entry,) = read(WHOLE).entries

    assert plain(entry) == (
        "etcd",
        "3.5",
        {"endpoint": "image.registry", "repository": ".Values.image.repository"},
        {"x86_64": "a.tar", "aarch64": "b.tar"},
    )
    assert entry.paths == {"repository": "image.repository", "endpoint": "image.registry"}
    assert entry.place == Place(FILE, 3, 3)


def test_every_part_knows_the_bytes_of_its_key_and_its_value() -> None:
    (entry,) = read(WHOLE).entries
    part = entry.address_parts["repository"]

    assert part == Part(
        file=FILE,
        path=("instance", 0, "address", "repository"),
        value=".Values.image.repository",
        text=".Values.image.repository",
        span=Span(106, 130, 7, 17),
        key=Span(94, 104, 7, 5),
        is_shared=False,
    )
    assert WHOLE.encode()[part.span.start : part.span.end] == b".Values.image.repository"
    assert WHOLE.encode()[94:104] == b"repository"
    assert [entry.package_parts["aarch64"].place, entry.parts["tag"].key_place] == [
        Place(FILE, 8, 37),
        Place(FILE, 4, 3),
    ]


@pytest.mark.parametrize("name", ["instance", "instances"])
def test_both_names_of_the_list_are_read(name: str) -> None:
    mapping = read(WHOLE.replace("instance:", f"{name}:"))

    assert [(each.section, each.image, each.is_instance) for each in mapping.entries] == [
        (name, "etcd", True)
    ]
    assert [part.name for part in mapping.instances] == [name]


ODD: dict[str, tuple[str, list[Plain], list[str]]] = {
    "no map at all": ("- image: etcd\n", [], []),
    "nothing": ("", [], []),
    "a text for a list": ("instance: etcd\n", [], []),
    "a map for a list": ("instance: {image: etcd}\n", [], []),
    "items that are no maps": (
        "instance: [etcd, 3, [a], null]\n",
        [],
        ["text", "number", "list", "null"],
    ),
    "numbers and lists for texts": (
        "instance:\n- image: 7\n  tag: 1.20\n  address: [a]\n  package: a.tar\n",
        [("7", "1.20", {}, {})],
        [],
    ),
    "maps for texts": (
        "instance:\n- image: {a: b}\n  tag: null\n  address: {tag: 3}\n  package: {x86_64: [a]}\n",
        [("", "", {}, {})],
        [],
    ),
}


@pytest.mark.parametrize("case", ODD.values(), ids=ODD.keys())
def test_a_wrong_shape_is_data(
    case: tuple[str, list[Plain], list[str]],
) -> None:
    text, entries, strays = case

    mapping = read(text)

    assert [plain(each) for each in mapping.entries] == entries
    assert [each.kind for each in mapping.strays] == strays


def test_aliases_and_merge_keys_are_followed_and_reported() -> None:
    (first, second) = read(
        "instance:\n- &e\n  image: etcd\n  tag: &t '3'\n  package: &p {x86_64: a.tar}\n"
        "- <<: *e\n  image: agent\n  tag: *t\n"
    ).entries

    assert plain(first) == ("etcd", "3", {}, {"x86_64": "a.tar"})
    assert plain(second) == ("agent", "3", {}, {"x86_64": "a.tar"})
    assert [(key, part.is_shared, part.key is None) for key, part in second.parts.items()] == [
        ("image", False, False),
        ("tag", True, False),
        ("package", True, True),
    ]


def test_other_sections_stay_as_they_are_and_their_entries_are_recognised() -> None:
    mapping = read(
        "operator:\n- name: o\n  type: container\n- just a text\nnotes: [{a: b}]\n" + WHOLE
    )

    assert [part.name for part in mapping.unknown] == ["operator", "notes"]
    assert [(each.section, each.text("type")) for each in mapping.others] == [
        ("operator", "container")
    ]


def test_names_and_tags_that_no_registry_takes_are_not_pushed() -> None:
    entries = read(
        "instance:\n"
        "- {image: bitnami/etcd, tag: '3'}\n"
        "- {image: 'docker.io/etcd', tag: 'etcd:3'}\n"
        "- {image: Etcd, tag: '3+1'}\n"
    ).entries

    assert [(each.pushed_name, each.pushed_tag) for each in entries] == [
        ("bitnami/etcd", "3"),
        ("", ""),
        ("", ""),
    ]


@pytest.mark.parametrize(
    ("text", "path", "plainly"),
    [
        ("image.tag", ("image", "tag"), "image.tag"),
        (".Values.image.tag", ("image", "tag"), "image.tag"),
        (" image.tag ", ("image", "tag"), "image.tag"),
        ("pods[0].image", ("pods", 0, "image"), "pods[0].image"),
        (r"a\.b.tag", ("a.b", "tag"), r"a\.b.tag"),
        ("", (), ""),
        ("a]b.tag", ("a]b", "tag"), "a]b.tag"),
    ],
)
def test_a_path_has_one_plain_spelling(
    text: str, path: tuple[str | int, ...], plainly: str
) -> None:
    assert value_path(text) == path
    assert plain_path(text) == plainly


SHARED = """\
instance:
- {image: etcd, tag: '1', address: {endpoint: global.registry, repository: etcd.name}}
- {image: agent, tag: '1', address: {endpoint: global.registry, repository: agent.name}}
- {image: shell, tag: '1'}
"""


@pytest.mark.parametrize(
    ("paths", "name", "found"),
    [
        ({"global.registry", "agent.name"}, "x", "agent"),
        ({"global.registry", "other.name"}, "x", None),
        ({"global.registry", "other.name"}, "agent", "agent"),
        ({"other.name"}, "shell", "shell"),
        ({"other.name"}, "agent", None),
    ],
)
def test_an_entry_speaks_of_the_image_whose_name_its_field_decides(
    paths: set[str], name: str, found: str | None
) -> None:
    entry = read(SHARED).entry_for(paths, name)

    assert (entry.image if entry is not None else None) == found


def test_what_does_not_parse_or_is_too_deep_is_reported() -> None:
    with pytest.raises(YamlBroken):
        read("instance: [\n")
    with pytest.raises(YamlTooDeep):
        read("instance: " + "[" * 300 + "]" * 300)
