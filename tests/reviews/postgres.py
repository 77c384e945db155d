"""A PostgreSQL server of the test's own, thrown away afterwards, where one is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder with PostgreSQL's programs, None where it is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


@contextmanager
def running(folder_of_programs: Path) -> Iterator[str]:
    """A server with an empty database; its address for the settings."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    port = free_port()

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [folder_of_programs / program, *arguments],
            cwd=folder,
            user=user,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    cluster = str(folder / "cluster")
    settings = f"-F -p {port} -k {folder} -c listen_addresses=127.0.0.1"
    run("initdb", "-D", cluster, "-U", "portal", "-A", "trust", "-E", "UTF8", "--no-sync")
    run("pg_ctl", "-D", cluster, "-l", str(folder / "log"), "-w", "-o", settings, "start")
    try:
        run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "portal", "portal")
        yield f"postgres://portal@127.0.0.1:{port}/portal"
    finally:
        run("pg_ctl", "-D", cluster, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
