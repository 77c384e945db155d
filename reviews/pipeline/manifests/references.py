"""Image references: registry, repository, tag and digest, as the container world defines them.

The grammar is that of the distribution project (``reference`` package); a first segment is a
registry by Docker's rule. ``looks_like_image`` is a stricter check for strings found
outside an image field, where ports, labels, paths and media types look alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..core.messages import Message, _

DOCKER_HUB = "docker.io"
_PUBLIC = frozenset(
    {
        DOCKER_HUB,
        "index.docker.io",
        "registry-1.docker.io",
        "quay.io",
        "gcr.io",
        "k8s.gcr.io",
        "registry.k8s.io",
        "ghcr.io",
        "public.ecr.aws",
        "mcr.microsoft.com",
        "docker.elastic.co",
        "docker.redpanda.com",
        "nvcr.io",
        "registry.gitlab.com",
        "registry.access.redhat.com",
        "lscr.io",
    }
)
_PUBLIC_BELOW = (".gcr.io", ".pkg.dev")

_LONGEST_REPOSITORY = 255
_HOST_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = re.compile(rf"(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_SEGMENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_BARE_DIGEST = re.compile(r"[0-9a-f]{64}")


class NotAReference(Exception):  # noqa: N818 - a verdict on the text, not an error of ours
    """The text is no image reference; ``words`` say why, for the partner."""

    def __init__(self, words: Message) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True, slots=True)
class ImageReference:
    """One reference as written; the parts that are not written are empty."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> ImageReference:
        """The parts of ``text``. Raises NotAReference."""
        rest, at, digest = text.partition("@")
        if at and not _DIGEST.fullmatch(digest):
            raise NotAReference(_("“%(text)s” has no valid digest behind the @.", text=text[:200]))
        name, tag = _without_tag(rest)
        if tag is not None and not is_valid_tag(tag):
            raise NotAReference(_("“%(text)s” has no valid tag behind the colon.", text=text[:200]))
        first, slash, path = name.partition("/")
        registry, repository = (first, path) if slash and is_host(first) else ("", name)
        if registry and not _HOST.fullmatch(registry):
            raise NotAReference(_("“%(text)s” begins with no valid registry.", text=text[:200]))
        if not is_valid_repository(repository) or _BARE_DIGEST.fullmatch(name):
            words = _(
                "“%(text)s” is no valid image: the path takes lower-case letters, digits, and"
                " single dots, underscores or dashes between them.",
                text=text[:200],
            )
            raise NotAReference(words)
        return cls(registry, repository, tag or "", digest)

    @property
    def name(self) -> str:
        """The last segment of the path: ``etcd`` of ``docker.io/bitnami/etcd:3.5``."""
        return self.repository.rpartition("/")[2]

    def normal(self) -> str:
        """The full form by which two references are compared.

        ``nginx`` is ``docker.io/library/nginx:latest``; a digest is kept, and without a tag
        none is added to it.
        """
        registry = self.registry or DOCKER_HUB
        repository = self.repository
        if registry == "index.docker.io":
            registry = DOCKER_HUB
        if registry == DOCKER_HUB and "/" not in repository:
            repository = f"library/{repository}"
        tag = self.tag or ("" if self.digest else "latest")
        return str(ImageReference(registry, repository, tag, self.digest))

    def __str__(self) -> str:
        registry = f"{self.registry}/" if self.registry else ""
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{registry}{self.repository}{tag}{digest}"


def parsed(text: str) -> ImageReference | None:
    """The parts of ``text``; None where it is no valid reference."""
    try:
        return ImageReference.parse(text)
    except NotAReference:
        return None


def is_public(reference: ImageReference) -> bool:
    """Whether it comes from a registry from which everybody can pull, as far as we know them.

    No registry is contacted: a public registry may hold private images, too.
    """
    host = reference.registry or DOCKER_HUB
    return host in _PUBLIC or host.endswith(_PUBLIC_BELOW)


