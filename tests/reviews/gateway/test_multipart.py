"""A form is read alike, in whatever pieces it arrives."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.gateway.multipart import FormReader, Malformed, Part, boundary_of

FORM = (
    b"preamble\r\n--b\r\n"
    b'Content-Disposition: form-data; name="note"\r\n\r\ntwo\r\nlines\r\n--b\r\n'
    b'content-disposition: form-data; name="empty"\r\n\r\n\r\n--b\r\n'
    b'Content-Disposition: form-data; name="file"; filename="a;b.zip"\r\n'
    b"Content-Type: application/zip\r\n\r\n\r\n--bother\r\n-\r\n--b--\r\nepilogue"
)
READ = [
    (Part("note", None), b"two\r\nlines"),
    (Part("empty", None), b""),
    (Part("file", "a;b.zip"), b""),
]


def _read(form: bytes, cuts: list[int]) -> list[tuple[Part, bytes]]:
    reader, read = FormReader(b"b"), list[tuple[Part, bytes]]()
    edges = [0, *sorted(cut % (len(form) + 1) for cut in cuts), len(form)]
    for begin, end in pairwise(edges):
        for found in reader.feed(form[begin:end]):
            if isinstance(found, Part):
                read.append((found, b""))
            else:
                read[-1] = (read[-1][0], read[-1][1] + found)
    reader.end()
    return read


WHOLE = FORM.replace(b"\r\n--bother\r\n-", b"--\r\n--other")


@given(st.lists(st.integers(0, 1000), max_size=20))
def test_the_pieces_do_not_matter(cuts: list[int]) -> None:
    assert _read(WHOLE, cuts) == [*READ[:2], (READ[2][0], b"--\r\n--other")]


@given(st.binary(max_size=300), st.lists(st.integers(0, 1000), max_size=9))
def test_any_file_arrives_as_it_was(content: bytes, cuts: list[int]) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    if b"\r\n--b" in b"\r\n" + content:
        return

    assert _read(head + content + b"\r\n--b--", cuts) == [(Part("f", "f"), content)]


@given(st.binary(max_size=300))
def test_what_is_no_form_is_malformed_and_nothing_else(form: bytes) -> None:
    with pytest.raises(Malformed):
        _read(form, [])


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (b"--b\r\n\r\n\r\n--b--", "a part has no name"),
        (b"--b\r\nContent-Type: text/plain\r\n\r\n\r\n--b--", "a part has no name"),
        (b"--b\r\n" + bytes(20_000), "the headers of a part have more than 16384 bytes"),
        (FORM, "a boundary is followed by something else than the end of its line"),
        (b"--b\r\n", "its last boundary is missing"),
    ],
)
def test_it_is_said_where_it_is_wrong(form: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=f"^{words}$"):
        _read(form, [])


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 201,
    ],
)
def test_a_form_has_a_boundary(kind: str) -> None:
    with pytest.raises(Malformed):
        boundary_of(kind)

    assert boundary_of('multipart/form-data; boundary="a b"') == b"a b"
