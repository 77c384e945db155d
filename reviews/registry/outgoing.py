"""A layer on its way out of the package: hashed as it is stored and as it is sent, at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from isal import isal_zlib

from ..pipeline import BrokenArchive, StoredLayer
from ..pipeline.core.messages import _
from .errors import Unsuitable, WrongContent

MIB = 1 << 20
# Its stub says that it is an instance.
_ISAL_ERROR: type[Exception] = isal_zlib.IsalError  # type: ignore[assignment]

_LEVEL = 1
_GZIP_BITS = 31
_MOST_GROWTH = 1000  # gzip itself can reach 1,032
_TAKEN_AT_ONCE = 128 * 1024


class LayerOut:
    """``content``, the bytes of ``layer``, sent as they are or packed by gzip.

    ``on_piece`` gets the number of bytes read with each piece. At most ``most`` bytes are sent, 0
    for any number: else ``pieces`` raises ``Unsuitable``. It raises ``WrongContent`` at the end
    where the plain tar has not the digest ``layer.diff_id``, so that nothing wrong is ever sent
    completely.
    """

    def __init__(
        self,
        layer: StoredLayer,
        content: Iterator[bytes | memoryview],
        on_piece: Callable[[int], None],
        *,
        packs: bool,
        most: int = 0,
    ) -> None:
        self._layer = layer
        self._content = content
        self._on_piece = on_piece
        self._packs = packs
        self._most = most
        self._hash = hashlib.sha256()
        self.length = None if packs else layer.size
        self.sent = 0
        self.is_sent = False

    @property
    def digest(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"

    def pieces(self) -> Iterator[bytes | memoryview]:
        if self._packs:
            sent = self._packed()
        elif self._layer.compression == "none":
            sent = self._plain()
        else:
            sent = self._as_they_are()
        for piece in sent:
            self.sent += len(piece)
            if self._most and self.sent > self._most:
                raise too_large(self._layer.diff_id, self._most)
            yield piece
        self.is_sent = True

    def _read(self) -> Iterator[bytes | memoryview]:
        try:
            for piece in self._content:
                yield piece
                self._on_piece(len(piece))
        except BrokenArchive as broken:
            raise WrongContent(broken.words) from None
        except OSError as error:  # else it would be taken for one of the connection
            raise Unreadable(error) from error

    def _plain(self) -> Iterator[bytes | memoryview]:
        whole = self._whole_hash()
        for piece in self._read():
            self._hash.update(piece)
            if whole is not self._hash:
                whole.update(piece)
            yield piece
        self._check(whole.hexdigest())

    def _packed(self) -> Iterator[bytes | memoryview]:
        whole = hashlib.new(self._algorithm)
        packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP_BITS)
        for piece in self._read():
            whole.update(piece)
            yield from self._counted(packer.compress(piece))
        self._check(whole.hexdigest())
        yield from self._counted(packer.flush())

    def _as_they_are(self) -> Iterator[bytes | memoryview]:
        """Sent as it is stored; what it unpacks to is checked where it is packed by gzip."""
        unpacked = _Unpacked(self._algorithm, self._layer)
        for piece in self._read():
            self._hash.update(piece)
            unpacked.take(piece)
            yield piece
        if self._layer.digest.startswith("sha256:") and self.digest != self._layer.digest:
            raise wrong_layer(self._layer.digest)
        if unpacked.digest is not None:
            self._check(unpacked.digest)

    def _counted(self, piece: bytes) -> Iterator[bytes]:
        if piece:
            self._hash.update(piece)
            yield piece

    @property
    def _algorithm(self) -> str:
        return self._layer.diff_id.partition(":")[0]

    def _whole_hash(self) -> hashlib._Hash:
        return self._hash if self._algorithm == "sha256" else hashlib.new(self._algorithm)

    def _check(self, found: str) -> None:
        if f"{self._algorithm}:{found}" != self._layer.diff_id:
            raise wrong_layer(self._layer.diff_id)


class _Unpacked:
    """The digest of what a gzip layer unpacks to; None for another compression."""

    def __init__(self, algorithm: str, layer: StoredLayer) -> None:
        self._hash = hashlib.new(algorithm)
        self._layer = layer
        self._left = _MOST_GROWTH * layer.size + MIB
        self._decoder = isal_zlib.decompressobj(_GZIP_BITS)

    @property
    def digest(self) -> str | None:
        if self._layer.compression != "gzip":
            return None
        if not self._decoder.eof:
            raise wrong_layer(self._layer.diff_id)
        return self._hash.hexdigest()

    def take(self, piece: bytes | memoryview) -> None:
        """Unpack ``piece``, which may hold the end of one gzip stream and the next ones."""
        if self._layer.compression != "gzip":
            return
        for start in range(0, len(piece), _TAKEN_AT_ONCE):
            rest = bytes(piece[start : start + _TAKEN_AT_ONCE])
            while rest:
                rest = self._decode(rest)

    def _decode(self, packed: bytes) -> bytes:
        """Hash what comes out of one stream; what follows its end."""
        if self._decoder.eof:
            self._decoder = isal_zlib.decompressobj(_GZIP_BITS)
        while not self._decoder.eof:
            try:
                content = self._decoder.decompress(packed, MIB)
            except (_ISAL_ERROR, EOFError):
                raise wrong_layer(self._layer.diff_id) from None
            self._left -= len(content)
            if self._left < 0:
                raise wrong_layer(self._layer.diff_id)
            self._hash.update(content)
            packed = self._decoder.unconsumed_tail
            if not packed and len(content) < MIB:
                break
        return self._decoder.unused_data if self._decoder.eof else b""


def too_large(layer: str, most: int) -> Unsuitable:
    """A layer is larger than the target takes."""
    return Unsuitable(
        _(
            "The layer %(digest)s has more than the %(limit)d bytes that the target takes. Split"
            " it, or raise the limit of the target.",
            digest=layer,
            limit=most,
        )
    )


def wrong_layer(digest: str) -> WrongContent:
    """A layer does not have the digest that its image says."""
    return WrongContent(
        _(
            "The layer %(digest)s of the package has another content than its image says. Save the"
            " image again, and upload a new revision.",
            digest=digest,
        )
    )


class Unreadable(Exception):  # noqa: N818 - it says what the package is
    """The package cannot be read; ``error`` is why. It never leaves this folder of modules."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error
