"""What was not claimed in time goes on by itself, once, by day, and not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from rules.prizes import void_key, word_key
from scheduler.prize_job import PASSED_ON_FOR, pass_on, prize_job
from store.identity.entrants import Entrants
from store.identity.tables import Word
from store.quiz_tables import Audit
from store.stores import Storage
from tests.conftest import SetClock
from tests.drawing import CAMPAIGN, KNOWN, SEALED, VALUE, a_campaign, a_draw, passed

MORNING = datetime.fromisoformat("2020-07-13T09:00:00+08:00")  # the last day of claiming was the 12th
CONTENT = a_campaign(a_draw())


@pytest.fixture
def drawn(storage: Storage, clock: SetClock) -> Storage:
    """Five took part, three have won; nobody was told."""
    entrants = Entrants(storage, CAMPAIGN)
    for user in [f"oPlayer{number}" for number in range(5)]:
        passed(storage, user, "home", "school")
        entrants.enter(user, {})
    step = {"zone": CONTENT.zone, "who": "office"}
    with storage.transaction(CAMPAIGN) as stores:
        stores.draws.commit(a_draw(), entrants.persons(), **step, at=SEALED)
    with storage.transaction(CAMPAIGN) as stores:
        stores.draws.draw("levels", VALUE, entrants.persons(), **step, at=KNOWN)
    clock.time = MORNING
    return storage


def states(storage: Storage) -> list[str]:
    with storage.transaction(CAMPAIGN) as stores:
        draw = stores.draws.named("levels")
        assert draw is not None
        return [one.state for one in stores.draws.winners(draw)]


def words(storage: Storage) -> int:
    with storage.identity.session() as session:
        return len(session.scalars(select(Word)).all())


def test_what_was_not_claimed_goes_on_once_and_is_written_down(drawn: Storage, clock: SetClock) -> None:
    job = prize_job(drawn, CONTENT, clock)
    assert (job.work(), job.work()) == (3, 0)
    assert states(drawn) == ["lapsed"] * 3 + ["won"] * 2
    assert words(drawn) == 2
    with drawn.transaction(CAMPAIGN) as stores:
        rows = stores.session.scalars(select(Audit.who).where(Audit.what == "prize.lapse")).all()
    assert rows == ["scheduler"] * 3


def test_nothing_goes_on_before_the_last_day_is_over_or_at_night(drawn: Storage) -> None:
    for at in (MORNING - timedelta(hours=13), MORNING - timedelta(seconds=1), MORNING + timedelta(hours=11)):
        assert pass_on(drawn, CONTENT, at) == 0
    assert states(drawn) == ["won"] * 3
    assert pass_on(drawn, CONTENT, MORNING) == 3


def test_after_a_while_it_is_left_to_the_organiser(drawn: Storage) -> None:
    assert pass_on(drawn, CONTENT, KNOWN.replace(hour=2) + PASSED_ON_FOR + timedelta(days=1)) == 0
    assert states(drawn) == ["won"] * 3


def test_whose_word_was_lost_is_told_after_all(drawn: Storage) -> None:
    assert words(drawn) == 0
    for _ in range(2):
        pass_on(drawn, CONTENT, MORNING - timedelta(days=1))
        assert words(drawn) == 3


def test_within_the_hour_for_corrections_nothing_is_done(drawn: Storage) -> None:
    with drawn.transaction(CAMPAIGN) as stores:
        draw = stores.draws.named("levels")
        assert draw is not None and not draw.settled(KNOWN + timedelta(minutes=59))
    morning = a_campaign(a_draw()).model_copy(update={"zone": "Europe/London"})  # 15:14 there
    pass_on(drawn, morning, KNOWN + timedelta(minutes=59))
    assert words(drawn) == 0
    pass_on(drawn, morning, KNOWN + timedelta(minutes=60))
    assert words(drawn) == 3


def test_good_news_of_what_has_lapsed_or_is_void_does_not_go_out(drawn: Storage) -> None:
    """Whoever passed it on, or called it off, died before the word on its way was taken back."""
    pass_on(drawn, CONTENT, MORNING - timedelta(days=1))
    with drawn.transaction(CAMPAIGN) as stores:
        draw = stores.draws.named("levels")
        assert draw is not None
        prizes = stores.draws.winners(draw)
        stores.draws.told(prizes[0].id, KNOWN + timedelta(hours=2))
        for one in prizes[:2]:
            everybody = stores.entrants.persons()
            step = {"zone": CONTENT.zone, "who": "office", "reason": "作弊"}
            stores.draws.void("levels", one.ticket, everybody, **step, at=MORNING - timedelta(days=1))
        stores.draws.lapse("levels", frozenset(), zone=CONTENT.zone, who="office", at=MORNING)
    assert keys(drawn) == {word_key(CAMPAIGN, one.id) for one in prizes}
    for _ in range(2):
        pass_on(drawn, CONTENT, MORNING)
        with drawn.transaction(CAMPAIGN) as stores:
            won = [one for one in stores.draws.winners(draw) if one.state == "won"]
        assert keys(drawn) == {void_key(CAMPAIGN, prizes[0].id), *(word_key(CAMPAIGN, one.id) for one in won)}


def keys(storage: Storage) -> set[str]:
    with storage.identity.session() as session:
        return set(session.scalars(select(Word.key)))
