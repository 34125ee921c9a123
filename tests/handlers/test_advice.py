"""Safety questions: an answer with its source, or the nearest questions, never a guess."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from bot.language.advice import AdviceBase, Found, base
from bot.language.classifier import learnt
from cli.ask import ask_command
from content.facts import load_facts
from content.loader import load_advice
from content.models import Advice
from handlers.advice import EXAMPLES
from tests.chatting import Chat


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("电动车可以放楼道里吗", "FIR-043"),
        ("電梯多久保養一次", "SPE-021"),
        ("家里闻到煤汽味咋办", "GAS-019"),
        ("饭店不装燃气报警器要罚款吗", "GAS-001"),
        ("请问一下斑马线前面要不要让行人", "TRA-005"),
        ("摩托车后座可以坐小孩吗", "TRA-033"),
        ("消防通道能不能停车", "FIR-014"),
        ("老板叫我签生死合同有没有用", "LAW-038"),
        ("火警电话是多少啊", "HOT-006"),
        ("高空抛物要判刑吗", "HOM-008"),
    ],
)
def test_a_question_in_other_words_finds_its_fact(text: str, fact: str) -> None:
    answer = base().ask(text).answer
    assert answer is not None and fact in (answer.fact, *answer.also)


@pytest.mark.parametrize(
    "text", ["今天天气怎么样", "你吃了吗", "asdfgh", "宇宙有多大", "股票能涨吗", "翻译一下 apple", "。"]
)
def test_what_it_does_not_know_it_does_not_answer(text: str) -> None:
    found = base().ask(text)
    assert found.answer is None
    assert len(found.nearest) <= 3


@pytest.mark.parametrize(
    "text", ["电焊怎么焊得牢", "煤气费怎么交", "叉车多少钱一台", "化工厂工资多少", "小学入学要几岁"]
)
def test_what_only_borrows_the_words_of_an_advice_is_not_answered(text: str) -> None:
    found = base().ask(text)
    assert found.answer is None and len(found.nearest) == 3


def left_out(every: int) -> Iterator[tuple[str, Advice, Found]]:
    """Each so-manieth way of asking, and what is made of it by a base that never saw it."""
    advice = load_advice()
    out = [(ask, one) for place, one in enumerate(advice) for ask in one.asks[place % every :: every]]
    gone = {ask for ask, _ in out}
    rest = [one.model_copy(update={"asks": tuple(set(one.asks) - gone)}) for one in advice]
    knowing = AdviceBase(rest, load_facts(), learnt().sounds)
    return ((ask, one, knowing.ask(ask)) for ask, one in out)


def test_most_ways_of_asking_that_were_left_out_are_answered_and_rightly() -> None:
    asked = list(left_out(10))
    answered = [(one, found.answer) for _, one, found in asked if found.answer]
    right = sum(one.id == answer.id for one, answer in answered)
    assert len(answered) / len(asked) >= 0.65
    assert right / len(answered) >= 0.88


def test_two_advice_on_one_fact_do_not_make_each_other_doubtful() -> None:
    advice = load_advice()
    one = next(one for one in advice if one.id == "work-gear")
    others = [other for other in advice if other.id not in ("work-gear", "health-020")]
    twin = one.model_copy(update={"id": "twin", "asks": tuple(f"{ask}哪" for ask in one.asks)})
    rival = twin.model_copy(update={"fact": None})
    doubled, rivalled = (AdviceBase([one, other, *others]).ask("单位不发手套") for other in (twin, rival))
    assert doubled.confidence > rivalled.confidence


def test_every_way_of_asking_leads_to_its_answer() -> None:
    wrong = [ask for advice in load_advice() for ask in advice.asks if base().ask(ask).answer != advice]
    assert wrong == []


def test_an_empty_base_is_unsure() -> None:
    assert AdviceBase(()).ask("灭火器怎么用").answer is None


def test_the_answer_names_its_source_and_the_next_step(chat: Chat) -> None:
    reply = chat.says("电动车可以停在楼道里吗")
    assert "依据：《高层民用建筑消防安全管理规定》" in reply.text
    assert reply.choices == ("举报",)


def test_a_number_as_next_step_is_spoken(chat: Chat) -> None:
    reply = chat.says("灭火器怎么用")
    assert "正在发生，请拨 119。" in reply.text


@pytest.mark.parametrize("word", ["安全问答", "安全知识"])
def test_the_word_alone_says_how_to_ask(chat: Chat, word: str) -> None:
    reply = chat.says(word)
    assert reply.choices == EXAMPLES
    assert chat.taps("安全问答").choices == EXAMPLES


def test_the_examples_are_answered_when_tapped(chat: Chat) -> None:
    questions = {advice.question for advice in load_advice()}
    assert questions.issuperset(EXAMPLES)
    chat.says("安全问答")
    assert "依据：" in chat.says("2").text


def test_where_unsure_the_nearest_are_offered_and_work_when_tapped(chat: Chat) -> None:
    reply = chat.says("灭火器里的干粉能不能当盐吃")
    assert "没有把握" in reply.text and len(reply.choices) == 3
    assert "依据：" in chat.says("1").text


def test_an_offered_question_is_answered_even_if_it_sounds_like_something_else(chat: Chat) -> None:
    offered = base().ask("举报收不收钱").nearest
    for advice in offered:
        chat.record = json.dumps(
            {"shown": {"choices": [advice.question]}, "memory": {"last": "advice"}}, ensure_ascii=False
        )
        assert "依据：" in chat.says("1").text


def test_a_question_whose_intent_is_unclear_is_answered_if_the_base_is_sure(chat: Chat) -> None:
    assert "依据：" in chat.says("几岁的孩子能单独在家").text


def test_the_command_answers_each_line() -> None:
    result = CliRunner().invoke(ask_command, input="灭火器怎么用\n今天天气怎么样\n")
    known, unknown = (line.split("\t") for line in result.stdout.splitlines())
    assert known[0] == "fire-extinguisher-use" and known[2] == "灭火器怎么用"
    assert unknown[0] == "-" and unknown[2] == "今天天气怎么样"
