"""Units come in from a workbook as from CSV, and every fault is told by its row."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from cli.desk import Desk
from cli.units import units_group
from store.stores import Storage

CAMPAIGN = "ningxia-2020"
HEAD = ("单位名称", "分组", "联系人", "邮箱", "单位码", "人数")


@pytest.fixture
def desk(sqlite_storage: Storage) -> Desk:
    return Desk(sqlite_storage, CAMPAIGN)


def import_rows(desk: Desk, tmp_path: Path, *rows: tuple[Any, ...]) -> Result:
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    return import_bytes(desk, tmp_path, out.getvalue())


def import_bytes(desk: Desk, tmp_path: Path, data: bytes) -> Result:
    file = tmp_path / "units.xlsx"
    file.write_bytes(data)
    return CliRunner().invoke(units_group, ["import", str(file)], obj=desk)


def units(desk: Desk) -> list[tuple[str, str, str, int]]:
    with desk.storage.transaction(CAMPAIGN) as stores:
        return [(unit.name, unit.group, unit.mail, unit.headcount) for unit in stores.units.all()]


def test_units_come_in_from_a_workbook(desk: Desk, tmp_path: Path) -> None:
    done = import_rows(
        desk,
        tmp_path,
        ("宁夏“安全生产月”单位名单",),
        (),
        HEAD,
        ("青泉市安委会", "市级", "李敏", "office@qingquan.example", 12345678, 120),
        (None, None),
        ("白石县教育局", "县级", None, None, None, 36.0),
    )
    assert "新增2个" in done.output
    assert sorted(units(desk), reverse=True) == [
        ("青泉市安委会", "市级", "office@qingquan.example", 120),
        ("白石县教育局", "县级", "", 36),
    ]
    with desk.storage.transaction(CAMPAIGN) as stores:
        unit = stores.units.named("青泉市安委会")
        assert unit is not None
        assert stores.units.try_code(unit.id, "12345678", date(2020, 5, 25))


def test_every_fault_is_told_by_its_row_and_nothing_is_imported(desk: Desk, tmp_path: Path) -> None:
    done = import_rows(
        desk,
        tmp_path,
        HEAD,
        ("青泉市安委会", "市级", "李敏", "no mail", None, "很多"),
        ('=CONCATENATE("a","b")', "县级"),
        (None, "县级", "王芳"),
        ("白石县教育局", date(2020, 5, 1)),
        ("青泉市安委会",),
    )
    assert done.exit_code != 0
    told = done.output.splitlines()
    for fault in (
        "第2行“人数”：写一个整数，比如 120。",
        "第2行“邮箱”：邮箱要带“@”，只写一个，比如 name@126.com。",
        "第3行第1列：这里是公式，请改成文字或数字。",
        "第4行“单位名称”：不能空。",
        "第5行第2列：表格软件把这里变成了日期，请把单元格格式改成“文本”再填一次。",
        "第6行“单位名称”：和第2行重复。",
    ):
        assert fault in told
    rows = [line[: line.index("行")] for line in told if line.startswith("第")]
    assert rows == sorted(rows)
    assert units(desk) == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"PK\x03\x04 not a workbook", "打不开这个文件"),
        (b"\xd0\xcf\x11\xe0 old", "旧的 .xls 文件"),
    ],
)
def test_what_is_no_workbook_is_refused(desk: Desk, tmp_path: Path, data: bytes, fault: str) -> None:
    done = import_bytes(desk, tmp_path, data)
    assert done.exit_code != 0
    assert fault in done.output


def test_an_empty_sheet_and_one_without_head_are_told(desk: Desk, tmp_path: Path) -> None:
    assert "文件是空的" in import_rows(desk, tmp_path).output
    assert "第1行：没有“单位名称”" in import_rows(desk, tmp_path, ("甲", "乙"), ("丙", "丁")).output
