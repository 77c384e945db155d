"""A full disk: the upload is answered with what is true, and nothing of it is kept."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from reviews import storage
from reviews.demo_package import demo_package
from reviews.models import Event, Submission
from tests import factories
from tests.reviews.running import HOUSE

pytestmark = pytest.mark.django_db
_FULL = OSError(errno.ENOSPC, "No space left on device")

UPLOAD = """
import django; django.setup()
import io, json, os, shutil
from django.core.management import call_command
from django.test import Client
from reviews.models import Submission
from tests import factories
call_command("migrate", verbosity=0)
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
client.force_login(factories.petra())
free = shutil.disk_usage(os.environ["PORTAL_DATA"]).free
def upload(size):
    package = io.BytesIO(os.urandom(size)); package.name = "large.zip"
    form = {"organisation": factories.organisation().pk, "service": "large", "version": "1", "file": package}
    return client.post("/submissions/new/", form)
answer = upload(free - (1 << 20))
store = os.path.join(os.environ["PORTAL_DATA"], "archives")
left = [name for _at, _folders, names in os.walk(store) for name in names]
print("answer:", json.dumps([answer.status_code, "Nothing of what you sent was kept" in answer.content.decode(),
    Submission.objects.count(), left, upload(1 << 20).status_code, Submission.objects.count()]))
"""


def _can_mount(folder: Path) -> bool:
    mount = f"mount -t tmpfs -o size=1m none {folder}"
    try:
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", mount], capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0


def test_an_upload_that_does_not_fit_on_a_real_disk(tmp_path: Path) -> None:
    if not _can_mount(tmp_path):
        pytest.skip("no file system can be mounted here")
    script = tmp_path.parent / f"{tmp_path.name}.py"
    script.write_text(UPLOAD, encoding="utf-8")
    environment = os.environ | {
        "PORTAL_DATA": str(tmp_path),
        "PORTAL_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "osc_portal.settings",
        "PYTHONPATH": str(HOUSE),
    }
    # The drafts of uploads are beside the store, as on a machine with one disk.
    command = f"mount -t tmpfs -o size=16m none {tmp_path} && exec {sys.executable} {script}"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", command],
        cwd=HOUSE,
        env=environment | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    status, is_said, submissions, left, next_status, then = json.loads(
        done.stdout.rpartition("answer:")[2]
    )
    assert (status, is_said, submissions, left) == (507, True, 0, [])
    assert (next_status, then) == (302, 1)


def _upload(client: Client) -> tuple[int, str]:
    package = SimpleUploadedFile("harbour-1.4.0.zip", demo_package())
    client.raise_request_exception = False
    answer = client.post(
        reverse("new-submission"),
        {
            "organisation": factories.organisation().pk,
            "service": "harbour",
            "version": "1.4.0",
            "file": package,
        },
    )
    return answer.status_code, answer.content.decode()


def test_where_the_records_cannot_be_written_the_file_is_not_kept_either(
    client: Client, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(factories.petra())

    def fail(**_fields: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Event.objects, "create", fail)

    status, page = _upload(client)

    assert (status, "Nothing of what you sent was kept" in page) == (507, True)
    assert not Submission.objects.exists()
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_a_file_that_another_revision_has_stays(
    client: Client, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.submitted(version="1")
    kept = [path for path in store.rglob("*") if path.is_file()]
    client.force_login(factories.petra())

    def fail(**_fields: object) -> None:
        raise ValueError("planted")

    monkeypatch.setattr(Event.objects, "create", fail)

    assert _upload(client)[0] == 500

    assert [path for path in store.rglob("*") if path.is_file()] == kept != []


def test_a_file_that_is_stored_again_while_it_is_removed_stays() -> None:
    first = storage.keep([b"content"], "originals")
    again = storage.keep([b"content"], "originals")

    assert again.name == first.name
    assert again.stored_at > first.stored_at
    assert not storage.remove(first.name, stored_until=first.stored_at)
    assert storage.local_path(first.name).read_bytes() == b"content"
    assert storage.remove(first.name, stored_until=again.stored_at)
    assert not storage.local_path(first.name).exists()
    assert not storage.remove(first.name, stored_until=again.stored_at)


def test_a_full_disk_is_recognised_behind_other_errors() -> None:
    wrapped = RuntimeError("it could not be written")
    wrapped.__cause__ = _FULL
    assert storage.is_disk_full(wrapped)
    assert storage.is_disk_full(OperationalError("could not extend file: No space left on device"))
    assert not storage.is_disk_full(OSError(errno.EACCES, "not allowed"))
    assert not storage.is_disk_full(None)
