"""The folder a child works in: private, and gone afterwards even if its owner was killed.

The owner holds a lock on the folder for as long as it lives; the kernel lets go of it
whatever happens. Whoever makes the next folder removes those that nobody holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from .helm_child.sandbox import NOBODY

PREFIX = "osc-rendering-"


class ScratchFolder:
    """A folder of mode 0700 at ``path``, in the usual place for temporary files."""

    def __init__(self) -> None:
        _remove_abandoned(Path(tempfile.gettempdir()))
        while True:
            self.path = tempfile.mkdtemp(prefix=PREFIX)
            # Somebody may take it for abandoned before it is locked.
            with contextlib.suppress(FileNotFoundError):
                self._lock = _open(self.path)
                fcntl.flock(self._lock, fcntl.LOCK_EX)
                if Path(self.path).exists():
                    return
                os.close(self._lock)

    def remove(self) -> None:
        """Remove the folder with all that is in it; to be called once."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _open(path: str | Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def _remove_abandoned(root: Path) -> None:
    for path in root.glob(f"{PREFIX}*"):
        # Not ours, gone meanwhile, or locked: each is a reason to leave it alone.
        with contextlib.suppress(OSError):
            folder = _open(path)
            try:
                if _is_ours(folder):
                    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path)
            finally:
                os.close(folder)


def _is_ours(folder: int) -> bool:
    """Root's children may work as nobody, and then so does their folder belong."""
    owner, user = os.fstat(folder).st_uid, os.geteuid()
    return owner == user or (user == 0 and owner == NOBODY)
