"""A mail server for tests: it speaks SMTP on a socket, takes mails, and refuses what it shall."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """What it has taken, and how it answers. ``answers`` replaces an answer by the command's word.

    ``cut_at`` is the command after which the connection is cut; ``.`` is the end of a mail, which
    is taken before.
    """

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    cut_at: str = ""
    connections: int = 0


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server: MailServer = self.server.state  # type: ignore[attr-defined] # set by mail_server
        server.connections += 1
        self._say("220 test")
        while line := self.rfile.readline().decode().strip():
            word = line.partition(" ")[0].upper()
            if server.cut_at == word:
                return
            if word == "QUIT":
                self._say("221 bye")
                return
            if word == "RCPT":
                address = line.partition("<")[2].rstrip(">")
                answer = server.refused.get(address, "250 ok")
                if answer.startswith("2"):
                    server.recipients.append(address)
                self._say(answer)
            elif word == "DATA" and word not in server.answers:
                self._say("354 go on")
                self._take(server)
                if server.cut_at == ".":
                    return
                self._say("250 taken")
            else:
                self._say(server.answers.get(word, "250 ok"))

    def _take(self, server: MailServer) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".").replace(b"\r\n", b"\n"))
        found = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(found, EmailMessage)
        server.taken.append(found)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that runs in this process, on a port of its own."""
    state = MailServer()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.daemon_threads = True
        server.state = state  # type: ignore[attr-defined] # the conversations find it there
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
