"""The sandbox of a worker: found out once at its start, and required where the settings say so."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from django.conf import settings

from ..pipeline import sandbox_layers
from ..pipeline.core.policy import SANDBOX_LAYERS

logger = logging.getLogger(__name__)


@cache
def layers_at_start() -> tuple[str, ...]:
    """The layers that isolate what this worker renders, also in its log."""
    try:
        layers = sandbox_layers()
    except Exception:  # not even the engine starts: analyses will say so, other jobs go on
        logger.exception("the rendering process does not start")
        return ()
    missing = [layer for layer in SANDBOX_LAYERS if layer not in layers]
    logger.info("sandbox: %s; not here: %s", ", ".join(layers), ", ".join(missing) or "none")
    return layers


def missing_layers() -> list[str]:
    """The layers that are required and not there."""
    required: list[str] = settings.PORTAL_REQUIRE_SANDBOX
    if not required:
        return []
    return [layer for layer in required if layer not in layers_at_start()]


def require_layers(**_signal: Any) -> None:
    """Go on where all that is required is there. SystemExit: a layer is not."""
    missing = missing_layers()
    if missing:
        words = f"PORTAL_REQUIRE_SANDBOX: the sandbox lacks {', '.join(missing)} on this machine"
        logger.critical(words)
        raise SystemExit(words)
