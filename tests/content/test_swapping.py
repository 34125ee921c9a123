"""A folder is put in place of another at one stroke: whoever dies or looks in the middle of it finds the one or the other."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from content.writing import swap

SECONDS = 1.0


def a_folder(path: Path, says: str) -> Path:
    path.mkdir()
    (path / "campaign.yaml").write_text(says, encoding="utf-8")
    return path


def to_and_fro(place: Path, beside: Path) -> None:
    """Swap without end."""
    old = beside.parent / "old"
    while True:
        swap(beside, place, old)
        if old.exists():  # where the system knows no exchange
            old.rename(beside)


def test_there_is_always_the_one_or_the_other(tmp_path: Path) -> None:
    place, beside = a_folder(tmp_path / "place", "first"), a_folder(tmp_path / "beside", "second")
    busy = multiprocessing.get_context("fork").Process(target=to_and_fro, args=(place, beside))
    busy.start()
    seen, missing, until = set(), 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        missing += not place.exists()
        try:
            seen.add((place / "campaign.yaml").read_text(encoding="utf-8"))
        except FileNotFoundError:
            missing += 1
    os.kill(busy.pid or 0, signal.SIGKILL)
    busy.join()
    assert missing == 0
    assert seen == {"first", "second"}
    assert place.exists()


@pytest.mark.parametrize("there", [True, False])
def test_the_new_folder_is_in_place(tmp_path: Path, there: bool) -> None:
    new, place = a_folder(tmp_path / "new", "second"), tmp_path / "place"
    if there:
        a_folder(place, "first")
    swap(new, place, tmp_path / "old")
    assert (place / "campaign.yaml").read_text(encoding="utf-8") == "second"
