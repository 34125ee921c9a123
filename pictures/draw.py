"""``python -m pictures.draw`` reads what is to stand on a picture and writes a PNG; it is run by ``pictures.drawer``."""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from pictures import certificate, code_card, poster
from pictures.drawer import SAID
from pictures.fonts import Fonts, NoFont, find
from pictures.limits import go_first

MEMORY = 1024 * 1024 * 1024  # bytes
CPU_SECONDS = 15
NAMELESS = "这位朋友"


def draw(order: dict[str, Any], fonts: Fonts) -> bytes:
    """One picture; its kind is ``certificate``, ``poster`` or ``code``, everything else are the fields of that."""
    kind, words = order["kind"], {name: value for name, value in order.items() if name != "kind"}
    if kind == "certificate":
        words["name"] = NAMELESS if fonts.bold.lacks(words["name"]) else words["name"]
        return certificate.draw(certificate.Certificate(**words), fonts)
    if kind == "poster":
        return poster.draw(poster.Poster(**words), fonts)
    if kind == "code":
        return code_card.draw(code_card.CodeCard(**words), fonts)
    raise ValueError("no such kind of picture")


def main() -> int:
    """One order from input to output, within limits that the system holds; without an order, only the font is looked for."""
    go_first()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    said = json.load(sys.stdin)
    try:
        fonts = find(said["font_file"])
    except NoFont as fault:
        sys.stderr.buffer.write(str(fault).encode())
        return SAID
    if said["order"]:
        sys.stdout.buffer.write(draw(said["order"], fonts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
