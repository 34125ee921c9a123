import io
import logging
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from pictures.cleaner import CUT_SHORT, clean_apart
from pictures.limits import one_at_a_time
from scheduler.photo_job import MOST_CUT_SHORT, fetch_photos, sweep_photos
from store.photos import FETCHED_FOR, UNSENT_FOR
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.reporting import CAMPAIGN, dump
from wechat.errors import WeChatError


def want(storage: Storage, media: str = "m1") -> str:
    with storage.transaction(CAMPAIGN) as stores:
        token = stores.photos.token("oAlice", media)
        stores.photos.want(token, media, storage.clock(), "oAlice")
    return token


def state(storage: Storage, token: str) -> str:
    with storage.transaction(CAMPAIGN) as stores:
        return stores.photos.states([token])[token]


GONE = WeChatError(40007, "content", "media id invalid or too old")
NO_PHOTO = WeChatError(0, "content", "a video, not a file")
#: What is mended by somebody, sooner or later; the last is a code that nobody knows yet.
OUTAGES = (
    WeChatError(40164, "alarm", "not on the whitelist"),
    WeChatError(0, "unsent", "no connection"),
    WeChatError(40125, "alarm", "secret wrong"),
    WeChatError(99999, "content", "refused"),
)


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


def test_a_real_photo_loses_where_it_was_taken(
    sqlite_storage: Storage, clock: SetClock, tmp_path: Path
) -> None:
    token = want(sqlite_storage)
    exif = Image.Exif()
    exif[0x010E] = "PLACE-OF-THE-REPORTER"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=exif)
    assert b"PLACE-OF-THE-REPORTER" in out.getvalue()
    fetch_photos(
        sqlite_storage, CAMPAIGN, lambda media: out.getvalue(), partial(clean_apart, folder=tmp_path), clock
    )
    kept = (sqlite_storage.photos / f"{token}.jpg").read_bytes()
    assert b"PLACE-OF-THE-REPORTER" not in kept
    assert kept.startswith(b"\xff\xd8")


def test_what_can_not_be_cleaned_is_refused_and_never_written(
    storage: Storage, clock: SetClock, tmp_path: Path
) -> None:
    token = want(storage)
    fetch_photos(storage, CAMPAIGN, lambda media: b"%PDF", partial(clean_apart, folder=tmp_path), clock)
    assert state(storage, token) == "refused"
    assert list(storage.photos.iterdir()) == []
    assert "'m1'" not in dump(storage.case)


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def test_a_photo_whose_cleaner_was_ended_is_cleaned_later(
    storage: Storage, clock: SetClock, tmp_path: Path
) -> None:
    token, clean = want(storage), partial(clean_apart, folder=tmp_path)
    for _ in range(MOST_CUT_SHORT - 1):
        fetch_photos(storage, CAMPAIGN, lambda media: a_photo(), partial(clean, seconds=0.001), clock)
        clock.forward(minutes=33)
        fetch_photos(storage, CAMPAIGN, fail, clean, clock)  # a download that fails is not counted
        clock.forward(minutes=33)
    assert state(storage, token) == "wanted"
    fetch_photos(storage, CAMPAIGN, lambda media: a_photo(), clean, clock)
    assert state(storage, token) == "kept"


def test_a_photo_that_ends_its_cleaner_each_time_is_refused_kindly(
    storage: Storage, clock: SetClock, tmp_path: Path
) -> None:
    token, clean = want(storage), partial(clean_apart, folder=tmp_path, seconds=0.001)
    for _ in range(MOST_CUT_SHORT):
        assert state(storage, token) == "wanted"
        assert fetch_photos(storage, CAMPAIGN, lambda media: a_photo(), clean, clock) == 1
        clock.forward(minutes=33)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.photos.reasons([token]) == {token: CUT_SHORT}
    assert fetch_photos(storage, CAMPAIGN, fail, clean, clock) == 0


