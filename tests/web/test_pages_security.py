"""What nobody may do to the phone page: forge a login or a form, lead it elsewhere, run a script in it."""

from __future__ import annotations

import base64
import io
import re
import zlib
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from werkzeug.test import TestResponse

from bot.message import Reply
from tests.web.page_fixtures import CODE, Phone, Site, make_site, state_of
from web.login import local_path

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "https://evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/p/\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "evil.example",
    "",
)


@pytest.fixture
def site() -> Site:
    return make_site()


def log_in(phone: Phone, openid: str, path: str = "/p/") -> TestResponse:
    """Go through WeChat's authorisation as a browser does."""
    begun = phone.open(phone.open(path).headers["Location"])
    state = state_of(begun.headers["Location"])
    return phone.open(f"/p/callback?code={phone.site.login.code_for(openid)}&state={state}")


def sid(phone: Phone) -> str:
    cookie = phone.client.get_cookie("sid")
    return cookie.value if cookie else ""


def in_the_cookies(phone: Phone) -> str:
    """What anybody can read in a browser's cookies: signed isn't enciphered."""
    cookie = phone.client.get_cookie("session")
    packed = cookie.value if cookie else ""
    payload = packed.removeprefix(".").split(".")[0]
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return (zlib.decompress(raw) if packed.startswith(".") else raw).decode("unicode_escape")


def test_a_login_leads_back_to_the_page_that_was_asked_for(site: Site) -> None:
    phone = site.phone()
    landed = log_in(phone, "oReporter1", "/p/go/report?from=menu")
    assert landed.headers["Location"] == "/p/go/report?from=menu"
    assert site.sessions.get(sid(phone)) == "oReporter1"


def test_wechat_is_told_our_own_callback_and_nothing_of_the_person(site: Site) -> None:
    phone = site.phone()
    location = phone.open("/p/login?next=/p/privacy").headers["Location"]
    assert parse_qs(urlsplit(location).query)["redirect_uri"] == ["http://localhost/p/callback"]
    assert "privacy" not in location


def test_without_a_state_or_with_another_browsers_there_is_no_login(site: Site) -> None:
    stranger, victim = site.phone(), site.phone()
    foreign = state_of(stranger.open("/p/login").headers["Location"])
    for state in ("", "guessed", foreign):
        code = site.login.code_for("oAttacker")
        assert victim.open(f"/p/callback?code={code}&state={state}").status_code == 400
        assert "再试一次" in victim.text
        assert code in site.login.codes
    assert site.sessions.kept == {}


def test_a_state_is_good_once(site: Site) -> None:
    phone = site.phone()
    state = state_of(phone.open("/p/login").headers["Location"])
    phone.open(f"/p/callback?code={site.login.code_for('oOne')}&state={state}")
    before = sid(phone)
    again = phone.open(f"/p/callback?code={site.login.code_for('oTwo')}&state={state}")
    assert again.status_code == 302
    assert sid(phone) == before
    assert set(site.sessions.kept.values()) == {"oOne"}


def test_a_callback_opened_twice_just_goes_on(site: Site) -> None:
    phone = site.phone()
    state = state_of(phone.open("/p/login?next=/p/menu").headers["Location"])
    address = f"/p/callback?code={site.login.code_for('oOne')}&state={state}"
    assert [phone.open(address).headers["Location"] for _ in range(2)] == ["/p/menu", "/p/menu"]


def test_a_used_code_is_a_kind_page_that_starts_again(site: Site) -> None:
    phone = site.phone()
    state = state_of(phone.open("/p/login?next=/p/menu").headers["Location"])
    refused = phone.open(f"/p/callback?code=used&state={state}")
    assert refused.status_code == 400
    assert 'href="/p/login?next=%2Fp%2Fmenu"' in phone.html


