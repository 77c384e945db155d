"""What the gateway receives, what it refuses, and that nothing is left of what it refuses."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from reviews import storage
from reviews.demo_package import demo_package
from reviews.gateway.limits import Limits
from reviews.models import Attachment, Submission
from reviews.pipeline.core import policy
from tests import factories
from tests.reviews.gateway.asking import Answered, ask, gateway
from tests.reviews.vulnerability_reports.samples import trivy

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
HASTY = Limits(form_seconds=0.01, silent_seconds=0.01)
NEW = "/submissions/new/"
JSON = "application/json"


def _session(client: Client) -> str:
    """The cookies of Petra, and the token of her forms."""
    client.force_login(factories.petra())
    client.get(NEW)
    return "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())


def _form(client: Client, package: bytes, version: str = "1.4.0") -> bytes:
    fields = {
        "csrfmiddlewaretoken": client.cookies["csrftoken"].value,
        "organisation": str(factories.organisation().pk),
        "service": "harbour",
        "version": version,
        "note": "Sofort, bitte: \u5feb",
    }
    parts = [
        f'--bound\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    head = b'--bound\r\nContent-Disposition: form-data; name="file"; filename="harbour.zip"'
    head += b"\r\nContent-Type: application/zip\r\n\r\n"
    return b"".join(parts) + head + package + b"\r\n--bound--\r\n"


def _upload(
    client: Client, *pieces: bytes | None, limits: Limits | None = None, **headers: str
) -> Answered:
    cookie = _session(client)
    sent = pieces or (_form(client, demo_package()),)
    given = {
        "cookie": cookie,
        "content_type": "multipart/form-data; boundary=bound",
        "x_requested_with": "XMLHttpRequest",
    }
    return ask(gateway(limits), "POST", NEW, sent, **(given | headers))


def _left(store: Path) -> list[str]:
    return sorted(path.parent.parent.name for path in store.rglob("*") if path.is_file())


def test_a_page_is_answered_as_the_portal_answers_it() -> None:
    answered = ask(gateway(), "GET", "/help/?x=1")

    assert answered.status == 200
    assert answered.headers["content-length"] == str(len(answered.body))
    assert answered.read == 0


def test_a_form_reaches_the_page_whole() -> None:
    answered = ask(gateway(), "POST", "/theme/", [b"theme=da", b"rk"], content_type=FORM)

    assert answered.status == 403  # there is no token, which Django looked for in the form
    assert answered.read == 2


def test_a_body_that_does_not_arrive_is_answered_and_costs_no_thread() -> None:
    answered = ask(gateway(HASTY), "POST", "/sign-in/", [b"user", None], content_length="100")

    assert (answered.status, answered.headers["connection"]) == (408, "close")
    assert (
        answered.body
        == b"The body did not arrive in time: send it again, over a faster connection.\n"
    )


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        (
            {"content_length": "1048577"},
            413,
            "The body has 1048577 bytes; at most 1048576 are taken.",
        ),
        ({"content_length": "-1"}, 400, "The Content-Length is no number."),
        ({"content_length": "\u0661"}, 400, "The Content-Length is no number."),
        (
            {"content_length": "", "transfer_encoding": "chunked"},
            411,
            "Send the body with a Content-Length instead of in chunks.",
        ),
        (
            {"content_length": "4", "transfer_encoding": "chunked"},
            400,
            "The request has both Content-Length and Transfer-Encoding.",
        ),
    ],
)
@pytest.mark.parametrize("path", ["/sign-in/", "/no-such-page/"])
def test_a_body_of_no_fit_length_is_not_read(
    headers: dict[str, str], status: int, words: str, path: str
) -> None:
    answered = ask(gateway(), "POST", path, [b"more"], **headers)

    assert (answered.status, answered.body.decode(), answered.read) == (status, f"{words}\n", 0)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"accept_language": "zh-CN,zh;q=0.9"}, "Content-Length 不是数字。"),
        ({"accept_language": "zh-CN", "cookie": "language=en"}, "The Content-Length is no number."),
        ({"accept_language": "\xff;q=x"}, "The Content-Length is no number."),
    ],
)
def test_a_refusal_is_in_the_language_of_the_visitor(headers: dict[str, str], words: str) -> None:
    answered = ask(gateway(), "POST", "/sign-in/", [b"more"], content_length="x", **headers)

    assert answered.body.decode() == f"{words}\n"


def test_forms_that_are_on_their_way_share_some_memory() -> None:
    answered = ask(gateway(Limits(forms_bytes=99)), "POST", "/sign-in/", [bytes(100)])

    assert (answered.status, answered.headers["retry-after"], answered.read) == (503, "30", 0)


def test_a_package_is_received_hashed_and_submitted(client: Client, store: Path) -> None:
    answered = _upload(client)

    submission = Submission.objects.get()
    assert submission.current is not None
    assert (answered.status, answered.body) == (
        201,
        b'{"address": "/submissions/%d/"}' % submission.pk,
    )
    assert submission.current.note == "Sofort, bitte: \u5feb"
    assert submission.current.file_name == "harbour.zip"
    assert submission.current.sha256 == hashlib.sha256(demo_package()).hexdigest()
    assert storage.local_path(submission.current.original).read_bytes() == demo_package()
    assert submission.current.original.endswith(".zip")
    assert _left(store) == ["originals"]


def test_a_form_without_a_file_is_answered_like_one_everywhere(client: Client, store: Path) -> None:
    cookie = _session(client)
    body = b"csrfmiddlewaretoken=" + client.cookies["csrftoken"].value.encode()
    answered = ask(gateway(), "POST", NEW, [body], cookie=cookie, content_type=FORM)

    assert answered.status == 400
    assert (
        b"The upload is not understood: the Content-Type is not multipart/form-data"
        in answered.body
    )
    assert _left(store) == []


def test_strangers_are_answered_before_their_body_is_read(store: Path) -> None:
    for_people = ask(gateway(), "POST", NEW, [bytes(100)])
    for_scripts = ask(gateway(), "POST", NEW, [bytes(100)], x_requested_with="XMLHttpRequest")

    assert (for_people.status, for_people.headers["location"]) == (302, f"/sign-in/?next={NEW}")
    assert (for_scripts.status, for_scripts.body) == (401, b'{"words": "Sign in first."}')
    assert for_people.read == for_scripts.read == 0
    assert _left(store) == []


def test_whoever_still_sends_sees_the_answer_in_the_end(store: Path) -> None:
    pieces = [bytes(100)] * 5
    answered = ask(gateway(lingers=True), "POST", NEW, pieces, x_requested_with="XMLHttpRequest")

    assert (answered.status, answered.body) == (401, b'{"words": "Sign in first."}')
    assert answered.headers["content-length"] == str(len(answered.body))
    assert (answered.read, _left(store)) == (5, [])


def test_whoever_sends_no_more_is_not_waited_for_long(store: Path) -> None:
    limits = Limits(short_linger_seconds=0.01)
    answered = ask(gateway(limits, lingers=True), "POST", NEW, [bytes(100), None])

    assert (answered.status, answered.read) == (302, 2)
    assert _left(store) == []


def test_who_belongs_to_no_organisation_uploads_nothing(client: Client) -> None:
    client.force_login(factories.rita())
    cookie = f"sessionid={client.cookies['sessionid'].value}"

    answered = ask(gateway(), "POST", NEW, [bytes(100)], cookie=cookie)

    assert (answered.status, answered.read) == (403, 0)
    assert b"Only members of an organisation submit packages." in answered.body


@pytest.mark.parametrize(
    ("quotas", "length", "status", "words"),
    [
        ({"hourly": 1}, "100", 429, "Acme has uploaded 1 packages within an hour"),
        ({"running": 1}, "100", 429, "1 packages of Acme wait or are being processed"),
        ({"stored_gib": 1}, str(2 << 30), 413, "The packages of Acme would have more than 1 GiB"),
        ({}, str(30 << 30), 413, "The package is larger than 21474836480 bytes"),
    ],
)
def test_what_is_too_much_is_refused_before_it_is_read(
    quotas: dict[str, int], length: str, status: int, words: str, client: Client, settings: Settings
) -> None:
    factories.submitted()
    settings.PORTAL_QUOTAS = settings.PORTAL_QUOTAS | quotas

    answered = _upload(client, content_length=length)

    assert (answered.status, answered.read) == (status, 0)
    assert words in answered.body.decode()
    assert ("retry-after" in answered.headers) == (status == 429)


def test_what_does_not_fit_on_the_disk_is_refused_before_it_is_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "free_bytes", lambda: 10)

    answered = _upload(client)

    assert (answered.status, answered.read) == (507, 0)


def test_a_disk_that_becomes_full_is_said_and_nothing_is_kept(
    client: Client, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_piece: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.UploadDraft, "write", fail)

    answered = _upload(client, x_requested_with="")

    assert answered.status == 507
    assert b"Nothing of what you sent was kept" in answered.body
    assert _left(store) == []
    assert not Submission.objects.exists()


def test_a_revision_is_received_for_those_who_may(client: Client) -> None:
    submission = factories.refused()
    cookie = _session(client)
    address = f"/submissions/{submission.pk}/revise/"
    kind = "multipart/form-data; boundary=bound"
    body = _form(client, demo_package())

    done = ask(gateway(), "POST", address, [body], cookie=cookie, content_type=kind)
    late = ask(gateway(), "POST", address, [body], cookie=cookie, content_type=kind)
    client.force_login(factories.paul())
    stranger = f"sessionid={client.cookies['sessionid'].value}"
    hidden = ask(gateway(), "POST", address, [body], cookie=stranger, content_type=kind)

    assert (done.status, done.headers["location"]) == (302, f"/submissions/{submission.pk}/")
    assert (late.status, late.read) == (403, 0)
    assert (hidden.status, hidden.read) == (404, 0)


@pytest.mark.parametrize(
    ("cut", "status"),
    [([None], 408), ([], 0)],
)
def test_an_upload_that_ends_in_the_middle_leaves_nothing(
    cut: list[None], status: int, client: Client, store: Path
) -> None:
    cookie = _session(client)
    pieces: list[bytes | None] = [_form(client, bytes(3 << 20))[: 2 << 20], b"", *cut]

    answered = ask(
        gateway(HASTY),
        "POST",
        NEW,
        pieces,
        cookie=cookie,
        content_type="multipart/form-data; boundary=bound",
        content_length=str(4 << 20),
    )

    # Where the visitor is gone, the form has simply ended before its last boundary.
    assert answered.status == (status or 400)
    assert _left(store) == []


def test_an_upload_that_trickles_is_refused(client: Client, store: Path) -> None:
    limits = Limits(silent_seconds=0, least_rate=1e12)

    answered = _upload(client, bytes(10), bytes(10), limits=limits)

    assert (answered.status, _left(store)) == (408, [])


@pytest.mark.parametrize("limits", [Limits(uploads=0), Limits(uploads_each=0)])
def test_uploads_at_once_are_limited(limits: Limits, client: Client) -> None:
    answered = _upload(client, limits=limits)

    assert (answered.status, answered.headers["retry-after"]) == (503, "60")


def test_a_package_that_is_too_large_for_its_organisation_is_refused_at_its_field(
    client: Client, settings: Settings, store: Path
) -> None:
    settings.PORTAL_LIMITS = policy.Limits(upload_bytes=10)

    answered = _upload(client)

    assert answered.status == 422
    assert b"The package is larger than 10 bytes, the most that is taken." in answered.body
    assert _left(store) == []


def test_a_download_is_sent_piece_by_piece(client: Client) -> None:
    submission = factories.submitted()
    cookie = _session(client)

    answered = ask(
        gateway(), "GET", f"/submissions/{submission.pk}/rev/1/download/original/", cookie=cookie
    )

    assert (answered.status, answered.body) == (200, demo_package())


def test_what_looks_like_a_header_of_a_proxy_is_none(settings: Settings) -> None:
    settings.PORTAL_METRICS_TOKEN = ""
    portal = gateway()

    local = ask(portal, "GET", "/metrics")
    forwarded = ask(portal, "GET", "/metrics", x_forwarded_for="192.0.2.1")
    named_alike = ask(portal, "GET", "/metrics", x__forwarded__for="192.0.2.1")

    assert [each.status for each in (local, forwarded, named_alike)] == [200, 403, 200]


def _file_part(name: str, file_name: str, content: bytes) -> bytes:
    head = f'--bound\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"'
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


def test_attachments_arrive_with_the_package_in_drafts_of_their_own(
    client: Client, store: Path
) -> None:
    report = trivy("HIGH", "LOW")
    cookie = _session(client)
    body = _form(client, demo_package()).removesuffix(b"--bound--\r\n")
    body += _file_part("virus-scan-file", "", b"")
    body += _file_part("vulnerabilities-file", "trivy.json", report) + b"--bound--\r\n"
    pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)]

    answered = _upload(client, *pieces, cookie=cookie)

    attached = Attachment.objects.get()
    assert answered.status == 201
    assert (attached.file_name, attached.counts) == ("trivy.json", {"high": 1, "low": 1})
    assert storage.local_path(attached.stored).read_bytes() == report
    assert _left(store) == ["attachments", "originals"]


def test_too_many_files_are_refused_and_nothing_is_left(client: Client, store: Path) -> None:
    cookie = _session(client)
    body = _form(client, demo_package()).removesuffix(b"--bound--\r\n")
    body += _file_part("verification-file", "proof.txt", b"proof") * 4 + b"--bound--\r\n"

    answered = _upload(client, body, cookie=cookie)

    assert answered.status == 400
    assert b"it has more than 4 files" in answered.body
    assert _left(store) == []


def test_an_attachment_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    submission = factories.submitted()
    cookie = _session(client)

    answered = ask(
        gateway(),
        "POST",
        f"/submissions/{submission.pk}/attachments/attach/",
        [bytes(100)],
        cookie=cookie,
        content_length=str(30 << 20),
    )

    assert (answered.status, answered.read) == (413, 0)
    assert b"The file is larger than 20 MiB" in answered.body
