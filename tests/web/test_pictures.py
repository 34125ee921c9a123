"""Certificates and posters on the phone page, with the whole application, real stores and the child that draws."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import build, create_app
from bot.errors import SettingsError
from bot.settings import Settings
from cli.studio import check_font
from store.embedded import EmbeddedRedis
from store.identity.forgetting import Wish
from store.redis_link import Link
from store.stores import Storage
from tests.store.playing import CAMPAIGN, play

ALICE, BOB = "oAlice00000000000000000001", "oBob0000000000000000000002"
AT = datetime(2020, 6, 18, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PNG = b"\x89PNG\r\n\x1a\n"


class Office:
    """The application, and people who look at it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.parts = build(settings)
        self.app = create_app(settings)

    def phone(self, user: str = "") -> FlaskClient:
        client = self.app.test_client()
        if user:
            client.set_cookie("sid", self.parts.sessions.create(user))
        return client

    @property
    def storage(self) -> Storage:
        return self.parts.storage

    def number(self, user: str) -> str:
        return self.parts.studio.certificates(user)[0].number


@pytest.fixture
def office(sqlite_urls: tuple[str, str], redis_server: EmbeddedRedis, link: Link, tmp_path: Path) -> Office:
    given: dict[str, Any] = {
        "wechat_token": "testtoken",
        "wechat_app_id": "wx1234567890abcdef",
        "wechat_app_secret": "secret",
        "wechat_aes_key": "a" * 43,
        "identity_key": "i" * 32,
        "secret_key": "s" * 32,
        "redis_url": redis_server.url,
        "database_url": sqlite_urls[0],
        "identity_database_url": sqlite_urls[1],
        "data_dir": tmp_path / "data",
        "base_url": "http://127.0.0.1:8000",
        "campaign": CAMPAIGN,
    }
    return Office(Settings(_env_file=None, **given))  # type: ignore[call-arg]


def drawn(phone: FlaskClient, address: str) -> TestResponse:
    """The picture, after as many looks as it takes."""
    until = time.monotonic() + 30
    while (answer := phone.get(address)).status_code == 202 and time.monotonic() < until:
        time.sleep(0.1)
    return answer