def test_a_login_draws_a_new_session_and_ends_the_old(site: Site) -> None:
    phone = site.phone()
    planted = site.sessions.create("oAttacker")
    state = state_of(phone.open("/p/login").headers["Location"])
    phone.client.set_cookie("sid", planted, path="/")
    phone.open(f"/p/callback?code={site.login.code_for('oVictim')}&state={state}")
    assert sid(phone) != planted
    assert site.sessions.get(planted) is None


def test_a_made_up_session_id_is_nobody(site: Site) -> None:
    phone = site.phone()
    phone.client.set_cookie("sid", "made-up", path="/")
    assert "/p/login" in phone.open().headers["Location"]


def test_leaving_ends_the_session(site: Site) -> None:
    phone = site.phone("oOne")
    phone.open("/p/menu")
    phone.send("/p/leave")
    assert site.sessions.kept == {}
    assert "/p/login" in phone.open().headers["Location"]


def test_an_openid_in_the_address_is_ignored(site: Site) -> None:
    phone = site.phone()
    assert phone.open("/p/?openid=oVictim&user=oVictim").status_code == 302
    phone = site.phone("oOne")
    phone.enters("register")
    phone.send("/p/say", text="1", openid="oVictim", user="oVictim")
    assert {one.user for one in site.talk.heard} == {"oOne"}


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_elsewhere_is_followed(site: Site, target: str) -> None:
    assert local_path(target) == "/p/"
    phone = site.phone("oOne")
    assert phone.open(f"/p/login?next={quote(target)}").headers["Location"] == "/p/"
    phone.open()
    sent = phone.client.post("/p/size", data={**phone.fields("/p/size"), "here": target})
    assert sent.headers["Location"] == "/p/"


@pytest.mark.parametrize(
    "action", ["/p/say", "/p/photo", "/p/place", "/p/back", "/p/go/report", "/p/size", "/p/leave"]
)
def test_a_form_without_its_token_is_refused(site: Site, action: str) -> None:
    phone = site.phone("oOne")
    phone.open()
    response = phone.client.post(action, data={"text": "举报", "choice": "举报"})
    assert response.status_code == 400
    assert "页面过期了，请再点一次" in response.get_data(as_text=True)
    assert site.talk.heard == []


def test_another_browsers_token_is_refused(site: Site) -> None:
    attacker, victim = site.phone("oAttacker"), site.phone("oVictim")
    attacker.open()
    victim.open()
    token = attacker.fields("/p/say")["csrf_token"]
    assert victim.client.post("/p/say", data={"csrf_token": token, "choice": "举报"}).status_code == 400
    assert site.talk.heard == []


def test_a_token_is_good_for_the_session_alone_to_which_it_was_given(site: Site) -> None:
    """Planted by a page of the same domain: the attacker's signed cookie with its token, beside the victim's ``sid``."""
    attacker, victim = site.phone(), site.phone("oVictim")
    attacker.open("/p/left")  # signed in as nobody
    token = attacker.fields("/p/size")["csrf_token"]
    planted = attacker.client.get_cookie("session")
    assert planted is not None
    assert attacker.client.post("/p/size", data={"csrf_token": token}).status_code == 303, "to its own"
    victim.client.set_cookie("session", planted.value, path="/")
    assert victim.client.post("/p/say", data={"csrf_token": token, "choice": "举报"}).status_code == 400
    assert site.talk.heard == []


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ({}, True),  # as some of WeChat's own browsers
        ({"Origin": "null"}, True),  # a page that sends no referrer, as ours
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://localhost:8080", "Host": "localhost:8080"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://x.localhost"}, False),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "http://localhost.evil.example"}, False),
        ({"Origin": "http://localhost:8081", "Host": "localhost:8080"}, False),
    ],
)
def test_a_form_is_taken_from_our_own_pages_alone(site: Site, told: dict[str, str], taken: bool) -> None:
    phone = site.phone("oOne")
    phone.open()
    form = {**phone.fields("/p/say"), "choice": "举报"}
    answer = phone.client.post("/p/say", data=form, headers=told)
    assert answer.status_code == (303 if taken else 400)
    assert bool(site.talk.heard) is taken
    if not taken:
        assert "页面过期了，请再点一次" in answer.get_data(as_text=True)


