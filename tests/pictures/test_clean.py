import io
import os
import signal
import stat
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pictures.clean import LONG_EDGE, NOT_WHOLE, TOO_MANY_PIXELS, WRONG_KIND, clean, sniff
from pictures.cleaner import CUT_SHORT, NOT_CLEANED, TOO_BIG, CutShort, NotCleaned, clean_apart

GPS = 0x8825
SECRET = b"PLACE-OF-THE-REPORTER"


def photo(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    """A picture with a red left edge."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 10, size[1]))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def telling_photo(kind: str, orientation: int = 1) -> bytes:
    """A picture that says where, when and with what it was taken, in every way that its format knows."""
    exif = Image.Exif()
    exif[0x0110] = "PhoneOfTheReporter"
    exif[0x0112] = orientation
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (38.0, 28.0, 12.34), 3: "E", 4: (106.0, 16.0, 44.56)})
    options: dict[str, Any] = {"exif": exif, "icc_profile": b"ICC" + SECRET}
    if kind == "PNG":
        info = PngInfo()
        info.add_text("Comment", SECRET.decode())
        info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        return photo(kind, pnginfo=info, **options)
    return photo(kind, xmp=b"<x:xmpmeta>" + SECRET, **options)


def with_iptc_and_thumbnail(data: bytes) -> bytes:
    """The same JPEG with a Photoshop block, a comment and bytes after its end."""
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(SECRET)) + SECRET
    app13 = b"\xff\xed" + struct.pack(">H", len(block) + 2) + block
    comment = b"\xff\xfe" + struct.pack(">H", len(SECRET) + 2) + SECRET
    return data[:2] + app13 + comment + data[2:] + SECRET


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_is_left_but_the_picture(kind: str, tmp_path: Path) -> None:
    dirty = telling_photo(kind)
    assert SECRET in dirty
    for cleaned in (clean(dirty), clean_apart(dirty, tmp_path)):
        for mark in (SECRET, b"Exif", b"PhoneOfTheReporter", b"xmpmeta", b"ICC_PROFILE", b"GPS", b"adobe"):
            assert mark not in cleaned
        image = Image.open(io.BytesIO(cleaned))
        assert image.format == "JPEG"
        assert not dict(image.getexif())
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_iptc_comments_and_what_hangs_behind_the_end_go_too() -> None:
    dirty = with_iptc_and_thumbnail(telling_photo("JPEG"))
    cleaned = clean(dirty)
    assert SECRET not in cleaned
    assert b"8BIM" not in cleaned
    assert cleaned.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (400, 300), (5, 150)),
        (3, (400, 300), (395, 150)),
        (6, (300, 400), (150, 5)),
        (8, (300, 400), (150, 395)),
    ],
)
def test_the_photo_stands_upright(orientation: int, size: tuple[int, int], red_at: tuple[int, int]) -> None:
    image = Image.open(io.BytesIO(clean(telling_photo("JPEG", orientation))))
    assert image.size == size
    pixel = image.getpixel(red_at)
    assert isinstance(pixel, tuple) and pixel[0] > 200 and pixel[2] < 80


@pytest.mark.parametrize("size", [(5000, 3000), (3000, 5000)])
def test_a_large_photo_is_made_smaller(size: tuple[int, int]) -> None:
    image = Image.open(io.BytesIO(clean(photo(size=size))))
    assert max(image.size) == LONG_EDGE
    assert abs(image.size[0] / image.size[1] - size[0] / size[1]) < 0.01


def test_a_transparent_picture_gets_a_white_ground() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert Image.open(io.BytesIO(clean(out.getvalue()))).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "RGBA"])
def test_every_kind_of_pixel_is_taken(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 20)).save(out, "PNG")
    assert sniff(clean(out.getvalue())) == "JPEG"


def test_cmyk_and_animated_pictures_are_taken() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(out, "JPEG")
    assert sniff(clean(out.getvalue())) == "JPEG"
    frames = io.BytesIO()
    first, second = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")
    first.save(frames, "WEBP", save_all=True, append_images=[second])
    assert sniff(clean(frames.getvalue())) == "JPEG"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(100),
        b"\x00\x00\x00\x18ftypheic" + bytes(100),
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        b"II*\x00" + bytes(100),
    ],
)
def test_what_is_no_photo_is_refused_kindly(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotCleaned) as refusal:
        clean_apart(data, tmp_path)
    assert str(refusal.value) == WRONG_KIND


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_photo_is_refused(kind: str, share: float) -> None:
    image = Image.effect_noise((400, 300), 80).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind)
    whole = out.getvalue()
    with pytest.raises(NotCleaned) as refusal:
        clean(whole[: int(len(whole) * share)])
    assert str(refusal.value) in (NOT_WHOLE, NOT_CLEANED)


def test_a_file_that_only_begins_like_a_photo_is_refused(tmp_path: Path) -> None:
    for head in (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP"):
        with pytest.raises(NotCleaned):
            clean_apart(head + b"<?php echo 1;" * 50, tmp_path)


def png_bomb(width: int, height: int) -> bytes:
    """A few kilobytes that unpack to a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width * 3 + 1)) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_bomb_of_a_hundred_megapixels_is_refused(tmp_path: Path) -> None:
    bomb = png_bomb(10_000, 10_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(NotCleaned) as refusal:
        clean_apart(bomb, tmp_path)
    assert str(refusal.value) == TOO_MANY_PIXELS


def test_a_header_that_claims_the_impossible_is_refused(tmp_path: Path) -> None:
    bomb = png_bomb(8, 8).replace(struct.pack(">II", 8, 8), struct.pack(">II", 2**31 - 1, 2**31 - 1), 1)
    with pytest.raises(NotCleaned):
        clean_apart(bomb, tmp_path)


def test_more_than_ten_megabytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotCleaned) as refusal:
        clean_apart(b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), tmp_path)
    assert str(refusal.value) == TOO_BIG


