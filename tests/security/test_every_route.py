"""What has to hold on every address of the product: taken from its map, so that a new one can't be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from store import staff_sessions
from store.redis_link import Link
from store.sealing import Sealing
from store.staff_sessions import Signed, StaffSessions
from store.stores import Storage
from store.tokens import Sessions
from tests.security.conftest import BASE_URL, CAMPAIGN, KEY
from web.desk.access import OFTEN, WRONG

#: What anybody may see; every other address under ``/p`` asks who it is.
OPEN = {
    "/p/login", "/p/callback", "/p/known", "/p/leave", "/p/emergency", "/p/privacy", "/p/left", "/p/size",
    "/p/poster/<int:number>", "/p/posters/<int:number>", "/p/static/<path:filename>", "/p/scene/<name>.svg",
}  # fmt: skip
#: What a shared cache may keep: nothing in it is anybody's.
PUBLIC = {"/p/poster/<int:number>"}
DESK_OPEN = {"/desk/login", "/desk/static/<path:filename>"}
FILLED = {"number": "1", "name": "report", "token": "a" * 32, "filename": "no.css", "question": "fire-0"}
EVIL_HOST = "evil.example"


@pytest.fixture
def app(build: Callable[..., Flask]) -> Flask:
    return build()


def rules(app: Flask, method: str) -> Iterator[tuple[str, str]]:
    """Each address that takes a method, and one that fits it."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield rule.rule, address(app, rule)


def address(app: Flask, rule: Rule) -> str:
    with app.test_request_context():
        values = {name: FILLED.get(name, "1") for name in rule.arguments}
        return app.url_map.bind("localhost").build(
            rule.endpoint, {k: int(v) if v.isdigit() else v for k, v in values.items()}, append_unknown=False
        )


def page_client(app: Flask, build_sid: str) -> FlaskClient:
    return with_cookie(app.test_client(), "__Host-sid", build_sid)


def with_cookie(client: FlaskClient, name: str, value: str) -> FlaskClient:
    """A browser that brings a cookie along, whatever it believes the host to be called."""
    for domain in (BASE_URL.removeprefix("https://"), EVIL_HOST):
        client.set_cookie(name, value, path="/", domain=domain)
    return client


@pytest.fixture
def member(app: Flask, sessions: Sessions) -> FlaskClient:
    """A phone that is signed in."""
    return page_client(app, sessions.create("oMember"))


@pytest.fixture
def sessions(link: Link) -> Sessions:
    return Sessions(link, Sealing(f"case:{KEY}"))


@pytest.fixture
def office(app: Flask, link: Link, office_storage: Storage) -> FlaskClient:
    return at_the_desk(app, link, office_storage)


def at_the_desk(app: Flask, link: Link, storage: Storage) -> FlaskClient:
    """A browser that is signed in at the desk, with a password of its own."""
    with storage.transaction(CAMPAIGN) as stores:
        stores.staff.add("小李", who="office:tests")
    with storage.transaction(CAMPAIGN) as stores:
        chosen = stores.staff.choose(1, "一个自己想的、长一点的口令")
    assert chosen is not None
    sid = StaffSessions(link, Sealing(f"case:{KEY}"), CAMPAIGN).create(Signed(chosen.id, chosen.version))
    return with_cookie(app.test_client(), "__Host-desk", sid)


def ask(client: FlaskClient, path: str, method: str = "GET", **more: object) -> TestResponse:
    return client.open(path, method=method, base_url=BASE_URL, **more)  # type: ignore[arg-type]


def test_there_are_routes_to_look_at(app: Flask) -> None:
    assert len(list(rules(app, "POST"))) >= 13
    assert len(list(rules(app, "GET"))) >= 25
    assert not [rule for rule, _ in rules(app, "GET") if rule.startswith("/demo")]


def test_the_phone_and_the_office_are_signed_in(member: FlaskClient, office: FlaskClient) -> None:
    assert ask(member, "/p/").status_code == 200
    assert ask(office, "/desk/").status_code in (200, 202)


def test_every_form_is_refused_without_its_token(
    app: Flask, member: FlaskClient, office: FlaskClient
) -> None:
    for rule, path in rules(app, "POST"):
        client = office if rule.startswith("/desk") else member
        answer = ask(
            client, path, "POST", data={"text": "举报", "choice": "举报", "reason": "看过", "key": "x"}
        )
        assert answer.status_code == 400, rule
        assert "页面过期了" in answer.get_data(as_text=True), rule


def test_no_address_changes_anything_by_another_method(app: Flask, member: FlaskClient) -> None:
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        assert not [rule for rule, _ in rules(app, method)]


def test_every_personal_page_asks_who_it_is(app: Flask) -> None:
    client = app.test_client()
    for rule, path in rules(app, "GET"):
        if rule.startswith("/p/") and rule not in OPEN:
            answer = ask(client, path)
            assert answer.status_code == 302, rule
            assert answer.headers["Location"].startswith("/p/login?next=%2Fp%2F"), rule


