"""Has pictures drawn by a child process and keeps them in a folder of limited size; needs no Pillow."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 30.0
SAID = 3  # the child's exit status when it refuses with a sentence
LARGEST_FOLDER = 64 * 1024 * 1024  # bytes; some 1,500 pictures
VERSION = 1  # of the drawing: a change of it draws everything anew
MOST_WAITING = 20  # pictures that one process has begun; whoever asks then asks again
_PNG = b"\x89PNG\r\n\x1a\n"


class NotDrawn(RuntimeError):
    """A picture could not be drawn."""


def font_fault(font_file: str = "") -> str:
    """What is wrong with the font, as a sentence for the operator; empty where all is well."""
    try:
        done = _run(font_file, None)
    except NotDrawn as fault:
        return str(fault)
    return done.stderr.decode("utf-8", "replace").strip() if done.returncode == SAID else ""


def draw_apart(order: Mapping[str, Any], font_file: str = "") -> bytes:
    """The picture as a PNG; raises ``NotDrawn``, whose words hold nothing of the order."""
    done = _run(font_file, order)
    if done.returncode == SAID:
        raise NotDrawn(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode != 0 or not done.stdout.startswith(_PNG):
        raise NotDrawn(f"the drawing ended with status {done.returncode}")
    return done.stdout


def _run(font_file: str, order: Mapping[str, Any] | None) -> subprocess.CompletedProcess[bytes]:
    said = json.dumps({"font_file": font_file, "order": dict(order) if order else None}, ensure_ascii=False)
    try:
        return subprocess.run(
            [sys.executable, "-m", "pictures.draw"],
            input=said.encode(),
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={
                "PYTHONPATH": str(ROOT),
                "PYTHONUTF8": "1",
                "HOME": os.environ.get("HOME", "/"),
            },  # no secret
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotDrawn("the drawing took too long") from None


class Gallery:
    """Pictures that were drawn, each under a name that its words decide; the ones not asked for lately go first.

    ``owner`` (a keyed hash) begins the names of pictures that are somebody's own, so that they can be forgotten.
    """

    def __init__(self, folder: Path, font_file: str = "", largest: int = LARGEST_FOLDER) -> None:
        self._folder = folder
        self._font_file = font_file
        self._largest = largest
        self._at_work: set[str] = set()
        self._lock = threading.Lock()
        self._turn = threading.Semaphore(1)  # one child at a time leaves the other core to the answers

    def kept(self, order: Mapping[str, Any], owner: str = "") -> bytes | None:
        """The picture, if it is there already."""
        path = self._path(order, owner)
        try:
            data = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        return data

    def get(self, order: Mapping[str, Any], owner: str = "") -> bytes:
        """The picture, drawn now where it is not there; raises ``NotDrawn``."""
        with self._turn:
            found = self.kept(order, owner)
            if found is None:
                found = draw_apart(order, self._font_file)
                self._keep(self._path(order, owner), found)
            return found

    def begin(self, order: Mapping[str, Any], owner: str = "") -> None:
        """Have the picture drawn without waiting for it; asked for again meanwhile, it is drawn once."""
        name = self._path(order, owner).name
        with self._lock:
            if name in self._at_work or len(self._at_work) >= MOST_WAITING:
                return
            self._at_work.add(name)
        threading.Thread(target=self._draw, args=(name, dict(order), owner), daemon=True).start()

    def forget(self, owner: str) -> int:
        """Delete the pictures of a person; how many there were."""
        mine = list(self._folder.glob(f"{owner}-*.png")) if owner else []
        for path in mine:
            path.unlink(missing_ok=True)
        return len(mine)

    def _draw(self, name: str, order: Mapping[str, Any], owner: str) -> None:
        try:
            self.get(order, owner)
        except (NotDrawn, OSError) as fault:
            log.error("a picture was not drawn: %s", fault if isinstance(fault, NotDrawn) else "no room")
        finally:
            with self._lock:
                self._at_work.discard(name)

    def _path(self, order: Mapping[str, Any], owner: str) -> Path:
        words = json.dumps([VERSION, self._font_file, dict(order)], ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(words.encode()).hexdigest()[:32]
        return self._folder / f"{owner or order['kind']}-{digest}.png"

    def _keep(self, path: Path, data: bytes) -> None:
        """Write it wholly or not at all, then make room."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(prefix=".part-", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        self._make_room()

    def _make_room(self) -> None:
        there = []
        for path in self._folder.glob("*.png"):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue  # another process has made room
            there.append((found.st_mtime, found.st_size, path))
        total = sum(size for _, size, _ in there)
        for _, size, path in sorted(there)[:-1]:
            if total <= self._largest:
                return
            path.unlink(missing_ok=True)
            total -= size
