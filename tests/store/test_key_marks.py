"""The mark of the IDENTITY_KEY: another key is noticed, unless the databases hold nobody."""

from __future__ import annotations

from dataclasses import replace

from store.key_marks import claim, compare
from store.sealing import Sealing
from store.stores import Storage
from tests.store.reporting import CAMPAIGN, file_one


def under(storage: Storage, key: str) -> Storage:
    return replace(storage, sealing=Sealing(f"case:{key}"), identity_sealing=Sealing(f"identity:{key}"))


def test_the_first_start_marks_and_the_same_key_is_known_again(storage: Storage) -> None:
    ours = under(storage, "a")
    assert compare(ours) == {"case": None, "identity": None}
    assert claim(ours, CAMPAIGN)
    assert compare(ours) == {"case": True, "identity": True}
    assert claim(ours, "another campaign")


def test_another_key_is_refused_once_somebody_is_kept(storage: Storage) -> None:
    ours, other = under(storage, "a"), under(storage, "b")
    assert claim(ours, CAMPAIGN)
    file_one(ours)
    assert compare(other) == {"case": False, "identity": False}
    assert not claim(other, CAMPAIGN)
    assert compare(ours) == {"case": True, "identity": True}


def test_as_long_as_nobody_is_kept_the_key_may_be_changed(storage: Storage) -> None:
    assert claim(under(storage, "a"), CAMPAIGN)
    assert claim(under(storage, "b"), CAMPAIGN)
    assert compare(under(storage, "b")) == {"case": True, "identity": True}
    assert compare(under(storage, "a")) == {"case": False, "identity": False}


def test_a_database_older_than_the_marks_tells_by_what_is_sealed_in_it(storage: Storage) -> None:
    ours, other = under(storage, "a"), under(storage, "b")
    with ours.transaction(CAMPAIGN) as stores:
        stores.links.link("token", "oKey", reach=True, name="张三")
    assert compare(other)["identity"] is False
    assert not claim(other, CAMPAIGN)
    assert compare(ours) == {"case": None, "identity": None}, "nothing was marked"
    assert claim(ours, CAMPAIGN)
