"""A gzip stream unpacked piece by piece, with an eye on how much comes out.

Several gzip streams one behind the other are one, as they are for Go's reader (and so for
Helm) and for ``gzip`` itself; anything else behind the last one is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..core.messages import _
from ..core.policy import KIB
from ..core.refusal import PackageRefused
from .bounds import check_ratio
from .inflate import InflateError, InflateFault, gunzipped
from .refusals import amount, damaged, unsafe

_CHUNK = 64 * KIB


def gunzip(pieces: Iterable[bytes], packed: int, ratio: int, most: int) -> Iterator[bytes]:
    """The unpacked content of ``pieces``, ``packed`` bytes in all, in pieces up to 64 KiB.

    Raises ``PackageRefused`` when it is damaged, has something else behind it, grows more
    than ``ratio`` times, or unpacks to more than ``most`` bytes.
    """
    produced = 0
    try:
        for chunk in gunzipped(pieces, _CHUNK):
            produced += len(chunk)
            check_ratio(produced, packed, ratio)
            if produced > most:
                raise _too_much(most)
            yield chunk
    except InflateError as error:
        raise _refusal(error.fault) from None


def _refusal(fault: InflateFault) -> PackageRefused:
    if fault is InflateFault.TOO_MANY_STREAMS:
        return unsafe(
            _("The archive is cut into too many gzip streams. Pack it again in one piece.")
        )
    if fault in {InflateFault.TRAILING, InflateFault.HALF_MAGIC}:
        return damaged(
            _("There are other bytes behind the end of the archive. Pack or upload it again.")
        )
    return damaged(
        _("The compressed data is damaged or cut off. Pack the archive again and upload it again.")
    )


def _too_much(most: int) -> PackageRefused:
    return unsafe(
        _(
            "The archive unpacks to more than %(most)s. Remove what the service does not need.",
            most=amount(most),
        )
    )
