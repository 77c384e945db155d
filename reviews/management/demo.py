"""The demo: three accounts, and a package to look at. Made once; a second start finds it again."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction

from ..actions import submitting
from ..demo_package import FILE_NAME, SERVICE, VERSION, demo_package_with_images
from ..models import Membership, Organisation, Submission
from ..permissions import REVIEWERS

ORGANISATION = "Harbour Software"
ACCOUNTS = ("partner", "reviewer", "admin")


def make_accounts() -> str:
    """Make the accounts that are not there yet; the password of all three.

    It is the settings', or one made at the first start and kept in the data folder.
    """
    password = settings.PORTAL_DEMO_PASSWORD or _kept_password(settings.DATA_DIR / "demo-password")
    with transaction.atomic():
        organisation = _organisation()
        partner, reviewer, admin = (_account(name, password) for name in ACCOUNTS)
        Membership.objects.get_or_create(user=partner, organisation=organisation)
        reviewer.groups.add(Group.objects.get_or_create(name=REVIEWERS)[0])
        if not admin.is_superuser:
            admin.is_staff = admin.is_superuser = True
            admin.save()
    return password


def submit_package() -> None:
    """Submit the demo's package, where nothing has been submitted yet."""
    if not Submission.objects.exists():
        submitting.submit(
            by=User.objects.get(username=ACCOUNTS[0]),
            organisation=_organisation(),
            service=SERVICE,
            version=VERSION,
            file_name=FILE_NAME,
            content=[demo_package_with_images()],
            note="The demo's own package: look around, decide, release it.",
        )


def _organisation() -> Organisation:
    return Organisation.objects.get_or_create(name=ORGANISATION)[0]


def _account(name: str, password: str) -> User:
    user, made = User.objects.get_or_create(
        username=name, defaults={"email": f"{name}@example.com"}
    )
    if made or not user.check_password(password):
        user.set_password(password)
        user.save()
    return user


def _kept_password(file: Path) -> str:
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(9))
    return file.read_text(encoding="ascii").strip()
