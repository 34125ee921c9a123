"""A backup is one tar: its parts, and last the list of them with their digests. It is whole or it is refused."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 64 << 20
_NAME = re.compile(r"[a-z]+\.(db|dump|jsonl)|photos/[A-Za-z0-9_-]{1,80}\.jpg")
_CHUNK = 1 << 20


class BadArchive(Exception):
    """A file is no backup of ours, or not whole; the text says so in an operator's words."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, and what it says of itself."""

    about: Mapping[str, Any]
    parts: Mapping[str, Part]


class Writer:
    """Makes a backup; the file bears its name only once it is whole, and nobody else may read it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._unfinished = file.with_name(file.name + ".part")
        self._unfinished.unlink(missing_ok=True)
        handle = os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._raw = os.fdopen(handle, "wb")
        self._tar = tarfile.TarFile(fileobj=self._raw, mode="w", format=tarfile.PAX_FORMAT)
        self._parts: list[Part] = []

    def add(self, name: str, source: Path) -> None:
        """Put a file in; what is added while it is read is not looked at."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"no part is called {name}")
        with source.open("rb") as file:
            self._add(name, file, os.fstat(file.fileno()).st_size)

    def close(self, about: Mapping[str, Any]) -> int:
        """Add the list of all parts and give the file its name; its size."""
        listed = {"about": dict(about), "parts": [asdict(part) for part in self._parts]}
        data = json.dumps(listed, ensure_ascii=False, indent=1).encode()
        self._add(MANIFEST, io.BytesIO(data), len(data))
        self._tar.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        self._unfinished.rename(self._file)
        return self._file.stat().st_size

    def drop(self) -> None:
        """Leave nothing behind of a backup that failed."""
        with suppress(OSError):  # a full disk does not take what is left over, either
            self._raw.close()
        self._unfinished.unlink(missing_ok=True)

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        reading = _Reading(file)
        self._tar.addfile(entry, reading)
        self._parts.append(Part(name, size, reading.digest.hexdigest()))


class _Reading:
    """Reads a file and its digest in one go."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def check(file: Path) -> Manifest:
    """Read all of a backup and compare it with its list; raises ``BadArchive``."""
    try:
        with tarfile.open(file, "r:") as tar:
            found, listed = _read(tar)
        manifest = _manifest(listed)
    except OSError as problem:
        raise BadArchive(f"读不了备份文件 {file}（{problem.strerror or type(problem).__name__}）。") from None
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError):
        raise BadArchive(f"{file} 不是完整的备份文件。") from None
    if found != manifest.parts:
        odd = sorted(
            {*found, *manifest.parts} - {name for name in found if found[name] == manifest.parts.get(name)}
        )
        raise BadArchive(f"{file} 里的 {'、'.join(odd[:5])} 和清单对不上，文件坏了或被改过，没有恢复。")
    return manifest


def take(file: Path, name: str, target: Path) -> None:
    """Write one part of a checked backup to a new file that nobody else may read."""
    with tarfile.open(file, "r:") as tar:
        source = tar.extractfile(name)
        assert source is not None
        _write(source, target)


def take_all(file: Path, folder: str, target: Path) -> int:
    """Write all parts of one folder of a checked backup into another; how many there were."""
    count = 0
    with tarfile.open(file, "r:") as tar:
        for entry in tar:
            inside, _, name = entry.name.partition("/")
            source = tar.extractfile(entry) if inside == folder and name else None
            if source is not None:
                _write(source, target / name)
                count += 1
    return count


def _write(source: IO[bytes], target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := source.read(_CHUNK):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _read(tar: tarfile.TarFile) -> tuple[dict[str, Part], bytes]:
    """The parts as they are, and the list as it was written; names that are none of ours end it."""
    found: dict[str, Part] = {}
    listed = b""
    for entry in tar:
        source = tar.extractfile(entry) if entry.isreg() else None
        if source is None or entry.name in found:
            raise ValueError(entry.name)
        if entry.name == MANIFEST and entry.size <= _LARGEST_MANIFEST:
            listed = source.read()
        elif _NAME.fullmatch(entry.name):
            found[entry.name] = Part(entry.name, entry.size, _digest(source))
        else:
            raise ValueError(entry.name)
    return found, listed


def _digest(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _manifest(listed: bytes) -> Manifest:
    told = json.loads(listed)
    parts = [Part(str(one["name"]), int(one["size"]), str(one["sha256"])) for one in told["parts"]]
    return Manifest(dict(told["about"]), {part.name: part for part in parts})
