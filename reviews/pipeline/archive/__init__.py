"""Read an untrusted archive safely: list every member, read the wanted ones, refuse the rest.

Nothing is ever extracted to disk, and nothing is trusted that can be counted: sizes, members
and the compression ratio are measured while bytes come out, and reading stops at the limit.
Whatever two readers could understand differently (names that differ only in case, hidden bytes,
two tables of contents) is refused, so that what the reviewer sees is what the customer's
cluster takes.

``tar_reader`` and ``inflate`` read tars, Deflate and gzip for this room and for
``image_archives``. Why the standard library does not serve is written in ADR 0013.
"""
