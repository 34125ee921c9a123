"""Photos are taken when they are asked for, so many and no more: nobody fills the disk or keeps the cleaner busy."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from bot.readers import MOST_PHOTOS
from store.stores import Storage
from tests.conftest import SetClock
from tests.web import page_fixtures
from tests.web.page_fixtures import Phone, Site, keep_photo, make_site
from tests.web.test_pages import until_photos
from web.photos import BUSY, MOST_HELD, MOST_SENT, SENT_S, Pace

CAMPAIGN = "ningxia-2020"


def upload(*parts: bytes) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(part), f"IMG_{n}.jpg") for n, part in enumerate(parts)]


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def phone(site: Site) -> Phone:
    phone = site.phone("oOne")
    until_photos(phone)
    return phone


def sends(phone: Phone, *parts: bytes) -> str:
    """Send photos by the form of another page; what is told of them."""
    token = phone.fields("/p/size")["csrf_token"]
    form = {"csrf_token": token, "photos": upload(*parts)}
    answer = phone.client.post(
        "/p/photo", data=form, content_type="multipart/form-data", follow_redirects=True
    )
    return answer.get_data(as_text=True)


def test_photos_that_nobody_asked_for_are_not_kept(site: Site) -> None:
    phone = site.phone("oTwo")
    phone.enters("register")
    assert "现在不用发照片" in sends(phone, b"\xff\xd8one")
    assert not site.talk.sent_photos("oTwo")


def test_bad_photos_count_too(site: Site, phone: Phone) -> None:
    rounds = MOST_SENT // MOST_PHOTOS
    for _ in range(rounds):
        assert "没有保存" in sends(phone, *[b"no photo"] * MOST_PHOTOS)
    assert "请过10分钟再发" in sends(phone, *[b"\xff\xd8"] * MOST_PHOTOS)
    assert not site.talk.sent_photos("oOne")


def test_while_no_photo_can_be_cleaned_the_rest_does_not_wait_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []

    def keep(user: str, data: bytes) -> str:
        asked.append(data)
        if len(asked) > 1:
            raise TimeoutError
        return keep_photo(user, data)

    monkeypatch.setattr(page_fixtures, "keep_photo", keep)
    site = make_site()
    phone = site.phone("oOne")
    until_photos(phone)
    assert f"第2张起没有收：{BUSY}" in sends(phone, b"\xff\xd8one", b"\xff\xd8two", b"\xff\xd8three")
    assert asked == [b"\xff\xd8one", b"\xff\xd8two"]
    assert len(site.talk.sent_photos("oOne")) == 1


def test_after_a_while_photos_are_taken_again() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.allows("oOne", MOST_SENT)
    assert not pace.allows("oOne", 1)
    assert pace.allows("oTwo", 1)
    now[0] = SENT_S
    assert pace.allows("oOne", 1)


def test_what_was_sent_and_taken_out_again_and_again_has_an_end(site: Site, phone: Phone) -> None:
    site.album.dropped = [("oOne", f"t{n}") for n in range(MOST_HELD)]
    assert "还没有提交的照片太多" in sends(phone, b"\xff\xd8one")
    assert not site.talk.sent_photos("oOne")


def test_the_store_counts_what_no_report_has_until_it_is_swept(
    sqlite_storage: Storage, clock: SetClock
) -> None:
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        tokens = [stores.photos.keep_upload("oOne", b"\xff\xd8%d" % n, clock()) for n in range(3)]
        stores.photos.keep_upload("oTwo", b"\xff\xd8", clock())
        stores.photos.drop("oOne", tokens[0])
        assert stores.photos.held("oOne") == 3
        stores.photos.purge()
        assert stores.photos.held("oOne") == 2
        stores.photos.give_up_unsent(clock() + timedelta(days=4))
        stores.photos.purge()
        assert stores.photos.held("oOne") == 0
