"""When a hazard was seen, and whether it is still there, as people say it."""

from __future__ import annotations

import pytest

from bot.errors import Invalid
from bot.message import Said
from handlers.hazard_when import EARLIER, GONE, STILL, TODAY, UNSURE, WEEK, seen, still
from tests.chatting import Chat


def said(text: str) -> list[Said]:
    return [Said(text, "", None, "2020-05-20T09:00:00+08:00")]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("昨天下午", WEEK),
        ("前天晚上看到的", WEEK),
        ("三天前", WEEK),
        ("刚才", TODAY),
        ("今天早上", TODAY),
        ("下午三点", TODAY),
        ("两个小时前", TODAY),
        ("上个月", EARLIER),
        ("好久了", EARLIER),
        ("半个月前", EARLIER),
    ],
)
def test_a_time_in_ones_own_words_is_read(words: str, meant: str) -> None:
    assert seen().read(said(words)) == meant


@pytest.mark.parametrize("words", ["上周", "仓库门口", "十天前"])
def test_what_does_not_say_when_is_asked_again(words: str) -> None:
    with pytest.raises(Invalid):
        seen().read(said(words))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("一直没人管", STILL),
        ("还没有处理", STILL),
        ("已经搬走了", GONE),
        ("没有了", GONE),
        ("不知道", UNSURE),
        ("后来没再去看", UNSURE),
    ],
)
def test_whether_it_is_still_there_is_read(words: str, meant: str) -> None:
    assert still().read(said(words)) == meant


def test_a_reporter_who_says_yesterday_goes_on(chat: Chat) -> None:
    for words in ("举报", "没有", "临港路8号3号库", "不知道", "仓库里设了员工宿舍"):
        chat.says(words)
    assert "现在还在吗" in chat.says("昨天下午").text
    assert "哪一类" in chat.says("还没人管").text
