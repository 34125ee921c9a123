"""Make a photo safe to keep: only its pixels are left, turned upright and made no larger than needed.

``python -m pictures.clean`` reads a photo from its input and writes a JPEG; it is run by ``pictures.cleaner``.
"""

from __future__ import annotations

import io
import math
import resource
import sys

from PIL import Image, ImageOps

from pictures.cleaner import LARGEST, NOT_CLEANED, SAID, TOO_BIG, NotCleaned
from pictures.limits import go_first

#: A JPEG is unpacked smaller at once, so that one of a 50-megapixel camera costs least; the others are unpacked whole.
MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 25_000_000, "WEBP": 16_000_000}
LONG_EDGE = 2048
QUALITY = 85
#: In bytes; the dearest photo that is taken (a progressive JPEG of 50 megapixels) wants 357 MB. See deploy/README.md.
MEMORY = 448 * 1024 * 1024
CPU_SECONDS = 5  # the dearest takes less than one, and whoever comes next waits so long
WRONG_KIND = "这种文件看不了。请直接发照片，JPEG、PNG 或 WebP 都行；苹果手机的 HEIC 照片，截一张图再发就行。"
NOT_WHOLE = "这张照片没有传完整，没有保存。再发一次，或换一张。"
TOO_MANY_PIXELS = "这张照片太大，没有保存。用普通清晰度再拍一张，或换一张。"
_WHITE = (255, 255, 255)


def clean(data: bytes) -> bytes:
    """The photo's pixels as a new JPEG without EXIF, XMP, IPTC, colour profile or thumbnail."""
    if len(data) > LARGEST:
        raise NotCleaned(TOO_BIG)
    kind = sniff(data)
    if kind is None:
        raise NotCleaned(WRONG_KIND)
    try:
        return _encode(_upright(_open(data, kind)))
    except NotCleaned:
        raise
    except (OSError, SyntaxError, EOFError):
        raise NotCleaned(NOT_WHOLE) from None
    except Exception:  # whatever a hostile file provokes: the file is refused, never kept as it is
        raise NotCleaned(NOT_CLEANED) from None


def sniff(data: bytes) -> str | None:
    """What the first bytes say that it is; names and declared types don't count."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _open(data: bytes, kind: str) -> Image.Image:
    """Read the header first: a bomb is refused before its pixels are unpacked."""
    Image.MAX_IMAGE_PIXELS = None  # we count ourselves
    image = Image.open(io.BytesIO(data), formats=[kind])
    width, height = image.size
    if width * height > MOST_PIXELS[kind] or not width or not height:
        raise NotCleaned(TOO_MANY_PIXELS)
    if kind == "JPEG":
        share = LONG_EDGE / max(width, height)  # a panorama, too, is unpacked no larger than needed
        image.draft("RGB", (math.ceil(width * share), math.ceil(height * share)))
    image.load()
    return image


def _upright(image: Image.Image) -> Image.Image:
    image.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS)
    return ImageOps.exif_transpose(image)


def _encode(image: Image.Image) -> bytes:
    """Paste the pixels onto a new picture, for a saved copy would take metadata along."""
    pixels = image.convert("RGBA") if "A" in image.getbands() or "transparency" in image.info else None
    fresh = Image.new("RGB", image.size, _WHITE)
    if pixels is not None:
        fresh.paste(pixels, mask=pixels.getchannel("A"))
    else:
        fresh.paste(image.convert("RGB"))
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def main() -> int:
    """One photo from input to output, within limits that the system holds."""
    go_first()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        cleaned = clean(sys.stdin.buffer.read(LARGEST + 1))
    except (NotCleaned, MemoryError) as refusal:
        sys.stderr.buffer.write((str(refusal) or TOO_MANY_PIXELS).encode())
        return SAID
    sys.stdout.buffer.write(cleaned)
    return 0


if __name__ == "__main__":
    sys.exit(main())
