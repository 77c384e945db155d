"""The settings start on a fresh machine and stop loudly where they are wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reviews.pipeline.core.policy import Limits, Policy

HOUSE = Path(__file__).resolve().parents[2]
SHOW = """
import json, sys
from osc_portal import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def _environment(given: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return kept | given


def _settings(*names: str, **given: str) -> dict[str, object]:
    shown = subprocess.run(
        [sys.executable, "-c", SHOW, *names],
        cwd=HOUSE,
        env=_environment(given),
        capture_output=True,
        text=True,
        check=True,
    )
    read: dict[str, object] = json.loads(shown.stdout)
    return read


def _manage(command: str = "check", **given: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=HOUSE,
        env=_environment(given),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_without_any_variable_it_is_the_demo() -> None:
    assert _settings("DEMO", "DEBUG", "PORTAL_REGISTRY", "PORTAL_ORGANIZATION") == {
        "DEMO": True,
        "DEBUG": False,
        "PORTAL_REGISTRY": Policy().registry,
        "PORTAL_ORGANIZATION": Policy().organization,
    }


def test_other_programs_variables_decide_nothing() -> None:
    assert (
        _settings("DEBUG", "SECRET_KEY", DEBUG="true", SECRET_KEY="theirs", PORTAL_DATA="/x")[
            "DEBUG"
        ]
        is False
    )


def test_cluster_versions_and_apis_are_those_of_the_policy_or_those_given() -> None:
    given = {"PORTAL_KUBE_VERSIONS": "1.31, v1.28.8-r0", "PORTAL_API_VERSIONS": "a.b/v1"}
    names = ("PORTAL_KUBE_VERSIONS", "PORTAL_API_VERSIONS")

    assert _settings(*names) == dict(zip(names, (list(Policy().cluster_versions), []), strict=True))
    assert _settings(*names, **given) == dict(
        zip(names, (["1.31", "v1.28.8-r0"], ["a.b/v1"]), strict=True)
    )


def test_variables_are_heard(tmp_path: Path) -> None:
    given = {
        "PORTAL_DEMO": "no",
        "PORTAL_SECRET_KEY": "k" * 50,
        "PORTAL_HOSTS": "portal.example.com, 10.0.0.1",
        "PORTAL_DATA": str(tmp_path),
        "PORTAL_REGISTRY": "registry.example.com:5000",
        "PORTAL_ORGANIZATION": "",
    }

    assert _settings(
        "DEMO",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATA_DIR",
        "PORTAL_REGISTRY",
        "PORTAL_ORGANIZATION",
        "SESSION_COOKIE_SECURE",
        **given,
    ) == {
        "DEMO": False,
        "SECRET_KEY": "k" * 50,
        "ALLOWED_HOSTS": ["portal.example.com", "10.0.0.1"],
        "DATA_DIR": str(tmp_path),
        "PORTAL_REGISTRY": "registry.example.com:5000",
        "PORTAL_ORGANIZATION": Policy().organization,
        "SESSION_COOKIE_SECURE": True,
    }


def test_mails_name_the_address_that_is_given_or_the_first_origin() -> None:
    origins = {"PORTAL_ORIGINS": "https://portal.example.com/, https://other.example.com"}

    assert _settings("PORTAL_ADDRESS", PORT="9000") == {"PORTAL_ADDRESS": "http://127.0.0.1:9000"}
    assert _settings("PORTAL_ADDRESS", **origins) == {
        "PORTAL_ADDRESS": "https://portal.example.com"
    }


def test_a_quota_that_is_given_replaces_only_itself() -> None:
    assert _settings("PORTAL_QUOTAS", PORTAL_QUOTAS="running=7") == {
        "PORTAL_QUOTAS": {"stored_gib": 1000, "running": 7, "hourly": 1000}
    }


def test_https_behind_a_proxy_is_believed_and_insisted_on() -> None:
    names = [
        *("SECURE_PROXY_SSL_HEADER", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"),
        *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
    ]

    assert _settings(*names, PORTAL_HTTPS="yes", PORTAL_PROXIES="1") == {
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
    }
    assert _settings("SESSION_COOKIE_SECURE") == {"SESSION_COOKIE_SECURE": False}


def test_the_log_goes_where_it_is_wanted() -> None:
    def handlers(**given: str) -> object:
        read = _settings("LOGGING", **given)["LOGGING"]
        assert isinstance(read, dict)
        return {
            name: each.get("level") for name, each in read["handlers"].items() if name != "plain"
        }

    assert handlers() == {"stderr": "WARNING", "errors": None}
    assert handlers(PORTAL_LOG_FORMAT="json", PORTAL_ADMINS="a@example.com") == {
        "stderr": "INFO",
        "errors": None,
        "mail": None,
    }
    assert handlers(PORTAL_LOG_FILE="portal.log") == {
        "stderr": "WARNING",
        "errors": None,
        "file": None,
    }


def test_a_usual_name_is_heard_where_the_portals_own_is_not_set() -> None:
    assert _settings("PORTAL_PORT", PORT="8080") == {"PORTAL_PORT": 8080}
    assert _settings("PORTAL_PORT", PORT="8080", PORTAL_PORT="8081") == {"PORTAL_PORT": 8081}


def test_limits_that_are_given_replace_only_themselves() -> None:
    limits = _settings("PORTAL_LIMITS", PORTAL_LIMITS="render_seconds=2.5, analysis_renders=7")

    assert limits == {"PORTAL_LIMITS": str(Limits(render_seconds=2.5, analysis_renders=7))}


def test_only_what_the_policy_names_is_ever_removed() -> None:
    given = "refused=90, superseded=180"

    assert _settings("PORTAL_RETENTION") == {"PORTAL_RETENTION": {}}
    assert _settings("PORTAL_RETENTION", PORTAL_RETENTION=given) == {
        "PORTAL_RETENTION": {"refused": 90, "superseded": 180}
    }


def test_sqlite_waits_for_its_turn_instead_of_failing(tmp_path: Path) -> None:
    settings = _settings("DATABASES", PORTAL_DATA=str(tmp_path))

    assert settings["DATABASES"]["default"] == {  # type: ignore[index]
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"{tmp_path}/portal.sqlite3",
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }


@pytest.mark.parametrize(
    ("given", "objection"),
    [
        ({"PORTAL_DEMO": "maybe"}, "PORTAL_DEMO is 'maybe': write yes or no"),
        (
            {"PORTAL_DEMO": "no"},
            "PORTAL_DEMO=no needs PORTAL_SECRET_KEY: 50 or more random characters",
        ),
        (
            {"PORTAL_DEMO": "no", "PORTAL_SECRET_KEY": "k" * 50, "PORTAL_DEBUG": "yes"},
            "PORTAL_DEBUG=yes shows secrets to visitors: only with the demo",
        ),
        (
            {"PORTAL_DATABASE_URL": "somewhere"},
            "PORTAL_DATABASE_URL is 'somewhere': write sqlite:///FILE",
        ),
        (
            {"PORTAL_RETENTION": "released=1"},
            (
                "PORTAL_RETENTION is 'released=1': write withdrawn, refused, superseded, each with"
                " =DAYS"
            ),
        ),
        (
            {"PORTAL_RETENTION": "refused=soon"},
            (
                "PORTAL_RETENTION is 'refused=soon': write withdrawn, refused, superseded, each with"
                " =DAYS"
            ),
        ),
        (
            {"PORTAL_SECURITY_CONTACT": "us"},
            "PORTAL_SECURITY_CONTACT is 'us': write mailto:ADDRESS or https://",
        ),
        (
            {"PORTAL_ADDRESS": "https://portal.example.com/reviews"},
            (
                "PORTAL_ADDRESS is 'https://portal.example.com/reviews': write https://HOST or"
                " https://HOST:PORT"
            ),
        ),
        ({"PORTAL_LOG_FORMAT": "xml"}, "PORTAL_LOG_FORMAT is 'xml': write text or json"),
        ({"PORTAL_WORKERS": "0"}, "PORTAL_WORKERS is '0': write a number from 1 to 64"),
        ({"PORT": "http"}, "PORTAL_PORT is 'http': write a number from 0 to 65535"),
        (
            {"PORTAL_LIMITS": "renders=many, members=12"},
            (
                "PORTAL_LIMITS has no 'renders': write upload_bytes, members, ratio, chart_file_bytes,"
                " chart_bytes, deploy_bytes, yaml_depth, yaml_nodes, render_seconds, render_memory_bytes,"
                " analysis_render_seconds, analysis_renders, cluster_renders, cluster_seconds,"
                " analysis_seconds, analysis_processor_seconds, analysis_memory_bytes,"
                " findings_per_rule, layer_bytes, each with =NUMBER"
            ),
        ),
        (
            {"PORTAL_KUBE_VERSIONS": "1.24"},
            ("PORTAL_KUBE_VERSIONS: '1.24' is not known here: give a version from v1.25 to v1.37"),
        ),
        (
            {"PORTAL_KUBE_VERSIONS": ","},
            "PORTAL_KUBE_VERSIONS names no version: write one such as v1.28",
        ),
        (
            {"PORTAL_API_VERSIONS": "monitoring"},
            (
                "PORTAL_API_VERSIONS: 'monitoring' is no API version: write GROUP/VERSION or"
                " GROUP/VERSION/KIND, such as monitoring.coreos.com/v1"
            ),
        ),
        (
            {"PORTAL_QUOTAS": "stored=5"},
            (
                "PORTAL_QUOTAS is 'stored=5': write stored_gib, running, hourly, each with =NUMBER"
                " above 0"
            ),
        ),
        (
            {"PORTAL_QUOTAS": "running=0"},
            (
                "PORTAL_QUOTAS is 'running=0': write stored_gib, running, hourly, each with =NUMBER"
                " above 0"
            ),
        ),
        (
            {"PORTAL_HTTPS": "yes"},
            (
                "PORTAL_HTTPS=yes needs PORTAL_PROXIES: the proxy that has the certificate, 1 or"
                " more"
            ),
        ),
        (
            {"PORTAL_REQUIRE_SANDBOX": "landlock, walls"},
            (
                "PORTAL_REQUIRE_SANDBOX has no 'walls': write network-namespace, user-namespace,"
                " unprivileged-user, no-capabilities, no-new-privileges, landlock, seccomp"
            ),
        ),
        (
            {"PORTAL_LIMITS": "analysis_renders=many"},
            "PORTAL_LIMITS: analysis_renders is 'many': write a number above 0",
        ),
        (
            {"PORTAL_LIMITS": "analysis_renders=0"},
            "PORTAL_LIMITS: analysis_renders is '0': write a number above 0",
        ),
    ],
)
def test_a_wrong_environment_ends_with_one_line(given: dict[str, str], objection: str) -> None:
    assert _manage(**given) == (2, "", f"manage.py: {objection}\n")


def test_commands_that_sign_nothing_leave_no_key_behind(tmp_path: Path) -> None:
    assert _manage("list_rules", PORTAL_DATA=str(tmp_path))[0] == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"PORTAL_PUBLISH_TARGET": "https://HOST/path"}, "PORTAL_PUBLISH_TARGET is"),
        ({"PORTAL_PUBLISH_TARGET": "https://user:secret@host.example"}, "PORTAL_PUBLISH_TARGET is"),
        ({"PORTAL_PUBLISH_TARGET": "somewhere"}, "PORTAL_PUBLISH_TARGET is"),
        ({"PORTAL_PUBLISH_DIALECT": "helm"}, "write docker or oci"),
        ({"PORTAL_PUBLISH_COMPRESSION": "none"}, "needs PORTAL_PUBLISH_DIALECT=oci"),
    ],
)
def test_a_target_that_cannot_be_is_refused(given: dict[str, str], words: str) -> None:
    status, _out, error = _manage(**given)

    assert status == 2
    assert words in error
    assert "secret" not in error
