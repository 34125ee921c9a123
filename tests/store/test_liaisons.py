"""Liaisons: entered, confirmed, replaced, paused, forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.liaisons import LiaisonView
from store.stores import Storage, Stores

AT = datetime(2020, 5, 21, 2, 0, tzinfo=UTC)
CONSENT = {"text": "我同意", "version": "1", "at": AT.isoformat()}
FORM = {"name": "李敏", "mobile": "13812345678", "email": "limin@example.cn"}


def enter(
    stores: Stores, user: str, *, by: str = "", replaces: tuple[int, ...] = (), unit: str = "青泉市安委会"
) -> LiaisonView:
    unit_id = stores.units.add_unknown(unit, AT).id
    return stores.liaisons.register(
        unit_id,
        user,
        FORM,
        name="李敏",
        phone="13812345678",
        email="limin@example.cn",
        consent=CONSENT,
        at=AT,
        confirmed_by=by,
        replaces=replaces,
    )


def dump(stores: Stores) -> str:
    rows = stores.session.connection().exec_driver_sql("SELECT * FROM liaison").all()
    return repr([tuple(row) for row in rows])


def test_an_entry_is_pending_until_it_is_confirmed(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        entry = enter(stores, "openid-1")
        assert (entry.state, entry.openid, entry.phone) == ("pending", "openid-1", "13812345678")
        confirmed = stores.liaisons.confirm(entry.id, "office:wang", AT)
        assert confirmed is not None
        assert confirmed.confirmed
        assert stores.liaisons.of("openid-1") == (confirmed,)


def test_a_code_confirms_at_once(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        assert enter(stores, "openid-1", by="code").state == "confirmed"


def test_the_same_person_in_the_same_unit_has_one_entry(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        first = enter(stores, "openid-1", by="code")
        second = enter(stores, "openid-1")
        assert second.id == first.id
        assert second.state == "confirmed"
        assert len(stores.liaisons.active()) == 1


def test_nothing_personal_can_be_read_in_the_table(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        enter(stores, "openid-1")
        text = dump(stores)
        for secret in ("openid-1", "李敏", "13812345678", "limin"):
            assert secret not in text


def test_two_may_answer_for_one_unit(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        first, second = enter(stores, "openid-1"), enter(stores, "openid-2")
        assert {entry.id for entry in stores.liaisons.in_unit(first.unit_id)} == {first.id, second.id}


def test_the_old_liaison_stays_until_the_new_one_is_confirmed(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        old = enter(stores, "openid-1", by="code")
        new = enter(stores, "openid-2", replaces=(old.id,))
        assert [entry.id for entry in stores.liaisons.active()] == [old.id, new.id]
        stores.liaisons.confirm(new.id, "office:wang", AT)
        assert [entry.id for entry in stores.liaisons.active()] == [new.id]
        gone = stores.liaisons.get(old.id)
        assert gone is not None
        assert (gone.state, gone.openid) == ("replaced", "")


def test_nobody_is_replaced_in_another_unit(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        old = enter(stores, "openid-1", by="code", unit="白石县教育局")
        enter(stores, "openid-2", by="code", replaces=(old.id,))
        assert len(stores.liaisons.active()) == 2


def test_a_withdrawn_entry_holds_nothing_personal_and_can_not_be_confirmed(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        entry = enter(stores, "openid-1")
        assert stores.liaisons.withdraw(entry.id, AT)
        assert not stores.liaisons.withdraw(entry.id, AT)
        assert stores.liaisons.confirm(entry.id, "office:wang", AT) is None
        gone = stores.liaisons.get(entry.id)
        assert gone is not None
        assert (gone.state, gone.name, gone.form, gone.openid) == ("withdrawn", "", {}, "")


def test_a_change_replaces_the_form(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        entry = enter(stores, "openid-1")
        changed = stores.liaisons.change(entry.id, {**FORM, "name": "李明"}, name="李明", phone="13812345678")
        assert changed is not None
        assert (changed.name, changed.email, changed.form["name"]) == ("李明", "", "李明")


def test_pause_mail_and_resume(storage: Storage) -> None:
    until = AT + timedelta(days=3)
    with storage.transaction("one") as stores:
        entry = enter(stores, "openid-1")
        stores.liaisons.pause(entry.id, until)
        assert stores.liaisons.of("openid-1")[0].paused_until == until
        stores.liaisons.remind_by_mail(entry.id)
        stores.liaisons.refused(entry.id, "blocked")
        mailed = stores.liaisons.of("openid-1")[0]
        assert (mailed.by_mail, mailed.unreachable, mailed.paused_until) == (True, "blocked", None)
        stores.liaisons.resume(entry.id)
        resumed = stores.liaisons.of("openid-1")[0]
        assert (resumed.by_mail, resumed.unreachable, resumed.paused_until) == (False, "", None)


def test_who_leaves_the_account_keeps_the_entry_but_no_openid(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        entry = enter(stores, "openid-1", by="code")
        stores.liaisons.unfollow("openid-1", AT)
        left = stores.liaisons.get(entry.id)
        assert left is not None
        assert (left.state, left.openid, left.unreachable) == ("confirmed", "", "unfollowed")
        assert left.phone == "13812345678"
        assert stores.liaisons.of("openid-1") == (left,)
        assert not left.in_wechat


def test_who_follows_again_is_reached_again_once_they_ask(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        enter(stores, "openid-1", by="code")
        stores.liaisons.unfollow("openid-1", AT)
        stores.liaisons.returned("openid-1", AT + timedelta(minutes=1))
        stores.liaisons.unfollow("openid-1", AT)  # the same wish, late
        (entry,) = stores.liaisons.of("openid-1")
        assert (entry.openid, entry.in_wechat) == ("openid-1", True)


def test_who_has_left_can_still_have_the_entry_deleted(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        entry = enter(stores, "openid-1", by="code")
        stores.liaisons.unfollow("openid-1", AT)
        assert stores.liaisons.forget("openid-1", AT, AT) == 1
        gone = stores.liaisons.get(entry.id)
        assert gone is not None
        assert (gone.state, gone.form) == ("withdrawn", {})


def test_forgetting_reaches_replaced_entries_too(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        old = enter(stores, "openid-1", by="code")
        enter(stores, "openid-2", by="code", replaces=(old.id,))
        assert stores.liaisons.forget("openid-1", AT) == 1
        gone = stores.liaisons.get(old.id)
        assert gone is not None
        assert (gone.state, gone.name, gone.form) == ("withdrawn", "", {})
        assert stores.liaisons.forget("openid-1", AT) == 0


def test_after_the_time_for_keeping_everything_goes(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        enter(stores, "openid-1")
        enter(stores, "openid-2")
        assert stores.liaisons.forget_all(AT) == 2
        assert stores.liaisons.forget_all(AT) == 0
        assert stores.liaisons.active() == ()
