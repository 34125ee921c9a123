"""What a real browser does over https with the cookies of the page, and with a form that a neighbour's page sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Route
from werkzeug.serving import make_server

from tests.web.page_fixtures import Site, make_site
from tests.web.phones import House, Quiet

US, NEIGHBOUR = "bot.localhost", "evil.bot.localhost"  # one domain, as two hosts of one town


@pytest.fixture
def ours() -> Iterator[tuple[str, Site]]:
    """The page over https, and its address."""
    house = House()
    server = make_server("127.0.0.1", 0, house, threaded=True, request_handler=Quiet, ssl_context="adhoc")
    base = f"https://{US}:{server.server_port}"
    site = make_site(base)
    house.app = site.app
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield base, site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(ignore_https_errors=True, locale="zh-CN")
    yield context
    context.close()


def signed_in(browser: BrowserContext, base: str, site: Site, user: str) -> None:
    sid = site.sessions.create(user)
    browser.add_cookies([{"name": "__Host-sid", "value": sid, "url": base, "secure": True, "httpOnly": True}])


def test_a_form_of_ours_is_taken_and_its_cookies_are_of_our_host(
    browser: BrowserContext, ours: tuple[str, Site]
) -> None:
    base, site = ours
    signed_in(browser, base, site, "oOne")
    page = browser.new_page()
    page.goto(f"{base}/p/")
    page.click("button.size")
    assert page.locator("html.large").count() == 1
    told = {one["name"]: one for one in browser.cookies(base)}
    assert told["__Host-session"]["domain"] == US
    assert told["__Host-session"]["secure"] and told["__Host-session"]["path"] == "/"


@pytest.mark.parametrize("policy", ["no-referrer", "unsafe-url"])
def test_a_neighbour_can_send_no_form_and_plant_no_cookie(
    browser: BrowserContext, ours: tuple[str, Site], policy: str
) -> None:
    """Even one that has the right token, and whether or not its page says where it comes from."""
    base, site = ours
    signed_in(browser, base, site, "oVictim")
    page = browser.new_page()
    page.goto(f"{base}/p/")
    token = page.locator('input[name="csrf_token"]').first.get_attribute("value")
    before = {one["name"]: one["value"] for one in browser.cookies(base)}
    evil = f"""<!doctype html><meta name="referrer" content="{policy}"><script>
      for (const name of ["__Host-sid", "__Host-session"])
        document.cookie = name + "=planted; Secure; Path=/; Domain={US}";
      document.cookie = "proof=planted; Secure; Path=/; Domain={US}";
    </script><form method="post" action="{base}/p/say">
      <input name="csrf_token" value="{token}"><input name="choice" value="举报"><button>go</button></form>"""

    def shown(route: Route) -> None:
        route.fulfill(body=evil, content_type="text/html; charset=utf-8")

    elsewhere = base.replace(US, NEIGHBOUR)
    browser.route(f"{elsewhere}/**", shown)
    page.goto(f"{elsewhere}/")
    page.click("button")
    assert page.url == f"{base}/p/say"
    assert "页面过期了" in page.content()
    assert site.talk.heard == []
    after = {one["name"]: one["value"] for one in browser.cookies(base)}
    assert after == before | {"proof": "planted"}
