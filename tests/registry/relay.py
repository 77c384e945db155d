"""A way to a registry that can be held in the middle of an upload, so that one can break in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 1 << 16


class Relay:
    """Passes on what comes to ``address``; after ``most`` bytes to the registry it holds.

    ``is_held`` is set then; ``go_on`` lets everything pass again, for good.
    """

    def __init__(self, port: int, most: int) -> None:
        self._port = port
        self._left = most
        self._lock = threading.Lock()
        self.is_held = threading.Event()
        self.go_on = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.registry = f"127.0.0.1:{self._server.getsockname()[1]}"
        self.address = f"http://{self.registry}"

    def serve(self) -> None:
        """Take connections until the server is closed."""
        with suppress(OSError):
            while True:
                client, _address = self._server.accept()
                registry = socket.create_connection(("127.0.0.1", self._port))
                for pair in ((client, registry, True), (registry, client, False)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_upload: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if is_upload:
                    self._hold(len(piece))
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _hold(self, size: int) -> None:
        with self._lock:
            self._left -= size
            is_over = self._left < 0
        if is_over and not self.go_on.is_set():
            self.is_held.set()
            self.go_on.wait()


@contextmanager
def relay_to(port: int, most: int) -> Iterator[Relay]:
    """A relay to the registry on ``port`` of this machine."""
    relay = Relay(port, most)
    threading.Thread(target=relay.serve, daemon=True).start()
    try:
        yield relay
    finally:
        relay.close()
