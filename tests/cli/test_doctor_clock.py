"""The doctor and time: a certificate that is refused for it, and a clock that is looked at whatever WeChat answers."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.settings import Settings
from cli.opening import machine_time
from tests.cli.test_doctor import door, examined, faults, product, running, says, the_fault
from tests.platform_fixture import Platform
from tests.wechat.tls import Authority

__all__ = ["door", "product", "running"]

LEFT = "－ 没有查“时间”：要先连得上公众号。"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this machine trusts, towards WeChat and towards ourselves."""
    authority = Authority(tmp_path)
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(authority.file))
    return authority


@pytest.mark.parametrize("seconds", [7200, -7200])
@pytest.mark.parametrize("refusal", ["whitelist", 40125, -1])
def test_a_refusal_tells_a_wrong_clock_too(
    product: Settings, platform: Platform, seconds: float, refusal: str | int
) -> None:
    if isinstance(refusal, str):
        platform.sim.faults.refuse_ip = True
    else:
        platform.sim.faults.add("/cgi-bin/stable_token", "error", errcode=refusal)
    platform.time.forward(seconds)
    clock = [fault for fault in faults(examined()) if "这台机器的时间" in fault]
    assert len(clock) == 1
    assert ("慢了 7" if seconds > 0 else "快了 7") in clock[0]


def test_with_a_refusal_a_right_clock_is_said_to_be_right(product: Settings, platform: Platform) -> None:
    platform.sim.faults.refuse_ip = True
    done = examined()
    assert "40164" in the_fault(done)
    assert "✓ 时间是准的。" in done.output


def test_without_any_answer_the_clock_is_named_as_not_looked_at(
    product: Settings, platform: Platform
) -> None:
    platform.sim.faults.add("/cgi-bin/stable_token", "drop")
    done = examined()
    assert "连不上" in the_fault(done)
    assert LEFT in done.output


another_time = pytest.mark.parametrize(
    ("days", "said"), [((2, 9), "的证书还没有生效"), ((-9, -2), "的证书已经过期")]
)


@another_time
def test_a_certificate_of_another_time_is_told_with_the_time_of_this_machine(
    product: Settings,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    days: tuple[int, int],
    said: str,
) -> None:
    with authority.serving(days) as url:
        monkeypatch.setenv("WECHAT_API_BASE", url)
        done = examined()
    fault = the_fault(done)
    assert said in fault and f"{machine_time().astimezone():%Y-%m-%d}" in fault
    assert "timedatectl" in fault and "防火墙放不放行" not in fault
    assert LEFT in done.output


def test_a_certificate_of_nobody_whom_we_trust_is_told(
    product: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with authority.serving() as url:
        monkeypatch.setenv("WECHAT_API_BASE", url)
        assert "不是这台机器信任的机构签发的" in the_fault(examined())


def test_a_port_that_speaks_no_tls_is_told(
    product: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECHAT_API_BASE", f"https://{urlsplit(platform.url).netloc}")
    assert "谈不成 HTTPS" in the_fault(examined())


def test_something_else_that_answers_is_no_missing_connection(
    product: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECHAT_API_BASE", platform.host(says("502 Bad Gateway")))
    fault = the_fault(examined())
    assert "有应答，但不是微信该有的应答（HTTP 502）" in fault


@another_time
def test_our_own_certificate_of_another_time_is_told_likewise(
    product: Settings,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    days: tuple[int, int],
    said: str,
) -> None:
    with authority.serving(days) as url:
        monkeypatch.setenv("BASE_URL", url)
        fault = the_fault(examined())
    assert f"{url}/wechat{said}" in fault.replace(" ", "")
    assert "certbot renew" in fault and f"{machine_time().astimezone():%Y-%m-%d}" in fault
