"""The text of a notice from a file that an office has."""

from __future__ import annotations

import re
from pathlib import Path

from content.errors import ContentError

_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MOST = 2_000_000  # bytes


def read_notice(file: Path) -> str:
    """The text in UTF-8 or GB 18030, with plain ends of lines and nothing that can't be seen."""
    content = file.read_bytes()
    if len(content) > _MOST or b"\x00" in content or content.startswith((b"PK", b"%PDF", b"\xd0\xcf")):
        raise ContentError([f"“{file.name}”不是纯文本，请把通知全文复制到 .txt 文件里再试"])
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", _decoded(content, file.name))
    text = _UNSEEN.sub("", text)
    if not text.strip():
        raise ContentError([f"“{file.name}”是空的"])
    return text


def _decoded(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ContentError([f"“{name}”读不出来，请另存为 UTF-8 编码"])
