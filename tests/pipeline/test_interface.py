"""What the rest of the portal may import from the pipeline, and that nothing is loaded too early."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from reviews import pipeline


def _names_for_type_checkers() -> set[tuple[str, str]]:
    """Name and module of each import under ``TYPE_CHECKING``."""
    tree = ast.parse(Path(pipeline.__file__).read_text(encoding="utf-8"))
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    return {
        (alias.name, str(statement.module))
        for block in blocks
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }


def test_every_name_can_be_imported() -> None:
    assert [name for name in pipeline.__all__ if getattr(pipeline, name, None) is None] == []


def test_type_checkers_see_the_names_that_are_imported() -> None:
    names = _names_for_type_checkers()

    assert sorted(name for name, _module in names) == sorted(pipeline.__all__)
    assert [
        name
        for name, module in names
        if getattr(sys.modules[f"reviews.pipeline.{module}"], name) is not getattr(pipeline, name)
    ] == []


def test_the_settings_load_no_rule() -> None:
    script = (
        "import sys, osc_portal.settings;"
        "print([name for name in sys.modules if name.startswith('reviews.pipeline.')"
        " and not name.startswith('reviews.pipeline.core')])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(pipeline.__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout == "[]\n"
