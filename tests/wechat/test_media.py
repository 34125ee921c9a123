"""What a file is, by its bytes."""

from __future__ import annotations

import pytest

from wechat.media import IMAGE_LARGEST, picture_fault, sniff


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", ""),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypmif1", "image/heif"),
        (b"\0\0\0\x18ftypavif", "image/avif"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"#!AMR\n", "audio/amr"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<svg onload=alert(1)>", ""),
        (b"", ""),
    ],
)
def test_the_first_bytes_tell_the_kind(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


def test_a_picture_may_have_ten_megabytes() -> None:
    start = b"\xff\xd8\xff"
    assert picture_fault(start + b"\0" * (IMAGE_LARGEST - 3)) == ""
    assert picture_fault(start + b"\0" * (IMAGE_LARGEST - 2)) != ""
