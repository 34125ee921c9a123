"""Photos on the phone page: looked at by whoever sent them, taken out one by one; the query code as a picture."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from pictures.clean import clean
from pictures.drawer import draw_apart
from pictures.thumbnail import EDGE, thumbnail
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.reporting import CAMPAIGN, file_one
from tests.web.page_fixtures import CODE, PIXEL, Phone, Site, make_site
from tests.web.test_pages import JPEG, until_photos, upload
from web.photos import StoredAlbum

USER, OTHER = "oReporter1", "oSomebodyElse"


@pytest.fixture
def site() -> Site:
    return make_site(draw_code=lambda code: b"PNG of " + code.encode())


@pytest.fixture
def phone(site: Site) -> Phone:
    return site.phone(USER)


def a_photo() -> bytes:
    """A photo with metadata, cleaned as every photo is."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "where it was taken"
    Image.new("RGB", (1200, 900), "teal").save(out, "JPEG", exif=exif)
    return clean(out.getvalue())


def thumbs(phone: Phone) -> list[str]:
    return re.findall(r'<img src="(/p/photo/[^"]+)"', phone.html)


def test_photos_sent_are_shown_to_whoever_sent_them(phone: Phone, site: Site) -> None:
    until_photos(phone)
    phone.send("/p/photo", photos=upload(JPEG, JPEG + b"2"))
    shown = thumbs(phone)
    assert len(shown) == 2
    seen = phone.client.get(shown[0])
    assert (seen.status_code, seen.data) == (200, PIXEL)
    assert "no-store" in seen.headers["Cache-Control"]
    assert site.phone(OTHER).client.get(shown[0]).status_code == 404
    assert site.phone().client.get(shown[0]).status_code == 302


def test_one_photo_is_taken_out_and_the_others_stay(phone: Phone, site: Site) -> None:
    until_photos(phone)
    phone.send("/p/photo", photos=upload(JPEG, JPEG + b"2", JPEG + b"3"))
    first, second, third = thumbs(phone)
    token = second.removeprefix("/p/photo/").removesuffix(".jpg")
    phone.send("/p/photo/remove", photo=token)
    assert thumbs(phone) == [first, third]
    assert site.album.dropped == [(USER, token)]
    phone.send("/p/photo", then="done")
    assert "照片2张" in phone.text.replace("\n", "")


def test_a_photo_of_somebody_else_is_not_taken_out(phone: Phone, site: Site) -> None:
    until_photos(phone)
    phone.send("/p/photo", photos=upload(JPEG))
    (shown,) = thumbs(phone)
    other = site.phone(OTHER)
    until_photos(other)
    other.send("/p/photo", photos=upload(JPEG + b"2"))
    other.send("/p/photo/remove", photo=shown.removeprefix("/p/photo/").removesuffix(".jpg"))
    assert site.album.dropped == []
    assert len(thumbs(other)) == 1
    phone.open()
    assert thumbs(phone) == [shown]


def test_the_tenth_photo_of_two_sendings_is_told_and_nine_stay(phone: Phone) -> None:
    until_photos(phone)
    phone.send("/p/photo", photos=upload(*(JPEG + bytes([n]) for n in range(6))))
    phone.send("/p/photo", photos=upload(*(JPEG + bytes([n]) for n in range(6, 11))))
    assert "照片最多9张，多出的2张没有收，前面的都在。" in phone.text
    assert "照片9张" in phone.text.replace("\n", "")


def test_the_code_is_a_picture_as_long_as_it_is_shown(phone: Phone, site: Site) -> None:
    until_photos(phone)
    phone.send("/p/photo", photos=upload(JPEG), then="done")
    phone.taps("提交")
    (picture,) = re.findall(r'<img src="(/p/code.png[^"]+)"', phone.html)
    drawn = phone.client.get(picture)
    assert drawn.data == b"PNG of " + CODE.encode()
    assert "no-store" in drawn.headers["Cache-Control"]
    assert CODE not in picture
    assert site.phone(OTHER).client.get(picture).status_code == 404
    phone.enters("quiz")
    assert phone.client.get(picture).status_code == 404


def test_a_code_is_drawn_for_the_album() -> None:
    image = Image.open(io.BytesIO(draw_apart({"kind": "code", "code": CODE, "number": "0616-031"})))
    assert image.size == (900, 620)


@pytest.mark.parametrize("large", [(3000, 200), (320, 2000), (40, 30)])
def test_a_small_view_is_small_and_holds_nothing_else(large: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("RGB", large, "teal").save(out, "JPEG")
    small = Image.open(io.BytesIO(thumbnail(clean(out.getvalue()))))
    assert max(small.size) <= EDGE
    assert not small.getexif()


def test_the_stored_album_knows_its_people(sqlite_storage: Storage, clock: SetClock) -> None:
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        token = stores.photos.keep_upload(USER, a_photo(), clock())
        waiting = stores.photos.token(USER, "m1")
        stores.photos.want(waiting, "m1", clock(), USER)
    album = StoredAlbum(
        sqlite_storage, CAMPAIGN, lambda user: [f"photo:{token}", f"photo:{waiting}"], thumbnail
    )
    assert [(shot.number, shot.token, shot.ready) for shot in album.shots(USER)] == [
        (1, token, True),
        (2, waiting, False),
    ]
    seen = album.see(USER, token)
    assert seen is not None and Image.open(io.BytesIO(seen)).size == (EDGE, EDGE * 3 // 4)
    assert album.see(USER, waiting) is album.see(OTHER, token) is None
    album.drop(OTHER, token)
    assert album.see(USER, token) is not None
    album.drop(USER, token)
    assert album.see(USER, token) is None


def test_a_photo_that_a_report_has_is_shown_to_nobody_and_can_not_be_dropped(
    sqlite_storage: Storage, clock: SetClock
) -> None:
    filed = file_one(sqlite_storage, USER)
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        token = stores.photos.keep_upload(USER, a_photo(), clock())
        stores.photos.attach([token], filed.id)
    album = StoredAlbum(sqlite_storage, CAMPAIGN, lambda user: [], thumbnail)
    assert album.see(USER, token) is None
    album.drop(USER, token)
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        assert stores.photos.states([token]) == {token: "kept"}
