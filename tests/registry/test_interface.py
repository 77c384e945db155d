"""What the rest of the portal may import, and that nothing is loaded too early."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from reviews import registry


def test_every_name_can_be_imported() -> None:
    assert [name for name in registry.__all__ if getattr(registry, name, None) is None] == []
    assert sorted(registry._MODULE_OF) == sorted(registry.__all__)


def test_the_words_of_settings_load_no_http_client() -> None:
    script = (
        "import sys; from reviews.registry import Dialect, Outcome, LayoutTarget;"
        "print([name for name in ('urllib3', 'cyclonedx', 'cryptography', 'django', 'isal')"
        " if name in sys.modules])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(registry.__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout == "[]\n"
