"""The client against the simulated platform: both read the same documents, neither read the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.platform_fixture import Platform
from tests.wechat.memory_tokens import MemoryTokens
from wechat.client import WeChat
from wechat.errors import WeChatError
from wechat.menu import Button, build

DATA = {"thing1": "工作总结", "time2": "2020年7月10日", "thing3": "青泉市应急局", "thing4": "请点开查看"}


@pytest.fixture
def wechat(platform: Platform) -> WeChat:
    settings, url = platform.settings, platform.url
    return WeChat(
        settings.app_id, settings.app_secret, MemoryTokens(), url, f"{url}/open", f"{url}/mp", timeout=(1, 1)
    )


@pytest.fixture
def person(platform: Platform) -> str:
    someone = platform.sim.add_person("oWangFang0123456789", "王芳")
    return someone.openid


def send(wechat: WeChat, person: str, key: str = "key-1") -> str:
    return wechat.send_template(person, "deadline", DATA, "http://127.0.0.1:9/p", key)


def test_one_key_is_one_card(platform: Platform, wechat: WeChat, person: str) -> None:
    assert send(wechat, person) == send(wechat, person)
    assert (platform.sim.state.outbox.posts, platform.sim.state.outbox.cards) == (2, 1)


def test_a_lost_answer_is_ambiguous_and_safely_repeated(
    platform: Platform, wechat: WeChat, person: str
) -> None:
    platform.sim.faults.add("/cgi-bin/message/template/send", "lose")
    with pytest.raises(WeChatError) as problem:
        send(wechat, person)
    assert problem.value.kind == "ambiguous"
    assert send(wechat, person)
    assert platform.sim.state.outbox.cards == 1


def test_a_revoked_and_an_expired_token_are_renewed(platform: Platform, wechat: WeChat, person: str) -> None:
    send(wechat, person, "a")
    platform.sim.tokens.revoke()
    send(wechat, person, "b")
    platform.sim.tokens.expire()
    send(wechat, person, "c")
    assert platform.sim.state.outbox.cards == 3


@pytest.mark.parametrize(("code", "kind"), [(45009, "later"), (-1, "retry"), (48001, "alarm")])
def test_an_error_keeps_its_kind_and_rid(
    platform: Platform, wechat: WeChat, person: str, code: int, kind: str
) -> None:
    platform.sim.faults.add("/cgi-bin/message/template/send", "error", errcode=code)
    with pytest.raises(WeChatError) as problem:
        send(wechat, person)
    assert (problem.value.code, problem.value.kind) == (code, kind)
    assert "rid " in str(problem.value) and person not in str(problem.value)


def test_a_stranger_a_wrong_template_and_a_wrong_value(wechat: WeChat, person: str) -> None:
    calls: list[tuple[Callable[[], object], int, str]] = [
        (lambda: send(wechat, "oNobody"), 40003, "permanent"),
        (lambda: wechat.send_template(person, "other", DATA), 40037, "content"),
        (lambda: wechat.send_template(person, "deadline", DATA | {"thing4": "长" * 21}), 47003, "content"),
        (lambda: wechat.send_notification(person, "deadline", DATA), 43101, "permanent"),
    ]
    for call, code, kind in calls:
        with pytest.raises(WeChatError) as problem:
            call()
        assert (problem.value.code, problem.value.kind) == (code, kind)


def test_an_address_off_the_whitelist_alarms_with_the_address(
    platform: Platform, wechat: WeChat, person: str
) -> None:
    platform.sim.faults.refuse_ip = True
    with pytest.raises(WeChatError) as problem:
        send(wechat, person)
    assert problem.value.kind == "alarm" and "127.0.0.1" in str(problem.value)


def test_a_menu_goes_and_comes_back(wechat: WeChat) -> None:
    assert wechat.get_menu() is None
    buttons = build(
        [Button("答题", word="答题"), Button("排行榜", page="board")], lambda page: f"http://a.cn/{page}"
    )
    wechat.create_menu(buttons)
    menu = wechat.get_menu()
    assert menu is not None and menu["menu"]["button"][0]["key"] == "答题"


def test_a_picture_goes_up_and_comes_down(wechat: WeChat) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
    media = wechat.upload_image("poster.png", picture, "image/png")
    assert wechat.download(media, 1 << 20) == ("image/png", picture)
    with pytest.raises(WeChatError):
        wechat.download(media, 100)
    with pytest.raises(WeChatError) as problem:
        wechat.download("no-such-media", 100)
    assert problem.value.code == 40007


def test_a_code_for_a_unit(wechat: WeChat) -> None:
    ticket, picture = wechat.qr_code("unit-7", seconds=3600)
    assert ticket and "/mp/cgi-bin/showqrcode?ticket=" in picture
    assert wechat.callback_ips()


def test_a_code_of_web_authorisation_works_once(platform: Platform, wechat: WeChat, person: str) -> None:
    code = platform.sim.codes.give(person)
    assert wechat.openid_of(code) == person
    with pytest.raises(WeChatError) as problem:
        wechat.openid_of(code)
    assert problem.value.code == 40163 and code not in str(problem.value)


def test_a_picture_is_uploaded_and_sent_while_the_window_is_open(
    platform: Platform, wechat: WeChat, person: str
) -> None:
    media = wechat.upload_image("poster", b"\x89PNG\r\n\x1a\nrest")
    with pytest.raises(WeChatError) as problem:
        wechat.send_image(person, media)
    assert (problem.value.code, problem.value.kind) == (45015, "permanent")
    platform.sim.push_text(person, "海报")
    wechat.send_image(person, media)
    with pytest.raises(WeChatError) as problem:
        wechat.send_image(person, "no-such-media")
    assert (problem.value.code, problem.value.kind) == (40007, "content")
    (sent,) = platform.sim.state.outbox.to(person, "custom")
    assert sent.payload["image"] == {"media_id": media}


def test_the_content_of_a_qr_code_leads_to_the_account(platform: Platform, wechat: WeChat) -> None:
    content = wechat.qr_content("poster")
    (code,) = platform.sim.state.qrcodes.values()
    assert (code.scene, code.url, code.expires) == ("poster", content, None)
    with pytest.raises(WeChatError):
        wechat.qr_content("")


def test_the_accounts_templates_tell_their_fields(platform: Platform, wechat: WeChat) -> None:
    assert wechat.templates()["deadline"] == {"thing1", "time2", "thing3", "thing4"}


def test_an_examination_tells_the_platforms_time_and_asks_anew(platform: Platform, wechat: WeChat) -> None:
    wechat.check_token()
    platform.time.forward(3600)
    problem, shown = wechat.examine()
    assert problem is None and shown is not None
    assert 3590 < (shown - datetime.now(UTC)).total_seconds() < 3610
    platform.sim.faults.refuse_ip = True
    refusal, shown = wechat.examine()
    assert refusal is not None and shown is not None
    assert (refusal.code, "127.0.0.1" in refusal.message) == (40164, True)
    assert 3590 < (shown - datetime.now(UTC)).total_seconds() < 3610
