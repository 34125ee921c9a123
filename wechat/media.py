"""What a file is by its first bytes, and how large WeChat lets it be (section 11)."""

from __future__ import annotations

_MIB = 1 << 20
#: Bytes that an upload may have.
IMAGE_LARGEST, VOICE_LARGEST, VIDEO_LARGEST, THUMB_LARGEST = 10 * _MIB, 2 * _MIB, 10 * _MIB, 64 << 10
#: Pictures that WeChat takes, with the ending it wants in the file's name.
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"%PDF-", "application/pdf"),
)
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"avif": "image/avif",
    b"qt  ": "video/quicktime",
}


def sniff(data: bytes) -> str:
    """The content type that the first bytes show, empty where they show none that we know."""
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _STARTS if data.startswith(start)), "")


def picture_fault(data: bytes) -> str:
    """Why WeChat would not take these bytes as a picture; empty where it would."""
    if sniff(data) not in ENDINGS:
        return "not a JPEG, PNG or GIF"
    return "larger than 10 MB" if len(data) > IMAGE_LARGEST else ""
