"""A small app around the phone page: the real dialogue machinery, a WeChat login of paper, sessions in memory."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.context import Context, Draft
from bot.dialogue import ask, converse, draw
from bot.errors import Invalid
from bot.message import Message, Reader, Reply, Said
from bot.readers import any_text, mail, optional_text, photos, place, sent_photos
from bot.routes import Dialogue, Route
from content.loader import load
from content.models import Campaign, Hotline
from web.errors import register_errors
from web.pages import Pages, pages_blueprint
from web.photos import DrawCode, Shot
from web.security import secure
from wechat.errors import WeChatError

#: One grey dot, as a GIF, for the smallest picture that a browser draws.
PIXEL = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x88\x99\xa0\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
CODE = "K7QM-2XHD-9RTW-4VNB"
CARD = (
    "马上拨 119、120 或 110，先离开危险处。\n119 火灾、爆炸、泄漏、坍塌、被困\n120 受伤、中毒\n110 治安，或拿不准\n"
    "122 交通事故\n\n接通后说：在哪里，出了什么事，有没有人受伤被困，您的电话。\n\n"
    "这里没有人实时值守，不能代替报警。\n安全后回复“继续”，我们帮您整理给 12350 的材料。"
)
OPENING = (
    "我们为您保密：您的微信身份单独加密存放，转交的材料里没有。\n\n"
    "先问一句：现在正在发生吗？有人受伤或被困吗？\n正在发生请直接拨 119、120、110。"
)
PHOTO = (
    "有现场照片吗？直接发来，最多9张；没有请回复“跳过”。\n站在安全处拍，不要靠近危险，别拍到人脸和车牌。\n"
    "照片里的拍摄位置我们会去掉。"
)
DEADLINES = (
    "青泉市安委会，接下来要报：\n7月10日（周五）前，还有9天\n月总结（1500字以内）、统计表（附件3）、视频照片\n"
    "7月31日（周五），推定\n万里行7月综合信息，1篇\n11月30日（周一）前\n万里行统计表（附件4）\n\n"
    "推定的日期以办公室通知为准。\n现在交回复“报送”。"
)
QUESTIONS = (
    (
        "q1",
        "干活时发现直接危及人身安全的紧急情况，您有权怎么做？",
        (
            "先请示班组长，同意后再离开",
            "停止作业，或采取措施后撤离",
            "把手头的活做完，再有序撤离",
            "可以离开，但要扣当天的工资",
        ),
        "停止作业，或采取措施后撤离",
    ),
    ("q2", "发现火灾先做什么？", ("拍照", "报警"), "报警"),
)


def report(ctx: Context) -> Dialogue:
    """A report, as the copy deck tells it."""
    urgent = yield from ask("urgent", OPENING, choices=("正在发生", "没有", "不确定"))
    if urgent == "正在发生":
        yield from ask("safe", CARD, choices=("继续",))
    where = yield from ask(
        "where", "在哪里？发个位置，或写地址：哪条路、几号楼、几层、哪个车间。", reader=place()
    )
    unit = yield from ask(
        "unit", "是哪个单位或场所？招牌、围挡、车牌、船名都行。", reader=optional_text("不知道")
    )
    what = yield from ask("what", "看到了什么？哪里不对？用平常话说就行。", reader=any_text())
    pictures = yield from ask("pictures", PHOTO, reader=photos())
    summary = (
        f"请看一遍：\n地点：{where.text}\n单位：{unit or '不清楚'}\n情况：{what}\n照片：{len(pictures)}张"
    )
    sure = yield from ask("sure", summary, choices=("提交", "改一改", "不提交了"))
    if sure != "提交":
        return Reply("没有提交，写的内容已删除。")
    return Reply(
        f"已收到，谢谢您。\n查询码：{CODE}\n请现在截图：凭它查进展，也能证明是您报的。我们不存原码，丢了找不回。\n\n"
        "我们核对后转交，是否受理由主管部门决定。想更快，现在就拨 12350，照着念：\n\n"
        f"您好，我反映一处安全隐患。地点：{where.text}。情况：{what}。",
        choices=("查进展", "答题"),
        secret=True,
    )


def quiz(ctx: Context) -> Dialogue:
    """Two questions, each with the verdict of the one before."""
    verdict, score = "", 0
    for number, (key, stem, options, answer) in enumerate(QUESTIONS, start=1):
        text = f"{verdict}第{number}题，共{len(QUESTIONS)}题\n{stem}"
        said = yield from ask(key, text, choices=options, final=True, lettered=True)
        score += said == answer
        first = "答对了。" if said == answer else f"没答对，正确答案是{answer}。"
        verdict = f"{first}\n遇到危险先保住自己。\n依据：《安全生产法》（2021年修正）第55条\n\n"
    return Reply(f"{verdict}答完了：{len(QUESTIONS)}题对{score}题。", choices=("再来一轮", "排行榜"))


def _mobile(said: Any) -> str:
    if not re.fullmatch(r"1\d{10}", said[-1].text):
        raise Invalid(f"手机号是11位数字，刚才是{len(said[-1].text)}位，再发一次就行。")
    return str(said[-1].text)


def register(ctx: Context) -> Dialogue:
    """Two fields of a liaison."""
    yield from ask("mobile", "第1项，共2项。您的手机号？", reader=Reader(_mobile, input="mobile"))
    yield from ask("mail", "第2项，共2项。您的邮箱？", reader=mail())
    return Reply("登记好了。", page="privacy")


def deadlines(ctx: Context) -> Reply:
    """What is due, without a question."""
    return Reply(DEADLINES, choices=("报送", "登记"))


ROUTES = (
    Route(
        "report", report, ("举报", "我要举报"), "反映一处安全隐患，为您保密。", top="报隐患", entry="我要举报"
    ),
    Route("quiz", quiz, ("答题", "再来一轮"), "一轮几道题，不限时。", top="学安全", entry="开始答题"),
    Route("register", register, ("登记",), "登记联络员。", top="联络员", entry="登记或更换", files=True),
    Route(
        "deadlines",
        deadlines,
        ("截止日",),
        "看接下来要报什么。",
        top="联络员",
        entry="我的截止日",
        files=True,
    ),
)


@dataclass
class DemoTalk:
    """The bot in small: one open dialogue a person, repeats by id, stale pages change nothing."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    shown: dict[str, Reply] = field(default_factory=dict)
    answered: dict[str, Reply] = field(default_factory=dict)
    heard: list[Message] = field(default_factory=list)
    broken: bool = False

    def look(self, user: str) -> Reply:
        if self.broken:
            raise ConnectionError("no Redis")
        draft = self.drafts.get(user)
        return self._draw(draft) if draft else self.shown.get(user, Reply())

    def say(self, message: Message) -> Reply:
        if message.id in self.answered:
            return self.answered[message.id]
        self.heard.append(message)
        reply = self._answer(message)
        self.answered[message.id] = reply
        self.shown[message.user] = replace(reply, text="") if reply.secret else reply  # as the bot does
        return reply

    def sent_photos(self, user: str) -> tuple[str, ...]:
        draft = self.drafts.get(user)
        return sent_photos(draft.heard(draft.open)) if draft and draft.input == "photos" else ()

    def _answer(self, message: Message) -> Reply:
        draft = self.drafts.get(message.user)
        if message.asks and (draft is None or draft.open != message.asks):
            return self.look(message.user)
        route = next((one for one in ROUTES if message.text in one.words), None)
        if route and (message.kind == "menu" or draft is None):
            return self._take(message, route)
        if draft is None:
            return Reply("没太明白，请换个说法。", choices=("举报", "答题"))
        if message.text == "上一步":
            answered = [key for key in draft.said if key != draft.open]
            draft.said.pop(answered[-1], None)
            return self._draw(draft)
        return self._converse(message, draft)

    def _take(self, message: Message, route: Route) -> Reply:
        if not route.asks:
            return route.handler(None)  # type: ignore[arg-type, return-value]
        self.drafts[message.user] = Draft(secrets.token_hex(4), route.name, began="", touched=0)
        return self._draw(self.drafts[message.user])

    def _converse(self, message: Message, draft: Draft) -> Reply:
        said = Said(message.text, message.media, message.place)
        outcome = converse(self._run(draft), draft, said)
        if outcome.question is None:
            del self.drafts[message.user]
        reply = draw(outcome)
        danger = "着火" in message.text
        return replace(reply, text=f"{CARD}\n\n{reply.text}", danger=True) if danger else reply

    def _draw(self, draft: Draft) -> Reply:
        return draw(converse(self._run(draft), draft), whole=True)

    def _run(self, draft: Draft) -> Dialogue:
        handler = next(one.handler for one in ROUTES if one.name == draft.route)
        return handler(None)  # type: ignore[arg-type, return-value]


