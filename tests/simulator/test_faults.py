"""Faults on demand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import requests

from simulator.app import Simulator
from simulator.faults import Faults
from tests.platform_fixture import QUICK, SETTINGS, Platform
from tests.simulator.conftest import Api
from tests.simulator.test_sending import TEMPLATE, card


def test_a_dropped_request_was_not_accepted(platform: Platform, api: Api) -> None:
    wish = card(platform.sim.person("李敏").openid)
    api.token = api.fetch_token()["access_token"]
    platform.sim.faults.add("/cgi-bin/message/template", "drop")
    with pytest.raises(requests.ConnectionError):
        api.post(TEMPLATE, wish)
    assert platform.sim.state.outbox.posts == 0
    assert api.code(TEMPLATE, wish) == 0


def test_a_lost_answer_leaves_the_message_accepted(platform: Platform, api: Api) -> None:
    wish = card(platform.sim.person("李敏").openid)
    api.token = api.fetch_token()["access_token"]
    platform.sim.faults.add("/cgi-bin/message/template", "lose")
    with pytest.raises(requests.ConnectionError):
        api.post(TEMPLATE, wish)
    assert platform.sim.state.outbox.cards == 1


def test_a_status_may_stand_in_for_a_closed_connection(platform: Platform) -> None:
    platform.sim.faults.add("/cgi-bin", "drop", status=503)
    assert requests.get(platform.url + "/cgi-bin/menu/get", timeout=5).status_code == 503


def test_an_error_code_for_the_next_calls(platform: Platform, api: Api) -> None:
    api.token = api.fetch_token()["access_token"]
    platform.sim.faults.add("/cgi-bin/menu", "error", calls=2, errcode=-1)
    assert [api.get("menu/get").json()["errcode"] for _ in range(3)] == [-1, -1, 46003]


def test_an_address_that_is_not_on_the_list(platform: Platform, api: Api) -> None:
    platform.sim.faults.refuse_ip = True
    answer = api.fetch_token()
    assert answer["errcode"] == 40164
    assert "127.0.0.1" in answer["errmsg"]


def test_faults_over_http(platform: Platform) -> None:
    wish = {"drop_pushes": True, "path": "/cgi-bin/x", "action": "delay", "seconds": 1, "calls": 3}
    told = requests.post(platform.url + "/faults", json=wish, timeout=5).json()
    assert told["drop_pushes"] is True
    assert told["faults"][0]["calls"] == 3
    assert requests.post(platform.url + "/faults", json={"clear": True}, timeout=5).json()["faults"] == []


def test_a_probability_decides() -> None:
    faults = Faults(chance=iter([0.9, 0.1]).__next__)
    faults.add("/", "drop", calls=None, probability=0.5)
    assert faults.take("/x") is None
    assert faults.take("/x") is not None


def test_what_was_there_is_there_after_a_restart(tmp_path: Path) -> None:
    settings = replace(SETTINGS, data_dir=tmp_path)
    first = Simulator(settings, timing=QUICK)
    first.follow("王秀兰")
    media = first.keep_media("image", "image/png", b"\x89PNG")
    first.state.menu = {"button": []}
    first.state.post("a@x", ("b@x",), "s", "t", (), first.now().isoformat())
    first.close()
    second = Simulator(settings, timing=QUICK)
    assert second.person("王秀兰").follows
    assert second.state.chat("王秀兰") == first.state.chat("王秀兰")
    assert second.state.mails == first.state.mails
    assert second.state.menu == {"button": []}
    assert second.state.media_bytes(media.id) == b"\x89PNG"
    assert second.show(second.person("李敏"), "note", "text", {}).number > first.state.mails[-1].number
    second.close()


def test_a_restart_does_not_forget_what_was_sent_once(tmp_path: Path) -> None:
    settings = replace(SETTINGS, data_dir=tmp_path)
    numbers = []
    for _ in range(2):
        sim = Simulator(settings, timing=QUICK)
        token = sim.tokens.stable()[0]
        wish = card(sim.person("李敏").openid, client_msg_id="r-1")
        answer = sim.app.test_client().post(f"/cgi-bin/{TEMPLATE}?access_token={token}", json=wish)
        numbers.append(answer.get_json()["msgid"])
        sim.close()
    assert numbers[0] == numbers[1]
