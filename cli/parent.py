"""A child of ``run`` ends when its parent is gone, so that no process stays behind."""

from __future__ import annotations

import os
import signal
import threading
import time


def end_with_parent() -> None:
    """Watch the process that started us, and end in the usual way once it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent").start()
