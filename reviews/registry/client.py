"""A registry over HTTP, by the OCI distribution specification v1.1.

An upload that is cut off is forgotten by registries, so a layer is sent again as a whole. Each is
sent by one streamed PATCH, for its digest may be known only at its end.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote, urljoin

from ..pipeline.core.messages import _
from .answers import Answer, Passing
from .errors import Denied, PublishError, Unsuitable, WrongContent
from .media_types import MANIFESTS
from .patience import Patience
from .store import UNSAID, Outgoing, StoredManifest, digest_of
from .target import Target
from .transport import Transport

_COMMIT_SECONDS = 540.0  # a registry copies gigabytes to its object storage before it answers
_PATCH_SECONDS = 120.0
_OCTETS = "application/octet-stream"


class Registry:
    """The ``Store`` behind ``target``."""

    def __init__(self, target: Target, patience: Patience) -> None:
        self._target = target
        self._patience = patience
        self._transport = Transport(target)

    @property
    def registry(self) -> str:
        return self._target.registry

    def close(self) -> None:
        self._transport.close()

    def repository_of(self, registry: str, repository: str) -> str | None:
        return repository if registry == self._target.registry else None

    def ping(self) -> None:
        """Reach it and log in, where it asks for a login."""
        self._patience.repeat(
            lambda: self._transport.request("GET", "/v2/", scope="", expected={200})
        )

    def blob_size(self, repository: str, digest: str) -> int | None:
        answer = self._ask("HEAD", repository, f"blobs/{digest}")
        if answer is None:
            return None
        length = answer.headers.get("content-length", "")
        return int(length) if length.isascii() and length.isdigit() else UNSAID

    def blob(self, repository: str, digest: str) -> bytes | None:
        answer = self._ask("GET", repository, f"blobs/{digest}")
        if answer is not None and digest_of(answer.body) != digest:
            raise self._wrong_content(f"{repository}@{digest}")
        return answer.body if answer is not None else None

    def manifest(self, repository: str, reference: str) -> StoredManifest | None:
        headers = {"Accept": ", ".join(MANIFESTS)}
        answer = self._ask("GET", repository, f"manifests/{reference}", headers)
        if answer is None:
            return None
        found = StoredManifest(
            answer.headers.get("content-type", "").partition(";")[0].strip(), answer.body
        )
        said = answer.headers.get("docker-content-digest", found.digest)
        wanted = reference if ":" in reference else said
        if any(each.startswith("sha256:") and each != found.digest for each in (said, wanted)):
            raise self._wrong_content(f"{repository}:{reference}")
        return found

    def mount(self, repository: str, digest: str, source: str) -> bool:
        def attempt() -> bool:
            answer = self._transport.request(
                "POST",
                f"/v2/{repository}/blobs/uploads/?mount={quote(digest)}&from={quote(source)}",
                scope=f"repository:{source}:pull repository:{repository}:pull,push",
                expected={201, 202, 400, 401, 403, 404, 405},
                headers={"Content-Length": "0"},
            )
            if answer.status == 202:
                self._cancel(repository, answer)
            return answer.status == 201

        try:
            return self._patience.repeat(attempt)
        except Denied:
            return False  # it may push here without being allowed to pull there

    def upload(self, repository: str, make: Callable[[], Outgoing]) -> Outgoing:
        earlier: list[Outgoing] = []

        def attempt() -> Outgoing:
            # It may have arrived although its answer did not.
            if earlier and earlier[-1].is_sent:
                size = self.blob_size(repository, earlier[-1].digest)
                if size in {earlier[-1].sent, UNSAID}:
                    return earlier[-1]
            earlier[:] = [make()]
            return self._send(repository, earlier[-1])

        return self._patience.repeat(attempt)

    def put_blob(self, repository: str, content: bytes) -> str:
        digest = digest_of(content)

        def attempt() -> None:
            started = self._start(repository)
            try:
                self._finish(repository, started, digest, content)
            except PublishError:
                self._cancel(repository, started)
                raise

        if self.blob_size(repository, digest) is None:
            self._patience.repeat(attempt)
        return digest

    def put_manifest(self, repository: str, reference: str, manifest: StoredManifest) -> None:
        def attempt() -> Answer:
            answer = self._transport.request(
                "PUT",
                f"/v2/{repository}/manifests/{reference}",
                scope=_pushing(repository),
                expected={200, 201, 202, 400, 415},
                headers={"Content-Type": manifest.media_type},
                body=manifest.content,
            )
            if answer.status >= 400:
                raise self._refused(answer, manifest)
            return answer

        answer = self._patience.repeat(attempt)
        self._check_digest(answer, manifest.digest, f"{repository}:{reference}")

    def _ask(
        self, method: str, repository: str, what: str, headers: dict[str, str] | None = None
    ) -> Answer | None:
        answer = self._patience.repeat(
            lambda: self._transport.request(
                method,
                f"/v2/{repository}/{what}",
                scope=f"repository:{repository}:pull",
                expected={200, 404},
                headers=headers,
            )
        )
        return None if answer.status == 404 else answer

    def _send(self, repository: str, outgoing: Outgoing) -> Outgoing:
        started = self._start(repository)
        length = {} if outgoing.length is None else {"Content-Length": str(outgoing.length)}
        try:
            answer = self._transport.request(
                "PATCH",
                _location(started),
                scope=_pushing(repository),
                expected={202, 204, 201},
                headers={"Content-Type": _OCTETS, **length},
                body=outgoing.pieces(),
                seconds=_PATCH_SECONDS,
            )
            self._finish(repository, answer, outgoing.digest, b"")
        except PublishError:
            self._cancel(repository, started)
            raise
        return outgoing

    def _start(self, repository: str) -> Answer:
        return self._transport.request(
            "POST",
            f"/v2/{repository}/blobs/uploads/",
            scope=_pushing(repository),
            expected={202},
            headers={"Content-Length": "0"},
        )

    def _finish(self, repository: str, upload: Answer, digest: str, content: bytes) -> None:
        location = _location(upload)
        answer = self._transport.request(
            "PUT",
            f"{location}{'&' if '?' in location else '?'}digest={quote(digest)}",
            scope=_pushing(repository),
            expected={201, 204},
            headers={"Content-Type": _OCTETS},
            body=content,
            seconds=_COMMIT_SECONDS,
        )
        self._check_digest(answer, digest, f"{repository}@{digest}")

    def _cancel(self, repository: str, upload: Answer) -> None:
        """Free what was begun; a registry that does not know how forgets it by itself."""
        with suppress(Passing, PublishError):
            self._transport.request(
                "DELETE",
                _location(upload),
                scope=_pushing(repository),
                expected=range(200, 600),
            )

    def _check_digest(self, answer: Answer, digest: str, what: str) -> None:
        said = answer.headers.get("docker-content-digest", digest)
        if said.startswith("sha256:") and said != digest:
            raise self._wrong_content(what)

    def _refused(self, answer: Answer, manifest: StoredManifest) -> PublishError | Passing:
        """What a refusal of ``manifest`` means.

        A registry on a plain disk misses a layer for the moment in which somebody else's upload of
        the same layer writes its link anew: asked again, it finds it.
        """
        if b"BLOB_UNKNOWN" in answer.body or b"MANIFEST_UNKNOWN" in answer.body:
            return Passing(
                _(
                    "The registry %(registry)s has lost a layer that it had a moment ago. It may"
                    " be removing what nobody refers to: try again when that is over.",
                    registry=self._target.registry,
                )
            )
        return Unsuitable(
            _(
                "The registry %(registry)s refuses a manifest of the type %(type)s (%(status)d:"
                " %(answer)s). Choose the other dialect for the target.",
                registry=self._target.registry,
                type=manifest.media_type,
                status=answer.status,
                answer=self._transport.shown(answer),
            )
        )

    def _wrong_content(self, what: str) -> WrongContent:
        return WrongContent(
            _(
                "The registry %(registry)s has under “%(what)s” something with another digest. Its"
                " storage is damaged, or something between alters what is sent.",
                registry=self._target.registry,
                what=what,
            )
        )


def _pushing(repository: str) -> str:
    return f"repository:{repository}:pull,push"


def _location(answer: Answer) -> str:
    location = answer.headers.get("location", "")
    if not location:
        raise Passing(_("The registry gives no address to send a layer to."))
    return urljoin(answer.url, location)
