"""Each kind of fault is told with its file, its line and what is expected, and all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.errors import ContentError
from content.loader import load_campaign
from tests.content.folders import CAMPAIGN, FORM, NOTICE, OBLIGATIONS, SLOGANS, TABLES, sample


def faults(root: Path, **changed: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_campaign(sample(root, **changed))
    return caught.value.faults


def test_the_sample_loads(tmp_path: Path) -> None:
    campaign = load_campaign(sample(tmp_path))
    assert campaign.hotlines[0].number == "119"  # digits need no quotation marks
    assert campaign.notice.issued is None
    assert campaign.ends == campaign.month.end


def test_an_impossible_day_is_told_with_a_possible_one(tmp_path: Path) -> None:
    obligations = OBLIGATIONS.replace("on: 2020-07-01", "on: 2020-06-31")
    assert faults(tmp_path, obligations=obligations) == [
        "sample/obligations.yaml 第20行 obligations.2.due.on："
        "写的是“2020-06-31”，这一天不存在，请写成 2020-06-30 这样的日期"
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("obligations", "on: 2020-07-01", "on: 7月1日", "obligations.yaml 第20行 obligations.2.due.on：写的是“7月1日”，请写成"),
        ("obligations", "on: 2020-07-01", "on: 2002-07-01", "第20行 obligations.2.due.on：写的是“2002-07-01”，这一年不对"),
        ("obligations", "on: 2020-07-01", "", "第18行 obligations.2.due.on：缺少这一项"),
        ("obligations", "kind: fixed", "kind: daily", "第18行 obligations.2.due：kind 只能是 fixed, weekly"),
        ("obligations", "weekday: thu", "weekday: 周四", "第9行 obligations.1.due.weekday：写的是“周四”，只能是 mon"),
        ("obligations", "title: 报送总结", "titel: 报送总结", "第13行 obligations.2.titel：没有叫“titel”的项，是不是要写“title”？"),
        ("obligations", "id: summary", "id: weekly", "第12行 obligations.2.id：“weekly”重复了，第2行已经用过"),
        ("obligations", "  - id: summary", "  - id: 总结", "第12行 obligations.2.id：写的是“总结”，只能用小写字母"),
        ("obligations", "table: progress", "table: other", "第17行 obligations.2.items.2.table：没有叫“other”的统计表"),
        ("obligations", "第{n}周活动资料", "第{week}周资料", "第4行 obligations.1.name：花括号里只能写 {n}"),
        ("obligations", "第{n}周活动资料", "第{n}周" + "资料" * 10, "第4行 obligations.1.name：填好后是“第1周资料"),
        ("obligations", "end: 2020-06-30", "end: 2020-06-02", "第7行 obligations.1.due：按这样写，一个截止日也没有"),
        ("obligations", "end: 2020-06-30", "end: 2020-05-02", "第10行 obligations.1.due.period：结束日期 2020-05-02 早于"),
        ("obligations", "7月1日前报送", "7月2日前报送", "第21行 obligations.2.quote：通知原文里没有“7月2日前报送总结报告和统计表”"),
        ("obligations", "id: weekly", "id: weekly\n    id: again", "第3行 obligations.1.id：这个名称重复了，第2行已经写过"),
        ("slogans", "生命至上 安全第一", "生命至上 平安第一", "slogans.yaml 第5行 slogans.items.1：通知原文里没有标语"),
        ("slogans", "own: true", "own: 有", "slogans.yaml 第3行 slogans.own：写的是“有”，请写 true（是）或 false（否）"),
        ("liaison_form", "label: 姓名, ", "", "liaison_form.yaml 第5行 liaison_form.fields.1.label：缺少这一项"),
        ("statistics", "学习（{times}）次", "学习（{count}）次", "statistics.yaml 第9行 tables.1.groups.1.rows.1.text：句子里有 {count}"),
        ("statistics", "学习（{times}）次", "学习", "tables.1.groups.1.rows.1.blanks：填空“times”在句子里出现0次"),
        ("campaign", "word: 举报", 'word: ""', "campaign.yaml 第18行 welcome.lines.2.word：写的是“”，不能为空"),
        ("campaign", "region: 样例区", "region: [样例区]", "campaign.yaml 第3行 region：这里应该是一段文字"),
        ("campaign", "[样例区安委会办公室]", "样例区安委会办公室", "第8行 notice.issuers：写的是“样例区安委会办公室”，这里应该是一个列表"),
        ("campaign", "welcome:", "contacts: [{phone: 0951-1}]\nwelcome:", "第14行 contacts.1.phone：通知原文里没有“0951-1”"),
        ("campaign", "id: sample", "id: other", "第1行 id：写的是“other”，要和文件夹的名称“sample”一样"),
        ("campaign", "name: 样例 2020", "name: &a 样例\nslogans: {}", "slogans.yaml 第1行 slogans：另一个文件里已经有这一部分"),
        ("campaign", "name: 样例 2020", "name: “样例: 2020", "campaign.yaml 第2行：写法有误"),
    ],
)  # fmt: skip
def test_a_fault_is_told(tmp_path: Path, file: str, old: str, new: str, expected: str) -> None:
    texts = {
        "campaign": CAMPAIGN,
        "slogans": SLOGANS,
        "obligations": OBLIGATIONS,
        "liaison_form": FORM,
        "statistics": TABLES,
    }
    assert old in texts[file]
    found = faults(tmp_path, **{file: texts[file].replace(old, new, 1)})
    assert any(expected in fault for fault in found), found


def test_all_faults_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    broken = OBLIGATIONS.replace("weekday: thu", "weekday: 四").replace("on: 2020-07-01", "on: 2020-06-31")
    found = faults(tmp_path, obligations=broken.replace("7月1日前", "7月9日前"), slogans="slogans: 无\n")
    assert [fault.split("：")[0] for fault in found] == [
        "sample/obligations.yaml 第9行 obligations.1.due.weekday",
        "sample/obligations.yaml 第20行 obligations.2.due.on",
        "sample/obligations.yaml 第21行 obligations.2.quote",
        "sample/slogans.yaml 第1行 slogans",
    ]


def test_a_faulty_item_does_not_make_its_list_too_short(tmp_path: Path) -> None:
    found = faults(tmp_path, campaign=CAMPAIGN.replace("label: 举报, ", ""))
    assert found == ["sample/campaign.yaml 第18行 welcome.lines.2.label：缺少这一项，请补上"]


def test_white_space_in_a_quote_does_not_matter(tmp_path: Path) -> None:
    spaced = NOTICE.replace("7月1日前报送", "7 月 1\n\n日前　报送")
    assert load_campaign(sample(tmp_path, notice=spaced)).obligations


def test_a_folder_without_its_notice_says_so(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    (folder / "notice.txt").unlink()
    with pytest.raises(ContentError, match=r"notice\.txt：缺少通知原文"):
        load_campaign(folder)


def test_an_empty_folder_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(ContentError, match=r"campaign\.yaml：读不到这个文件"):
        load_campaign(tmp_path / "none")


def test_a_loop_of_references_is_refused(tmp_path: Path) -> None:
    assert any("不要用 & 和 *" in fault for fault in faults(tmp_path, slogans="slogans: &a [*a]\n"))


def test_lengths_of_months_are_kept(tmp_path: Path) -> None:
    monthly = OBLIGATIONS.replace("kind: fixed", "kind: monthly").replace(
        "on: 2020-07-01", "first: 2020-09-01\n      last: 2020-07-01"
    )
    assert any(
        "最后一个月 2020-07-01 早于第一个月 2020-09-01" in fault
        for fault in faults(tmp_path, obligations=monthly)
    )
