"""The API client: one token, one retry, a timeout on every call, and nothing secret in its errors."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.wechat.memory_tokens import MemoryTokens
from tests.wechat.scripted import TOKEN_PATH, Call, Scripted, scripted
from wechat.client import WeChat
from wechat.errors import WeChatError, refused
from wechat.network import Session

__all__ = ["scripted"]

SECRET, CODE, OPENID = "SECRET123456", "CODE0123456789", "oSomebodysOpenID0123456789"
SEND = "/cgi-bin/message/template/send"
CUSTOM = "/cgi-bin/message/custom/send"
OAUTH = "/sns/oauth2/access_token"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50


def a_wechat(url: str, tokens: MemoryTokens | None = None, timeout: tuple[float, float] = (5, 20)) -> WeChat:
    return WeChat("wx1", SECRET, tokens or MemoryTokens(), url, url + "/open", url + "/mp", timeout)


def send(wechat: WeChat) -> str:
    return wechat.send_template(OPENID, "T1", {"thing1": "工作总结"}, "https://a.cn/", "key-1")


def failure(call: Callable[[], object]) -> WeChatError:
    with pytest.raises(WeChatError) as problem:
        call()
    return problem.value


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


# --- the token


def test_the_secret_goes_in_the_body_and_the_token_is_kept(scripted: Scripted) -> None:
    tokens = MemoryTokens()
    wechat = a_wechat(scripted.url, tokens)
    send(wechat)
    send(wechat)
    (fetch,) = scripted.to(TOKEN_PATH)
    assert fetch.query == {}
    assert fetch.json() == {
        "grant_type": "client_credential",
        "appid": "wx1",
        "secret": SECRET,
        "force_refresh": False,
    }
    assert tokens.seconds == [6900]
    assert [call.query["access_token"] for call in scripted.to(SEND)] == ["TOKEN-1", "TOKEN-1"]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_stale_token_is_renewed_once(scripted: Scripted, code: int) -> None:
    def answer(call: Call) -> dict[str, Any]:
        return {"errcode": code} if call.query["access_token"] == "TOKEN-1" else {"errcode": 0, "msgid": 7}

    scripted.answers[SEND] = answer
    assert send(a_wechat(scripted.url)) == "7"
    assert len(scripted.to(SEND)) == 2 and len(scripted.to(TOKEN_PATH)) == 2


def test_a_server_that_always_refuses_the_token_is_asked_twice(scripted: Scripted) -> None:
    """wechatpy: 987 calls, then RecursionError."""
    scripted.answers[SEND] = {"errcode": 40001, "errmsg": "invalid credential"}
    problem = failure(lambda: send(a_wechat(scripted.url)))
    assert (problem.code, problem.kind) == (40001, "retry")
    assert len(scripted.to(SEND)) == 2
    assert len(scripted.to(TOKEN_PATH)) == 2


def test_a_token_that_somebody_else_renewed_is_taken_without_a_fetch(scripted: Scripted) -> None:
    tokens = MemoryTokens()
    tokens.set("OLD", 100)

    def answer(call: Call) -> dict[str, Any]:
        if call.query["access_token"] == "OLD":
            tokens.set("NEW", 100)
            return {"errcode": 42001}
        return {"errcode": 0, "msgid": 7}

    scripted.answers[SEND] = answer
    assert send(a_wechat(scripted.url, tokens)) == "7"
    assert tokens.get() == "NEW"
    assert scripted.to(TOKEN_PATH) == []


def test_eight_threads_without_a_token_fetch_one(scripted: Scripted) -> None:
    """wechatpy: 8 fetches, 8 tokens, 7 of them doomed."""
    wechat, start = a_wechat(scripted.url, timeout=(5, 5)), threading.Barrier(8)

    def work(_: int) -> str:
        start.wait(5)
        return send(wechat)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(scripted.to(TOKEN_PATH)) == 1 and len(scripted.to(SEND)) == 8


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("cut", "unsent", 0),
        ("hang", "unsent", 0),
        (502, "unsent", 0),
        (b"<html>", "unsent", 0),
        (b"[]", "unsent", 0),
        ({}, "unsent", 0),
        ({"errcode": -1}, "retry", -1),
        ({"errcode": 40125}, "alarm", 40125),
        (
            {"errcode": 40164, "errmsg": "invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist"},
            "alarm",
            40164,
        ),
        ({"errcode": 45009}, "later", 45009),
    ],
)
def test_without_a_token_nothing_was_sent(scripted: Scripted, answer: Any, kind: str, code: int) -> None:
    scripted.answers[TOKEN_PATH] = answer
    patient = (5.0, 0.5 if answer == "hang" else 20.0)
    problem = failure(lambda: send(a_wechat(scripted.url, timeout=patient)))
    assert (problem.kind, problem.code) == (kind, code)
    assert scripted.to(SEND) == []


def test_a_broken_store_is_told_as_unsent(scripted: Scripted) -> None:
    class Broken(MemoryTokens):
        def get(self) -> str | None:
            raise RuntimeError("redis://:PASSWORD@host is down")

    problem = failure(lambda: send(a_wechat(scripted.url, Broken())))
    assert problem.kind == "unsent" and "PASSWORD" not in _whole(problem)


def test_a_token_about_to_end_is_not_fetched_for_every_call(scripted: Scripted) -> None:
    tokens = MemoryTokens()
    scripted.answers[TOKEN_PATH] = {"access_token": "T", "expires_in": 300}
    wechat = a_wechat(scripted.url, tokens)
    send(wechat)
    send(wechat)
    assert tokens.seconds == [60]


# --- time


def everything(wechat: WeChat) -> dict[str, Callable[[], object]]:
    return {
        SEND: lambda: send(wechat),
        CUSTOM: lambda: wechat.send_text(OPENID, "你好"),
        "/cgi-bin/message/subscribe/bizsend": lambda: wechat.send_notification(OPENID, "T", {"thing1": "a"}),
        "/cgi-bin/menu/create": lambda: wechat.create_menu({"button": []}),
        "/cgi-bin/menu/get": wechat.get_menu,
        "/cgi-bin/media/upload": lambda: wechat.upload_image("a.png", PNG, "image/png"),
        "/cgi-bin/media/get": lambda: wechat.download("M1", 1000),
        "/cgi-bin/qrcode/create": lambda: wechat.qr_code("unit-7"),
        "/cgi-bin/getcallbackip": wechat.callback_ips,
        OAUTH: lambda: wechat.openid_of(CODE),
    }


PATHS = list(everything(a_wechat("http://127.0.0.1:9")))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("hang", "ambiguous"),
        ("cut", "ambiguous"),
        (500, "ambiguous"),
        (502, "ambiguous"),
        (302, ("ambiguous", "alarm")),
        (404, "alarm"),
        (429, "later"),
        (b"<html>maintenance</html>", "ambiguous"),
        ({"errcode": -1, "errmsg": "system error"}, "retry"),
        ({"errcode": 40001, "errmsg": f"access_token=TOKEN-1 secret={SECRET}"}, "retry"),
        ({"errcode": 48001, "errmsg": f"api unauthorized {OPENID} rid: 6a1b2c3d-0f0f0f0f-12345678"}, "alarm"),
    ],
    ids=str,
)
def test_every_call_ends_in_time_and_in_one_kind_of_error_without_secrets(
    scripted: Scripted, caplog: pytest.LogCaptureFixture, path: str, answer: Any, kind: Any
) -> None:
    """wechatpy waits for ever for a token and for OAuth, and tells the secret in its exceptions."""
    wechat = a_wechat(scripted.url, timeout=(1, 0.3) if answer == "hang" else (5, 20))
    scripted.answers[path] = answer
    with caplog.at_level(logging.DEBUG):
        problem = failure(everything(wechat)[path])
    assert problem.kind in kind if isinstance(kind, tuple) else problem.kind == kind
    told = _whole(problem) + caplog.text
    for secret in (SECRET, "TOKEN-1", CODE, OPENID):
        assert secret not in told
    assert scripted.to("/elsewhere") == []


def _whole(problem: BaseException) -> str:
    """All that a log would show of an exception, and of all that it came from."""
    text, seen = "", problem
    while seen is not None:
        text += "".join(traceback.format_exception_only(type(seen), seen)) + repr(seen) + repr(seen.args)
        seen = seen.__cause__ or seen.__context__  # type: ignore[assignment]
    return text


def test_nothing_of_the_first_exception_is_kept(scripted: Scripted) -> None:
    scripted.answers[OAUTH] = "cut"
    problem = failure(lambda: a_wechat(scripted.url).openid_of(CODE))
    assert problem.__context__ is None and problem.__cause__ is None


@pytest.mark.parametrize("path", PATHS)
def test_a_refused_connection_was_surely_not_sent(path: str) -> None:
    problem = failure(everything(a_wechat(closed_port()))[path])
    assert problem.kind == "unsent"


def test_a_failed_name_lookup_was_surely_not_sent() -> None:
    assert failure(lambda: a_wechat("http://nowhere.invalid").openid_of(CODE)).kind == "unsent"


def test_a_refused_connection_after_the_token_was_not_sent(scripted: Scripted) -> None:
    tokens = MemoryTokens()
    tokens.set("KEPT", 1000)
    assert failure(lambda: send(a_wechat(closed_port(), tokens))).kind == "unsent"


def test_every_request_has_a_timeout(monkeypatch: pytest.MonkeyPatch, scripted: Scripted) -> None:
    seen: list[Any] = []
    from requests.adapters import HTTPAdapter

    genuine = HTTPAdapter.send

    def watch(self: HTTPAdapter, request: Any, **kwargs: Any) -> Any:
        seen.append(kwargs["timeout"])
        return genuine(self, request, **kwargs)

    monkeypatch.setattr(HTTPAdapter, "send", watch)
    for call in everything(a_wechat(scripted.url, timeout=(3, 5))).values():
        with contextlib.suppress(WeChatError):
            call()
    assert len(seen) > len(PATHS) and set(seen) == {(3, 5)}


def test_threads_do_not_share_a_session() -> None:
    wechat = a_wechat("http://127.0.0.1:9")
    own: list[Session] = []
    threads = [threading.Thread(target=lambda: own.append(wechat._sessions.own)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(session) for session in own}) == 3


# --- what is sent


def test_a_template_message_bears_the_key_against_repeats(scripted: Scripted) -> None:
    scripted.answers[SEND] = {"errcode": 0, "errmsg": "ok", "msgid": 200228332}
    assert send(a_wechat(scripted.url)) == "200228332"
    assert scripted.to(SEND)[0].json() == {
        "touser": OPENID,
        "template_id": "T1",
        "data": {"thing1": {"value": "工作总结"}},
        "url": "https://a.cn/",
        "client_msg_id": "key-1",
    }


def test_a_message_that_was_sent_before_counts_as_sent(scripted: Scripted) -> None:
    scripted.answers[SEND] = {"errcode": 45065, "errmsg": "clientmsgid exist"}
    assert send(a_wechat(scripted.url)) == ""


def test_a_text_goes_as_utf8_and_without_control_characters(scripted: Scripted) -> None:
    a_wechat(scripted.url).send_text(OPENID, "你好\x08\ud800🔥")
    (call,) = scripted.to(CUSTOM)
    assert call.json() == {"touser": OPENID, "msgtype": "text", "text": {"content": "你好🔥"}}
    assert "你好" in call.body.decode()


def test_a_text_that_is_too_long_is_not_sent(scripted: Scripted) -> None:
    assert failure(lambda: a_wechat(scripted.url).send_text(OPENID, "a" * 2049)).kind == "content"
    assert scripted.calls == []


def test_no_menu_is_none(scripted: Scripted) -> None:
    scripted.answers["/cgi-bin/menu/get"] = {"errcode": 46003, "errmsg": "menu no exist"}
    assert a_wechat(scripted.url).get_menu() is None


def test_a_retried_upload_sends_the_picture_again(scripted: Scripted) -> None:
    """wechatpy sends an empty file the second time."""

    def answer(call: Call) -> dict[str, Any]:
        return {"errcode": 42001} if call.query["access_token"] == "TOKEN-1" else {"media_id": "M1"}

    scripted.answers["/cgi-bin/media/upload"] = answer
    assert a_wechat(scripted.url).upload_image("奖状 a/1.exe", PNG, "image/png") == "M1"
    first, second = scripted.to("/cgi-bin/media/upload")
    assert PNG in first.body and PNG in second.body
    assert b'filename="a1.png"' in second.body


@pytest.mark.parametrize("data", [b"", b"<html>", b"RIFF0000WEBP", b"\xff\xd8\xff" + b"\0" * (10 << 20)])
def test_a_picture_that_wechat_would_refuse_is_not_sent(scripted: Scripted, data: bytes) -> None:
    assert failure(lambda: a_wechat(scripted.url).upload_image("a.jpg", data)).kind == "content"
    assert scripted.calls == []


def test_a_download_is_its_kind_and_its_bytes(scripted: Scripted) -> None:
    scripted.answers["/cgi-bin/media/get"] = ("image/jpeg", PNG)
    assert a_wechat(scripted.url).download("M1", 1000) == ("image/png", PNG)


def test_a_download_stops_at_its_limit(scripted: Scripted) -> None:
    scripted.answers["/cgi-bin/media/get"] = ("image/png", PNG + b"\0" * (5 << 20))
    assert failure(lambda: a_wechat(scripted.url).download("M1", 1 << 20)).kind == "content"


@pytest.mark.parametrize("kind", ["application/json", "text/plain; charset=utf-8"])
def test_a_download_knows_an_error_from_a_file(scripted: Scripted, kind: str) -> None:
    scripted.answers["/cgi-bin/media/get"] = (kind, b'{"errcode":40007,"errmsg":"invalid media_id"}')
    assert failure(lambda: a_wechat(scripted.url).download("M1", 1000)).code == 40007
    scripted.answers["/cgi-bin/media/get"] = (kind, b'{"video_url":"http://x/y?token=1"}')
    problem = failure(lambda: a_wechat(scripted.url).download("M1", 1000))
    assert problem.kind == "content" and "token" not in str(problem)


def test_a_download_renews_a_stale_token(scripted: Scripted) -> None:
    def answer(call: Call) -> Any:
        return {"errcode": 40001} if call.query["access_token"] == "TOKEN-1" else ("image/png", PNG)

    scripted.answers["/cgi-bin/media/get"] = answer
    assert a_wechat(scripted.url).download("M1", 1000)[1] == PNG


def test_qr_codes_for_a_while_and_for_ever(scripted: Scripted) -> None:
    scripted.answers["/cgi-bin/qrcode/create"] = {"ticket": "a+/=", "url": "http://weixin.qq.com/q/1"}
    wechat = a_wechat(scripted.url)
    assert wechat.qr_code("unit-7") == ("a+/=", f"{scripted.url}/mp/cgi-bin/showqrcode?ticket=a%2B%2F%3D")
    wechat.qr_code("unit-7", seconds=10**9)
    forever, while_ = (call.json() for call in scripted.to("/cgi-bin/qrcode/create"))
    assert forever == {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "unit-7"}}}
    assert (while_["action_name"], while_["expire_seconds"]) == ("QR_STR_SCENE", 2592000)
    assert failure(lambda: wechat.qr_code("")).kind == "content"


def test_the_address_of_web_authorisation() -> None:
    assert a_wechat("http://h").authorize_url("https://a.cn/p?x=1&y=2", "s1") == (
        "http://h/open/connect/oauth2/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fa.cn%2Fp%3Fx%3D1%26y%3D2"
        "&response_type=code&scope=snsapi_base&state=s1#wechat_redirect"
    )


def test_a_code_becomes_an_openid(scripted: Scripted) -> None:
    scripted.answers[OAUTH] = {"access_token": "x", "openid": OPENID, "scope": "snsapi_base"}
    assert a_wechat(scripted.url).openid_of(CODE) == OPENID
    assert scripted.calls[0].query == {
        "appid": "wx1",
        "secret": SECRET,
        "code": CODE,
        "grant_type": "authorization_code",
    }


# --- codes


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("retry", [-1]),
        ("later", [45009, 45011, 43117]),
        ("permanent", [40003, 43004, 43101, 43019, 48002, 45015, 45047, 45028, 40029, 40163, 42003]),
        ("content", [47003, 40037, 44004, 45002, 47001, 45008, 40007, 12345]),
        ("alarm", [40013, 40125, 41004, 40164, 40243, 48001, 48004, 50002, 89503, 40200]),
    ],
)
def test_return_codes_are_sorted_by_what_to_do(kind: str, codes: list[int]) -> None:
    assert {refused(code).kind for code in codes} == {kind}


def test_of_wechats_words_only_the_useful_ones_are_kept() -> None:
    whole = f"invalid ip 10.1.2.3 ipv6 ::1, not in whitelist {OPENID} rid: 6a1b2c3d-0f0f0f0f-12345678"
    assert str(refused(40164, whole)).endswith("whitelist, 10.1.2.3, rid 6a1b2c3d-0f0f0f0f-12345678 (40164)")
    assert "thing1" in str(refused(47003, "argument invalid! data.thing1.value invalid"))
    assert "10.1.2.3" not in str(refused(40003, whole)) and OPENID not in str(refused(40003, whole))


def test_a_slow_drip_does_not_hold_a_download_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    from wechat import client

    times = iter([0.0, 30.0, 61.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(times))
    with pytest.raises(WeChatError):
        client._read([b"a", b"b"], 1000)
