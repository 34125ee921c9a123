"""How much memory the processes of the web server take, as the kernel tells it; nothing where it tells nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def workers_of(master: int) -> Mapping[int, int]:
    """Resident bytes of each worker of a server, by process id; without a master, of this process alone."""
    listed = Path(f"/proc/{master}/task/{master}/children")
    try:
        found = [int(pid) for pid in listed.read_text().split()] if master else []
    except OSError:
        found = []
    memory = {pid: resident(pid) for pid in found or [os.getpid()]}
    return {pid: size for pid, size in memory.items() if size}


def resident(pid: int) -> int:
    """Resident bytes of a process; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
