"""Renders charts with the real Helm engine, in a sandboxed child process.

``engine`` is what the rest of the pipeline uses, ``process`` the parent's end of the pipes,
``outcomes`` what can come back instead of a rendering. ``helm_child`` runs on the other side.
"""

from .engine import (
    NAMESPACE,
    RELEASE_NAME,
    Engine,
    LintMessage,
    Rendering,
    engine_version,
)
from .outcomes import BudgetSpent, ChartRejected, EngineBroken, RenderStopped

__all__ = [
    "NAMESPACE",
    "RELEASE_NAME",
    "BudgetSpent",
    "ChartRejected",
    "Engine",
    "EngineBroken",
    "LintMessage",
    "RenderStopped",
    "Rendering",
    "engine_version",
]
