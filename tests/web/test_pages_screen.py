"""How the bot's own texts are laid out on a screen."""

from __future__ import annotations

import pytest

from bot.message import Reply
from content.loader import load
from handlers.hazards import OPENING, PHOTO, WHERE
from rules.emergency import DOUBT, FOOTER, card, card_line, hotlines
from web.screen import screen_of

CAMPAIGN = load("ningxia-2020")


def test_the_full_card_is_nothing_but_the_card() -> None:
    screen = screen_of(Reply(card(CAMPAIGN, "临港路8号"), choices=("继续",), asks="safe", input="choice"))
    assert screen.card is not None
    assert [number for number, _ in screen.card.calls] == ["119", "120", "110", "122"]
    assert any("临港路8号" in line for line in screen.card.lines)
    assert (screen.heading, screen.body) == ("", ())


def test_the_card_in_one_line_stands_above_the_question() -> None:
    for screen in (
        screen_of(Reply(f"{card_line(CAMPAIGN)}\n\n{WHERE}\n\n{FOOTER}", asks="where", input="place")),
        screen_of(Reply(WHERE, asks="where", input="place"), before=card_line(CAMPAIGN), danger=True),
    ):
        assert screen.card is not None
        assert screen.card.lines == (card_line(CAMPAIGN),)
        assert screen.heading == "在哪里？"


def test_a_list_of_numbers_is_no_alarm() -> None:
    assert screen_of(Reply(hotlines(CAMPAIGN))).card is None


def test_a_doubt_asks_below_its_numbers() -> None:
    screen = screen_of(Reply(DOUBT, asks="urgent", input="choice", choices=("正在发生", "没有")))
    assert screen.heading == "您说的情况，现在正在发生吗？"
    assert screen.lead == ("正在发生就马上拨 119、120、110。",)


def test_confidence_stands_before_the_first_question() -> None:
    screen = screen_of(Reply(OPENING, asks="urgent", input="choice", choices=("没有",)))
    assert screen.heading == "先问一句：现在正在发生吗？有人受伤或被困吗？"
    assert screen.lead[0].startswith("我们为您保密")


def test_the_footer_is_left_to_the_strip() -> None:
    text = f"先前发的2张收到了。\n{PHOTO.format(most=7)}\n\n{FOOTER}"
    screen = screen_of(Reply(text, asks="p", input="photos"))
    assert screen.heading == "有现场照片吗？"
    assert screen.lead == ("先前发的2张收到了。",)
    assert screen.care.startswith("站在安全处拍")
    assert FOOTER not in [line for part in screen.body for _, line in part.rows]


@pytest.mark.parametrize("stem", ["12350 是安全生产举报电话，对不对", "哪个电话报火警？"])
def test_a_counted_question_is_the_heading_with_or_without_a_question_mark(stem: str) -> None:
    text = f"这一轮5题，不限时，退出也不丢。\n答案回复字母就行。\n\n第1题，共5题\n{stem}"
    screen = screen_of(Reply(text, asks="q", input="choice", choices=("对", "错"), lettered=True))
    assert (screen.heading, screen.progress) == (stem, (1, "题", 5))
    assert [choice.mark for choice in screen.choices] == ["A", "B"]


def test_a_receipt_has_its_code_apart_and_the_words_to_read_out() -> None:
    text = (
        "已收到，谢谢您。编号 0616-031\n查询码：K7QM-2XHD-9RTW-4VNB\n请现在截图：凭它查进展。\n\n"
        "我们核对后转交。想更快，现在就拨 12350，照着念：\n您好，我反映一处安全隐患。地点：临港路8号。"
    )
    screen = screen_of(Reply(text))
    assert (screen.heading, screen.code) == ("已收到，谢谢您", "K7QM-2XHD-9RTW-4VNB")
    assert [part.kind for part in screen.body] == ["text", "text", "script"]
    assert screen.body[0].rows[0] == ("", "编号 0616-031")


def test_a_question_mark_in_a_persons_words_is_no_question() -> None:
    text = "请看一遍：\n地点：3号库？\n情况：怎么没人管？"
    screen = screen_of(Reply(text, asks="sure", input="choice", choices=("提交",)))
    assert screen.heading == "请看一遍："
    assert screen.body[0].rows == (("地点", "3号库？"), ("情况", "怎么没人管？"))


def test_an_example_of_a_code_is_not_a_code() -> None:
    assert screen_of(Reply("请发查询码，16位，比如 K7QM-2XHD-9RTW-4VNB。")).code == ""


def test_two_units_keep_their_own_dates() -> None:
    one = "青泉市安委会，接下来要报：\n7月10日（周五）前\n月总结\n办公室退回：缺图\n推定的日期以办公室通知为准。"
    screen = screen_of(Reply(f"{one}\n\n城北护理院，接下来要报：\n7月1日（周三）前：统计表"))
    assert [part.kind for part in screen.body] == ["dates", "text", "text", "dates"]
    assert screen.body[0].rows == (("7月10日（周五）前", "月总结\n办公室退回：缺图"),)
    assert screen.body[3].rows == (("7月1日（周三）前", "统计表"),)