def test_over_https_no_page_of_plain_http_may_send_a_form() -> None:
    phone = make_site("https://localhost").phone()
    page = phone.client.get("/p/left", base_url="https://localhost").get_data(as_text=True)
    form = phone.fields("/p/size", page)
    for origin, status in (("http://localhost", 400), ("https://localhost", 303)):
        answer = phone.client.post(
            "/p/size", data=form, base_url="https://localhost", headers={"Origin": origin}
        )
        assert answer.status_code == status, origin


def test_over_https_a_cookie_that_a_neighbour_may_set_is_nobody() -> None:
    phone = make_site("https://localhost").phone()
    sid = phone.site.sessions.create("oAttacker")
    phone.client.set_cookie("sid", sid, path="/", secure=True)
    assert "/p/login" in phone.client.get("/p/", base_url="https://localhost").headers["Location"]


@pytest.mark.parametrize("path", ["/p/say", "/p/back", "/p/leave", "/p/size"])
def test_a_get_never_speaks(site: Site, path: str) -> None:
    phone = site.phone("oOne")
    assert phone.open(path).status_code == 405
    for quiet in ("/p/", "/p/menu", "/p/go/report", "/p/?said=x&on=1"):
        phone.open(quiet)
    assert site.talk.heard == []


def test_a_form_sent_after_the_session_ended_asks_to_come_in_again(site: Site) -> None:
    phone = site.phone("oOne")
    phone.open()
    site.sessions.kept.clear()
    assert phone.send("/p/say", choice="举报").status_code == 401
    assert "请再进一次" in phone.text
    assert 'href="/p/login?next=%2Fp%2F"' in phone.html


