import io
import logging

import pytest
from PIL import Image

from pictures.cleaner import clean_apart
from scheduler.photo_job import fetch_photos, sweep_photos
from store.photos import MOST_TRIES
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.reporting import CAMPAIGN, dump


def want(storage: Storage, media: str = "m1") -> str:
    with storage.transaction(CAMPAIGN) as stores:
        token = stores.photos.token("oAlice", media)
        stores.photos.want(token, media, storage.clock(), "oAlice")
    return token


def state(storage: Storage, token: str) -> str:
    with storage.transaction(CAMPAIGN) as stores:
        return stores.photos.states([token])[token]


class Gone(Exception):
    kind = "content"


def fail(_: object) -> bytes:
    raise OSError("a secret of the network")


def test_a_photo_is_fetched_cleaned_and_kept(storage: Storage, clock: SetClock) -> None:
    token = want(storage)
    told: list[tuple[str, str]] = []
    taken = fetch_photos(
        storage,
        CAMPAIGN,
        lambda media: media.encode(),
        bytes.upper,
        clock,
        tell=lambda *said: told.append(said),
    )
    assert taken == 1
    assert (storage.photos / f"{token}.jpg").read_bytes() == b"M1"
    assert told == [(token, "kept")]
    assert fetch_photos(storage, CAMPAIGN, fail, fail, clock) == 0


def test_a_real_photo_loses_where_it_was_taken(sqlite_storage: Storage, clock: SetClock) -> None:
    token = want(sqlite_storage)
    exif = Image.Exif()
    exif[0x010E] = "PLACE-OF-THE-REPORTER"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=exif)
    assert b"PLACE-OF-THE-REPORTER" in out.getvalue()
    fetch_photos(sqlite_storage, CAMPAIGN, lambda media: out.getvalue(), clean_apart, clock)
    kept = (sqlite_storage.photos / f"{token}.jpg").read_bytes()
    assert b"PLACE-OF-THE-REPORTER" not in kept
    assert kept.startswith(b"\xff\xd8")


def test_what_can_not_be_cleaned_is_refused_and_never_written(storage: Storage, clock: SetClock) -> None:
    token = want(storage)
    fetch_photos(storage, CAMPAIGN, lambda media: b"%PDF", clean_apart, clock)
    assert state(storage, token) == "refused"
    assert list(storage.photos.iterdir()) == []
    assert "'m1'" not in dump(storage.case)


def test_a_failed_download_is_tried_again_and_the_log_says_nothing_of_it(
    storage: Storage, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = want(storage)
    assert fetch_photos(storage, CAMPAIGN, fail, bytes.upper, clock) == 1
    assert fetch_photos(storage, CAMPAIGN, fail, bytes.upper, clock) == 0
    clock.forward(minutes=5)
    fetch_photos(storage, CAMPAIGN, lambda media: b"x", bytes.upper, clock)
    assert state(storage, token) == "kept"
    assert "secret" not in caplog.text
    assert "m1" not in caplog.text


def test_it_is_not_tried_for_ever(storage: Storage, clock: SetClock) -> None:
    token = want(storage)
    for _ in range(MOST_TRIES):
        clock.forward(hours=1)
        assert fetch_photos(storage, CAMPAIGN, fail, bytes.upper, clock) == 1
    assert state(storage, token) == "lost"


def test_what_wechat_has_no_more_is_lost_at_once(storage: Storage, clock: SetClock) -> None:
    token = want(storage)

    def gone(_: str) -> bytes:
        raise Gone

    fetch_photos(storage, CAMPAIGN, gone, bytes.upper, clock)
    assert state(storage, token) == "lost"


def test_a_photo_given_up_while_it_was_fetched_is_not_kept(storage: Storage, clock: SetClock) -> None:
    token = want(storage)

    def download(_: str) -> bytes:
        with storage.transaction(CAMPAIGN) as stores:
            stores.photos.forget("oAlice", clock())
        return b"x"

    fetch_photos(storage, CAMPAIGN, download, bytes.upper, clock)
    assert state(storage, token) == "removed"
    assert list(storage.photos.iterdir()) == []


def test_the_sweep_takes_what_no_report_took(storage: Storage, clock: SetClock) -> None:
    want(storage)
    fetch_photos(storage, CAMPAIGN, lambda media: b"x", bytes.upper, clock)
    assert sweep_photos(storage, CAMPAIGN, clock()) == 0
    clock.forward(hours=73)
    assert sweep_photos(storage, CAMPAIGN, clock()) == 1
    assert list(storage.photos.iterdir()) == []
