"""A dialogue runs from the top on every message, up to its first question without an answer."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from bot.context import Draft, Person, from_plain, reply_from_plain, reply_to_plain, to_plain
from bot.dialogue import Dialogue, Outcome, ask, converse, draw, match_choice
from bot.errors import Invalid, Refused
from bot.message import Reader, Reply, Said
from bot.readers import any_text, mail, optional_text, photos, place


def shopping() -> Dialogue:
    what = yield from ask("what", "要什么？", reader=any_text())
    size = yield from ask("size", "多大？", choices=("大号", "小号"))
    when = yield from ask("when", "什么时候？可以跳过。", reader=optional_text())
    return Reply(f"{what}，{size}，{when or '随时'}")


def a_draft() -> Draft:
    return Draft("d1", "shopping", "2020-06-01T01:00:00+00:00", 0.0)


def say(draft: Draft, text: str) -> Outcome:
    return converse(shopping(), draft, Said(text))


def key_of(outcome: Outcome) -> str:
    assert outcome.question is not None
    return outcome.question.key


def test_it_asks_one_question_after_the_other_and_ends() -> None:
    draft = a_draft()
    assert key_of(converse(shopping(), draft)) == "what"
    assert key_of(say(draft, "安全帽")) == "size"
    assert key_of(say(draft, "大号")) == "when"
    end = say(draft, "跳过")
    assert end.reply == Reply("安全帽，大号，随时")


def test_a_refused_answer_is_told_and_asked_again() -> None:
    draft = a_draft()
    converse(shopping(), draft)
    say(draft, "安全帽")
    outcome = say(draft, "中号")
    assert key_of(outcome) == "size"
    assert outcome.remark
    assert not outcome.taken
    assert list(draft.said) == ["what"]


def test_a_kept_answer_that_no_longer_fits_is_dropped_with_all_after_it() -> None:
    draft = a_draft()
    for text in ("", "安全帽", "大号"):
        say(draft, text) if text else converse(shopping(), draft)
    draft.hear("size", [Said("特大号")])
    assert key_of(converse(shopping(), draft)) == "size"
    assert list(draft.said) == ["what"]


def test_an_answer_meant_for_another_question_is_not_taken() -> None:
    draft = a_draft()
    converse(shopping(), draft)
    draft.open = "size"
    assert key_of(say(draft, "大号")) == "what"
    assert draft.said == {}


def test_photos_are_gathered_until_done() -> None:
    def report() -> Dialogue:
        kept = yield from ask("photos", "请发照片。", reader=photos(3))
        return Reply(",".join(kept))

    draft = a_draft()
    converse(report(), draft)
    first = converse(report(), draft, Said(media="photo:a"))
    assert first.taken and "第1张" in first.remark
    assert converse(report(), draft, Said("随便")).remark.startswith("请发照片")
    converse(report(), draft, Said(media="photo:b"))
    assert converse(report(), draft, Said("完成")).reply == Reply("photo:a,photo:b")


def test_the_ninth_photo_ends_the_question_by_itself() -> None:
    def report() -> Dialogue:
        kept = yield from ask("photos", "请发照片。", reader=photos(2))
        return Reply(str(len(kept)))

    draft = a_draft()
    converse(report(), draft)
    converse(report(), draft, Said(media="photo:a"))
    assert converse(report(), draft, Said(media="photo:b")).reply == Reply("2")


def test_the_same_question_twice_is_a_fault_of_the_handler() -> None:
    def twice() -> Dialogue:
        yield from ask("a", "？")
        yield from ask("a", "？")
        return Reply()

    draft = a_draft()
    converse(twice(), draft)
    with pytest.raises(RuntimeError, match="asked twice"):
        converse(twice(), draft, Said("x"))


@pytest.mark.parametrize(
    ("text", "choice"),
    [("大号", "大号"), ("大號！", "大号"), (" 大号。", "大号"), ("ＡＢ", None), ("大", None), ("", None)],
)
def test_a_choice_is_named_in_full_or_by_its_beginning(text: str, choice: str | None) -> None:
    assert match_choice(text, ("大号", "小号")) == choice


def test_a_beginning_that_two_choices_share_names_neither() -> None:
    assert match_choice("停止作业", ("停止作业撤离", "停止作业报告")) is None
    assert match_choice("停止作业撤", ("停止作业撤离", "停止作业报告")) == "停止作业撤离"


def test_a_place_is_a_point_or_an_address() -> None:
    read = place().read
    assert read([Said("临港路8号")]).text == "临港路8号"
    with pytest.raises(Exception, match="具体"):
        read([Said("路")])


@pytest.mark.parametrize("wrong", ["name", "a@b", "a b@c.cn", "@"])
def test_a_mail_address_needs_its_parts(wrong: str) -> None:
    with pytest.raises(Exception, match="邮箱"):
        mail().read([Said(wrong)])


@pytest.mark.parametrize(
    "wrong", ["li@青泉.中国", "李敏@126.com", "li..min@126.com", "<li@126.com>", "li,@a.cn"]
)
def test_a_mail_address_must_be_one_that_can_be_written_to(wrong: str) -> None:
    with pytest.raises(Exception, match="发不到"):
        mail().read([Said(wrong)])
    assert mail().read([Said("li.min+a@mail.126.com")]) == "li.min+a@mail.126.com"


def test_a_record_survives_being_kept() -> None:
    draft = a_draft()
    draft.hear("what", [Said("安全帽", "photo:a", None, "2020-06-01T01:00:00+00:00")])
    draft.kept = {"round": [{"id": "q1"}]}
    person = Person([draft], True, Reply("好", ("一", "二"), asks="what"), "剩下的", 12.5, {"last": "slogan"})
    assert from_plain(to_plain(person)) == person


def test_progress_and_end_of_time_reach_the_adapter_and_come_back_from_the_store() -> None:
    def exam() -> Dialogue:
        yield from ask(
            "q1", "几？", choices=("一", "二"), progress=(1, 20), until="2020-06-01T10:00:00+08:00"
        )
        return Reply("完")

    reply = draw(converse(exam(), a_draft()))
    assert (reply.progress, reply.until) == ((1, 20), "2020-06-01T10:00:00+08:00")
    assert reply_from_plain(json.loads(json.dumps(reply_to_plain(reply)))) == reply


def test_signs_of_right_and_wrong_name_their_choice_and_no_other() -> None:
    assert match_choice("✔", ("对", "错")) == "对"
    assert match_choice("×", ("错", "对")) == "错"
    assert match_choice("✔", ("是", "否")) is None


def test_an_answer_that_was_understood_and_cannot_be_is_told_firmly() -> None:
    def read(said: Sequence[Said]) -> str:
        raise Refused("没开。") if said[-1].text == "3" else Invalid("没看明白。")

    def levels() -> Dialogue:
        yield from ask("level", "哪一关？", reader=Reader(read))
        return Reply("完")

    draft = a_draft()
    converse(levels(), draft)
    assert converse(levels(), draft, Said("3")).firm
    assert not converse(levels(), draft, Said("四")).firm
