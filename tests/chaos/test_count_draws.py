"""The count finds what it is there to find in draws: steps in half or twice, prizes for two, what was told and is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner

from chaos.clerk import (
    CALLED_OFF,
    GIVEN,
    GIVEN_BEFORE,
    NOT_WON,
    TOO_LATE,
    TOO_MANY,
    UNKNOWN,
    VOID_BEFORE,
    VOIDED,
)
from chaos.count_draws import _CORRECTED, _ENTERED, _LAPSED, _PUBLISHED
from chaos.office import VALUE, WRONG
from chaos.past_draws import deadline
from chaos.story import torn
from chaos.world import TODAY, World
from cli.desk import Desk
from cli.draw import draw_group
from store.quiz_tables import Audit, Draw, Prize
from store.stores import Storage
from tests.chaos.shop import BY, LATE, RACE, STORM, TOLD, Shop, open_shop
from tests.chatting import CAMPAIGN
from tests.conftest import SetClock

HALF = "draws that are not whole"
TWICE = "steps of draws that were taken twice"


@pytest.fixture
def shop(sqlite_storage: Storage, tmp_path: Path, clock: SetClock) -> Shop:
    return open_shop(sqlite_storage, tmp_path, clock)


def noted(session: Any, what: str, **detail: object) -> list[Audit]:
    """The rows of the audit that say so."""
    rows = session.query(Audit).filter(Audit.what == what).order_by(Audit.id).all()
    return [row for row in rows if detail.items() <= row.detail.items()]


def again(session: Any, what: str, **detail: object) -> None:
    """A step is written down once more."""
    row = noted(session, what, **detail)[0]
    session.add(Audit(campaign=CAMPAIGN, at=row.at, who=row.who, what=what, detail=row.detail))


def gone(session: Any, what: str, **detail: object) -> None:
    """A step is not written down."""
    session.delete(noted(session, what, **detail)[0])


def of(session: Any, name: str, rank: int) -> Any:
    """One prize."""
    draw = session.query(Draw).filter(Draw.name == name).one()
    return session.query(Prize).filter(Prize.draw_id == draw.id, Prize.rank == rank)


def mark(session: Any, prize: int, **values: object) -> None:
    session.query(Prize).filter(Prize.id == prize).update(values)


def test_an_office_whose_steps_are_whole_is_well(shop: Shop) -> None:
    assert shop.counted() == {}
    figures = shop.figures()
    assert figures["draw.correct in the audit"] == 2
    assert figures["prize.withdraw in the audit"] == 11  # five and the one that was passed on, then five
    assert figures["prize.void in the audit"] == 3
    assert figures["prize.lapse in the audit"] == 9
    assert figures["prize.claim in the audit"] == 2
    assert figures["codes that were told to give none"] == 2


# -- steps in half -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda session: of(session, STORM, 2).delete(),
        lambda session: of(session, STORM, 2).update({"ticket": "0" * 64}),
        lambda session: of(session, STORM, 5).update({"title": "灭火器"}),
        lambda session: of(session, STORM, 5).update({"state": "void"}),
        lambda session: of(session, TOLD, 4).update({"state": "won"}),  # it was called off
        lambda session: of(session, TOLD, 6).delete(),  # to whom it was passed on
        lambda session: of(session, LATE, 6).delete(),
        lambda session: of(session, LATE, 1).update({"state": "won"}),
        lambda session: gone(session, "prize.won", draw=STORM, rank=3),
        lambda session: gone(session, "prize.won", draw=LATE, rank=7),
        lambda session: gone(session, "prize.lapse", draw=LATE, rank=3),
        lambda session: gone(session, "prize.withdraw", draw=STORM, rank=4),
        lambda session: gone(session, "draw.value", draw=TOLD),
        lambda session: again(session, "prize.lapse", draw=LATE, rank=3),
        lambda session: again(session, "prize.won", draw=LATE, rank=7),
        lambda session: again(session, "prize.withdraw", draw=STORM, rank=4),
        lambda session: again(session, "prize.void", draw=TOLD),
    ],
)
def test_a_step_in_half_or_half_of_it_twice_is_told(
    shop: Shop, change: Callable[[Any], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.story._BETWEEN_S", 0.0)
    shop.alter(change)
    assert shop.counted()[HALF] >= 1
    seen = [torn(cast(World, shop.world), name) for name in (STORM, TOLD, LATE)]
    assert any(seen)  # and by whoever looks on


def test_who_looks_on_sees_nothing_torn_where_all_is_whole(shop: Shop) -> None:
    world = cast(World, shop.world)
    assert [torn(world, name) for name in (STORM, TOLD, RACE, LATE, "storm-9")] == [[]] * 5
    shop.office.torn += ["storm-0: …"]
    assert shop.counted() == {"draws seen torn between two runs of a command": 1}


def test_a_lapsed_prize_that_goes_to_two_or_to_nobody_is_told(shop: Shop) -> None:
    shop.alter(lambda session: of(session, LATE, 6).update({"rank": 19}))
    assert HALF in shop.counted()
    shop.alter(lambda session: of(session, LATE, 19).update({"rank": 6}))
    assert shop.counted() == {}
    shop.alter(lambda session: of(session, LATE, 6).delete())
    shop.alter(lambda session: gone(session, "prize.won", draw=LATE, rank=6))
    assert HALF in shop.counted()


# -- lists and values ----------------------------------------------------------------------------------------------


def test_a_draw_that_is_not_there_is_told_unless_nobody_was_told_of_it(shop: Shop) -> None:
    def forgotten(session: Any) -> None:
        draw = session.query(Draw).filter(Draw.name == STORM).one()
        session.query(Prize).filter(Prize.draw_id == draw.id).delete()
        session.delete(draw)
        for row in session.query(Audit).all():
            if row.detail.get("draw") == STORM:
                session.delete(row)

    shop.alter(forgotten)
    assert shop.counted() == {
        "draws told to be sealed that are not, or otherwise": 1,
        "draws told to be drawn that are not": 1,
        "corrections told of that are not there": 2,
        "voids told of that are not there": 1,
        "voids told as new more often than taken": 1,
        "files told to be published of which the audit knows nothing": 1,
    }
    for words in (("correct",), ("void", STORM), ("publish",)):
        shop.forget(*words)
    shop.office.sealed.clear()
    shop.office.drawn.clear()
    assert shop.counted() == {}


def test_a_list_that_is_not_the_sealed_one_is_told(shop: Shop) -> None:
    def shorten(session: Any) -> None:
        row = session.query(Draw).filter(Draw.name == STORM).one()
        row.tickets = row.tickets[1:]

    shop.alter(shorten)
    assert shop.counted()["draws with another list than was sealed"] == 1


def test_a_wrong_value_that_was_not_corrected_is_told(shop: Shop) -> None:
    def wrong(session: Any) -> None:
        session.query(Draw).filter(Draw.name == STORM).update({"value": WRONG[1]})

    shop.alter(wrong)
    found = shop.counted()
    assert found["draws that a wrong value was left in"] == 1
    assert found[HALF] >= 1


def test_a_prize_of_another_than_its_ticket_is_told(shop: Shop) -> None:
    shop.alter(lambda session: of(session, STORM, 1).update({"person": "somebody else"}))
    assert shop.counted() == {"prizes that are not their ticket's": 1}


def test_a_claim_without_its_time_is_told(shop: Shop) -> None:
    shop.alter(
        lambda session: session.query(Prize).filter(Prize.state == "claimed").update({"claimed_at": None})
    )
    assert shop.counted() == {"prizes in half": 2}


# -- what was told -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "detail"),
    [
        ("draw.commit", {"draw": STORM}),
        ("draw.value", {"draw": STORM}),
        ("draw.correct", {"value": VALUE}),
    ],
)
def test_a_step_that_was_taken_twice_is_told(shop: Shop, what: str, detail: dict[str, object]) -> None:
    shop.alter(lambda session: again(session, what, **detail))
    assert shop.counted()[TWICE] == 1


def test_a_correction_that_is_told_is_there_and_was_asked_for(shop: Shop) -> None:
    shop.heard("填的就是 01 02 03 04 05 06 + 07，没有改动。", "correct", STORM, "01 02 03 04 05 06 + 07")
    assert shop.counted() == {"corrections told of that are not there": 1}
    shop.forget("correct")
    assert shop.counted() == {"corrections that nobody asked for": 2}


def test_a_void_that_is_told_is_there_and_was_asked_for(shop: Shop) -> None:
    fresh = shop.ticket(TOLD, 1)[:12]
    shop.heard("这张票的奖早就取消了，没有改动。", "void", TOLD, fresh)
    assert shop.counted() == {"voids told of that are not there": 1}
    shop.forget("void", TOLD, fresh)
    void = shop.ticket(TOLD, 4)[:12]
    shop.heard("取消了：第4名", "void", TOLD, void)
    assert shop.counted() == {"voids told as new more often than taken": 1}
    shop.forget("void", TOLD, void)
    assert shop.counted() == {"voids that nobody asked for": 1}


def test_a_lapse_that_is_told_is_there_and_leaves_nothing_late(shop: Shop) -> None:
    until = deadline(RACE)
    assert until is not None
    shop.heard("过期2份，抽给了下面的票：", "lapse", "late-1", at=until)
    found = shop.counted()
    assert found == {
        "lapses told of that are not there": 1,
        "late prizes left after they were told to be passed on": 5,
    }
    shop.forget("lapse", "late-1")
    shop.heard("没有过期未领的奖品，没有改动。", "lapse", "race-1", at=until)
    assert shop.counted() == {}  # its day ends later
    shop.heard("没有过期未领的奖品，没有改动。", "lapse", "race-1", at=until + timedelta(minutes=1))
    assert shop.counted() == {"late prizes left after they were told to be passed on": 5}


def test_a_file_that_is_told_to_be_written_is_in_the_audit(shop: Shop) -> None:
    shop.heard("x.json 已经是这样，没有改动。", "publish", TOLD, "x.json")
    assert shop.counted() == {"files told to be published of which the audit knows nothing": 1}


def test_what_draw_verify_refuses_and_what_never_ends_is_told(shop: Shop) -> None:
    shop.clerk.refused.append("told-0: 结论：不对")
    shop.clerk.faults.append("draw lapse late-0")
    assert shop.counted() == {
        "draws that draw verify finds wrong": 1,
        "commands at the counter without an end": 1,
    }


# -- prizes by code ------------------------------------------------------------------------------------------------


def test_a_prize_that_is_handed_out_twice_is_told(shop: Shop) -> None:
    code = shop.customer(TOLD).code
    shop.heard("可以发奖：", "claim", code)
    assert shop.counted() == {"prizes told to be handed out twice": 1}
    shop.alter(lambda session: again(session, "prize.claim", prize=shop.customer(TOLD).prize))
    found = shop.counted()
    assert found["prizes claimed twice"] == 1
    assert found["prizes told to be handed out that are not claimed"] == 1
    assert found[HALF] == 1


def test_a_prize_that_is_handed_out_and_not_claimed_is_told(shop: Shop) -> None:
    prize = shop.customer(TOLD).prize
    shop.alter(lambda session: gone(session, "prize.claim", prize=prize))
    shop.alter(lambda session: mark(session, prize, state="won", claimed_at=None))
    assert shop.counted() == {"prizes told to be handed out that are not claimed": 1}


def test_what_is_void_gives_nothing(shop: Shop) -> None:
    void = [one for one in shop.clerk.everybody if one.draw == TOLD][1]
    shop.heard("这个码已经领过了，没有改动：", "claim", void.code)
    assert shop.counted() == {"prizes told to be handed out that are not claimed": 1}


def test_a_prize_that_is_claimed_and_lapsed_is_told(shop: Shop) -> None:
    prize = shop.customer(RACE).prize
    shop.alter(lambda session: mark(session, prize, state="lapsed"))
    found = shop.counted()
    assert found["prizes both claimed and lapsed"] == 1
    assert found["prizes told to be handed out that are not claimed"] == 1

    def passed_on(session: Any) -> None:
        rank = session.get(Prize, prize).rank
        row = noted(session, "prize.lapse", draw=RACE)[0]
        session.add(
            Audit(
                campaign=CAMPAIGN, at=row.at, who=BY, what="prize.lapse", detail={**row.detail, "rank": rank}
            )
        )

    shop.alter(lambda session: mark(session, prize, state="claimed"))
    assert shop.counted() == {}
    shop.alter(passed_on)
    assert shop.counted()["prizes both claimed and lapsed"] == 1


def test_a_code_that_is_refused_although_its_prize_stands_is_told(shop: Shop) -> None:
    shop.heard("没有查到。", "claim", shop.customer("told-1").code)
    shop.heard("过了领奖的日子", "claim", shop.customer(TOLD).code)
    assert shop.counted() == {"codes refused whose prize stands": 3}  # one is unknown besides
    shop.heard("这份奖品取消了，不能领。", "claim", shop.customer("told-2").code)
    assert shop.counted() == {"codes refused whose prize stands": 4}


def test_a_prize_that_is_claimed_though_nobody_came_is_told(shop: Shop) -> None:
    shop.forget("claim", shop.customer(RACE).code)
    assert shop.counted() == {"prizes claimed by nobody": 1}


def test_a_counter_that_is_shut_is_told(shop: Shop) -> None:
    shop.heard("错的领奖码试得太多了，请过一小时再试。", "claim", "AAAA")
    shop.clerk.everybody += (shop.customer(TOLD).__class__("told-0", 0, "", "AAAA"),)
    assert shop.counted() == {"counters shut by too many wrong codes": 1}


# -- the words of the commands -------------------------------------------------------------------------------------


def test_the_commands_say_what_the_count_listens_for(shop: Shop, tmp_path: Path, clock: SetClock) -> None:
    """The real commands, in this process: each says its part, and its refusal."""
    ahead = TODAY - clock()
    desk = Desk(shop.world.storage, CAMPAIGN, ahead=ahead, campaigns=tmp_path)

    def says(*words: str) -> str:
        return str(CliRunner().invoke(draw_group, [*words], obj=desk).output)

    coded = [one for one in shop.clerk.everybody if one.draw == "told-2"]
    assert GIVEN in says("claim", coded[0].code)
    assert GIVEN_BEFORE in says("claim", coded[0].code)
    assert TOO_LATE in says("claim", [one for one in shop.clerk.everybody if one.draw == RACE][2].code)
    void = ("void", "told-2", coded[1].ticket[:12], "--reason", "没有满18岁")
    assert (VOIDED in says(*void), VOID_BEFORE in says(*void)) == (True, True)
    assert CALLED_OFF in says("claim", coded[1].code)
    assert NOT_WON in says("void", "told-2", "0" * 12, "--reason", "没有满18岁")
    lapsed = _LAPSED.search(says("lapse", "late-2"))
    assert lapsed is not None
    assert lapsed.group(1) == "5"
    assert "没有过期未领" in says("lapse", "late-2")
    file = str(tmp_path / "x.json")
    assert _PUBLISHED[0] in says("publish", "told-2", file)
    assert _PUBLISHED[1] in says("publish", "told-2", file)
    clock.forward(minutes=2)
    desk = Desk(
        shop.world.storage, CAMPAIGN, ahead=TODAY + timedelta(seconds=55) - clock(), campaigns=tmp_path
    )
    correct = ("correct", STORM, WRONG[0], "--again", WRONG[0], "--reason", "看错了")
    assert _CORRECTED in says(*correct)
    assert _ENTERED in says(*correct)
    assert UNKNOWN in says("claim", "AAAA-BBBB-CCCC-DDDD")
    for _ in range(25):
        said = says("claim", "AAAA-BBBB-CCCC-DDDD")
    assert TOO_MANY in said
