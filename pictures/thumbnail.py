"""A small view of a photo that has been cleaned; only those are ever opened here."""

from __future__ import annotations

import io

from PIL import Image

EDGE = 320  # pixels; three stand side by side on a phone
QUALITY = 75


def thumbnail(cleaned: bytes) -> bytes:
    """The photo, no larger than a thumb needs."""
    image = Image.open(io.BytesIO(cleaned), formats=["JPEG"])
    image.draft("RGB", (EDGE, EDGE))  # unpack no more than is needed
    image.thumbnail((EDGE, EDGE))
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
