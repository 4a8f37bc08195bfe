"""A web worker does not outlive the server that started it.

When the main process is killed outright (out of memory, `kill -9`), its worker would go on holding the port, and
the process manager would wait for it for ever.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from multiprocessing.process import BaseProcess

logger = logging.getLogger(__name__)


def leave_with_parent() -> None:
    """End this process when the one that spawned it ends. Does nothing in a process that nobody spawned."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_leave, args=(parent,), name="leave-with-parent", daemon=True).start()


def _wait_and_leave(parent: BaseProcess) -> None:
    parent.join()
    logger.error("The main server process (%s) is gone; this worker ends too.", parent.pid)
    # No clean-up: the server's own shutdown waits for words from the process that is gone.
    os.kill(os.getpid(), signal.SIGKILL)
