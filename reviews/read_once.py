"""What a page reads of the database at most once, however many of its parts ask for it.

Only while a page is read, never while something is done: who changes a record reads it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_Asked = ParamSpec("_Asked")
_Found = TypeVar("_Found")

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """While this lasts, each function that is marked is called once with the same parameters."""
    before = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(before)


def read_once(read: Callable[_Asked, _Found]) -> Callable[_Asked, _Found]:
    """Keep what ``read`` finds for as long as one page is read; it is not to be changed.

    Its parameters are hashable, and say all that the answer depends on.
    """

    @wraps(read)
    def kept(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Found:
        found = _kept.get()
        if found is None:
            return read(*args, **kwargs)
        key = (read, args, *kwargs.items())
        if key not in found:
            found[key] = read(*args, **kwargs)
        answer: _Found = found[key]
        return answer

    return kept
