"""Tokens, quotas, menu, media, QR codes and authorisation, with the codes that refuse."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.platform_fixture import Platform
from tests.simulator.conftest import Api

# tokens


def test_the_stable_token_stays_the_same_until_five_minutes_before_its_end(
    platform: Platform, api: Api
) -> None:
    first = api.fetch_token()
    assert first["expires_in"] in (7199, 7200)
    assert api.fetch_token()["access_token"] == first["access_token"]
    platform.time.forward(7200 - 301)
    assert api.fetch_token()["access_token"] == first["access_token"]
    platform.time.forward(2)
    assert api.fetch_token()["access_token"] != first["access_token"]


def test_a_forced_refresh_ends_the_former_token_and_is_rationed(platform: Platform, api: Api) -> None:
    api.token = api.fetch_token()["access_token"]
    assert api.fetch_token(force_refresh=True)["access_token"] != api.token
    assert api.code("clear_quota", {}) == 40001
    assert api.fetch_token(force_refresh=True)["errcode"] == 45011
    for _ in range(19):
        platform.time.forward(31)
        assert "access_token" in api.fetch_token(force_refresh=True)
    platform.time.forward(31)
    assert api.fetch_token(force_refresh=True)["errcode"] == 45009


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"appid": "wxother"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"secret": ""}, 41004),
        ({"appid": ""}, 41002),
        ({"grant_type": "x"}, 40002),
    ],
)
def test_refuses_wrong_credentials(api: Api, changes: dict[str, str], code: int) -> None:
    assert api.fetch_token(**changes)["errcode"] == code


def test_the_older_token_lives_five_minutes_beside_its_successor(platform: Platform, api: Api) -> None:
    settings = platform.settings
    wish = {"grant_type": "client_credential", "appid": settings.app_id, "secret": settings.app_secret}

    def fetch() -> str:
        return str(requests.get(platform.url + "/cgi-bin/token", wish, timeout=5).json()["access_token"])

    api.token = fetch()
    assert fetch() != api.token
    assert api.get("getcallbackip").json()["ip_list"] == ["127.0.0.1"]
    platform.time.forward(301)
    assert api.get("getcallbackip").json()["errcode"] == 42001


def test_each_call_needs_a_good_token(platform: Platform, api: Api) -> None:
    api.fetch_token()
    api.token = "short"
    assert api.get("menu/get").json()["errcode"] == 40014
    api.token = "x" * 128
    assert api.get("menu/get").json()["errcode"] == 40001
    api.token = ""
    assert api.get("menu/get").json()["errcode"] == 46003
    platform.sim.tokens.expire()
    assert api.get("menu/get").json()["errcode"] == 42001
    assert requests.get(platform.url + "/cgi-bin/menu/get", timeout=5).json()["errcode"] == 41001


def test_quotas_by_day_and_minute(platform: Platform, api: Api) -> None:
    platform.sim.limits.daily["/cgi-bin/menu/get"] = 2
    assert [api.get("menu/get").json()["errcode"] for _ in range(3)] == [46003, 46003, 45009]
    assert api.code("clear_quota", {"appid": platform.settings.app_id}) == 0
    assert api.get("menu/get").json()["errcode"] == 46003
    platform.sim.limits.minutely["/cgi-bin/menu/delete"] = 0
    assert api.get("menu/delete").json()["errcode"] == 45011


def test_quotas_are_cleared_ten_times_a_month(platform: Platform, api: Api) -> None:
    codes = [api.code("clear_quota", {"appid": platform.settings.app_id}) for _ in range(11)]
    assert codes == [0] * 10 + [48006]


# menu


def button(name: str = "学安全", **more: Any) -> dict[str, Any]:
    return {"type": "click", "name": name, "key": "k"} | more


def test_a_menu_can_be_made_read_and_deleted(api: Api) -> None:
    menu = {"button": [button(), {"name": "联络员", "sub_button": [button("我的截止日")]}]}
    assert api.code("menu/create", menu) == 0
    assert api.answer(api.get("menu/get"))["menu"] == menu
    assert api.get("menu/delete").json()["errcode"] == 0
    assert api.get("menu/get").json()["errcode"] == 46003


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], 40016),
        ([button()] * 4, 40016),
        ([button("字" * 6)], 40018),
        ([button(type="dance")], 40017),
        ([button(key="k" * 129)], 40019),
        ([{"type": "view", "name": "x", "url": "ftp://x"}], 40020),
        ([{"type": "view", "name": "x", "url": "http://" + "x" * 1018}], 40020),
        ([{"name": "x", "sub_button": [button()] * 6}], 40023),
        ([{"name": "x", "sub_button": [button("字" * 21)]}], 40025),
        ([{"name": "x", "sub_button": [button(key="")]}], 40026),
    ],
)
def test_refuses_a_menu_against_the_rules(api: Api, buttons: list[dict[str, Any]], code: int) -> None:
    assert api.code("menu/create", {"button": buttons}) == code


# media and QR codes


def test_media_comes_back_as_bytes_for_three_days(platform: Platform, api: Api) -> None:
    kept = api.upload("image", b"\xff\xd8\xff rest")
    answer = api.get("media/get", media_id=kept["media_id"])
    assert (answer.content, answer.headers["Content-Type"]) == (b"\xff\xd8\xff rest", "image/jpeg")
    platform.time.forward(3 * 86400 + 1)
    api.token = ""
    assert api.get("media/get", media_id=kept["media_id"]).json()["errcode"] == 40007


def test_refuses_what_is_no_picture(api: Api) -> None:
    assert api.upload("image", b"MZ")["errcode"] == 40005
    assert api.upload("dance", b"MZ")["errcode"] == 40004
    assert api.upload("image", b"")["errcode"] == 41005


def test_a_qr_code_has_a_picture_that_says_its_scene(platform: Platform, api: Api) -> None:
    wish = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "unit:12"}}}
    made = api.post("qrcode/create", wish)
    picture = requests.get(platform.url + "/mp/cgi-bin/showqrcode", {"ticket": made["ticket"]}, timeout=5)
    assert "unit:12" in picture.text
    assert "expire_seconds" not in made


@pytest.mark.parametrize(
    "wish",
    [
        {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": ""}}},
        {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x" * 65}}},
        {"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 0}}},
        {"action_name": "QR_OTHER"},
    ],
)
def test_refuses_a_wrong_scene(api: Api, wish: dict[str, Any]) -> None:
    assert api.code("qrcode/create", wish) == 40053


# authorisation


def authorise(platform: Platform, openid: str, **changes: str) -> requests.Response:
    platform.connect("http://127.0.0.1:9")
    wish = {
        "appid": platform.settings.app_id,
        "redirect_uri": "http://127.0.0.1:9/back?to=due",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s1",
        "sim_person": openid,
    }
    url = platform.url + "/open/connect/oauth2/authorize"
    return requests.get(url, wish | changes, allow_redirects=False, timeout=5)


def exchange(platform: Platform, code: str) -> dict[str, Any]:
    settings = platform.settings
    wish = {"appid": settings.app_id, "secret": settings.app_secret, "grant_type": "authorization_code"}
    answer: dict[str, Any] = requests.get(
        platform.url + "/sns/oauth2/access_token", wish | {"code": code}, timeout=5
    ).json()
    return answer


def code_for(platform: Platform, openid: str) -> str:
    target = urlsplit(authorise(platform, openid).headers["Location"])
    asked = parse_qs(target.query)
    assert (target.path, asked["to"], asked["state"]) == ("/back", ["due"], ["s1"])
    return asked["code"][0]


def test_a_code_tells_the_person_once(platform: Platform) -> None:
    openid = platform.sim.person("李敏").openid
    code = code_for(platform, openid)
    assert exchange(platform, code)["openid"] == openid
    assert exchange(platform, code)["errcode"] == 40163
    assert exchange(platform, "other")["errcode"] == 40029


def test_a_code_dies_after_five_minutes(platform: Platform) -> None:
    code = code_for(platform, platform.sim.person("李敏").openid)
    platform.time.forward(301)
    assert exchange(platform, code)["errcode"] == 42003


@pytest.mark.parametrize(
    "changes",
    [
        {"appid": "wxother"},
        {"redirect_uri": "http://evil.example/back"},
        {"scope": "all"},
        {"sim_person": "nobody"},
    ],
)
def test_no_code_for_a_wrong_request(platform: Platform, changes: dict[str, str]) -> None:
    answer = authorise(platform, platform.sim.person("李敏").openid, **changes)
    assert answer.status_code == 400
