"""What code in the child sees where the kernel has no Landlock: only what another user may."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviews.pipeline.core.policy import MIB
from reviews.pipeline.rendering import process

from .other_user import open_interpreter
from .test_sandbox import PROGRAM

CHILD = Path(process.__file__).parent
WITHOUT_LANDLOCK = """
from helm_child import landlock
landlock.restrict = lambda *_: False
"""
PROBE = """
def probe():
    reading = [refusal(lambda: open(path)) for path in {secrets!r}]
    writing = [refusal(lambda: open(path + "/new", "w")) for path in {folders!r}]
    return [reading, writing, refusal(lambda: open("inside", "w"))]
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user gets at, as the place of temporary files is."""
    with tempfile.TemporaryDirectory(prefix="without-landlock-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_another_user_reads_no_secret_and_writes_nowhere_else(place: Path, tmp_path: Path) -> None:
    opened = open_interpreter(tmp_path)
    if opened is None:
        pytest.skip("no other user can start this interpreter")
    data, scratch, outside = place / "data", place / "scratch", place / "outside"
    for folder in (data, scratch, outside):
        folder.mkdir()
    # As the supervisor makes it: the files in it need no rights of their own.
    data.chmod(0o700)
    scratch.chmod(0o700)
    secrets = [str(data / name) for name in ("secret-key", "portal.sqlite3")]
    for secret in secrets:
        Path(secret).write_text("secret")
        Path(secret).chmod(0o644)
    secrets.append(f"/proc/{os.getpid()}/environ")
    probe = PROBE.format(secrets=secrets, folders=[str(each) for each in (data, outside, place)])
    program = PROGRAM.replace("{probe}", probe).replace(
        "settings =", WITHOUT_LANDLOCK + "settings ="
    )
    settings = {
        "memory_bytes": 512 * MIB,
        "file_bytes": MIB,
        "scratch": str(scratch),
        "parent": os.getpid(),
    }

    done = subprocess.run(
        [*opened, sys.executable, "-I", "-B", "-c", program, json.dumps(settings), str(CHILD)],
        cwd=scratch,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    measures, found = json.loads(done.stdout)
    assert "unprivileged-user" in measures
    assert "landlock" not in measures
    assert found == [["EACCES"] * 3, ["EACCES"] * 3, None]
