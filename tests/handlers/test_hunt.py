"""找隐患 in chat: by letters and names, several at once, with a few mistakes allowed."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event

from bot.readers import GIVE_UP
from content.scenes import LOOKED, Scene, Thing, scenes
from handlers.hunt import AGAIN, ASKED, MOST_WRONG
from handlers.rounds import KEPT_BACK
from tests.chatting import Chat
from tests.handlers.playing import attempts, forward

KITCHEN = scenes()["kitchen"]


def begin(chat: Chat, scene: Scene = KITCHEN) -> Scene:
    chat.says("找隐患")
    chat.says(scene.title)
    return scene


def points(chat: Chat, *labels: str, wait: float = 9.0) -> None:
    forward(chat, seconds=wait)
    marks = [chr(ord("A") + chat.page().choices.index(label)) for label in labels]
    chat.says("".join(marks))


def finds(chat: Chat, scene: Scene, count: int) -> None:
    for n, hazard in enumerate(scene.hazards[:count]):
        points(chat, hazard.label, wait=9.0 + n)


def test_a_picture_is_chosen_by_its_title_and_told_in_words(chat: Chat) -> None:
    assert chat.says("大家来找茬").choices == tuple(scene.title for scene in scenes().values())
    reply = chat.says("高楼里的餐馆后厨")
    assert KITCHEN.alt in reply.text
    assert f"已找到0处，共{len(KITCHEN.hazards)}处，还能错3次。" in reply.text
    assert sorted(reply.choices[:-1]) == sorted(thing.label for thing in KITCHEN.things)
    assert (reply.choices[-1], reply.page, reply.scene, reply.found) == (GIVE_UP, "talk", "kitchen", ())


def test_the_things_stand_in_another_order_each_time(chat: Chat) -> None:
    orders = set()
    for _ in range(6):
        begin(chat)
        orders.add(chat.last.choices)
        chat.says("取消")
    assert len(orders) > 1


def test_a_hazard_is_told_with_its_reason_and_source(chat: Chat) -> None:
    begin(chat)
    hazard = KITCHEN.hazards[0]
    points(chat, hazard.label)
    assert f"找到了：{hazard.label}。\n{hazard.why}\n依据：{hazard.source}" in chat.last.text
    assert "已找到1处，共6处" in chat.last.text
    assert hazard.label not in chat.last.choices
    assert chat.last.found == (hazard.label,)


def test_a_harmless_thing_costs_one_of_three_mistakes(chat: Chat) -> None:
    begin(chat)
    points(chat, KITCHEN.decoys[0].label)
    assert f"“{KITCHEN.decoys[0].label}”没有问题。" in chat.last.text
    assert "还能错2次" in chat.last.text
    points(chat, KITCHEN.decoys[1].label)
    points(chat, KITCHEN.decoys[2].label)
    assert f"错了{MOST_WRONG}次，这张先到这里。" in chat.last.text
    assert "找完了：共6处，找到0处。" in chat.last.text
    assert all(hazard.why in chat.last.text or "更多" in chat.last.text for hazard in KITCHEN.hazards)


def test_several_at_once_by_letters_or_by_words(chat: Chat) -> None:
    begin(chat)
    points(chat, *(hazard.label for hazard in KITCHEN.hazards[:3]))
    assert "已找到3处" in chat.last.text
    chat.says("、".join(hazard.label for hazard in KITCHEN.hazards[3:5]))
    assert "已找到5处" in chat.last.text


def test_a_thing_keeps_its_letter_for_the_whole_picture(chat: Chat) -> None:
    begin(chat)
    first = chat.last.choices
    letters = {label: chr(ord("A") + place) for place, label in enumerate(first)}
    for n, thing in enumerate((*KITCHEN.hazards[:5], KITCHEN.decoys[0])):
        forward(chat, seconds=9 + n)
        chat.says(letters[thing.label])  # as they stood in the first list
    assert chat.last.found == tuple(hazard.label for hazard in KITCHEN.hazards[:5])
    assert "已找到5处，共6处，还能错2次" in chat.last.text
    assert [one.removesuffix(LOOKED) for one in chat.last.choices] == list(first)
    assert chat.last.choices[first.index(KITCHEN.decoys[0].label)] == f"{KITCHEN.decoys[0].label}{LOOKED}"


@pytest.mark.parametrize("things", [KITCHEN.hazards, KITCHEN.decoys])
def test_what_was_looked_at_already_costs_nothing(chat: Chat, things: tuple[Thing, ...]) -> None:
    begin(chat)
    first, second = things[0].label, things[1].label
    mark = chr(ord("A") + chat.last.choices.index(first))
    chat.says(mark)
    before = chat.page().text.partition(ASKED)[2]
    for said in (mark, first, first[1:], f"{first}{LOOKED}"):
        assert f"“{first}”已经看过了，换一处。" in chat.says(said).text
        assert chat.page().text.partition(ASKED)[2] == before
    chat.says(mark + chr(ord("A") + chat.last.choices.index(second)))  # of two, the one that is new
    chat.says(GIVE_UP)
    assert [answer["given"] for answer in attempts(chat)[0].answers] == [first, second]


def test_a_picture_that_began_before_letters_stayed_goes_on_with_its_own(chat: Chat) -> None:
    begin(chat)
    record = json.loads(chat.record)
    del record["drafts"][-1]["kept"]["hunt"]["steady"]
    chat.record = json.dumps(record)
    offered = chat.page().choices
    chat.says("A")
    chat.says("A")
    assert chat.page().choices == offered[2:]


@pytest.mark.parametrize(
    ("scene", "said", "meant"),
    [
        ("petrol", "抽烟", "司机站在加油机旁边抽烟"),
        ("petrol", "烤炉", "卸油口旁边支着烤炉"),
        ("petrol", "玩鞭炮", "孩子蹲在地上玩鞭炮"),
        ("boat", "油桶旁边抽烟", "船员坐在油桶旁边抽烟"),
        ("kitchen", "锅和腊肉", "黄色管道上挂着锅和腊肉"),
        ("kitchen", "缠着胶布和一只气瓶", "灶台下的软管缠着胶布"),
    ],
)
def test_a_part_that_fits_one_thing_alone_names_it(chat: Chat, scene: str, said: str, meant: str) -> None:
    begin(chat, scenes()[scene])
    assert f"找到了：{meant}。" in chat.says(said).text


def test_a_part_that_fits_two_things_names_neither(chat: Chat) -> None:
    begin(chat, scenes()["petrol"])
    chat.says("加油")
    assert "已找到0处，共6处，还能错3次" in chat.page().text


def test_after_the_third_mistake_the_rest_of_the_answer_is_not_heard(chat: Chat) -> None:
    begin(chat)
    points(chat, *(decoy.label for decoy in KITCHEN.decoys[:3]), KITCHEN.hazards[0].label)
    assert chat.last.found == ()
    assert len(attempts(chat)[0].answers) == MOST_WRONG


@pytest.mark.parametrize("text", ["Z", "什么呀这", "QRS"])
def test_what_names_nothing_is_refused_and_costs_nothing(chat: Chat, text: str) -> None:
    begin(chat)
    chat.says(text)
    assert "字母" in chat.last.text or "只有A到" in chat.last.text
    assert "还能错3次" in chat.page().text


def test_who_gives_up_is_shown_what_is_left(chat: Chat) -> None:
    begin(chat)
    finds(chat, KITCHEN, 4)
    chat.says(GIVE_UP)
    assert "找完了：共6处，找到4处。" in chat.last.text
    assert f"还有：{KITCHEN.hazards[5].label}" in chat.last.text
    assert chat.last.scene == "kitchen" and len(chat.last.found) == 4


def test_a_round_is_kept_with_every_answer_and_counts_once_a_day(chat: Chat) -> None:
    begin(chat)
    points(chat, KITCHEN.decoys[0].label)
    finds(chat, KITCHEN, 6)
    (row,) = attempts(chat)
    assert (row.kind, row.stage, row.score, row.total, row.counts) == ("hunt", "kitchen", 6, 6, True)
    assert [answer["right"] for answer in row.answers] == [False] + [True] * 6
    begin(chat)
    finds(chat, KITCHEN, 6)
    assert "记过成绩了" in chat.last.text
    assert len(attempts(chat)) == 1
    forward(chat, days=1)
    begin(chat)
    finds(chat, KITCHEN, 6)
    assert len(attempts(chat)) == 2


def test_who_knows_it_before_anybody_can_look_is_kept_back_for_staff(chat: Chat) -> None:
    begin(chat)
    for hazard in KITCHEN.hazards:
        points(chat, hazard.label, wait=0.1)
    assert KEPT_BACK in chat.last.text
    assert attempts(chat)[0].counts is False


def test_all_at_once_before_the_list_can_be_read_is_kept_back(chat: Chat) -> None:
    begin(chat)
    points(chat, *(hazard.label for hazard in KITCHEN.hazards), wait=0.9)
    assert KEPT_BACK in chat.last.text
    assert (attempts(chat)[0].counts, attempts(chat)[0].flags) == (False, ["fast"])


def test_who_has_read_the_list_may_name_all_at_once(chat: Chat) -> None:
    begin(chat)
    points(chat, *(hazard.label for hazard in KITCHEN.hazards), wait=9.0)
    assert attempts(chat)[0].flags == []


def test_who_has_looked_for_a_while_may_tap_quickly(chat: Chat) -> None:
    begin(chat)
    for hazard, wait in zip(KITCHEN.hazards, (14.0, 1.0, 1.7, 0.9, 1.2, 1.4), strict=True):
        points(chat, hazard.label, wait=wait)
    assert attempts(chat)[0].flags == []


def test_taps_that_nobody_can_have_looked_for_are_kept_back(chat: Chat) -> None:
    begin(chat)
    for hazard, wait in zip(KITCHEN.hazards, (0.9, 1.0, 1.5, 0.9, 1.2, 1.4), strict=True):
        points(chat, hazard.label, wait=wait)
    assert attempts(chat)[0].flags == ["fast"]


def test_the_next_picture_is_another(chat: Chat) -> None:
    seen = []
    begin(chat)
    for _ in range(3):
        seen.append(chat.page().scene)
        chat.says(GIVE_UP)
        chat.says(AGAIN)
    assert len(set(seen)) == 3


def test_what_was_found_is_not_found_in_the_notebook(chat: Chat) -> None:
    begin(chat)
    points(chat, KITCHEN.decoys[0].label)
    chat.says(GIVE_UP)
    assert "错题本里没有题" in chat.says("错题本").text


def test_a_find_that_does_not_end_the_round_asks_no_database(chat: Chat) -> None:
    begin(chat)
    said: list[str] = []
    event.listen(chat.bot.storage.case.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    finds(chat, KITCHEN, 5)
    assert said == []
    points(chat, KITCHEN.hazards[5].label)
    assert said


@pytest.mark.parametrize("scene", scenes().values(), ids=lambda scene: str(scene.id))
def test_every_picture_can_be_solved_by_its_letters(chat: Chat, scene: Scene) -> None:
    begin(chat, scene)
    finds(chat, scene, len(scene.hazards))
    assert f"找完了：共{len(scene.hazards)}处，找到{len(scene.hazards)}处。" in chat.last.text
