"""A child of ``run`` ends when its parent is gone, so that no process stays behind."""

from __future__ import annotations

import os
import signal
import threading
import time


def end_with_parent(parent: int | None = None) -> None:
    """Watch the process that started us, and end in the usual way once it is gone.

    ``parent`` is told by whoever starts us, for it may be gone before we have come to look.
    """
    watched = parent or os.getppid()

    def watch() -> None:
        while os.getppid() == watched:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent").start()


def end_with_run() -> None:
    """The same for what ``run`` has started; nothing where we were started otherwise."""
    told = os.environ.get("RUN_PARENT", "")
    if told:
        end_with_parent(int(told))
