import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from rules.report_states import State, Step
from scheduler.forget_job import Forget, retire, run, since, steps_for, sweep_links
from store.identity.entrants import Entrants
from store.identity.forgetting import Forgettings, Scope, Wish
from store.identity.links import Links
from store.quiz_tables import Draw, Prize
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.reporting import AT, CAMPAIGN, FACTS, dump, file_one

USER = "oAlice-openid"


class Record:
    """A person's record in Redis, which can't be reached at first."""

    def __init__(self, fails: int = 0) -> None:
        self.fails, self.deleted = fails, list[str]()

    def delete(self, wish: Wish) -> None:
        if self.fails:
            self.fails -= 1
            raise ConnectionError(f"no answer for {wish.user}")
        self.deleted.append(wish.user)


def known_everywhere(storage: Storage) -> None:
    """Somebody who reported, played, sent a photo and answers for a unit."""
    with storage.transaction(CAMPAIGN) as stores:
        origin = stores.reports.origin(USER, "d1")
        Links(storage).link(origin.link, USER, reach=True, name="赵铁柱", phone="13800001234")
        stores.reports.add(origin, replace(FACTS, reachable="named"), AT)
        stores.photos.keep_upload(USER, b"x", storage.clock())
        at = storage.clock()
        stores.attempts.add(
            USER, "d2", kind="practice", answers=[{"right": True}], began=at, at=at, day=at.date()
        )
        stores.notebook.settle(USER, {"fir-001": False}, review=False, today=at.date(), at=at)
        stores.players.rename(USER, "安全员老赵", at)
        unit = stores.units.add_unknown("青泉市安委会", storage.clock())
        stores.liaisons.register(
            unit.id,
            USER,
            {"name": "赵铁柱"},
            name="赵铁柱",
            consent={},
            at=storage.clock(),
            confirmed_by="code",
        )


def forget(storage: Storage, scope: Scope, record: Record, clock: SetClock) -> int:
    wishes = Forgettings(storage)
    wishes.ask(USER, scope, clock())
    return run(wishes, steps_for(storage, (CAMPAIGN,), record.delete, clock), clock)


def test_all_that_is_personal_goes_and_the_facts_stay(storage: Storage, clock: SetClock) -> None:
    known_everywhere(storage)
    record = Record()
    assert forget(storage, "all", record, clock) == 1
    assert record.deleted == [USER]
    assert Links(storage).tokens_of(USER) == ()
    assert list(storage.photos.iterdir()) == []
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.attempts.totals(USER) == (0, 0, 0)
        assert stores.notebook.all(USER) == []
        assert stores.players.of(USER).name == ""
        assert stores.liaisons.of(USER) == ()
        assert [view.facts.reachable for view in stores.reports.listed()] == ["none"]
    assert not Forgettings(storage).open(USER)


def test_who_leaves_keeps_the_entry_but_not_the_account(storage: Storage, clock: SetClock) -> None:
    known_everywhere(storage)
    assert forget(storage, "unfollow", Record(), clock) == 1
    assert Links(storage).tokens_of(USER) == ()
    with storage.transaction(CAMPAIGN) as stores:
        (entry,) = stores.liaisons.of(USER)
        assert (entry.name, entry.openid) == ("赵铁柱", "")
        assert len(stores.reports.listed()) == 1


