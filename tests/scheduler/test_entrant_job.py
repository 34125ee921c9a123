"""Who took part in draws is known until the last claim and a while after it, and then no more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from content.loader import load
from content.models import PrizeDraw
from rules.prizes import ENTRANTS_KEPT_DAYS
from scheduler.entrant_job import delete_entrants, entrant_job
from store.identity.entrants import Entrants
from store.identity.tables import Entrant, Word
from store.identity.words import Words
from store.stores import Storage
from tests.conftest import SetClock
from tests.drawing import CAMPAIGN, KNOWN, SEALED, VALUE, a_campaign, a_draw, passed

ZONE = "Asia/Shanghai"
KEPT = timedelta(days=ENTRANTS_KEPT_DAYS)
LAST = datetime.fromisoformat("2020-07-13T00:00:00+08:00")  # drawn on 2 July, ten days to claim
USERS = tuple(f"oPlayer{number}" for number in range(3))


@pytest.fixture
def entrants(storage: Storage) -> Entrants:
    entrants = Entrants(storage, CAMPAIGN)
    for user in USERS:
        passed(storage, user, "home", "school")
        entrants.enter(user, {"text": "我同意"})
    Entrants(storage, "gusu-2020").enter("oOther", {"text": "我同意"})
    return entrants


def seal(storage: Storage, entrants: Entrants, rules: PrizeDraw) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.draws.commit(rules, entrants.persons(), zone=ZONE, who="office", at=SEALED)


def draw(storage: Storage, entrants: Entrants, at: datetime) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.draws.draw("levels", VALUE, entrants.persons(), zone=ZONE, who="office", at=at)


def gone_at(storage: Storage, entrants: Entrants, end: datetime, *draws: PrizeDraw) -> bool:
    """Are they kept up to that moment, and gone from it on?"""
    campaign = a_campaign(*draws)
    if delete_entrants(storage, campaign, end + KEPT - timedelta(seconds=1)):
        return False
    assert len(entrants.persons()) == len(USERS)
    return delete_entrants(storage, campaign, end + KEPT) == len(USERS) and not entrants.persons()


def test_they_go_after_the_last_day_of_claiming_and_a_while(storage: Storage, entrants: Entrants) -> None:
    seal(storage, entrants, a_draw())
    draw(storage, entrants, KNOWN)
    with storage.transaction(CAMPAIGN) as stores:
        view = stores.draws.named("levels")
        assert view is not None
        person = stores.draws.winners(view)[0].person
    Words(storage).add_for_winner(CAMPAIGN, person, "prize:1", "恭喜您")
    assert gone_at(storage, entrants, LAST, a_draw())
    with storage.identity.session() as session:
        assert session.scalars(select(Word)).all() == []
        assert [row.campaign for row in session.scalars(select(Entrant))] == ["gusu-2020"]


def test_what_is_drawn_late_or_passed_on_keeps_them_longer(storage: Storage, entrants: Entrants) -> None:
    seal(storage, entrants, a_draw())
    draw(storage, entrants, KNOWN + timedelta(days=20))
    assert gone_at(storage, entrants, LAST + timedelta(days=20), a_draw())


def test_a_draw_that_was_not_drawn_counts_from_the_day_of_its_value(
    storage: Storage, entrants: Entrants
) -> None:
    seal(storage, entrants, a_draw())
    assert gone_at(storage, entrants, LAST)  # though the campaign states it no longer


def test_the_last_of_all_draws_counts(storage: Storage, entrants: Entrants) -> None:
    source = {"kind": "ssq", "ref": "2020090", "known_on": "2020-09-02", "known_at": "21:15"}
    later = a_draw(id="later", name="年终奖", source=source)
    assert gone_at(storage, entrants, datetime.fromisoformat("2020-09-13T00:00:00+08:00"), a_draw(), later)


def test_without_any_draw_the_end_of_the_campaign_counts(storage: Storage, entrants: Entrants) -> None:
    ends = load(CAMPAIGN).ends + timedelta(days=1)
    assert gone_at(storage, entrants, datetime.fromisoformat(f"{ends}T00:00:00+08:00"))


def test_the_job_looks_at_every_campaign(storage: Storage, entrants: Entrants, clock: SetClock) -> None:
    clock.time = datetime.fromisoformat("2022-01-01T00:00:00+08:00")
    job = entrant_job(storage, map(load, ("gusu-2020", CAMPAIGN)), clock)
    assert (job.work(), job.work()) == (len(USERS) + 1, 0)
