"""Values that name an image which no render has shown.

A feature may hang on a word (``mode: cluster``), on several switches that exclude each other,
or on a template that nobody calls. Its image is then in the values and nowhere else. The names
of keys are only a hint here: nothing is rewritten on their account, but it is reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ...manifests.references import ImageReference, NotAReference, looks_like_image
from ...package.chart_values import ValueLeaf, effective_leaves
from ...package.helm import Chart
from ...yaml.source import Path, YamlSource, helm_text
from ..model import TracedImage

_BESIDE_A_REPOSITORY = frozenset({"tag", "registry", "digest", "pullPolicy"})


@dataclass(frozen=True, slots=True)
class UnseenImage:
    """An image that values name: where its repository is written, and the reference."""

    leaf: ValueLeaf
    image: str

    @property
    def path(self) -> Path:
        """The absolute path of the repository, or of the whole image."""
        return self.leaf.path


def unseen_images(root: Chart, images: Collection[TracedImage]) -> tuple[UnseenImage, ...]:
    """The images of all values in force whose repository is in no image of ``images``.

    An image that was seen is left out although it is not known what decided it.
    """
    shown = {
        _place(contribution.leaf)
        for image in images
        for use in image.uses
        for contribution in use.contributions
    }
    originals = [image.original for image in images]
    candidates = [
        each
        for chart in root.walk()
        for each in _spelled_in(chart)
        if _place(each.leaf) not in shown and not any(each.image in text for text in originals)
    ]
    # The values in force are only worked out where there is something to ask them.
    leaves = effective_leaves(root) if candidates else {}
    in_force = {_place(leaf) for leaf in leaves.values()}
    return tuple(each for each in candidates if _place(each.leaf) in in_force)


def _spelled_in(chart: Chart) -> Iterator[UnseenImage]:
    """Every image that a chart's own values name."""
    if chart.values is not None:
        yield from images_in(chart, chart.values)


def images_in(chart: Chart, values: YamlSource) -> Iterator[UnseenImage]:
    """Every image that ``values``, a values file of ``chart``, names."""
    beside: dict[Path, dict[str, ValueLeaf]] = {}
    for leaf in values.leaves:
        key = leaf.path[-1] if leaf.path else None
        if isinstance(key, str):
            value = ValueLeaf(chart, values, leaf, (chart.key + leaf.path,))
            beside.setdefault(leaf.path[:-1], {})[key] = value
    for path, siblings in beside.items():
        yield from _spelled(chart.key + path, siblings)


def _spelled(path: Path, siblings: Mapping[str, ValueLeaf]) -> Iterator[UnseenImage]:
    repository = siblings.get("repository")
    if repository is not None and _is_image_map(path, siblings):
        text = _joined(siblings)
        if text is not None:
            yield UnseenImage(repository, text)
        return
    for key, leaf in siblings.items():
        value = leaf.leaf.value
        if isinstance(value, str) and "image" in key.lower() and looks_like_image(value):
            yield UnseenImage(leaf, value)


def _is_image_map(path: Path, siblings: Mapping[str, ValueLeaf]) -> bool:
    # In a list such maps often name other values (``repository: image.repository``).
    if not path or isinstance(path[-1], int):
        return False
    words = " ".join(str(part) for part in path[-2:]).lower()
    return "image" in words and not _BESIDE_A_REPOSITORY.isdisjoint(siblings)


def _joined(siblings: Mapping[str, ValueLeaf]) -> str | None:
    """The reference that the keys of an image map make up, None where they make up none."""
    registry, repository, tag = (
        _written(siblings, key) for key in ("registry", "repository", "tag")
    )
    text = f"{registry}/{repository}" if registry else repository
    text = f"{text}:{tag}" if tag else text
    try:
        ImageReference.parse(text)
    except NotAReference:
        return None
    return text


def _written(siblings: Mapping[str, ValueLeaf], key: str) -> str:
    leaf = siblings.get(key)
    return "" if leaf is None else helm_text(leaf.leaf.value)


def _place(leaf: ValueLeaf) -> tuple[str, int, Path]:
    return (leaf.source.file, leaf.leaf.start, leaf.chart.key)