def test_a_photo_whose_cleaner_takes_too_long_may_come_again(tmp_path: Path) -> None:
    with pytest.raises(CutShort) as cut:
        clean_apart(photo(size=(3000, 3000)), tmp_path, seconds=0.001)
    assert str(cut.value) == CUT_SHORT


def test_a_photo_whose_cleaner_is_killed_may_come_again(tmp_path: Path) -> None:
    slow = photo("PNG", (4000, 4000))
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(clean_apart, slow, tmp_path)
        while not asked.done():
            for child in cleaners():
                os.kill(child, signal.SIGKILL)
            time.sleep(0.01)
        with pytest.raises(CutShort):
            asked.result()
    assert sniff(clean_apart(slow, tmp_path)) == "JPEG"


@pytest.mark.parametrize(
    ("kind", "mode", "size", "options"),
    [
        ("JPEG", "RGB", (8000, 6200), {"progressive": True, "subsampling": 0}),
        ("JPEG", "RGB", (12_000, 4000), {"progressive": True, "subsampling": 0}),
        ("JPEG", "CMYK", (8000, 6200), {}),
        ("PNG", "RGBA", (5000, 5000), {}),
        ("PNG", "RGB", (1400, 17_000), {}),
        ("WEBP", "RGBA", (4000, 4000), {"lossless": True, "method": 0}),
    ],
)
def test_the_largest_that_is_taken_fits_into_the_childs_memory(
    kind: str, mode: str, size: tuple[int, int], options: dict[str, Any], tmp_path: Path
) -> None:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    cleaned = Image.open(io.BytesIO(clean_apart(out.getvalue(), tmp_path)))
    assert max(cleaned.size) == LONG_EDGE


@pytest.mark.parametrize(("kind", "size"), [("WEBP", (4001, 4000)), ("PNG", (5001, 5000))])
def test_what_is_unpacked_whole_is_taken_up_to_fewer_pixels(
    kind: str, size: tuple[int, int], tmp_path: Path
) -> None:
    with pytest.raises(NotCleaned) as refusal:
        clean_apart(photo(kind, size), tmp_path)
    assert str(refusal.value) == TOO_MANY_PIXELS


def cleaners() -> list[int]:
    """The children of ours that clean at this moment."""
    found: list[int] = []
    for line in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in line.read_text().split() if b"pictures.clean" in named(child)]
    return found


def named(process: str) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def test_one_photo_is_cleaned_at_a_time(tmp_path: Path) -> None:
    dirty, seen = photo("PNG", (3000, 3000)), [0]
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(clean_apart, dirty, tmp_path) for _ in range(4)]
        while not all(one.done() for one in asked):
            seen.append(len(cleaners()))
            time.sleep(0.01)
        assert all(sniff(one.result()) == "JPEG" for one in asked)
    assert max(seen) == 1


@contextmanager
def cleaner_left_behind(folder: Path) -> Iterator[int]:
    """What another process, which has died, let clean a photo; its process id."""
    code = (
        "import pathlib, subprocess, sys, pictures.limits as limits\n"
        "with limits.one_at_a_time(pathlib.Path(sys.argv[1]), 5) as turn:\n"
        "    child = subprocess.Popen(['sleep', '60'], pass_fds=(turn,))\n"
        "    print(child.pid, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    other = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdin=pipe, stdout=pipe, text=True)
    assert other.stdout is not None
    child = int(other.stdout.readline())
    other.kill()
    other.wait()
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def test_a_photo_waits_for_the_cleaner_of_another_process_also_when_that_has_died(tmp_path: Path) -> None:
    with cleaner_left_behind(tmp_path) as child, ThreadPoolExecutor(1) as pool:
        cleaned = pool.submit(clean_apart, photo(), tmp_path)
        with pytest.raises(TimeoutError):
            cleaned.result(timeout=0.7)
        assert not cleaned.done()
        os.kill(child, signal.SIGKILL)
        assert sniff(cleaned.result(timeout=20)) == "JPEG"


def test_it_does_not_wait_for_ever_for_one_that_hangs(tmp_path: Path) -> None:
    with cleaner_left_behind(tmp_path) as child:
        os.kill(child, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            clean_apart(photo(), tmp_path, turn_s=0.3)
        assert 0.3 <= time.monotonic() - began < 5


def test_nobody_else_on_the_machine_can_hold_the_turn(tmp_path: Path) -> None:
    clean_apart(photo(), tmp_path)
    assert [stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()] == [0o600]


def test_where_memory_runs_out_the_cleaner_is_ended_first() -> None:
    code = "from pictures.limits import go_first; go_first(); print(open('/proc/self/oom_score_adj').read())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "1000"


def test_the_cleaner_brings_no_pillow_into_the_worker() -> None:
    code = "import sys, pictures.cleaner; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