def test_while_no_photo_can_be_cleaned_one_is_tried_at_a_time_and_none_refused(
    sqlite_storage: Storage, clock: SetClock, tmp_path: Path
) -> None:
    first, second = want(sqlite_storage), want(sqlite_storage, "m2")
    clean = partial(clean_apart, folder=tmp_path, turn_s=0)
    with one_at_a_time(tmp_path, 0):
        for _ in range(2 * MOST_CUT_SHORT):
            assert fetch_photos(sqlite_storage, CAMPAIGN, lambda media: a_photo(), clean, clock) == 1
            clock.forward(minutes=33)
    assert [state(sqlite_storage, one) for one in (first, second)] == ["wanted", "wanted"]
    assert fetch_photos(sqlite_storage, CAMPAIGN, lambda media: a_photo(), clean, clock) == 2
    assert [state(sqlite_storage, one) for one in (first, second)] == ["kept", "kept"]


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


@pytest.mark.parametrize("outage", OUTAGES, ids=str)
def test_an_outage_of_two_days_loses_no_photo_and_presses_nobody(
    sqlite_storage: Storage, clock: SetClock, outage: WeChatError, caplog: pytest.LogCaptureFixture
) -> None:
    token, tried = want(sqlite_storage), 0

    def down(_: str) -> bytes:
        raise outage

    for _ in range(2 * 24 * 6):
        clock.forward(minutes=10)
        tried += fetch_photos(sqlite_storage, CAMPAIGN, down, bytes.upper, clock)
    assert state(sqlite_storage, token) == "wanted"
    assert 48 <= tried <= 100, "every half an hour or so"
    told = [one for one in caplog.records if one.levelno >= logging.WARNING and "photo 1" in one.getMessage()]
    assert len(told) == 1
    clock.forward(minutes=33)
    fetch_photos(sqlite_storage, CAMPAIGN, lambda media: b"x", bytes.upper, clock)
    assert state(sqlite_storage, token) == "kept"


def test_the_pauses_grow_from_a_minute(sqlite_storage: Storage, clock: SetClock) -> None:
    want(sqlite_storage)
    began, tries = clock(), []
    while clock() - began < timedelta(minutes=40):
        if fetch_photos(sqlite_storage, CAMPAIGN, fail, bytes.upper, clock):
            tries.append(round((clock() - began).total_seconds() / 60))
        clock.forward(seconds=10)
    assert tries == [0, 1, 3, 8, 16, 32]


def test_a_new_photo_waits_for_no_old_one(sqlite_storage: Storage, clock: SetClock) -> None:
    want(sqlite_storage)
    fetch_photos(sqlite_storage, CAMPAIGN, fail, bytes.upper, clock)
    clock.forward(minutes=2)
    new = want(sqlite_storage, "m2")
    fetch_photos(sqlite_storage, CAMPAIGN, lambda media: b"x", bytes.upper, clock, most=1)
    assert state(sqlite_storage, new) == "kept"


def test_it_is_not_tried_for_longer_than_wechat_keeps_it(storage: Storage, clock: SetClock) -> None:
    token, began = want(storage), clock()
    for _ in range(140):  # a little more than three days
        if state(storage, token) == "wanted":
            clock.forward(minutes=33)
            assert fetch_photos(storage, CAMPAIGN, fail, bytes.upper, clock) == 1
    assert FETCHED_FOR <= clock() - began < timedelta(days=3)
    assert state(storage, token) == "lost"


@pytest.mark.parametrize("answer", [GONE, NO_PHOTO], ids=str)
def test_what_wechat_has_no_more_is_lost_at_once(
    storage: Storage, clock: SetClock, answer: WeChatError
) -> None:
    token = want(storage)

    def gone(_: str) -> bytes:
        raise answer

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


def test_the_sweep_takes_what_was_tried_for_days_and_no_report_took(
    storage: Storage, clock: SetClock
) -> None:
    want(storage)
    began = clock()
    while clock() - began <= UNSENT_FOR:
        assert sweep_photos(storage, CAMPAIGN, clock()) == 0
        fetch_photos(storage, CAMPAIGN, fail, bytes.upper, clock)
        clock.forward(minutes=33)
    assert sweep_photos(storage, CAMPAIGN, clock()) == 1, "a try is no reason to keep it for longer"