def test_every_page_of_the_desk_asks_who_it_is(app: Flask, member: FlaskClient) -> None:
    for client in (app.test_client(), member):  # who is signed in on the phone is nobody here
        for rule, path in rules(app, "GET"):
            if rule.startswith("/desk") and rule not in DESK_OPEN:
                answer = ask(client, path)
                assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/login"), rule


def test_who_is_signed_in_at_the_desk_is_nobody_on_the_phone(office: FlaskClient) -> None:
    assert ask(office, "/p/").status_code == 302


def test_every_answer_carries_the_headers(app: Flask, member: FlaskClient, office: FlaskClient) -> None:
    for rule, path in [*rules(app, "GET"), ("none", "/nothing")]:
        for client in (app.test_client(), member, office):
            headers = ask(client, path).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, rule
            assert "script-src 'self';" in policy, rule
            assert "unsafe" not in policy, rule
            assert "frame-ancestors 'none'" in policy, rule
            assert headers["Referrer-Policy"] == "no-referrer", rule
            assert headers["X-Content-Type-Options"] == "nosniff", rule
            kept = headers["Cache-Control"]
            assert "no-store" in kept or rule in PUBLIC or kept == "private, no-cache", (rule, kept)


def test_no_page_holds_a_script_or_a_style_of_its_own(
    app: Flask, member: FlaskClient, office: FlaskClient
) -> None:
    for rule, path in rules(app, "GET"):
        for client in (app.test_client(), member, office):
            page = ask(client, path).get_data(as_text=True)
            assert " style=" not in page, rule
            assert "<style" not in page, rule
            assert " onclick=" not in page, rule
            for script in page.split("<script")[1:]:
                assert " src=" in script.partition(">")[0], rule


def test_the_host_that_a_caller_names_stands_in_no_answer(
    app: Flask, member: FlaskClient, office: FlaskClient
) -> None:
    told = {
        "Host": EVIL_HOST,
        "X-Forwarded-Host": EVIL_HOST,
        "Forwarded": f"host={EVIL_HOST}",
        "X-Host": EVIL_HOST,
    }
    assert ask(member, "/p/", headers=told).status_code == 200
    for rule, path in rules(app, "GET"):
        for client in (app.test_client(), member, office):
            answer = ask(client, path, headers=told)
            said = str(answer.headers) + answer.get_data(as_text=True)
            assert EVIL_HOST not in said, rule


@pytest.mark.parametrize(
    "path", ["/p", "/desk", "/p//emergency", "/p/static//no.css", "/p?next=//evil.example/"]
)
def test_an_address_written_otherwise_leads_to_a_path_of_whatever_host_it_was(app: Flask, path: str) -> None:
    answer = app.test_client().get(path, headers={"Host": EVIL_HOST})
    assert answer.status_code == 308
    location = answer.headers["Location"]
    assert location.startswith("/") and not location.startswith("//")
    assert f"//{EVIL_HOST}" not in location.partition("?")[0]


def test_the_login_leads_back_to_our_own_address(app: Flask) -> None:
    answer = app.test_client().get("/p/login", headers={"Host": EVIL_HOST})
    assert "redirect_uri=https%3A%2F%2Fbot.example.com%2Fp%2Fcallback" in answer.headers["Location"]


def _signs_in(client: FlaskClient, name: str, **headers: str) -> TestResponse:
    page = ask(client, "/desk/login").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "name": name, "password": "falsch"}
    return ask(client, "/desk/login", "POST", data=form, headers=headers)


FEW = 4  # tries, for each costs a hash


@pytest.mark.parametrize(
    ("trusted", "forwarded"),
    [(0, "10.0.0.{n}"), (1, "10.0.0.{n}, 192.0.2.7"), (2, "10.0.0.{n}, 192.0.2.7, 198.51.100.1")],
)
def test_no_made_up_address_wins_another_try_at_the_desk(
    build: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, trusted: int, forwarded: str
) -> None:
    monkeypatch.setattr(staff_sessions, "MOST_OF_ADDRESS", FEW)
    client = build(trusted_proxies=trusted).test_client()
    for n in range(FEW):
        answer = _signs_in(client, f"名字{n}", **{"X-Forwarded-For": forwarded.format(n=n)})
        assert WRONG in answer.get_data(as_text=True)
    answer = _signs_in(client, "名字", **{"X-Forwarded-For": forwarded.format(n=99), "X-Real-IP": "10.9.9.9"})
    assert answer.status_code == 429
    assert OFTEN in answer.get_data(as_text=True)


def test_other_addresses_have_tries_of_their_own(
    build: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff_sessions, "MOST_OF_ADDRESS", FEW)
    client = build(trusted_proxies=1).test_client()
    for n in range(FEW + 1):
        _signs_in(client, f"名字{n}", **{"X-Forwarded-For": "192.0.2.7"})
    answer = _signs_in(client, "名字", **{"X-Forwarded-For": "192.0.2.8"})
    assert WRONG in answer.get_data(as_text=True)
