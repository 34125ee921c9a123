from __future__ import annotations

import pytest

from tests.chatting import Chat


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("今年主题是什么", "消除事故隐患，筑牢安全防线"),
        ("6月16号有什么活动", "咨询日"),
        ("6月16日有什么", "6月16日（周二）"),
        ("安全生产月是谁发的通知", "自治区应急管理厅"),
        ("宁夏行是什么", "12月31日（结束日推定）"),
        ("关注哪些公众号", "宁夏应急微聚焦"),
        ("安全月", "2020年6月1日到6月30日"),
        ("2月30日有什么活动", "没有这一天"),
    ],
)
def test_it_speaks_the_words_of_the_notice(chat: Chat, said: str, found: str) -> None:
    assert found in chat.says(said).text


def test_an_activity_is_told_by_its_number_after_the_list(chat: Chat) -> None:
    chat.says("全部活动")
    assert "1." not in chat.says("1").text


def test_the_hotlines_and_the_office(chat: Chat) -> None:
    assert "12350" in chat.says("举报电话是多少").text
    assert "0951-8622127" in chat.says("转人工").text
