"""What an answer says, and whether it is right."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.grading import MARKS, Grade, all_of_them, grade, judged, lettered, places, worded

SEPARATORS = st.sampled_from(
    ("", " ", "、", "，", ",", "。", ".", "/", "-", ";", "；", "\n", "和", "　", "→", "+")
)
KINDS = ("ABCDE", "abcde", "ＡＢＣＤＥ", "12345", "１２３４５", "①②③④⑤", "一二三四五", "甲乙丙丁戊")


@given(
    st.sampled_from(KINDS),
    st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True),
    st.lists(SEPARATORS, min_size=6, max_size=6),
    st.sampled_from(("", "选", "我选", "选择", "答案是", "答案", "应该是")),
    st.sampled_from(("", "。", "吧", "！", " ")),
)
@example("ABCDE", [1, 0, 3, 2], [""] * 6, "", "")
def test_marks_are_read_whatever_stands_between_them(
    kind: str, said: list[int], between: list[str], before: str, after: str
) -> None:
    text = before + "".join(kind[place] + between[n] for n, place in enumerate(said)) + after
    assert places(text) == tuple(said)


@given(st.text(max_size=80))
@example("A到C")
@example("10")
@example("A1")
@example("对")
def test_no_text_breaks_the_reader_and_what_it_reads_are_places(text: str) -> None:
    found = places(text)
    assert found is None or (found and all(0 <= place < len(MARKS) for place in found))
    assert places(text) == found
    assert judged(text) in ("对", "错", None)


@given(st.text("ABCDEFabc1和对", max_size=6), st.integers(2, 5))
def test_capital_letters_alone_say_what_they_say_the_long_way(text: str, count: int) -> None:
    said = lettered(text, [f"第{n}种做法" for n in range(count)])
    offered = text != "" and len(text) <= count and set(text) <= set(MARKS[:count])
    assert said == (places(text) if offered else None)


@pytest.mark.parametrize("option", ["AED", "用ａｅｄ除颤", "CO2报警器"])
def test_letters_that_may_be_words_of_an_option_are_not_taken_for_marks_unseen(option: str) -> None:
    assert lettered("AED", ["打120", option, "胸外按压", "人工呼吸", "等人来"]) is None


@pytest.mark.parametrize(
    "text", ["", "不知道", "A1", "AZ", "10", "A到C", "着火了", "选", "答案", "A" * 61, "我想选安全的那个"]
)
def test_what_is_no_mark_is_not_read_as_one(text: str) -> None:
    assert places(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [("先B后A再D最后C", (1, 0, 3, 2)), ("B→A→D→C", (1, 0, 3, 2)), ("2143", (1, 0, 3, 2)), ("AC都对", (0, 2))],
)
def test_a_sequence_keeps_its_order(text: str, said: tuple[int, ...]) -> None:
    assert places(text) == said


@pytest.mark.parametrize(
    "text", "对 對 对的 是 是的 正确 没错 我觉得对 对吧 ✔ ✔️ √ ✓ ✅ ⭕️ T yes 是对的 对！".split()
)
def test_many_ways_to_say_right(text: str) -> None:
    assert judged(text) == "对"


@pytest.mark.parametrize("text", "错 錯 错的 不对 不是 否 不正确 这句话是错的 ✘ ✗ × ❌ x X F no 错。".split())
def test_many_ways_to_say_wrong(text: str) -> None:
    assert judged(text) == "错"


@pytest.mark.parametrize("text", ["不知道", "对不起", "错题本", "", "对错", "也许对也许错", "是不是" * 20])
def test_what_judges_nothing_is_not_read_as_a_judgement(text: str) -> None:
    assert judged(text) is None


def test_words_of_options_are_found_whatever_their_order() -> None:
    options = ("断电", "断电源", "呼救", "通风")
    assert worded("断电源呼救", options) == (1, 2)
    assert worded("呼救和断电", options) == (2, 0)
    assert worded("先通风再呼救", options) == (3, 2)
    assert worded("断电源吗", options) is None
    assert worded("", options) is None


@given(st.lists(st.text("断电源呼救通风", min_size=1, max_size=4), min_size=2, max_size=5, unique=True))
def test_any_options_said_one_after_the_other_are_read_as_options(options: list[str]) -> None:
    said = options[: len(options) // 2 + 1]
    found = worded("".join(said), options)
    assert found is not None and "".join(options[place] for place in found) == "".join(said)


@pytest.mark.parametrize("text", ["全选", "都选", "我全选吧", "全部。"])
def test_all_can_be_chosen_in_a_word(text: str) -> None:
    assert all_of_them(text)


def test_all_or_nothing() -> None:
    assert grade(("甲", "乙"), ("乙", "甲")) == Grade(True)
    assert grade(("甲", "乙"), ("甲",)) == Grade(False, missed=("乙",))
    assert grade(("甲", "乙"), ("甲", "乙", "丙")) == Grade(False, extra=("丙",))
    assert grade(("甲", "乙"), ("甲", "丙")) == Grade(False, missed=("乙",), extra=("丙",))


def test_an_order_is_right_only_in_its_order() -> None:
    assert grade(("甲", "乙", "丙"), ("甲", "乙", "丙"), ordered=True).right
    assert not grade(("甲", "乙", "丙"), ("乙", "甲", "丙"), ordered=True).right
    assert not grade(("甲", "乙", "丙"), ("甲", "乙"), ordered=True).right


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            (text, "错")
            for text in "谣言 是谣言 这是谣言 谣传 瞎说 胡说 纯属胡说 是在瞎说 骗人的 没有道理".split()
        ),
        *(
            (text, "错")
            for text in "不是真的 不属实 这是错的 肯定错 肯定是错的 绝对不对 应该是错的吧 完全错误".split()
        ),
        *((text, "对") for text in "是真的 这是真的 肯定对 绝对正确 不是谣言 不假 有道理 属实".split()),
        *(
            (text, None)
            for text in "不一定 不肯定 不绝对 不完全对 一定 肯定 难说 谣言太多 错了 胡说八道的人".split()
        ),
    ],
)
def test_true_and_false_are_said_in_the_words_of_rumours(text: str, said: str | None) -> None:
    assert judged(text) == said


@pytest.mark.parametrize("text", ["三个都对", "两个都对", "4个都选", "以上三项都正确", "我觉得三个选项全对"])
def test_how_many_are_right_names_none_of_them(text: str) -> None:
    assert places(text) is None


@pytest.mark.parametrize(
    ("text", "said"), [("第三个对", (2,)), ("1和3都对", (0, 2)), ("第1个和第2个都对", (0, 1))]
)
def test_which_are_right_names_them(text: str, said: tuple[int, ...]) -> None:
    assert places(text) == said
