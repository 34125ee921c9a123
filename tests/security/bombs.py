"""Files of a few kilobytes that would fill the memory of whoever opened them, and a process that tries to."""

from __future__ import annotations

import io
import json
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import openpyxl

SHEET = "xl/worksheets/sheet1.xml"
_END = b"</sheetData>"
_ROWS = range(3, 1_000_003)


def plain() -> bytes:
    """A small list of units."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["单位名称", "分组"], ["甲厂", "企业"]):
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def changed(part: str, old: bytes, new: bytes, rename: str = "") -> bytes:
    """The small list with one of its parts changed."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(plain())) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if rename and name != part:
                data = data.replace(b"sheet1.xml", rename.encode())
            data = data.replace(old, new, 1) if name == part else data
            target.writestr(name.replace("sheet1.xml", rename) if rename else name, data)
    return made.getvalue()


def _below(more: bytes) -> bytes:
    return changed(SHEET, _END, _END + more)


def _within(more: bytes, rename: str = "") -> bytes:
    return changed(SHEET, _END, more + _END, rename)


@cache
def _million() -> bytes:
    return b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in _ROWS)


def _laughs() -> bytes:
    declared = b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9))
    return changed(SHEET, b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "ha">' + declared + b"]><worksheet")


def _text(size: int) -> bytes:
    return b'<row r="3"><c r="A3" t="inlineStr"><is><t>' + b"A" * size + b"</t></is></c></row>"


BOMBS: dict[str, Callable[[], bytes]] = {
    "a million rows": lambda: _within(_million()),
    "a million rows under another name": lambda: _within(_million(), "picture.png"),
    "a million empty rows": lambda: _within(b"".join(b'<row r="%d" ht="9"/>' % n for n in _ROWS)),
    "one merged cell": lambda: _below(b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    "merged columns": lambda: _below(b'<mergeCells><mergeCell ref="A:XFD"/></mergeCells>'),
    "one link": lambda: _below(b'<hyperlinks><hyperlink ref="A1:XFD1048576" display="x"/></hyperlinks>'),
    "a million rules": lambda: _below(
        b"<dataValidations>" + b'<dataValidation sqref="A1"/>' * 1_000_000 + b"</dataValidations>"
    ),
    "entities": _laughs,
    "unpacked": lambda: _within(_text(150_000_000)),
    "depth": lambda: _below(b"<extLst>" + b"<a>" * 1_000_000 + b"</a>" * 1_000_000 + b"</extLst>"),
    "a million styles": lambda: changed(
        "xl/styles.xml", b"<fonts", b"<colors>" + b'<rgbColor rgb="0"/>' * 1_500_000 + b"</colors><fonts"
    ),
}
TEXTS: dict[str, bytes] = {
    "rows.tsv": b"stem\toptions\tanswer\n" + b"a\tb|c\tb\n" * 1_000_000,
    "rows.gift": b"::q::x{=a ~b}\n\n" * 1_000_000,
    "rows.aiken": b"What?\nA. x\nB. y\nANSWER: A\n\n" * 500_000,
    "line.gift": b"::q::x{=a " + b"~b " * 5_000_000 + b"}",
    "signs.gift": b"\\" * 15_000_000,
}


def _tried(folder: Path) -> Iterator[tuple[str, str]]:
    """What each way in says of each bomb."""
    from cli.units import read_units
    from content.errors import ContentError
    from content.formats.files import read
    from content.workbook.importing import read_workbook

    for name in BOMBS:
        file = folder / f"{name}.xlsx"
        yield f"units {name}", "".join(read_units(file)[1][:1])
        for way, reader in (
            ("questions", lambda data: read("x.xlsx", data, {})),
            ("campaign", read_workbook),
        ):
            try:
                reader(file.read_bytes())
            except ContentError as refused:
                yield f"{way} {name}", refused.faults[0]
            else:
                yield f"{way} {name}", ""
    for name in TEXTS:
        yield f"questions {name}", str(read(name, (folder / name).read_bytes(), {}).faults[:1])


if __name__ == "__main__":
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    said = dict(_tried(Path(sys.argv[1])))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"said": said, "seconds": time.monotonic() - begun, "kilobytes": grown}))
