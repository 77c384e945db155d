"""What a worker does once, before the processes of its pool are forked from it: they share it.

Without it each process of the pool, and after it each process of an analysis, would compile the
same schemas and import and prepare the same modules again, and lose them when it ends.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

from django.db import connection

from ..demo_package import FILE_NAME, demo_package
from ..models import Organisation, policy_for
from ..pipeline import examine, load_schemas
from ..queue import JobName, queue_of

logger = logging.getLogger(__name__)


def prepare(sender: Any, **_signal: Any) -> None:
    """Prepare the worker ``sender``, where it serves the queue of analyses."""
    if queue_of(JobName.ANALYSE) in sender.app.amqp.queues.consume_from:
        examine_once()


def examine_once() -> None:
    """Examine a small package of our own, under the policy of most packages.

    What goes wrong here is only logged: without it, analyses take longer.
    """
    try:
        policy = policy_for(Organisation())
        load_schemas(cluster.minor for cluster in policy.clusters)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, FILE_NAME)
            path.write_bytes(demo_package())
            examine(path, policy, archives=False)
    except Exception:
        logger.warning("no package could be examined at the start", exc_info=True)
    finally:
        # The processes of the pool share no connection with this one.
        connection.close()