@pytest.mark.parametrize("path", ["/p/", "/p/emergency", "/p/privacy", "/p/nothing", "/p/callback"])
def test_every_page_carries_the_headers(site: Site, path: str) -> None:
    headers = site.phone("oOne").open(path).headers
    policy = headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:"):
        assert rule in policy
    for rule in ("form-action 'self'", "base-uri 'none'", "frame-ancestors 'self'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_named_frame_may_show_the_page() -> None:
    site = make_site(frame_ancestors="http://127.0.0.1:8090")
    policy = site.phone().open("/p/emergency").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors http://127.0.0.1:8090")


def test_style_sheets_are_ours_hashed_and_kept_for_a_year(site: Site) -> None:
    phone = site.phone("oOne")
    phone.open()
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', phone.html)
    assert len(sheets) == 3
    for sheet in sheets:
        assert re.match(r"/\S+\?v=[0-9a-f]{12}$", sheet)
        response = phone.client.get(sheet)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not re.search(r"https?://", phone.html)
    assert "style=" not in phone.html


@pytest.mark.parametrize(
    ("base_url", "secure"), [("http://localhost", False), ("https://safety.example", True)]
)
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(base_url: str, secure: bool) -> None:
    phone = make_site(base_url).phone()
    base = "https://localhost" if secure else "http://localhost"
    begun = phone.client.get("/p/login", base_url=base)
    code, state = phone.site.login.code_for("oOne"), state_of(begun.headers["Location"])
    landed = phone.client.get(f"/p/callback?code={code}&state={state}", base_url=base)
    cookies = [*begun.headers.getlist("Set-Cookie"), *landed.headers.getlist("Set-Cookie")]
    host = "__Host-" if secure else ""
    assert {cookie.partition("=")[0] for cookie in cookies} == {f"{host}sid", f"{host}session"}
    for cookie in cookies:
        assert "Domain" not in cookie
        assert "Path=/;" in f"{cookie};"
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure


def test_a_form_works_over_https_though_no_referrer_is_sent() -> None:
    phone = make_site("https://localhost").phone()
    openid = phone.site.sessions.create("oOne")
    phone.client.set_cookie("__Host-sid", openid, path="/", secure=True)
    page = phone.client.get("/p/", base_url="https://localhost").get_data(as_text=True)
    form = {**phone.fields("/p/say", page), "choice": "举报"}
    assert phone.client.post("/p/say", data=form, base_url="https://localhost").status_code == 303


def test_what_people_write_is_text_wherever_it_is_shown(site: Site) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    phone = site.phone("oOne")
    phone.enters("register")
    phone.says(evil)
    assert "<script" not in phone.html
    assert "<img" not in phone.html
    for reply in (
        Reply(f"{evil}？", choices=(evil,), asks="k", input="choice"),
        Reply(f"请看一遍：\n地点：{evil}\n情况：{evil}", choices=(evil,)),
        Reply(f"没答对，正确答案是{evil}。\n{evil}\n依据：{evil}"),
        Reply(f"马上拨 119。\n119 {evil}\n{evil}", danger=True),
        Reply(f"好的。\n7月10日 {evil}\n{evil}\n\n您好，我反映{evil}", page=evil),
    ):
        site.talk.drafts.clear()
        site.talk.shown["oOne"] = reply
        phone.open()
        assert "<script" not in phone.html
        assert "<img" not in phone.html
        assert "alert(1)" in phone.text


def test_the_name_of_a_file_is_text(site: Site) -> None:
    phone = site.phone("oOne")
    phone.enters("report")
    phone.taps("没有")
    phone.send("/p/place", label="临港路8号")
    phone.taps("不知道")
    phone.says("堵了")
    phone.send("/p/photo", photos=[(io.BytesIO(b"GIF"), "<b onclick=x>.gif")])
    assert "<b onclick" not in phone.html
    assert "&lt;b onclick=x&gt;.gif" in phone.html


def test_logs_name_nobody(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        phone = site.phone()
        log_in(phone, "oSecretPerson")
        phone.open("/p/callback?code=secretcode&state=secretstate")
        site.talk.broken = True
        phone.open()
    assert "oSecretPerson" not in caplog.text
    assert "secret" not in caplog.text.replace("oSecretPerson", "")


def test_neither_the_code_nor_a_persons_words_lie_in_a_cookie(site: Site) -> None:
    phone = site.phone("oReporter1")
    seen = []
    phone.enters("report")
    phone.taps("没有")
    phone.send("/p/place", label="临港路8号物流园3号库着火")  # the card above the next question
    assert "119" in phone.text
    seen.append(in_the_cookies(phone))
    phone.taps("不知道")
    phone.says("仓库里设了员工宿舍")
    phone.send("/p/photo", photos=(io.BytesIO(b"\xff\xd8\xff"), "a.jpg"), then="done")
    phone.taps("提交")
    assert CODE in phone.text
    seen.append(in_the_cookies(phone))
    phone.enters("register")
    phone.says("1380000")
    assert 'value="1380000"' in phone.html
    seen.append(in_the_cookies(phone))
    for readable in seen:
        assert set(re.findall(r'"(\w+)":', readable)) <= {"csrf_token"}, readable


def test_what_a_turn_said_is_another_sessions_to_nobody_and_gone_after_leaving(site: Site) -> None:
    phone, other = site.phone("oReporter1"), site.phone("oReporter1")
    phone.enters("register")
    sent = phone.client.post("/p/say", data={**phone.fields("/p/say"), "text": "1"})
    look = sent.headers["Location"]
    other.open(look)
    assert "手机号是11位数字" not in other.text
    phone.open(look)
    assert "手机号是11位数字" in phone.text
    phone.open("/p/menu")
    phone.send("/p/leave")
    assert site.sessions.asides == {}


def test_what_a_turn_said_is_gone_when_it_expired(site: Site) -> None:
    phone = site.phone("oReporter1")
    phone.enters("register")
    sent = phone.client.post("/p/say", data={**phone.fields("/p/say"), "text": "1"})
    site.sessions.asides.clear()
    phone.open(sent.headers["Location"])
    assert phone.heading == "您的手机号？"
    assert "手机号是11位数字" not in phone.text
