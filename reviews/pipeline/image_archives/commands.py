"""The shell commands that make image archives in the guide's form."""

from __future__ import annotations

import shlex

from ..manifests.references import ImageReference, parsed
from .model import ARCHITECTURE_BY_GOARCH
from .names import plain

_GO_WORDS = {word: go for go, word in ARCHITECTURE_BY_GOARCH.items()}


def pull_and_save(original: str, architecture: str) -> str:
    """The shell command that makes the archive of an image for one architecture."""
    reference = parsed(original)
    name = original
    if reference is not None and reference.tag:
        # docker save keeps no name for an image that is given with its digest.
        name = str(ImageReference(reference.registry, reference.repository, reference.tag))
    quoted = shlex.quote(name)
    file = shlex.quote(file_name(original, architecture))
    pull = f"docker pull --platform linux/{_GO_WORDS[architecture]} {quoted}"
    return f"{pull} && docker save -o {file} {quoted}"


def file_name(original: str, architecture: str) -> str:
    """What the archive of an image is called in the guide's form: name, version, architecture."""
    reference = parsed(original)
    if reference is None:
        return f"{plain(original)}-{architecture}.tar"
    digest = reference.digest.partition(":")[2][:12]
    return f"{reference.name}-{reference.tag or digest or 'latest'}-{architecture}.tar"