@dataclass
class PaperLogin:
    """WeChat's authorisation: each code is good once, as there."""

    codes: dict[str, str] = field(default_factory=dict)
    base: str = "https://open.weixin.example"

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        query = urlencode({"redirect_uri": redirect_uri, "scope": "snsapi_base", "state": state})
        return f"{self.base}/connect/oauth2/authorize?{query}#wechat_redirect"

    def openid_of(self, code: str) -> str:
        if code not in self.codes:
            raise WeChatError(40163, "permanent", "authorisation code used before")
        return self.codes.pop(code)

    def code_for(self, openid: str) -> str:
        code = secrets.token_hex(8)
        self.codes[code] = openid
        return code


@dataclass
class MemorySessions:
    """Sessions as the store keeps them, in a dictionary."""

    kept: dict[str, str] = field(default_factory=dict)
    asides: dict[str, str] = field(default_factory=dict)

    def create(self, openid: str) -> str:
        sid = secrets.token_urlsafe(24)
        self.kept[sid] = openid
        return sid

    def get(self, sid: str) -> str | None:
        return self.kept.get(sid)

    def drop(self, sid: str) -> None:
        self.kept.pop(sid, None)
        self.asides.pop(sid, None)

    def set_aside(self, sid: str, text: str) -> None:
        self.asides[sid] = text

    def aside(self, sid: str) -> str:
        return self.asides.get(sid, "")


