"""The images of a chart that does not render, as far as its files spell them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.messages import Message
from ..core.policy import Policy
from ..manifests.references import looks_like_image, parsed
from ..manifests.workloads import references_in
from ..mapping.entries import ImageMapping
from ..package.helm import Chart
from ..yaml.positions import Positions
from ..yaml.source import dotted
from .mapping_trial.unseen import unseen_images
from .model import ImageSource, ImageStatus, SourceRole, TracedImage
from .redirect.targets import target_of

_IMAGE_LINE = re.compile(r"^[ \t-]*image:[ \t]+[\"']?([^\s\"'#{}]+)[\"']?[ \t]*\r?$", re.MULTILINE)


def unrendered_images(
    root: Chart, policy: Policy, mapping: ImageMapping | None, reason: Message
) -> tuple[TracedImage, ...]:
    """Every image that values in force or a template name, each unverified for ``reason``."""
    found: dict[str, list[ImageSource]] = {}
    for original, source in (*_of_values(root), *_of_templates(root)):
        found.setdefault(original, []).append(source)
    images = []
    for original, sources in found.items():
        reference = parsed(original)
        if reference is not None:
            paths = {source.path for source in sources if source.path is not None}
            images.append(
                TracedImage(
                    original=original,
                    target=str(target_of(reference, policy, mapping, paths)),
                    status=ImageStatus.UNVERIFIED,
                    sources=tuple(dict.fromkeys(sources)),
                    uses=(),
                    shown_by=(),
                    reason=reason,
                )
            )
    return tuple(images)


def _of_values(root: Chart) -> Iterator[tuple[str, ImageSource]]:
    for unseen in unseen_images(root, ()):
        leaf = unseen.leaf.leaf
        is_whole = leaf.text == unseen.image
        role = SourceRole.REFERENCE if is_whole else SourceRole.REPOSITORY
        path = dotted(unseen.path)
        source = ImageSource(unseen.leaf.source.file, path, leaf.line, leaf.column, role)
        yield unseen.image, source


def _of_templates(root: Chart) -> Iterator[tuple[str, ImageSource]]:
    for chart in root.walk():
        for name, text in chart.templates():
            positions = Positions(text, 0)
            for line in _IMAGE_LINE.finditer(text):
                for start, end in references_in(line[1]):
                    image = line[1][start:end]
                    if image == line[1] and looks_like_image(image):
                        number, column = positions.place(line.start(1))
                        role = SourceRole.REFERENCE
                        yield image, ImageSource(chart.address(name), None, number, column, role)
