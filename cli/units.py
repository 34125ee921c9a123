"""``units``: the organiser's list of units."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.desk import at_desk, print_table, with_demo
from content.errors import ContentError
from content.workbook.plain_rows import text_rows
from rules.numbers import whole
from rules.units import UnitView, unit_scene
from store.units import UnitRow, plain_name

if TYPE_CHECKING:
    from wechat.client import WeChat

LARGEST = 5_000_000  # bytes
#: What each column may be called, and how long it may be.
COLUMNS = {
    "name": (("单位名称", "单位", "name"), 120),
    "group": (("分组", "group"), 60),
    "contact": (("联系人", "contact"), 60),
    "mail": (("邮箱", "电子邮箱", "mail", "email"), 200),
    "code": (("单位码", "code"), 32),
    "headcount": (("人数", "职工人数", "headcount"), 7),
    "region": (("地区", "所在地区", "region"), 20),
}
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_CODE = re.compile(r"[A-Za-z0-9-]{6,32}")
_COUNT = re.compile(r"[0-9]{1,7}")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_HEAD_WITHIN = 10  # rows of a sheet in which its head is looked for
_ROW = re.compile(r"第(\d+)行")
Line = tuple[int, list[str]]  # its number in the file, and its cells
_LEAST = "单位名称,分组,联系人,邮箱,单位码,人数,地区"


@click.group("units")
def units_group() -> None:
    """单位名单。"""


@units_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def import_command(context: click.Context, file: Path) -> None:
    """从 .xlsx 或 CSV 导入单位，已有的按名称更新；有一处不对就都不导入。"""
    rows, faults = read_units(file)
    if faults:
        for fault in faults:
            click.echo(fault, err=True)
        raise click.ClickException(f"共{len(faults)}处要改，没有导入。")
    with at_desk(context) as (desk, stores):
        done = stores.units.import_rows(rows, desk.storage.clock())
    click.echo(f"导入好了：新增{done.added}个，更新{done.changed}个，没有变的{done.same}个。")


@units_group.command("list")
@click.pass_context
def list_command(context: click.Context) -> None:
    """列出所有单位。"""
    with at_desk(context) as (_, stores):
        units = stores.units.all()
    print_table(
        ("编号", "单位名称", "分组", "联系人", "邮箱", "单位码", "来源", "人数", "地区"),
        (
            (
                unit.id,
                unit.name,
                unit.group,
                unit.contact,
                unit.mail,
                "有" if unit.has_code else "没有",
                "名单" if unit.imported else "联络员自己写的",
                unit.headcount or "",
                unit.region,
            )
            for unit in units
        ),
    )


@units_group.command("qr")
@click.argument("names", nargs=-1, metavar="[单位…]")
@click.pass_context
def qr_command(context: click.Context, names: tuple[str, ...]) -> None:
    """向微信要单位的二维码：扫了就能加入单位答题。不写单位就是全部。"""
    with at_desk(context) as (_, stores):
        units = stores.units.all()
    known = {plain_name(unit.name): unit for unit in units}
    missing = [name for name in names if plain_name(name) not in known]
    if missing:
        raise click.ClickException(f"没有这个单位：{'、'.join(missing)}。用 units list 看名单。")
    wanted = [known[plain_name(name)] for name in names] or [unit for unit in units if unit.imported]
    if not wanted:
        raise click.ClickException("还没有单位名单，先用 units import 导入。")
    print_table(("单位名称", "二维码图片"), qr_codes(wanted, wechat().qr_code))


def qr_codes(
    units: Iterable[UnitView], qr_code: Callable[[str], tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Each unit and the address of its QR code, which lasts."""
    for unit in units:
        yield unit.name, qr_code(unit_scene(unit.id))[1]


def wechat() -> WeChat:
    """The account that this machine is set up for; beside ``run`` the one of the run."""
    from app import build
    from bot.settings import load_settings

    return build(with_demo(load_settings())).wechat


def read_units(file: Path) -> tuple[list[UnitRow], list[str]]:
    """The units of a workbook or a CSV file, and every fault in it, by row."""
    if file.stat().st_size > LARGEST:
        return [], [f"文件太大，最多{LARGEST // 1_000_000}MB。"]
    data = file.read_bytes()
    if data.startswith(_ZIP):
        lines, unread = _of_workbook(data)
    elif data.startswith(_OLD_EXCEL):
        return [], ["这是旧的 .xls 文件，请另存为 .xlsx 或 CSV 再导入。"]
    else:
        lines, unread = _of_csv(data)
    if not lines:
        return [], unread or ["文件是空的。"]
    rows, faults = _read(lines)
    return rows, _by_row([*unread, *faults])