def keep_photo(openid: str, content: bytes) -> str:
    """Take whatever begins like a JPEG."""
    if not content.startswith(b"\xff\xd8"):
        raise Invalid("这张照片的拍摄信息去不掉，为了您的安全没有保存。换一张，或回复“跳过”。")
    return f"photo:{hashlib.sha256(content).hexdigest()[:12]}"


@dataclass
class PaperAlbum:
    """Photos that are clean at once, and all look alike."""

    talk: DemoTalk
    dropped: list[tuple[str, str]] = field(default_factory=list)

    def shots(self, user: str) -> Sequence[Shot]:
        tokens = [token.removeprefix("photo:") for token in self.talk.sent_photos(user)]
        return [Shot(n, token, ready=True) for n, token in enumerate(tokens, start=1)]

    def held(self, user: str) -> int:
        return len(self.shots(user)) + len([one for one, _ in self.dropped if one == user])

    def see(self, user: str, token: str) -> bytes | None:
        return PIXEL if token in [shot.token for shot in self.shots(user)] else None

    def drop(self, user: str, token: str) -> None:
        self.dropped.append((user, token))


@dataclass
class Site:
    """The app and the doubles behind it."""

    app: Flask
    talk: DemoTalk
    login: PaperLogin
    sessions: MemorySessions
    campaign: Campaign
    album: PaperAlbum

    def phone(self, openid: str = "") -> Phone:
        """A browser, signed in as somebody if named."""
        phone = Phone(self, self.app.test_client())
        if openid:
            phone.client.set_cookie("sid", self.sessions.create(openid), path="/")
        return phone


def make_site(
    base_url: str = "http://localhost",
    frame_ancestors: str = "self",
    hotlines: Sequence[tuple[str, bool]] | None = None,
    draw_code: DrawCode | None = None,
    glance: Callable[[str, str], Reply | None] = lambda _user, _route: None,
    campaign_id: str = "ningxia-2020",
) -> Site:
    """An app as app.py builds it, with doubles for what is behind the pages."""
    app = Flask("pages-in-tests", static_folder="static")
    app.config["SECRET_KEY"] = secrets.token_hex()
    secure(app, base_url, frame_ancestors)
    register_errors(app)
    talk, login, sessions, campaign = DemoTalk(), PaperLogin(), MemorySessions(), load(campaign_id)
    if hotlines is not None:
        lines = tuple(
            Hotline(number=n, purpose="热线", confirmed=sure, source="通知") for n, sure in hotlines
        )
        campaign = campaign.model_copy(update={"hotlines": lines})
    album = PaperAlbum(talk)
    more: Any = {"album": album, "draw_code": draw_code, "glance": glance}
    pages = Pages(talk, login, sessions, keep_photo, campaign, ROUTES, base_url, **more)
    app.register_blueprint(pages_blueprint(pages))
    return Site(app, talk, login, sessions, campaign, album)


@dataclass
class Phone:
    """A browser without a script: it sends the forms that it was shown."""

    site: Any
    client: FlaskClient
    html: str = ""

    def open(self, path: str = "/p/") -> TestResponse:
        response = self.client.get(path, follow_redirects=False)
        return self._seen(response)

    def fields(self, action: str, html: str = "") -> dict[str, str]:
        """The hidden fields of the form on the page that goes to this address."""
        form = self.form(action, html)
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
        return {name: unescape(value) for name, value in found}

    def form(self, action: str, html: str = "") -> str:
        pattern = rf'<form[^>]*action="{re.escape(action)}"[^>]*>.*?</form>'
        found = re.search(pattern, html or self.html, re.S)
        assert found, f"no form to {action} on the page"
        return found[0]

    def send(self, action: str, html: str = "", **values: Any) -> TestResponse:
        """Send a form of the page and look at what follows."""
        response = self.client.post(action, data={**self.fields(action, html), **values})
        if response.status_code == 303:
            return self.open(response.headers["Location"])
        return self._seen(response)

    def says(self, text: str) -> TestResponse:
        return self.send("/p/say", text=text)

    def taps(self, choice: str) -> TestResponse:
        assert f'value="{choice}"' in self.html, f"no choice {choice}"
        return self.send("/p/say", choice=choice)

    def enters(self, name: str) -> TestResponse:
        self.open(f"/p/go/{name}")
        return self.send(f"/p/go/{name}")

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.html, re.S)
        return unescape(re.sub(r"<.*?>", "", found[1])) if found else ""

    @property
    def text(self) -> str:
        return unescape(re.sub(r"<[^>]*>", "", self.html))

    def _seen(self, response: TestResponse) -> TestResponse:
        if response.status_code < 300 or response.status_code >= 400:
            self.html = response.get_data(as_text=True)
        return response


def state_of(location: str) -> str:
    """The state in an address of WeChat's authorisation."""
    return parse_qs(urlsplit(location).query)["state"][0]