def _without_tag(text: str) -> tuple[str, str | None]:
    """Name and tag; a colon in front of the last slash belongs to a port."""
    name, colon, tag = text.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (text, None)


def is_host(first_segment: str) -> bool:
    """Whether the first segment of a name is a registry, by Docker's rule."""
    marked = "." in first_segment or ":" in first_segment
    return marked or first_segment == "localhost" or first_segment != first_segment.lower()


def is_in_cluster(host: str) -> bool:
    """Whether it is a Service: the registry of the customer's own cluster, into which it builds."""
    name = host.partition(":")[0]
    return name.endswith((".svc", ".svc.cluster.local"))


def is_valid_tag(text: str) -> bool:
    """Whether ``text`` can be a tag."""
    return _TAG.fullmatch(text) is not None


def is_valid_repository(text: str) -> bool:
    """Whether ``text`` can be the path of an image, without registry, tag and digest."""
    return len(text) <= _LONGEST_REPOSITORY and _REPOSITORY.fullmatch(text) is not None


# Hosts of source code, Go modules, labels and documents; a registry below one of them is known.
_NO_REGISTRY = re.compile(
    r"(?:.+\.)?(?:kubernetes\.io|github\.com|gitlab\.com|bitbucket\.org|golang\.org|k8s\.io)"
    r"|gopkg\.in|(?:www|docs|api)\..+"
)
_KNOWN_REGISTRY = re.compile(
    r"(?:.+\.)?(?:docker\.io|quay\.io|gcr\.io|ghcr\.io|pkg\.dev|icr\.io|nvcr\.io)"
    r"|.+\.azurecr\.(?:io|cn)|public\.ecr\.aws|.+\.dkr\.ecr\..+"
    r"|[a-z0-9-]*(?:registry|harbor|quay)[a-z0-9-]*\..+|(?:docker|swr|cr|mcr|reg)[.-].+"
)
_FILE_ENDING = re.compile(
    r".*\.(?:png|jpe?g|gif|svg|ico|ya?ml|json|toml|conf|cfg|ini|html?|css|js|md|txt|sh|py|go|rb"
    r"|git|tgz|tar|gz|zip|jar|war|whl|xml|csv|sql|pem|crt|key|sock|log|so)"
)
_NO_TAGS = {"ro", "rw", "z", "NoSchedule", "NoExecute", "PreferNoSchedule"}


def looks_like_image(text: str) -> bool:
    """Whether a string from a place that need not hold an image is one nevertheless.

    Strict: it needs a digest, or a path of two segments and a tag, or a registry and a tag,
    or at least a well-known kind of registry and a path of two segments.
    """
    try:
        reference = ImageReference.parse(text)
    except NotAReference:
        return False
    host = reference.registry.partition(":")[0]
    if reference.digest:
        return True
    if _NO_REGISTRY.fullmatch(host) and not _KNOWN_REGISTRY.fullmatch(host):
        return False
    if not reference.tag:
        known = _KNOWN_REGISTRY.fullmatch(host) and ":" not in reference.registry
        return bool(known) and "/" in reference.repository and not _is_file(reference)
    if reference.tag in _NO_TAGS or _is_file(reference):
        return False
    return bool(host) or ("/" in reference.repository and not _is_port(reference.tag))


def is_known_registry(prefix: str) -> bool:
    """Whether what is in front of the first slash is, as far as its name says, a registry."""
    host = prefix.partition("/")[0].partition(":")[0]
    return host in _PUBLIC or _KNOWN_REGISTRY.fullmatch(host) is not None


def _is_file(reference: ImageReference) -> bool:
    return _FILE_ENDING.fullmatch(reference.name) is not None


def _is_port(tag: str) -> bool:
    """``namespace/service:8080`` has a port; ``bitnami/etcd:3`` and ``:20240101`` have tags."""
    return tag.isdigit() and (int(tag[:6]) in {21, 22, 25, 53} or 80 <= int(tag[:6]) <= 65535)
