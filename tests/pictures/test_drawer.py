"""The child that draws, and the folder that keeps what was drawn."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from pictures.drawer import Gallery, NotDrawn, draw_apart, font_fault
from tests.pictures.test_pictures import CERTIFICATE, POSTER, plain

ORDER: dict[str, Any] = {"kind": "certificate", **plain(CERTIFICATE)}
PNG = b"\x89PNG"


def a_poster(number: int) -> dict[str, Any]:
    return {"kind": "poster", **plain(POSTER), "number": number}


def test_the_child_draws() -> None:
    assert draw_apart(ORDER).startswith(PNG)
    assert draw_apart(a_poster(1)).startswith(PNG)


def test_a_font_that_is_there_is_no_fault_and_one_that_is_not_is_said() -> None:
    assert font_fault() == ""
    assert "打不开" in font_fault("/nowhere/font.ttc")
    with pytest.raises(NotDrawn, match="打不开"):
        draw_apart(ORDER, "/nowhere/font.ttc")


def test_a_failure_repeats_nothing_of_the_order() -> None:
    with pytest.raises(NotDrawn) as failed:
        draw_apart({"kind": "certificate", "name": "李敏"})
    assert "李敏" not in str(failed.value)


def test_a_picture_is_drawn_once(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "drawn")
    assert gallery.kept(ORDER) is None
    first = gallery.get(ORDER)
    (file,) = (tmp_path / "drawn").glob("*.png")
    file.write_bytes(first + b"kept")
    assert gallery.get(ORDER) == gallery.kept(ORDER) == first + b"kept"
    assert gallery.kept({**ORDER, "name": "王芳"}) is None


def test_begin_does_not_wait_and_draws(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    began = time.monotonic()
    gallery.begin(ORDER)
    gallery.begin(ORDER)
    assert time.monotonic() - began < 0.2
    until = time.monotonic() + 20
    while gallery.kept(ORDER) is None and time.monotonic() < until:
        time.sleep(0.05)
    assert len(list(tmp_path.glob("*.png"))) == 1


def test_the_folder_stays_small_and_keeps_what_was_asked_for_last(tmp_path: Path) -> None:
    size = len(Gallery(tmp_path / "probe").get(a_poster(0)))
    gallery = Gallery(tmp_path / "small", largest=int(size * 2.8))
    for number in range(2):
        gallery.get(a_poster(number))
    for age, path in enumerate(sorted((tmp_path / "small").glob("*.png"), key=os.path.getmtime)):
        os.utime(path, (1000 + age, 1000 + age))
    assert gallery.kept(a_poster(0))  # asked for again: the other one is older now
    gallery.get(a_poster(2))
    assert [gallery.kept(a_poster(number)) is not None for number in range(3)] == [True, False, True]


def test_a_person_s_pictures_can_be_forgotten(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    gallery.get(ORDER, owner="a1b2")
    gallery.get(a_poster(1))
    assert gallery.forget("") == 0
    assert gallery.forget("a1b2") == 1
    assert gallery.kept(ORDER, owner="a1b2") is None
    assert gallery.kept(a_poster(1))


def test_no_name_stands_in_a_file_s_name(tmp_path: Path) -> None:
    Gallery(tmp_path).get(ORDER, owner="a1b2")
    (file,) = tmp_path.glob("*.png")
    assert "李" not in file.name
    assert file.stat().st_mode & 0o077 == 0
