"""Where images go, which stay where they are, and which would meet at one address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from ...core.policy import Policy
from ...image_archives.archive_tags import ArchiveTags
from ...manifests.references import ImageReference
from ...mapping.entries import ImageMapping
from ..model import Collision


def is_external(reference: ImageReference, policy: Policy) -> bool:
    """Whether customers pull it from elsewhere on purpose."""
    normal = reference.normal()
    return any(fnmatchcase(normal, pattern) for pattern in policy.external)


def target_address(
    reference: ImageReference,
    registry: str,
    organization: str,
    name: str | None = None,
    tag: str | None = None,
) -> ImageReference:
    """Where the platform keeps the image: ``registry/organization/name:tag``.

    ``name`` and ``tag`` come from ``images/mapping.yaml`` where it has them. A digest beside a
    tag is dropped, for the platform's own push has another one; a digest alone is kept.
    """
    kept = tag or reference.tag
    return replace(
        reference,
        registry=registry,
        repository=f"{organization}/{name or reference.name}",
        tag=kept,
        digest="" if kept else reference.digest,
    )


def target_of(
    reference: ImageReference,
    policy: Policy,
    mapping: ImageMapping | None,
    paths: Collection[str],
    archives: ArchiveTags | None = None,
) -> ImageReference:
    """Where the platform keeps ``reference``, which the fields at ``paths`` hold.

    Name and tag come from ``mapping`` where it has an entry for it that gives valid ones. A
    digest alone becomes the tag of the one shipped archive that fits where ``archives`` are
    given: what is pushed from an archive has another digest.
    """
    name = tag = None
    is_digest_alone = bool(reference.digest) and not reference.tag
    entry = mapping.entry_for(paths, reference.name) if mapping is not None else None
    if entry is not None:
        name = entry.pushed_name or None
        is_shipped = bool(archives and set(entry.archives.values()) & set(archives.names))
        has_tag = reference.tag or (is_digest_alone and is_shipped)
        tag = (entry.pushed_tag or None) if has_tag else None
    if archives is not None and is_digest_alone and not tag:
        tag = archives.tag_of(name or reference.name)
    return target_address(reference, policy.registry, policy.organization, name=name, tag=tag)


def collisions(
    images: Iterable[tuple[str, ImageReference, ImageReference]],
) -> tuple[Collision, ...]:
    """The targets of different images among ``images``: original, its parts, its target."""
    by_target: dict[str, dict[str, ImageReference]] = {}
    for original, reference, goal in images:
        by_target.setdefault(str(goal), {})[original] = reference
    return tuple(
        Collision(goal, tuple(originals))
        for goal, originals in by_target.items()
        if not _are_one(originals)
    )


def _are_one(originals: Mapping[str, ImageReference]) -> bool:
    """Whether all are the same image: one written in several ways, or several of one digest.

    A tag with its digest and without it may be one.
    """
    digests = {each.digest for each in originals.values() if each.digest}
    if len(digests) > 1:
        return False
    pinned = {_name(each) for each in originals.values() if each.digest}
    names = {_name(each) for each in originals.values()}
    return len(names) == 1 or names == pinned


def _name(reference: ImageReference) -> str:
    return (replace(reference, digest="") if reference.tag else reference).normal()
