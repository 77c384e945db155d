"""Read an untrusted archive safely: list every member, hold the wanted ones, refuse the rest.

Nothing is ever extracted to disk, and nothing is trusted that can be counted: sizes, members
and the compression ratio are measured while bytes come out, and reading stops at the limit.
Whatever two readers could understand differently (twin names, hidden bytes, two tables of
contents) is refused, so that what the reviewer sees is what the customer's cluster takes.

The formats are read by parsers of our own because the standard library answers the wrong
question: ``zipfile`` opens 500 members over one local header and skips bytes before and behind
the archive, ``tarfile`` takes a broken header for the end and unknown types for files.
"""