def test_a_step_that_fails_is_tried_again_and_the_others_are_not(
    storage: Storage, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    record, wishes = Record(fails=2), Forgettings(storage)
    taken: list[str] = []
    links = Forget("links", lambda wish: taken.append(wish.user))
    steps = {"all": (Forget("record", record.delete), links)}
    wishes.ask(USER, "all", AT)
    assert run(wishes, steps, clock) == 0
    assert run(wishes, steps, clock) == 0
    assert taken == [USER]
    assert wishes.open(USER)
    clock.forward(minutes=2)
    assert run(wishes, steps, clock) == 0
    clock.forward(minutes=5)
    assert run(wishes, steps, clock) == 1
    assert (taken, record.deleted) == ([USER], [USER])
    assert not wishes.open(USER)
    assert USER not in caplog.text
    assert USER not in dump(storage.identity)


@pytest.mark.parametrize("scope", ["all", "unfollow"])
def test_a_late_wish_spares_what_came_after_it(storage: Storage, clock: SetClock, scope: Scope) -> None:
    Forgettings(storage).ask(USER, scope, clock())
    clock.forward(minutes=1)
    known_everywhere(storage)
    assert run(Forgettings(storage), steps_for(storage, (CAMPAIGN,), Record().delete, clock), clock) == 1
    assert len(Links(storage).tokens_of(USER)) == 1
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.attempts.totals(USER)[0] == 1
        assert stores.notebook.all(USER) == ["fir-001"]
        assert stores.photos.waiting(USER) == 1
        (entry,) = stores.liaisons.of(USER)
        assert entry.in_wechat


def test_a_wish_repeated_takes_what_came_between(storage: Storage, clock: SetClock) -> None:
    wishes, record = Forgettings(storage), Record(fails=1)
    steps = steps_for(storage, (CAMPAIGN,), record.delete, clock)
    wishes.ask(USER, "all", clock())
    assert run(wishes, steps, clock) == 0
    clock.forward(seconds=1)
    known_everywhere(storage)
    clock.forward(seconds=1)
    wishes.ask(USER, "all", clock())
    assert run(wishes, steps, clock) == 1
    assert Links(storage).tokens_of(USER) == ()


def test_of_a_record_only_what_was_begun_since_is_left(clock: SetClock) -> None:
    wish = Wish(1, USER, "all", clock(), clock(), (), 0)
    then = clock().timestamp()
    before, after = (clock() + timedelta(seconds=n) for n in (-1, 1))
    drafts = [{"began": before.isoformat()}, {"began": after.isoformat()}]
    record = {"drafts": drafts, "memory": {"wrong": 1}, "paused": False, "last_said": then + 1}
    assert since(wish, record) == {**record, "drafts": drafts[1:], "memory": {}}
    assert since(wish, {**record, "last_said": then}) == {}


def test_done_twice_does_no_harm(storage: Storage, clock: SetClock) -> None:
    known_everywhere(storage)
    assert forget(storage, "all", Record(), clock) == 1
    assert forget(storage, "all", Record(), clock) == 1


def test_links_without_a_case_are_swept_across_campaigns(storage: Storage, clock: SetClock) -> None:
    known_everywhere(storage)
    Links(storage).link("left behind", "oBob")
    clock.forward(hours=25)
    assert sweep_links(storage) == 1
    assert len(Links(storage).tokens_of(USER)) == 1


def test_what_was_kept_long_enough_goes(storage: Storage, clock: SetClock) -> None:
    known_everywhere(storage)
    filed = file_one(storage, USER, "d3", reachable="chat")
    with storage.transaction(CAMPAIGN) as stores:
        link = stores.reports.origin(USER, "d3").link
        Links(storage).link(link, USER)
        token = stores.photos.keep_upload(USER, b"y", clock())
        stores.photos.attach([token], filed.id)
        for state in (State.SCREENING, State.DUPLICATE, State.CLOSED):
            taken = Step(state, reason="记录", result="重复")
            stores.reports.set_state(filed.id, taken, who="office", at=AT)
    assert retire(storage, CAMPAIGN, AT + timedelta(days=89)) == 0
    assert retire(storage, CAMPAIGN, AT + timedelta(days=91)) == 1
    assert link not in Links(storage).tokens_of(USER)
    with storage.transaction(CAMPAIGN) as stores:
        assert [view.facts.reachable for view in stores.reports.listed()] == ["none", "named"]
    assert (storage.photos / f"{token}.jpg").exists()
    retire(storage, CAMPAIGN, AT + timedelta(days=181))
    assert not (storage.photos / f"{token}.jpg").exists()


@pytest.mark.parametrize("scope", ["all", "unfollow"])
def test_who_took_part_in_draws_is_forgotten(storage: Storage, clock: SetClock, scope: Scope) -> None:
    entrants = Entrants(storage, CAMPAIGN)
    entrants.enter(USER, {"text": "我同意"})
    entrants.enter("oBob", {"text": "我同意"})
    person = storage.sealing.hash("quiz", USER)
    with storage.transaction(CAMPAIGN) as stores:
        draw = Draw(
            campaign=CAMPAIGN, name="d", rules={"name": "d", "claim_where": ""}, source="", tickets=[], digest="",
            state="drawn", committed_at=AT, value_due=AT, drawn_at=AT,
        )  # fmt: skip
        stores.session.add(draw)
        stores.session.flush()
        stores.session.add(
            Prize(
                campaign=CAMPAIGN, draw_id=draw.id, rank=1, ticket="t", person=person, title="灭火器", state="won",
                claim_until=AT,
            )
        )  # fmt: skip
        assert len(stores.draws.won_by(USER, AT + timedelta(hours=1))) == 1
    assert forget(storage, scope, Record(), clock) == 1
    assert entrants.persons() == {storage.sealing.hash("quiz", "oBob")}
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.draws.won_by(USER, AT + timedelta(hours=1)) == ()
    assert person not in dump(storage.identity)
