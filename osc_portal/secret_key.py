"""The demo's own signing key, so that a first start needs no configuration.

Outside demo mode the administrator gives the key and nothing here is called.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

_BYTES = 48


def stored_key(file: Path) -> str:
    """The key in ``file``, made there (mode 0600) when nobody has made it yet.

    Processes that start at the same moment agree on one key: it is written aside
    and linked into place whole, and whoever comes second reads the first one's.
    Raises OSError when the folder cannot be written.
    """
    if not file.exists():
        _make(file)
    return file.read_text(encoding="ascii").strip()


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="ascii", dir=file.parent, prefix=".key-") as draft:
        draft.write(secrets.token_urlsafe(_BYTES))
        draft.flush()
        with suppress(FileExistsError):
            os.link(draft.name, file)
