"""A backup is one tar: its parts, the list of them with their digests, and what only our key can make of that list."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import re
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict

from store.sealing import Sealing

MANIFEST, SIGNATURE = "manifest.json", "manifest.hmac"
_PURPOSE = "backup manifest"
_LARGEST_MANIFEST = 64 << 20
_NAME = re.compile(r"(case|identity)\.(db|dump)|redis\.jsonl|photos/[A-Za-z0-9_-]{1,80}\.jpg")
_TITLES = {"case": "举报和报送的数据库", "identity": "身份库", "redis": "Redis 的数据"}
_CHUNK = 1 << 20


class BadArchive(Exception):
    """A file is no backup of ours, or not whole; the text says so in an operator's words."""


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class Part(_Told):
    """One file of a backup."""

    name: str
    size: int
    sha256: str


class About(_Told):
    """What a backup says of itself."""

    made_at: str
    version: str
    identities: bool
    tables: dict[str, str]  # how far the migrations of each database had come
    key: str  # a mark of the IDENTITY_KEY


class Manifest(_Told):
    """The list that closes a backup."""

    about: About
    parts: tuple[Part, ...]


class Writer:
    """Makes a backup; the file bears its name only once it is whole, and nobody else may read it."""

    def __init__(self, file: Path, sealing: Sealing) -> None:
        self._file, self._sealing = file, sealing
        self._unfinished = file.with_name(file.name + ".part")
        self._unfinished.unlink(missing_ok=True)
        handle = os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._raw = os.fdopen(handle, "wb")
        self._tar = tarfile.TarFile(fileobj=self._raw, mode="w", format=tarfile.GNU_FORMAT)
        self._parts: list[Part] = []

    def add(self, name: str, source: Path) -> None:
        """Put a file in; what is added while it is read is not looked at."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"no part is called {name}")
        with source.open("rb") as file:
            self._add(name, file, os.fstat(file.fileno()).st_size)

    def close(self, about: About) -> int:
        """Add the list of all parts, signed, and give the file its name; its size."""
        listed = Manifest(about=about, parts=tuple(self._parts)).model_dump_json(indent=1).encode()
        signed = _signed(listed, self._sealing)
        self._add(MANIFEST, io.BytesIO(listed), len(listed))
        self._add(SIGNATURE, io.BytesIO(signed), len(signed))
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
        self._parts.append(Part(name=name, size=size, sha256=reading.digest.hexdigest()))


class _Reading:
    """Reads a file and its digest in one go."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


class Backup:
    """A backup whose list is believed; each part is compared with the list as it is taken out."""

    def __init__(
        self, path: Path, file: IO[bytes], places: Mapping[str, _Place], manifest: Manifest, signed: bool
    ) -> None:
        self._path, self._file, self._places = path, file, places
        self.about, self.signed = manifest.about, signed
        self.parts = {part.name: part for part in manifest.parts}

    def take(self, name: str, target: Path) -> None:
        """Write one part to a new file that nobody else may read; raises ``BadArchive`` where it is not as listed."""
        start, left = self._places[name]
        self._file.seek(start)
        reading = _Reading(self._file)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            while left and (chunk := reading.read(min(_CHUNK, left))):
                file.write(chunk)
                left -= len(chunk)
            file.flush()
            os.fsync(file.fileno())
        if left or reading.digest.hexdigest() != self.parts[name].sha256:
            raise BadArchive(_altered(self._path, [name]))


_Place = tuple[int, int]  # where a part begins in the file, and how long it is


@contextmanager
def opened(path: Path, sealing: Sealing, unsigned: bool = False) -> Iterator[Backup]:
    """A backup whose list was made under our key; raises ``BadArchive``.

    Before the list is believed only the names and sizes of the parts have been looked at. Releases before this one
    did not sign theirs: such a list is believed where ``unsigned`` says so.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            places = _places(file)
            listed = _read(file, places.pop(MANIFEST), _LARGEST_MANIFEST)
            signature = _read(file, places.pop(SIGNATURE), 64) if SIGNATURE in places else None
        except OSError as problem:
            why = problem.strerror or type(problem).__name__
            raise BadArchive(f"读不了备份文件 {path}（{why}）。") from None
        except (tarfile.TarError, ValueError, KeyError):
            raise BadArchive(f"{path} 不是完整的备份文件。") from None
        _believe(path, listed, signature, sealing, unsigned)
        manifest = _fitting(path, listed, places)
        yield Backup(path, file, places, manifest, signed=signature is not None)


def _places(file: IO[bytes]) -> dict[str, _Place]:
    """Where each part lies, from the headers alone; whatever we don't write (names, kinds of entries) ends it."""
    end = file.seek(0, os.SEEK_END)
    found: dict[str, _Place] = {}
    at = 0
    while True:
        file.seek(at)
        block = file.read(tarfile.BLOCKSIZE)
        if block == tarfile.NUL * tarfile.BLOCKSIZE:
            return found
        entry = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        at += tarfile.BLOCKSIZE
        ours = entry.name in (MANIFEST, SIGNATURE) or _NAME.fullmatch(entry.name)
        if (
            not ours
            or entry.name in found
            or entry.type != tarfile.REGTYPE
            or not 0 <= entry.size <= end - at
        ):
            raise ValueError(entry.name)
        found[entry.name] = at, entry.size
        at += -(-entry.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE


def _read(file: IO[bytes], place: _Place, most: int) -> bytes:
    start, size = place
    if size > most:
        raise ValueError(size)
    file.seek(start)
    return file.read(size)


def _signed(listed: bytes, sealing: Sealing) -> bytes:
    """What nobody can make of a list without the IDENTITY_KEY."""
    return sealing.digest(_PURPOSE, hashlib.sha256(listed).hexdigest()).hex().encode()


def _believe(path: Path, listed: bytes, signature: bytes | None, sealing: Sealing, unsigned: bool) -> None:
    if signature is None and not unsigned:
        raise BadArchive(
            f"{path} 没有签名：它是旧版本做的，或者被人改过，程序查不出里面是不是原样。"
            "确定是自己做的、放的地方别人写不进去，再加 --unsigned 恢复。"
        )
    if signature is not None and not hmac.compare_digest(signature, _signed(listed, sealing)):
        raise BadArchive(
            f"{path} 的签名不对：它是用另一把 IDENTITY_KEY 做的，或者被人改过。"
            "请先核对 .env 里的 IDENTITY_KEY 是不是做备份时的那一把；是的话，这份备份不能用，请换一份。"
        )


def _fitting(path: Path, listed: bytes, places: Mapping[str, _Place]) -> Manifest:
    """The list, where it fits what lies in the file and names all that a backup needs."""
    try:
        manifest = Manifest.model_validate_json(listed)
    except ValueError:
        raise BadArchive(f"{path} 不是完整的备份文件。") from None
    told = {part.name: part.size for part in manifest.parts}
    there = {name: size for name, (_, size) in places.items()}
    odd = {name for name, _ in told.items() ^ there.items()}
    if odd:
        raise BadArchive(_altered(path, sorted(odd)))
    found = Counter(name.partition(".")[0] for name in told if "/" not in name)
    wanted = Counter(name for name in _TITLES if name != "identity" or manifest.about.identities)
    faulty = [title for name, title in _TITLES.items() if found[name] != wanted[name]]
    if faulty:
        raise BadArchive(f"{path} 里的{'、'.join(faulty)}缺了或多了，不是完整的备份文件。")
    return manifest


def _altered(path: Path, names: list[str]) -> str:
    return f"{path} 里的 {'、'.join(names[:5])} 和清单对不上，文件坏了或被改过，没有恢复。"
