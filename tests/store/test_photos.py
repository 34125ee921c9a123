import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest

from store.photos import known_files, store_photo, sweep_files
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.reporting import CAMPAIGN, dump, file_one


def want(storage: Storage, media: str = "m1", user: str = "oAlice") -> str:
    with storage.transaction(CAMPAIGN) as stores:
        token = stores.photos.token(user, media)
        stores.photos.want(token, media, storage.clock(), user)
    return token


def test_a_token_tells_nothing_and_is_the_same_again(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        token = stores.photos.token("oAlice", "m1")
        assert token == stores.photos.token("oAlice", "m1")
        assert token != stores.photos.token("oBob", "m1")
        assert "oAlice" not in token and "m1" not in token


def test_a_photo_wanted_twice_is_fetched_once(storage: Storage) -> None:
    token = want(storage)
    assert token == want(storage)
    with storage.transaction(CAMPAIGN) as stores:
        claimed = stores.photos.claim("a", storage.clock())
        assert claimed is not None and claimed.media_id == "m1"
        assert stores.photos.claim("b", storage.clock()) is None


def test_a_lapsed_claim_is_taken_by_another_and_the_first_finds_it_lost(
    storage: Storage, clock: SetClock
) -> None:
    want(storage)
    with storage.transaction(CAMPAIGN) as stores:
        first = stores.photos.claim("a", clock())
    clock.forward(minutes=3)
    with storage.transaction(CAMPAIGN) as stores:
        second = stores.photos.claim("b", clock())
        assert first is not None and second is not None
        assert not stores.photos.keep(first, b"old", clock())
        assert stores.photos.keep(second, b"new", clock())


def test_a_kept_photo_is_a_file_of_our_own_name_and_the_media_id_is_gone(storage: Storage) -> None:
    token = want(storage)
    with storage.transaction(CAMPAIGN) as stores:
        claimed = stores.photos.claim("a", storage.clock())
        assert claimed is not None
        stores.photos.keep(claimed, b"cleaned", storage.clock())
        assert stores.photos.states([token]) == {token: "kept"}
    assert (storage.photos / f"{token}.jpg").read_bytes() == b"cleaned"
    assert hashlib.sha256(b"cleaned").hexdigest() in dump(storage.case)
    assert "'m1'" not in dump(storage.case)


def test_why_photos_are_not_kept_can_be_told(storage: Storage) -> None:
    refused, lost, waiting = want(storage, "m1"), want(storage, "m2"), want(storage, "m3")
    with storage.transaction(CAMPAIGN) as stores:
        first, second = (stores.photos.claim("a", storage.clock()) for _ in range(2))
        assert first is not None and second is not None
        stores.photos.refuse(first, "太大", storage.clock())
        stores.photos.lose(second, "MediaGone", storage.clock())
        reasons = stores.photos.reasons([refused, lost, waiting])
    assert reasons == {refused: "太大", lost: "没能从微信取到这张照片"}


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", "x" * 40, "ABCDEF" * 8, "a" * 32 + "/.."])
def test_a_name_that_is_no_token_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="token"):
        store_photo(tmp_path, name, b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / f"{'a' * 32}.jpg").mkdir()
    with pytest.raises(OSError):
        store_photo(tmp_path, "a" * 32, b"x")
    assert [path.name for path in tmp_path.iterdir()] == [f"{'a' * 32}.jpg"]


def test_a_report_takes_its_photos_and_forgets_who_sent_them(storage: Storage) -> None:
    token = want(storage)
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.photos.waiting("oAlice") == 1
        stores.photos.attach([token], filed.id)
        assert stores.photos.waiting("oAlice") == 0
        stores.photos.forget("oAlice", storage.clock())
        stores.photos.remove([token])
        assert stores.photos.states([token]) == {token: "wanted"}


def test_photos_without_report_go_after_three_days(storage: Storage, clock: SetClock) -> None:
    sent, unsent = want(storage, "m1"), want(storage, "m2")
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        for _ in range(2):
            claimed = stores.photos.claim("a", clock())
            assert claimed is not None
            stores.photos.keep(claimed, b"x", clock())
        stores.photos.attach([sent], filed.id)
    clock.forward(hours=73)
    with storage.transaction(CAMPAIGN) as stores:
        stores.photos.give_up_unsent(clock())
        stores.photos.purge()
    assert [path.name for path in storage.photos.iterdir()] == [f"{sent}.jpg"]
    assert unsent not in dump(storage.case)


def test_what_a_person_has_not_sent_yet_is_forgotten_with_them(storage: Storage) -> None:
    alice, bob = want(storage), want(storage, user="oBob")
    with storage.transaction(CAMPAIGN) as stores:
        stores.photos.forget("oAlice", storage.clock())
        assert stores.photos.states([alice, bob]) == {alice: "removed", bob: "wanted"}
        assert stores.photos.purge() == 1


def test_a_withdrawn_report_loses_its_files(storage: Storage) -> None:
    token = want(storage)
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        claimed = stores.photos.claim("a", storage.clock())
        assert claimed is not None
        stores.photos.keep(claimed, b"x", storage.clock())
        stores.photos.attach([token], filed.id)
        stores.reports.withdraw(filed.id, storage.clock())
        assert stores.photos.purge() == 1
    assert list(storage.photos.iterdir()) == []


def test_files_that_no_row_knows_are_swept(storage: Storage) -> None:
    stray, fresh = storage.photos / "stray.jpg", storage.photos / "fresh.jpg"
    for file in (stray, fresh):
        file.write_bytes(b"x")
    os.utime(stray, (0, 0))
    with storage.transaction(CAMPAIGN) as stores:
        known = known_files(stores.session)
    assert sweep_files(storage.photos, known, before=fresh.stat().st_mtime - 60) == 1
    assert [path.name for path in storage.photos.iterdir()] == ["fresh.jpg"]


def test_a_photo_given_back_comes_again_later(storage: Storage, clock: SetClock) -> None:
    want(storage)
    with storage.transaction(CAMPAIGN) as stores:
        claimed = stores.photos.claim("a", clock())
        assert claimed is not None and claimed.tries == 1
        stores.photos.release(claimed, clock() + timedelta(minutes=1), clock())
        assert stores.photos.claim("a", clock()) is None
        again = stores.photos.claim("a", clock() + timedelta(minutes=2))
        assert again is not None and again.tries == 2


def test_an_uploaded_photo_is_kept_at_once_and_once(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        token = stores.photos.keep_upload("oAlice", b"cleaned", storage.clock())
        assert token == stores.photos.keep_upload("oAlice", b"cleaned", storage.clock())
        assert stores.photos.states([token]) == {token: "kept"}
        assert stores.photos.claim("a", storage.clock()) is None
