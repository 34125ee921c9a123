"""A product with pages, a clock and a switch of persons, for the simulator's phone."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import requests
from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.settings import SimulatorSettings
from tests.simulator.product import Product, Received

BEIJING = timezone(timedelta(hours=8))
START = datetime(2020, 7, 9, 9, 3, tzinfo=BEIJING)
SAID = {
    "已报送": "记下了：月总结、统计表、影像已报送。这一项不再提醒。点错了请回复“撤回”。",
    "链接": '看 <a href="/due?from=chat">我的截止日</a> 或 http://example.org/x 。',
}


class Demo(Product):
    """The product's side of a try-out."""

    def __init__(self, settings: SimulatorSettings) -> None:
        super().__init__(settings)
        self.shift = timedelta()
        self.began = datetime.now(BEIJING)
        self.opened: list[str] = []
        self.say = self._say
        self.app.add_url_rule("/demo/clock", view_func=self._clock, methods=["GET", "POST"])
        self.app.add_url_rule("/demo/switch", view_func=self._switch)
        self.app.add_url_rule("/<path:name>", view_func=self._page)

    def now(self) -> datetime:
        """Tell campaign time, which runs on from where it was set."""
        return START + self.shift + (datetime.now(BEIJING) - self.began)

    def _say(self, received: Received) -> dict[str, Any] | None:
        words = SAID.get(received.word("Content"))
        if received.word("Event") == "CLICK":
            words = f"菜单：{received.word('EventKey')}"
        if received.word("MsgType") in ("image", "location"):
            words = "收到了。"
        return self.reply(received, MsgType="text", Content=words) if words else None

    def _clock(self) -> AnyResponse:
        if request.headers.get("X-Demo-Key") != self.settings.demo_key:
            return Response(status=403)
        if request.method == "POST":
            self.shift += datetime.fromisoformat(request.get_json()["now"]) - self.now()
        dues = [
            {"date": "2020-07-10", "name": "月总结、统计表、影像", "stated": True},
            {"date": "2020-07-31", "name": "万里行总结", "stated": False},
        ]
        return jsonify(
            now=self.now().isoformat(timespec="seconds"),
            campaign={"id": "ningxia-2020", "name": "宁夏 2020", "start": "2020-07-01"},
            dues=dues,
            next_jump="2020-07-30T09:00:00+08:00",
        )

    def _switch(self) -> AnyResponse:
        self.opened.append("switch")
        return redirect(request.args["to"])

    def _page(self, name: str) -> str:
        self.opened.append(name)
        return (
            "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
            f"<title>{name}</title><h1>页面 {name}</h1><a href='/second'>下一页</a>"
        )


def seed(product: Demo, url: str) -> None:
    """Make the menu and a QR code, as a product does when it starts."""
    settings = product.settings
    wish = {"grant_type": "client_credential", "appid": settings.app_id, "secret": settings.app_secret}
    token = requests.post(url + "/cgi-bin/stable_token", json=wish, timeout=5).json()["access_token"]

    def below(*names: str) -> list[dict[str, str]]:
        return [{"type": "click", "name": name, "key": name} for name in names]

    view = {"type": "view", "name": "现在报送", "url": f"{product.base_url}/due"}
    menu = [
        {"name": "学安全", "sub_button": below("开始答题", "错题本", "排行榜", "安全标语", "安全问答")},
        {"name": "报隐患", "sub_button": below("我要举报", "查进展", "求助电话", "怎样保护我")},
        {
            "name": "联络员",
            "sub_button": [
                *below("我的截止日"),
                view,
                *below("登记或更换", "今年的活动", "找工作人员"),
            ],
        },
    ]
    scene = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "unit:1"}}}
    for path, body in (("menu/create", {"button": menu}), ("qrcode/create", scene)):
        answer = requests.post(f"{url}/cgi-bin/{path}?access_token={token}", json=body, timeout=5).json()
        assert not answer.get("errcode"), answer
