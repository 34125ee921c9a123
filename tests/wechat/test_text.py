"""How a reply is written in a chat."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.message import Message, Reply
from tests.wechat.pushes import ACCOUNT, USER, a_codec
from wechat.text import LIMIT, MORE, compose, fit, split

LONG = "安全生产，人人有责。" * 300


def test_choices_are_numbered_lines() -> None:
    assert compose(Reply("想做什么？", choices=("举报隐患", "答题"))) == "想做什么？\n1 举报隐患\n2 答题"


def test_choices_after_several_lines_stand_apart() -> None:
    assert compose(Reply("第一行\n第二行", choices=("好",))) == "第一行\n第二行\n\n1 好"


def test_letters_mark_the_options_of_a_question() -> None:
    assert compose(Reply("选哪个？", choices=("甲", "乙"), lettered=True)) == "选哪个？\nA 甲\nB 乙"


def test_choices_alone_need_no_text() -> None:
    assert compose(Reply(choices=("好",))) == "1 好"


def test_a_choice_stays_on_its_line() -> None:
    assert compose(Reply("？", choices=("一\n二",))) == "？\n1 一 二"


def test_a_short_text_is_one_part() -> None:
    assert split("收到") == ["收到"]
    assert split("") == [""]


def test_a_text_of_exactly_the_limit_is_not_cut() -> None:
    assert split("a" * LIMIT) == ["a" * LIMIT]
    assert len(split("a" * (LIMIT + 1))) == 2


def test_a_long_text_says_that_there_is_more() -> None:
    parts = split(LONG)
    assert len(parts) > 1
    assert all(part.endswith(f"\n{MORE}") for part in parts[:-1])
    assert not parts[-1].endswith(MORE)


def test_a_long_text_is_cut_after_a_sentence() -> None:
    assert all(part.removesuffix(f"\n{MORE}").endswith("。") for part in split(LONG))


def test_a_link_is_never_cut_apart() -> None:
    link = '<a href="https://example.cn/' + "x" * 200 + '">点这里打开</a>'
    for before in range(1700, 2048, 7):
        assert any(link in part for part in split("a" * before + link))


def test_a_joined_emoji_is_not_torn() -> None:
    family = "👨‍👩‍👧‍👦"
    for shift in range(30):
        for part in split("a" * shift + family * 300)[:-1]:
            assert part.removesuffix(f"\n{MORE}").endswith(family)


def test_render_sends_the_first_part() -> None:
    codec, person = a_codec(), Message(user=USER, account=ACCOUNT, kind="text")
    reply = Reply(LONG, choices=("好",))
    assert codec.parts(reply)[0] in codec.render(reply, person)
    assert codec.parts(reply)[-1].endswith("\n1 好")


@given(st.text(alphabet="ab 你🔥\n。<>\u200d\ufe0f", max_size=30), st.integers(1, 300))
def test_parts_fit_lose_nothing_and_stay_as_they_are(piece: str, times: int) -> None:
    text = piece * times
    parts = split(text)
    assert all(len(part.encode()) <= LIMIT for part in parts)
    assert all(split(part) == [part.strip("\n")] for part in parts)
    joined = "".join(part.removesuffix(f"\n{MORE}") for part in parts)
    assert joined.replace("\n", "") == text.replace("\n", "")


def test_what_cannot_be_read_on_is_cut_with_an_ellipsis() -> None:
    short = fit(LONG)
    assert short.endswith("…") and LIMIT - 4 < len(short.encode()) <= LIMIT
    assert fit("收到") == "收到"
