"""The organiser imports and lists units."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.settings import Settings
from cli.desk import RUNNING, Desk
from cli.units import qr_codes, units_group, wechat
from store.stores import Storage

HEAD = "单位名称,分组,联系人,邮箱,单位码"
GOOD = f"{HEAD}\n青泉市安委会,市级,李敏,qq@example.cn,AB12CD34\n白石县教育局,县级,,,\n"


@pytest.fixture
def desk(sqlite_storage: Storage) -> Desk:
    return Desk(sqlite_storage, "ningxia-2020")


def import_text(desk: Desk, tmp_path: Path, text: str, encoding: str = "utf-8") -> Result:
    file = tmp_path / "units.csv"
    file.write_bytes(text.encode(encoding))
    return CliRunner().invoke(units_group, ["import", str(file)], obj=desk)


def listed(desk: Desk) -> str:
    return CliRunner().invoke(units_group, ["list"], obj=desk, catch_exceptions=False).stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_units_come_in_as_excel_writes_them(desk: Desk, tmp_path: Path, encoding: str) -> None:
    result = import_text(desk, tmp_path, GOOD.replace("\n", "\r\n"), encoding)
    assert result.output == "导入好了：新增2个，更新0个，没有变的0个。\n"
    assert "青泉市安委会\t市级\t李敏\tqq@example.cn\t有\t名单" in listed(desk)


def test_english_heads_do_as_well_in_any_order(desk: Desk, tmp_path: Path) -> None:
    assert import_text(desk, tmp_path, "Code,Name\nAB12CD34,青泉市安委会\n").exit_code == 0
    assert "青泉市安委会\t\t\t\t有" in listed(desk)


def test_the_same_list_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    import_text(desk, tmp_path, GOOD)
    assert "新增0个，更新0个，没有变的2个" in import_text(desk, tmp_path, GOOD).output
    assert "新增0个，更新1个，没有变的1个" in import_text(desk, tmp_path, GOOD.replace("县级", "学校")).output


def test_every_fault_is_told_and_nothing_is_imported(desk: Desk, tmp_path: Path) -> None:
    bad = (
        f"{HEAD}\n青泉市安委会,,,qq.example.cn,\n,县级,,,\n白石县教育局,,,,123\n"
        f"青泉市 安委会,,,,\n{'长' * 121},,,,\n红山村委会,,,,,多了\n"
    )
    result = import_text(desk, tmp_path, bad)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "第2行“邮箱”：邮箱要带“@”，只写一个，比如 name@126.com。",
        "第3行“单位名称”：不能空。",
        "第4行“单位码”：写6到32个字母或数字。",
        "第5行“单位名称”：和第2行重复。",
        "第6行“单位名称”：太长，最多120个字。",
        "第7行：比表头多出几列，有逗号的内容请加引号。",
        "Error: 共6处要改，没有导入。",
    ]
    assert len(listed(desk).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "文件是空的。"),
        (HEAD, "文件里没有单位。"),
        ("名字,分组\n青泉市安委会,\n", "没有“单位名称”"),
        ("单位名称,单位名称\n青泉市安委会,\n", "第1行第2列：“单位名称”不认识或重复"),
        ("单位名称\n青泉市\u200b安委会\n", "有看不见的字符"),
        ("\0\0\0", "读不出文字"),
    ],
)
def test_a_file_that_is_no_list_is_refused(desk: Desk, tmp_path: Path, text: str, fault: str) -> None:
    result = import_text(desk, tmp_path, text)
    assert result.exit_code == 1
    assert fault in result.stderr


def test_a_formula_stays_text(desk: Desk, tmp_path: Path) -> None:
    formula = "=HYPERLINK(A1)安委会"
    assert import_text(desk, tmp_path, f"单位名称\n{formula}\n").exit_code == 0
    assert f"\t'{formula}\t" in listed(desk)
    with desk.storage.transaction(desk.campaign) as stores:
        assert stores.units.all()[0].name == formula


def test_blank_lines_are_passed_over(desk: Desk, tmp_path: Path) -> None:
    assert "新增1个" in import_text(desk, tmp_path, "单位名称,分组\n\n,\n青泉市安委会,市级\n").output


def test_a_headcount_comes_in_and_is_listed(desk: Desk, tmp_path: Path) -> None:
    assert import_text(desk, tmp_path, "单位名称,人数\n青泉市安委会,１２0\n白石县教育局,\n").exit_code == 0
    assert "名单\t120" in listed(desk)
    import_text(desk, tmp_path, "单位名称,分组\n青泉市安委会,市级\n")
    assert "名单\t120" in listed(desk)
    for count in ("很多", "1" * 5000):
        wrong = import_text(desk, tmp_path, f"单位名称,人数\n青泉市安委会,{count}\n")
        assert wrong.stderr.startswith("第2行“人数”：写一个整数")


def test_a_region_comes_in_beside_the_group(desk: Desk, tmp_path: Path) -> None:
    assert (
        import_text(desk, tmp_path, "单位名称,分组,地区\n白石小学,学校,白石县\n青泉市安委会,市级\n").exit_code
        == 0
    )
    assert "白石小学\t学校\t" in listed(desk) and "\t白石县\n" in listed(desk)
    with desk.storage.transaction(desk.campaign) as stores:
        assert [(one.name, one.group, one.region) for one in stores.units.all()] == [
            ("白石小学", "学校", "白石县"),
            ("青泉市安委会", "市级", ""),
        ]
    assert (
        "第2行“地区”：太长，最多20个字"
        in import_text(desk, tmp_path, f"单位名称,地区\n白石小学,{'长' * 21}\n").stderr
    )


def test_beside_a_run_codes_are_asked_for_with_what_the_run_is_set_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    told = {"identity_key": "k" * 40, "campaign": "gusu-2020", "redis_url": "redis://127.0.0.1:9/0"}
    told["wechat_app_id"] = "wx0000000000000001"
    (tmp_path / RUNNING).write_text(json.dumps(told))
    assert "wx0000000000000001" in wechat().authorize_url("http://127.0.0.1/", "state")


def test_each_unit_gets_a_code_with_its_own_scene(desk: Desk, tmp_path: Path) -> None:
    import_text(desk, tmp_path, GOOD)
    with desk.storage.transaction(desk.campaign) as stores:
        units = stores.units.all()
    made = dict(qr_codes(units, lambda scene: ("ticket", f"https://mp.test/{scene}")))
    assert made == {unit.name: f"https://mp.test/unit:{unit.id}" for unit in units}
    result = CliRunner().invoke(units_group, ["qr", "没有的单位"], obj=desk)
    assert "没有这个单位：没有的单位" in result.output