def test_a_poster_is_anybody_s_and_comes_without_waiting(office: Office) -> None:
    phone = office.phone()
    began = time.monotonic()
    first = phone.get("/p/poster/5")
    assert time.monotonic() - began < 3
    assert (first.status_code, first.headers["Retry-After"]) == (202, "1")
    assert first.headers["Refresh"] == "1; url=/p/poster/5?look=1"
    answer = drawn(phone, "/p/poster/5")
    assert answer.data.startswith(PNG)
    assert answer.content_type == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert "%E6%B5%B7%E6%8A%A5" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("inline")
    again = phone.get("/p/poster/5", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("address", ["/p/poster/0", "/p/poster/29", "/p/poster/x", "/p/posters/29"])
def test_there_is_no_poster_of_what_is_no_slogan(office: Office, address: str) -> None:
    assert office.phone().get(address).status_code == 404


def test_the_page_looks_again_until_the_poster_is_there_and_then_shows_it(office: Office) -> None:
    phone = office.phone()
    first = phone.get("/p/posters/28")
    assert first.headers["Refresh"] == "1; url=/p/posters/28?look=1"
    assert "图片正在画" in first.text and "<img" not in first.text
    drawn(phone, "/p/poster/28")
    page = phone.get("/p/posters/28")
    assert "Refresh" not in page.headers
    assert '<img src="/p/poster/28" alt="深入开展第19个' in page.text
    assert "长按图片可以保存" in page.text
    assert 'href="/p/posters/1"' in page.text


def test_a_page_that_waits_in_vain_stops_looking(office: Office) -> None:
    broken = Office(office.settings.model_copy(update={"font_file": "/nowhere/font.ttc"}))
    page = broken.phone().get("/p/posters/1?look=15")
    assert "Refresh" not in page.headers
    assert "画得有点慢" in page.text
    assert "Refresh" not in broken.phone().get("/p/poster/1?look=15").headers


def test_a_certificate_is_only_its_owner_s(office: Office) -> None:
    play(office.storage, ALICE, 18, 20, kind="exam", at=AT)
    play(office.storage, BOB, 20, 20, kind="exam", at=AT)
    address = f"/p/certificate/{office.number(ALICE)}"
    assert office.phone().get(address).status_code == 302
    assert office.phone(BOB).get(address).status_code == 404
    answer = drawn(office.phone(ALICE), address)
    assert answer.data.startswith(PNG)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    page = office.phone(ALICE).get("/p/certificates").text
    assert f'<img src="{address}"' in page
    assert office.number(BOB) not in page


def test_the_name_on_it_is_the_one_that_others_see(office: Office) -> None:
    play(office.storage, ALICE, 18, 20, kind="exam", at=AT)
    address, phone = f"/p/certificate/{office.number(ALICE)}", office.phone(ALICE)
    nameless = drawn(phone, address).data
    with office.storage.transaction(CAMPAIGN) as stores:
        player = stores.players.rename(ALICE, "细心的老李", AT)
    assert name_on(office) == player.shown, "nobody has looked at it"
    masked = drawn(phone, address).data
    assert masked != nameless
    with office.storage.transaction(CAMPAIGN) as stores:
        stores.players.approve({player.id: "细心的老李"}, who="office", at=AT)
    assert name_on(office) == "细心的老李"
    assert drawn(phone, address).data not in (masked, nameless)
    with office.storage.transaction(CAMPAIGN) as stores:
        stores.players.hide(player.id, True, who="office", reason="test", at=AT)
    assert drawn(phone, address).data == masked


def name_on(office: Office) -> str:
    piece = office.parts.studio.find(ALICE, f"certificate/{office.number(ALICE)}")
    assert piece is not None
    return str(piece.order["name"])


def test_without_a_certificate_the_page_says_how_to_get_one(office: Office) -> None:
    page = office.phone(ALICE).get("/p/certificates")
    assert (page.status_code, "Refresh" in page.headers) == (200, False)
    assert "您还没有证书" in page.text and "去考试" in page.text


def test_the_qr_code_leads_to_the_page_until_the_account_s_own_is_known(office: Office) -> None:
    studio = office.parts.studio
    piece = studio.find("", "poster/3")
    assert piece is not None and piece.order["link"] == "http://127.0.0.1:8000/p/"
    with office.storage.transaction(CAMPAIGN) as stores:
        stores.pictures.keep_account_link("http://weixin.qq.com/q/abc")
    piece = studio.find("", "poster/3")
    assert piece is not None and piece.order["link"] == "http://weixin.qq.com/q/abc"


def test_whoever_is_forgotten_leaves_no_picture(office: Office) -> None:
    from app import _forget_record

    play(office.storage, ALICE, 18, 20, kind="exam", at=AT)
    drawn(office.phone(ALICE), f"/p/certificate/{office.number(ALICE)}")
    drawn(office.phone(), "/p/poster/1")
    with office.storage.transaction(CAMPAIGN) as stores:
        stores.links.forgettings.ask(ALICE, "all", AT)
        stores.pictures.add(ALICE, "m1", "poster/1")
        (wish,) = stores.links.forgettings.due(office.storage.clock())
    assert isinstance(wish, Wish)
    _forget_record(office.parts, wish)
    files = [path.name for path in (office.settings.data_dir / "pictures").glob("*.png")]
    assert len(files) == 1 and files[0].startswith("poster-")
    with office.storage.transaction(CAMPAIGN) as stores:
        assert stores.pictures.take() is None


def test_the_start_names_a_missing_font(office: Office) -> None:
    check_font(office.settings)
    with pytest.raises(SettingsError, match="FONT_FILE"):
        check_font(office.settings.model_copy(update={"font_file": "/nowhere/font.ttc"}))


def test_chat_links_lead_to_these_pages(office: Office) -> None:
    assert office.parts.address("posters/3") == "http://127.0.0.1:8000/p/posters/3"
    assert office.parts.address("certificates") == "http://127.0.0.1:8000/p/certificates"
