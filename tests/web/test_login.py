"""Who is signed in, told from the headers alone: the same as the page itself would say."""

from __future__ import annotations

import pytest

from store.redis_link import Link
from store.sealing import Sealing
from store.tokens import Sessions
from tests.web.page_fixtures import make_site
from web.login import has_session

SEALING = Sealing("case key of the tests")


@pytest.mark.parametrize(
    ("cookie", "known"),
    [
        ("", False),
        ("sid=", False),
        ("sid=somebody-else", False),
        ("other={sid}", False),
        ("Sid={sid}", False),
        ("sid={sid}", True),
        ('a=1; sid="{sid}"; b=2', True),
        ("sid={sid}; sid=somebody-else", True),
        ("sid=somebody-else; sid={sid}", False),
        (";;=;\x00; sid", False),
        ("a=" + "b" * 60_000 + "; sid={sid}", True),
    ],
)
def test_a_header_tells_what_the_page_would_say(cookie: str, known: bool) -> None:
    site = make_site()
    header = cookie.replace("{sid}", site.sessions.create("oMember"))
    assert has_session(site.sessions, header) is known
    browser = site.app.test_client(use_cookies=False)
    assert (browser.get("/p/menu", headers={"Cookie": header}).status_code == 200) is known


def test_a_session_that_was_ended_is_none(link: Link) -> None:
    sessions = Sessions(link, SEALING)
    sid = sessions.create("oMember")
    assert has_session(sessions, f"sid={sid}")
    sessions.forget("oMember")
    assert not has_session(sessions, f"sid={sid}")


def test_nobody_is_turned_away_where_redis_can_not_tell() -> None:
    away = Sessions(Link("unix:///nowhere/redis.sock"), SEALING)
    assert has_session(away, "sid=whoever")
    assert not has_session(away, "other=1"), "without an id there is nothing to ask"
