"""Bytes that are almost right: seeds with a few faults, always the same for the same number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
_WORDS = (
    *(b"\0", b"\xff", b"\n", b"\r\n", b"\t", b" ", b"/", b"..", b"../", b":", b": ", b"- ", b"@"),
    *(b"&a ", b"*a", b"<<: ", b"!!str ", b"---\n", b"{", b"}", b"[", b"]", b'"', b"'", b"\\u0000"),
    *(b"| \n", b"|-\n", b">\n", b"null", b"~", b"1e999", b"\xef\xbb\xbf", b"\xe2\x80\x8b", b"#"),
    *(b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"ustar\x0000", b"{{", b"}}"),
)

Change = Callable[[bytearray, Random], None]


def mutated(seeds: Sequence[bytes], number: int) -> bytes:
    """The mutation ``number`` of one of ``seeds``."""
    chance = Random(number)  # noqa: S311 - it damages, and must do so in the same way each time
    data = bytearray(chance.choice(seeds))
    for _turn in range(chance.choice((1, 1, 1, 2, 3, 8))):
        chance.choice(_CHANGES)(data, chance)
    return bytes(data)


def _flip(data: bytearray, chance: Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _number(data: bytearray, chance: Random) -> None:
    """A length, an offset or a count that is on some edge."""
    width, at = chance.choice((1, 2, 4, 8)), chance.randrange(len(data) + 1)
    number = chance.choice(_NUMBERS) % (1 << 8 * width)
    data[at : at + width] = number.to_bytes(width, chance.choice(("little", "big")))


def _insert(data: bytearray, chance: Random) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(_WORDS)


def _replace(data: bytearray, chance: Random) -> None:
    at, word = chance.randrange(len(data) + 1), chance.choice(_WORDS)
    data[at : at + len(word)] = word


def _remove(data: bytearray, chance: Random) -> None:
    at = chance.randrange(len(data) + 1)
    del data[at : at + chance.choice((1, 2, 8, 64, 512))]


def _copy(data: bytearray, chance: Random) -> None:
    begin, length = chance.randrange(len(data) + 1), chance.choice((1, 4, 46, 512))
    at = chance.randrange(len(data) + 1)
    data[at:at] = data[begin : begin + length]


def _cut(data: bytearray, chance: Random) -> None:
    del data[chance.randrange(len(data) + 1) :]


_CHANGES: Sequence[Change] = (
    _flip,
    _flip,
    _number,
    _number,
    _insert,
    _replace,
    _remove,
    _copy,
    _cut,
)
