"""A PostgreSQL of our own on a private socket, to be restarted in the middle of everything."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path


class Postgres:
    """A server with two empty databases, run as an ordinary user."""

    def __init__(self) -> None:
        self._bin = find()
        self._folder = Path(tempfile.mkdtemp(prefix="sm-chaos-pg-"))
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)

    def start(self) -> tuple[str, str]:
        """Make and start it; the addresses of the case database and the identity database."""
        data = f"{self._folder}/data"
        self._run("initdb", "-D", data, "-U", "chaos", "--auth=trust", "--encoding=UTF8", "--no-sync")
        options = f"-k {self._folder} -c listen_addresses='' -c max_connections=200"
        self._run("pg_ctl", "-D", data, "-w", "-o", options, "-l", f"{self._folder}/log", "start")
        for name in ("chaos_case", "chaos_identity"):
            self._run("createdb", "-h", str(self._folder), "-U", "chaos", name)
        case, identity = (
            f"postgresql+psycopg://chaos@/{name}?host={self._folder}"
            for name in ("chaos_case", "chaos_identity")
        )
        return case, identity

    def restart(self) -> None:
        """End it as a crash would, and start it again: it finds its way by its log."""
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-w", "-m", "immediate", "restart")

    def pids(self) -> list[int]:
        """The server's processes, those of its connections among them."""
        first = int(Path(f"{self._folder}/data/postmaster.pid").read_text(encoding="ascii").split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii").split()
        return [first, *map(int, children)]

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            (f"{self._bin}/{name}", *arguments),
            user=self._user,
            cwd=self._folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def find() -> Path:
    """The folder of the newest PostgreSQL on this machine; raises ``FileNotFoundError``."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise FileNotFoundError("PostgreSQL (initdb) is not installed")
    return found[-1].parent if found else Path(str(on_path)).parent


__all__ = ["Postgres", "find"]