def _read(lines: Sequence[Line]) -> tuple[list[UnitRow], list[str]]:
    """The head, and what stands below it."""
    (head_row, head), *body = lines
    columns, faults = _columns(head, head_row)
    rows: list[UnitRow] = []
    seen: dict[str, int] = {}
    for number, line in body:
        if any(value.strip() for value in line) and columns:
            faults += _add(line, number, columns, seen, rows)
    if not faults and not rows:
        faults.append("文件里没有单位。")
    return rows, faults


def _of_workbook(data: bytes) -> tuple[list[Line], list[str]]:
    """The rows from the head on: a title may stand above it."""
    try:
        lines, faults = text_rows(data)
    except ContentError as problem:
        return [], [str(problem)]
    names = {word for words, _ in COLUMNS.values() for word in words}
    heads = (n for n, (_, line) in enumerate(lines[:_HEAD_WITHIN]) if names & {_title(one) for one in line})
    return lines[next(heads, 0) :], faults


def _of_csv(data: bytes) -> tuple[list[Line], list[str]]:
    text, fault = _text_of(data)
    if fault:
        return [], [fault]
    return list(enumerate(csv.reader(io.StringIO(text, newline="")), start=1)), []


def _by_row(faults: Iterable[str]) -> list[str]:
    """Faults in the order of their rows."""
    return sorted(faults, key=lambda fault: int(found[1]) if (found := _ROW.match(fault)) else 0)


def _text_of(data: bytes) -> tuple[str, str]:
    """The text of a file as Excel writes it, in UTF-8 or GBK; or what is wrong with it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, ""
    return "", "读不出文字，请另存为 .xlsx 或 CSV（UTF-8 或 GBK）。"


def _title(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _columns(head: Sequence[str], row: int) -> tuple[dict[int, str], list[str]]:
    """Which column holds what, and what is wrong with the head."""
    names = {word: key for key, (words, _) in COLUMNS.items() for word in words}
    columns: dict[int, str] = {}
    faults = []
    for place, title in enumerate(head):
        plain = _title(title)
        if plain in names and names[plain] not in columns.values():
            columns[place] = names[plain]
        elif plain:
            faults.append(f"第{row}行第{place + 1}列：“{title.strip()}”不认识或重复，表头是 {_LEAST}。")
    if "name" not in columns.values():
        faults.append(f"第{row}行：没有“单位名称”，表头是 {_LEAST}。")
        return {}, faults
    return columns, faults


def _add(
    line: Sequence[str], number: int, columns: dict[int, str], seen: dict[str, int], rows: list[UnitRow]
) -> list[str]:
    """Take one row, and tell what is wrong with it."""
    values = {key: " ".join(line[place].split()) for place, key in columns.items() if place < len(line)}
    if "region" in columns.values():
        values.setdefault("region", "")  # the column is there, so an empty cell says that there is none
    count = unicodedata.normalize("NFKC", values.pop("headcount", ""))
    row = UnitRow(**{"name": "", **values}, headcount=whole(count, 7) or 0)
    faults = [f"第{number}行“人数”：写一个整数，比如 120。"] if count and not _COUNT.fullmatch(count) else []
    faults += [
        f"第{number}行“{COLUMNS[key][0][0]}”：{fault}"
        for key in columns.values()
        if key != "headcount" and (fault := _fault(key, row))
    ]
    if any(value.strip() for value in line[max(columns) + 1 :]):
        faults.append(f"第{number}行：比表头多出几列，有逗号的内容请加引号。")
    plain = plain_name(row.name)
    if plain and plain in seen:
        faults.append(f"第{number}行“单位名称”：和第{seen[plain]}行重复。")
    seen.setdefault(plain, number)
    rows.append(row)
    return faults


def _fault(key: str, row: UnitRow) -> str:
    """What is wrong with one cell."""
    value = getattr(row, key)
    if key == "name" and not plain_name(value):
        return "不能空。"
    if len(value) > COLUMNS[key][1]:
        return f"太长，最多{COLUMNS[key][1]}个字。"
    if any(unicodedata.category(sign)[0] == "C" for sign in value):
        return "有看不见的字符，请重新输入。"
    if key == "mail" and value and not _MAIL.fullmatch(value):
        return "邮箱要带“@”，只写一个，比如 name@126.com。"
    if key == "code" and value and not _CODE.fullmatch(value):
        return "写6到32个字母或数字。"
    return ""
