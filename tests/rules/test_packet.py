from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.packet import Case, Photo, mail_to_office, online_text, packet, script

CASE = Case(
    number="0616-031",
    received=datetime(2020, 6, 16, 15, 2, tzinfo=ZoneInfo("Asia/Shanghai")),
    urgent="没有",
    place="临港路8号物流园3号库",
    unit="",
    what="仓库里设了员工宿舍。我叫王小明，打13800001234",
    seen="今天",
    still="还在",
    sector="fire",
    latitude=38.5,
    longitude=106.2,
    additions=("又多了两张床",),
    photos=(Photo("a.jpg", "0" * 64),),
)


def test_the_packet_says_all_of_the_case() -> None:
    text = packet(CASE)
    for part in (
        "0616-031",
        "6月16日 15:02",
        "消防",
        "临港路8号",
        "38.500000",
        "员工宿舍",
        "又多了两张床",
        "a.jpg",
    ):
        assert part in text


def test_nothing_that_leaves_us_points_at_the_writer() -> None:
    for text in (packet(CASE), script(CASE), online_text(CASE), *mail_to_office(CASE)):
        assert "王小明" not in text
        assert "13800001234" not in text


def test_the_script_for_12350_as_the_deck_has_it() -> None:
    case = replace(CASE, what="仓库里设了员工宿舍", seen="今天上午")
    assert script(case) == (
        "您好，我反映一处安全隐患。地点：临港路8号物流园3号库。单位：不清楚。情况：仓库里设了员工宿舍。"
        "时间：今天上午看到，现在还在。我有照片。我不愿意留姓名。"
    )


def test_the_script_stays_short_enough_to_be_read_out() -> None:
    text = script(replace(CASE, place="路" * 2000, unit="厂" * 2000, what="堆" * 2000))
    assert len(text) < 400
    assert len(text.encode()) < 1200


def test_what_is_hidden_is_not_read_out() -> None:
    assert "情况：仓库里设了员工宿舍。时间" in script(CASE)
    assert "〔" in script(replace(CASE, what="我叫王小明"))


def test_the_mail_names_nothing_of_the_matter() -> None:
    subject, body = mail_to_office(CASE)
    assert "0616-031" in subject
    assert "app.py reports show 0616-031" in body
    for part in ("临港路", "宿舍", "38.5"):
        assert part not in subject + body
    assert "现在正在发生" not in subject
    assert "现在正在发生" in mail_to_office(replace(CASE, urgent="正在发生"))[0]


def test_where_the_platform_does_not_take_it_12350_is_named() -> None:
    assert "请拨 12350" in online_text(replace(CASE, sector="road_transport"))
    assert "不在" not in online_text(CASE)
