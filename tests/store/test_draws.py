"""A draw is sealed before chance is known, drawn once, claimed by code, passed on; all of it on record."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from content.models import PrizeDraw
from rules.prize_draw import BadValue, digest, ranking
from store.draw_views import DrawView, PrizeView
from store.draws import Draws, Refused
from store.identity.entrants import Entrants
from store.quiz_tables import Audit
from store.stores import Storage
from tests.conftest import SetClock
from tests.drawing import CAMPAIGN, KNOWN, SEALED, VALUE, a_draw, passed
from tests.store.reporting import dump

ZONE = "Asia/Shanghai"
PEOPLE = tuple(f"oPlayer{number}" for number in range(6))
T = TypeVar("T")


def with_draws(storage: Storage, work: Callable[[Draws], T]) -> T:
    with storage.transaction(CAMPAIGN) as stores:
        return work(stores.draws)


def enter(storage: Storage, *users: str) -> None:
    for user in users:
        Entrants(storage, CAMPAIGN).enter(user, {"text": "我同意"})


def ready(storage: Storage, clock: SetClock, people: tuple[str, ...] = PEOPLE) -> None:
    """All have passed two levels and entered; the month is over."""
    for user in people:
        passed(storage, user, "home", "school")
    enter(storage, *people)
    clock.time = SEALED


def commit(storage: Storage, clock: SetClock, rules: PrizeDraw | None = None) -> tuple[DrawView, bool]:
    entrants = Entrants(storage, CAMPAIGN).persons()
    return with_draws(
        storage, lambda draws: draws.commit(rules or a_draw(), entrants, zone=ZONE, who="李敏", at=clock())
    )


def draw(storage: Storage, clock: SetClock, value: str = VALUE) -> tuple[DrawView, bool]:
    entrants = Entrants(storage, CAMPAIGN).persons()
    return with_draws(
        storage, lambda draws: draws.draw("levels", value, entrants, zone=ZONE, who="李敏", at=clock())
    )


def lapse(storage: Storage, at: datetime) -> tuple[tuple[PrizeView, ...], tuple[PrizeView, ...]]:
    entrants = Entrants(storage, CAMPAIGN).persons()
    return with_draws(storage, lambda draws: draws.lapse("levels", entrants, zone=ZONE, who="李敏", at=at))


def drawn(storage: Storage, clock: SetClock) -> tuple[PrizeView, ...]:
    """Sealed and drawn; its winners."""
    ready(storage, clock)
    commit(storage, clock)
    clock.time = KNOWN
    draw(storage, clock)
    clock.forward(hours=1)
    return winners(storage)


def winners(storage: Storage) -> tuple[PrizeView, ...]:
    def look(draws: Draws) -> tuple[PrizeView, ...]:
        view = draws.named("levels")
        assert view is not None
        return draws.winners(view)

    return with_draws(storage, look)


def user_of(storage: Storage, prize: PrizeView) -> str:
    return next(user for user in PEOPLE if storage.sealing.hash("quiz", user) == prize.person)


def audit(storage: Storage) -> list[str]:
    with storage.transaction(CAMPAIGN) as stores:
        return list(stores.session.scalars(select(Audit.what).order_by(Audit.id)))


# -- sealing -----------------------------------------------------------------------------------------------------


def test_only_who_entered_and_is_eligible_has_a_ticket(storage: Storage, clock: SetClock) -> None:
    passed(storage, "oEligible", "home", "school")
    passed(storage, "oNotEntered", "home", "school")
    passed(storage, "oOneLevel", "home")
    passed(storage, "oSameLevelTwice", "home")
    passed(storage, "oSameLevelTwice", "home", score=4)
    passed(storage, "oFailed", "home", "school", stars=0)
    passed(storage, "oFlagged", "home", "school", counts=False)
    passed(storage, "oTooLate", "home", "school", day=SEALED.date())
    enter(storage, "oEligible", "oOneLevel", "oSameLevelTwice", "oFailed", "oFlagged", "oTooLate", "oNever")
    clock.time = SEALED
    view, changed = commit(storage, clock)
    assert changed
    assert view.tickets == (with_draws(storage, lambda draws: draws.ticket_of("levels", "oEligible")),)
    assert view.digest == digest(view.tickets)
    assert view.source == "中国福利彩票双色球第2020061期"


@pytest.mark.parametrize(
    ("needs", "who"),
    [
        ({"exam": 80}, {"oExam"}),
        ({"exam": 81}, set()),
        ({"days": 3}, {"oDays"}),
        ({"rounds": 3}, {"oDays", "oRounds"}),
        ({"rounds": 1, "exam": 60}, {"oExam"}),
        ({"levels": 1}, set()),
    ],
)
def test_every_kind_of_need_is_counted(
    storage: Storage, clock: SetClock, needs: dict[str, int], who: set[str]
) -> None:
    passed(storage, "oExam", "exam", kind="exam", score=16, total=20, stars=0)
    passed(storage, "oDays", "a", "b", "c", kind="round")
    for number in range(3):
        passed(storage, "oRounds", str(number), kind="daily")
    enter(storage, "oExam", "oDays", "oRounds")
    clock.time = SEALED
    rules = a_draw(needs=needs)
    if not who:
        with pytest.raises(Refused, match="还没有参加抽奖又够条件的人"):
            commit(storage, clock, rules)
        return
    listed = set(commit(storage, clock, rules)[0].tickets)
    assert listed == {with_draws(storage, lambda draws, u=user: draws.ticket_of("levels", u)) for user in who}


def test_a_person_sees_how_far_they_have_come(storage: Storage) -> None:
    passed(storage, "oAlice", "home", "school", "school")
    passed(storage, "oAlice", "exam", kind="exam", score=13, total=20, stars=0)
    standing = with_draws(storage, lambda draws: draws.standing(a_draw(), "oAlice"))
    assert (standing.levels, standing.exam, standing.days, standing.rounds) == (2, 65, 3, 4)
    assert with_draws(storage, lambda draws: draws.standing(a_draw(), "oBob")).rounds == 0


def test_sealing_again_changes_nothing_even_when_more_have_entered(storage: Storage, clock: SetClock) -> None:
    ready(storage, clock)
    first, _ = commit(storage, clock)
    passed(storage, "oLater", "home", "school")
    enter(storage, "oLater")
    again, changed = commit(storage, clock, a_draw(prizes=[{"title": "手机", "count": 9}]))
    assert (again, changed) == (first, False)
    assert audit(storage) == ["draw.commit"]


def test_two_who_seal_at_once_seal_one_list(storage: Storage, clock: SetClock) -> None:
    ready(storage, clock)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: commit(storage, clock), range(4)))
    assert sorted(changed for _, changed in results) == [False, False, False, True]
    assert audit(storage) == ["draw.commit"]


def test_a_list_is_sealed_after_the_last_day_and_before_the_value_can_be_known(
    storage: Storage, clock: SetClock
) -> None:
    ready(storage, clock)
    clock.time = datetime.fromisoformat("2020-06-30T23:59:00+08:00")
    with pytest.raises(Refused, match="过了这一天"):
        commit(storage, clock)
    clock.time = KNOWN
    with pytest.raises(Refused, match="已经可以查到"):
        commit(storage, clock)
    assert audit(storage) == []


def test_nothing_in_the_databases_tells_who_entered(storage: Storage, clock: SetClock) -> None:
    drawn(storage, clock)
    left = dump(storage.case) + dump(storage.identity)
    assert all(user not in left for user in PEOPLE)
    assert all(storage.sealing.hash("quiz", user) not in str(winners(storage)[0].ticket) for user in PEOPLE)


# -- drawing -----------------------------------------------------------------------------------------------------


def test_the_value_decides_by_rank_and_the_best_prize_comes_first(storage: Storage, clock: SetClock) -> None:
    won = drawn(storage, clock)
    view = with_draws(storage, lambda draws: draws.named("levels"))
    assert view is not None
    assert [one.ticket for one in won] == ranking(view.tickets, VALUE)[:3]
    assert [one.title for one in won] == ["灭火器", "急救包", "急救包"]
    assert len({one.person for one in won}) == 3
    assert won[0].claim_until.astimezone(SEALED.tzinfo).isoformat() == "2020-07-12T16:00:00+00:00"


def test_no_value_before_it_can_be_known_nor_without_a_sealed_list(storage: Storage, clock: SetClock) -> None:
    with pytest.raises(Refused, match="还没有封存"):
        draw(storage, clock)
    ready(storage, clock)
    commit(storage, clock)
    clock.time = KNOWN - timedelta(seconds=1)
    with pytest.raises(Refused, match="要到 2020-07-02 21:15 才公布"):
        draw(storage, clock)
    clock.time = KNOWN
    with pytest.raises(BadValue):
        draw(storage, clock, "6个号码")
    assert draw(storage, clock)[1]


def test_the_same_value_again_changes_nothing_and_another_is_refused(
    storage: Storage, clock: SetClock
) -> None:
    won = drawn(storage, clock)
    before = audit(storage)
    assert draw(storage, clock, "31 25 19 12 07 03 09")[1] is False
    with pytest.raises(Refused, match=r"已经按 03 07 12 19 25 31 \+ 09 抽过了"):
        draw(storage, clock, "01 07 12 19 25 31 09")
    assert winners(storage) == won
    assert audit(storage) == before == ["draw.commit", "draw.value", "prize.won", "prize.won", "prize.won"]


# -- rounds that wait for review -----------------------------------------------------------------------------------


def waiting(storage: Storage) -> object:
    """How many the audit of the sealing says."""
    with storage.transaction(CAMPAIGN) as stores:
        (row,) = stores.session.scalars(select(Audit).where(Audit.what == "draw.commit"))
        return row.detail["waiting"]


def test_no_list_is_sealed_while_rounds_wait_that_could_change_it(storage: Storage, clock: SetClock) -> None:
    ready(storage, clock)
    for user in ("oFlag1", "oFlag2", "oFlag3"):  # the second level of each waits
        passed(storage, user, "home")
        passed(storage, user, "school", counts=False, flags=["fast", "cleared:even"])
    enter(storage, "oFlag1", "oFlag2")
    with pytest.raises(Refused, match="有2位参加的人，成绩在等人看"):
        commit(storage, clock)
    assert audit(storage) == []
    entrants = Entrants(storage, CAMPAIGN).persons()
    view, fresh = with_draws(
        storage,
        lambda draws: draws.commit(a_draw(), entrants, zone=ZONE, who="李敏", at=clock(), anyway=True),
    )
    assert (fresh, len(view.tickets)) == (True, len(PEOPLE))
    assert waiting(storage) == 2


@pytest.mark.parametrize(
    ("stage", "changed"),
    [
        ("home", {"flags": ["fast"], "counts": False}),  # passed already
        ("work", {"flags": ["fast"], "counts": False, "stars": 0}),  # not passed, whoever looks
        ("school", {"flags": ["off:fast"], "counts": False}),  # looked at, and left off
        ("school", {"flags": ["fast"], "counts": False, "kind": "practice"}),  # a kind that never counts
        ("school", {"flags": [], "counts": False}),
        ("school", {"flags": ["fast"], "counts": False, "day": date(2020, 7, 1)}),  # after the last day
    ],
)
def test_what_could_not_change_the_list_holds_nothing_up(
    sqlite_storage: Storage, clock: SetClock, stage: str, changed: dict[str, object]
) -> None:
    ready(sqlite_storage, clock)
    passed(sqlite_storage, "oFlag", "home")
    passed(sqlite_storage, "oFlag", stage, **changed)
    enter(sqlite_storage, "oFlag")
    assert commit(sqlite_storage, clock)[1]
    assert waiting(sqlite_storage) == 0


# -- a wrong value -----------------------------------------------------------------------------------------------

RIGHT = "03 07 12 19 25 32 + 09"


def correct(storage: Storage, clock: SetClock, value: str = RIGHT) -> tuple[DrawView, tuple[PrizeView, ...]]:
    entrants = Entrants(storage, CAMPAIGN).persons()
    return with_draws(
        storage,
        lambda draws: draws.correct(
            "levels", value, entrants, zone=ZONE, who="李敏", reason="看错一位", at=clock()
        ),
    )


def test_a_wrong_value_is_corrected_within_the_hour_and_all_is_drawn_anew(
    storage: Storage, clock: SetClock
) -> None:
    before = drawn(storage, clock)
    clock.forward(seconds=-1)
    view, void = correct(storage, clock)
    assert (view.value, view.drawn_at) == (RIGHT, KNOWN)
    assert void == before
    after = winners(storage)
    assert [one.ticket for one in after] == ranking(view.tickets, RIGHT)[:3]
    assert [(one.rank, one.title, one.state) for one in after] == [
        (1, "灭火器", "won"), (2, "急救包", "won"), (3, "急救包", "won"),
    ]  # fmt: skip
    assert not {one.id for one in after} & {one.id for one in before}, "words bear the number of a prize"
    with storage.transaction(CAMPAIGN) as stores:
        rows = stores.session.scalars(select(Audit).where(Audit.id > 5).order_by(Audit.id)).all()
    assert [row.what for row in rows] == ["draw.correct", *["prize.withdraw"] * 3, *["prize.won"] * 3]
    assert rows[0].detail == {"draw": "levels", "was": VALUE, "value": RIGHT, "reason": "看错一位"}
    assert [row.detail["ticket"] for row in rows[1:4]] == [one.ticket for one in before]
    assert {row.who for row in rows[:4]} == {"李敏"}


def test_a_correction_comes_in_time_or_never(storage: Storage, clock: SetClock) -> None:
    ready(storage, clock)
    commit(storage, clock)
    with pytest.raises(Refused, match="还没有抽奖"):
        correct(storage, clock)
    clock.time = KNOWN
    draw(storage, clock)
    clock.forward(minutes=30)
    correct(storage, clock)
    clock.forward(minutes=30)  # an hour after the first value, not after the correction
    won = winners(storage)
    with pytest.raises(Refused, match="一小时内更正"):
        correct(storage, clock, VALUE)
    assert winners(storage) == won


def test_the_same_value_corrects_nothing_and_a_bad_one_is_refused(storage: Storage, clock: SetClock) -> None:
    won = drawn(storage, clock)
    clock.forward(seconds=-1)
    before = audit(storage)
    assert correct(storage, clock, "31 25 19 12 07 03 09")[1] == ()
    with pytest.raises(BadValue):
        correct(storage, clock, "6个号码")
    assert (winners(storage), audit(storage)) == (won, before)


def test_before_the_hour_is_over_nobody_gets_a_code(storage: Storage, clock: SetClock) -> None:
    prize = drawn(storage, clock)[0]
    user = user_of(storage, prize)
    clock.forward(seconds=-1)
    assert with_draws(storage, lambda draws: draws.new_code(prize.id, user, "d1", clock())) is None
    assert with_draws(storage, lambda draws: draws.won_by(user, clock())) == ()
    clock.forward(seconds=1)
    assert with_draws(storage, lambda draws: draws.new_code(prize.id, user, "d1", clock())) is not None
    assert with_draws(storage, lambda draws: draws.won_by(user, clock())) == (
        with_draws(storage, lambda draws: draws.winners(draws.named("levels") or pytest.fail()))[0],
    )


def test_two_who_enter_the_value_at_once_draw_once(storage: Storage, clock: SetClock) -> None:
    ready(storage, clock)
    commit(storage, clock)
    clock.time = KNOWN
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: draw(storage, clock), range(4)))
    assert sorted(changed for _, changed in results) == [False, False, False, True]
    assert len(winners(storage)) == 3


def test_what_falls_to_somebody_who_has_left_goes_to_the_next_rank(storage: Storage, clock: SetClock) -> None:
    ready(storage, clock)
    view, _ = commit(storage, clock)
    first = ranking(view.tickets, VALUE)[0]
    gone = next(
        user for user in PEOPLE if with_draws(storage, lambda d, u=user: d.ticket_of("levels", u)) == first
    )
    assert Entrants(storage, CAMPAIGN).leave(gone)
    clock.time = KNOWN
    draw(storage, clock)
    won = winners(storage)
    assert [one.ticket for one in won] == ranking(view.tickets, VALUE)[:4]
    assert [(one.state, one.title) for one in won] == [
        ("gone", "灭火器"), ("won", "急救包"), ("won", "急救包"), ("won", "灭火器"),
    ]  # fmt: skip
    assert won[0].person == ""


def test_a_draw_is_drawn_by_the_rules_that_were_sealed(storage: Storage, clock: SetClock) -> None:
    ready(storage, clock, PEOPLE[:2])
    view, _ = commit(storage, clock)
    assert view.rules == a_draw()
    clock.time = KNOWN
    draw(storage, clock)
    assert [one.title for one in winners(storage)] == ["灭火器", "急救包"]


# -- claiming ----------------------------------------------------------------------------------------------------


def test_a_code_claims_once_and_is_stored_nowhere(storage: Storage, clock: SetClock) -> None:
    prize = drawn(storage, clock)[0]
    user = user_of(storage, prize)
    code = with_draws(storage, lambda draws: draws.new_code(prize.id, user, "d1", clock()))
    assert code is not None
    assert len(code) == 16
    assert code == with_draws(storage, lambda draws: draws.new_code(prize.id, user, "d1", clock()))
    assert code not in dump(storage.case)
    claim = lambda: with_draws(storage, lambda draws: draws.claim(code.lower(), who="李敏", at=clock()))  # noqa: E731
    first, second = claim(), claim()
    assert first is not None
    assert second is not None
    assert (first[0].title, first[0].state, first[1]) == ("灭火器", "claimed", True)
    assert (second[0], second[1]) == (first[0], False)
    assert audit(storage).count("prize.claim") == 1


def test_only_the_winner_gets_a_code_and_a_new_one_replaces_the_old(
    storage: Storage, clock: SetClock
) -> None:
    prize = drawn(storage, clock)[0]
    user = user_of(storage, prize)
    other = next(one for one in PEOPLE if one != user)
    assert with_draws(storage, lambda draws: draws.new_code(prize.id, other, "d1", clock())) is None
    old = with_draws(storage, lambda draws: draws.new_code(prize.id, user, "d1", clock()))
    new = with_draws(storage, lambda draws: draws.new_code(prize.id, user, "d2", clock()))
    assert old != new
    assert with_draws(storage, lambda draws: draws.claim(str(old), who="李敏", at=clock())) is None
    assert with_draws(storage, lambda draws: draws.claim(str(new), who="李敏", at=clock())) is not None


def test_unknown_and_mistyped_codes_are_the_same_and_their_number_is_limited(
    storage: Storage, clock: SetClock
) -> None:
    prize = drawn(storage, clock)[0]
    code = with_draws(storage, lambda d: d.new_code(prize.id, user_of(storage, prize), "d1", clock()))
    for wrong in ["K7QM-2XHD-9RTW-4VNB", "我的奖品"] * 10:
        assert with_draws(storage, lambda d, w=wrong: d.claim(w, who="李敏", at=clock())) is None
    with pytest.raises(Refused, match="请过一小时"):
        with_draws(storage, lambda d: d.claim(str(code), who="王强", at=clock()))
    clock.forward(hours=1, seconds=1)
    assert with_draws(storage, lambda d: d.claim(str(code), who="李敏", at=clock())) is not None
    assert audit(storage).count("prize.try") == 20


# -- passing on --------------------------------------------------------------------------------------------------


def test_what_is_not_claimed_in_time_goes_to_the_next_ranks(storage: Storage, clock: SetClock) -> None:
    won = drawn(storage, clock)
    code = with_draws(storage, lambda d: d.new_code(won[1].id, user_of(storage, won[1]), "d1", clock()))
    assert with_draws(storage, lambda d: d.claim(str(code), who="李敏", at=clock())) is not None
    end = won[0].claim_until
    assert lapse(storage, end - timedelta(seconds=1)) == ((), ())
    lapsed, new = lapse(storage, end)
    assert [one.rank for one in lapsed] == [1, 3]
    assert [(one.rank, one.title, one.state) for one in new] == [(4, "灭火器", "won"), (5, "急救包", "won")]
    assert new[0].claim_until > end
    assert lapse(storage, end) == ((), ())
    assert [one.state for one in winners(storage)] == ["lapsed", "claimed", "lapsed", "won", "won"]


def test_a_code_is_worth_nothing_after_the_last_day(storage: Storage, clock: SetClock) -> None:
    prize = drawn(storage, clock)[0]
    user = user_of(storage, prize)
    code = with_draws(storage, lambda draws: draws.new_code(prize.id, user, "d1", clock()))
    with pytest.raises(Refused, match="过了领奖的日子"):
        with_draws(storage, lambda draws: draws.claim(str(code), who="李敏", at=prize.claim_until))
    assert with_draws(storage, lambda draws: draws.new_code(prize.id, user, "d3", prize.claim_until)) is None


def test_prizes_stay_when_nobody_is_left_on_the_list(storage: Storage, clock: SetClock) -> None:
    won = drawn(storage, clock)
    late = won[0].claim_until
    assert len(lapse(storage, late)[1]) == 3
    assert lapse(storage, late + timedelta(days=30))[1] == ()
    assert [one.state for one in winners(storage)] == ["lapsed"] * 6


def test_who_is_forgotten_stands_in_no_prize_but_the_code_still_claims(
    storage: Storage, clock: SetClock
) -> None:
    prize = drawn(storage, clock)[0]
    user = user_of(storage, prize)
    code = with_draws(storage, lambda draws: draws.new_code(prize.id, user, "d1", clock()))
    with_draws(storage, lambda draws: draws.forget(user))
    assert with_draws(storage, lambda draws: draws.won_by(user, clock())) == ()
    assert with_draws(storage, lambda draws: draws.claim(str(code), who="李敏", at=clock())) is not None


def test_another_campaign_knows_nothing_of_it(storage: Storage, clock: SetClock) -> None:
    prize = drawn(storage, clock)[0]
    with storage.transaction("gusu-2020") as stores:
        assert stores.draws.named("levels") is None
        assert stores.draws.won_by(user_of(storage, prize), clock()) == ()
        assert stores.entrants.persons() == frozenset()


# -- calling off -------------------------------------------------------------------------------------------------


def void(storage: Storage, prize: PrizeView, at: datetime) -> tuple[PrizeView, tuple[PrizeView, ...] | None]:
    entrants = Entrants(storage, CAMPAIGN).persons()
    return with_draws(
        storage,
        lambda draws: draws.void(
            "levels", prize.ticket[:8].upper(), entrants, zone=ZONE, who="李敏", reason="没有满18岁", at=at
        ),
    )


def test_what_is_called_off_goes_to_the_next_rank_once_and_says_why(
    storage: Storage, clock: SetClock
) -> None:
    won = drawn(storage, clock)
    user = user_of(storage, won[0])
    code = with_draws(storage, lambda draws: draws.new_code(won[0].id, user, "d1", clock()))
    voided, new = void(storage, won[0], clock())
    assert (voided.state, voided.rank) == ("void", 1)
    assert new is not None
    assert [(one.rank, one.title, one.state) for one in new] == [(4, "灭火器", "won")]
    assert void(storage, won[0], clock())[1] is None
    with pytest.raises(Refused, match="取消了，不能领"):
        with_draws(storage, lambda draws: draws.claim(str(code), who="李敏", at=clock()))
    assert with_draws(storage, lambda draws: draws.new_code(won[0].id, user, "d2", clock())) is None
    assert [one.state for one in winners(storage)] == ["void", "won", "won", "won"]
    with storage.transaction(CAMPAIGN) as stores:
        (row,) = stores.session.scalars(select(Audit).where(Audit.what == "prize.void"))
    assert row.detail == {"draw": "levels", "rank": 1, "title": "灭火器", "reason": "没有满18岁"}


def test_only_what_somebody_may_still_claim_is_called_off(storage: Storage, clock: SetClock) -> None:
    won = drawn(storage, clock)
    code = with_draws(storage, lambda d: d.new_code(won[0].id, user_of(storage, won[0]), "d1", clock()))
    with_draws(storage, lambda d: d.claim(str(code), who="李敏", at=clock()))
    with pytest.raises(Refused, match="已经领走了"):
        void(storage, won[0], clock())
    lapse(storage, won[1].claim_until)
    with pytest.raises(Refused, match="已经抽给下一位了"):
        void(storage, won[1], clock())
    for begins, why in (("0", "前8个"), ("%%%%%%%%", "没有这样开头的"), ("f" * 64, "没有这样开头的")):
        with pytest.raises(Refused, match=why):
            with_draws(
                storage,
                lambda d, b=begins: d.void("levels", b, (), zone=ZONE, who="李敏", reason="x", at=clock()),
            )


def test_the_calendar_of_the_campaign_decides_and_the_audit_has_the_machines_time(
    storage: Storage, clock: SetClock
) -> None:
    """A demo of 2020 is shown years later: its calendar stands where the machine's doesn't."""
    ready(storage, clock)
    clock.time = datetime.fromisoformat("2026-11-22T08:00:00+00:00")
    entrants = Entrants(storage, CAMPAIGN).persons()
    step = {"zone": ZONE, "who": "李敏"}
    view, _ = with_draws(storage, lambda d: d.commit(a_draw(), entrants, **step, at=SEALED))
    assert view.committed_at == SEALED
    with pytest.raises(Refused, match="要到 2020-07-02 21:15"):
        with_draws(
            storage, lambda d: d.draw("levels", VALUE, entrants, **step, at=KNOWN - timedelta(hours=1))
        )
    view, fresh = with_draws(storage, lambda d: d.draw("levels", VALUE, entrants, **step, at=KNOWN))
    assert (fresh, view.drawn_at) == (True, KNOWN)
    assert winners(storage)[0].claim_until < clock()
    with storage.transaction(CAMPAIGN) as stores:
        assert set(stores.session.scalars(select(Audit.at))) == {clock()}
