"""Where TLS does not come about, the error says why; it counts as surely not sent."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.wechat.scripted import Scripted, scripted
from tests.wechat.test_client import a_wechat
from tests.wechat.tls import Authority
from wechat.network import EXPIRED, NO_TLS, NOT_YET, OTHER_NAME, UNTRUSTED

__all__ = ["scripted"]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this machine trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    return authority


def told(url: str) -> tuple[int, str, str]:
    problem, shown = a_wechat(url).examine()
    assert problem is not None and shown is None
    assert url not in str(problem)
    return problem.code, problem.kind, str(problem)


def test_a_certificate_that_is_well_is_no_fault(authority: Authority) -> None:
    with authority.serving() as url:
        problem, shown = a_wechat(url).examine()
    assert problem is None and shown is not None


@pytest.mark.parametrize(("days", "why"), [((2, 9), NOT_YET), ((-9, -2), EXPIRED)])
def test_a_certificate_of_another_time(authority: Authority, days: tuple[int, int], why: str) -> None:
    with authority.serving(days) as url:
        assert told(url) == (0, "unsent", why)


def test_a_certificate_of_another_name(authority: Authority) -> None:
    with authority.serving(address="127.0.0.2") as url:
        assert told(url) == (0, "unsent", OTHER_NAME)


def test_a_certificate_of_nobody_whom_we_trust(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with authority.serving() as url:
        assert told(url) == (0, "unsent", UNTRUSTED)


def test_a_port_that_speaks_no_tls(scripted: Scripted) -> None:
    assert told(f"https://{urlsplit(scripted.url).netloc}") == (0, "unsent", NO_TLS)
    assert scripted.calls == []


@pytest.mark.parametrize("answer", [{"errcode": 40164}, {"errcode": 40125}, 403, 502, b"<html>"])
def test_whatever_is_answered_tells_the_time(
    scripted: Scripted, answer: dict[str, int] | int | bytes
) -> None:
    scripted.answers["/cgi-bin/stable_token"] = answer
    problem, shown = a_wechat(scripted.url).examine()
    assert problem is not None and shown is not None
