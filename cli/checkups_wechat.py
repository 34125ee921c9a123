"""What the doctor looks at together with WeChat: secret, whitelist, clock, templates, menu, and the way back to us."""

from __future__ import annotations

import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from channels.templates import read_templates
from cli.checkups import NO_CAMPAIGN, NO_REDIS, Checkup, Finding, Patient, left_out
from cli.checkups_tls import tls_finding
from cli.opening import machine_time
from content.errors import ContentError
from content.loader import load
from store.counts import REFUSED, Counts
from wechat.errors import WeChatError
from wechat.network import tls_fault
from wechat.probe import event, greeting

CLOCK_OFF = 30.0  # seconds; pushes are believed for two minutes
RECENT = 3600  # seconds
NO_WECHAT = "要先连得上公众号"
_IP = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_CONSOLE = "公众平台“设置与开发 → 基本配置”"


def refused_pushes(patient: Patient) -> Iterator[Finding]:
    """最近被拒绝的推送"""
    if patient.link is None or not patient.has("CAMPAIGN"):
        yield left_out("最近被拒绝的推送", NO_REDIS if patient.link is None else NO_CAMPAIGN)
        return
    latest = Counts(patient.link, patient.settings.campaign).read().latest
    for why, (what, todo) in {
        "wrong signature": (
            "签名不对",
            f"核对 WECHAT_TOKEN 和{_CONSOLE}里的 Token；都对的话，是有人在乱试，不用管。",
        ),
        "wrong msg_signature": ("签名不对", f"核对 WECHAT_TOKEN 和{_CONSOLE}里的 Token。"),
        "undecipherable": ("解不开", f"核对 WECHAT_AES_KEY 和{_CONSOLE}里的 EncodingAESKey，还有 AppID。"),
        "plain body in safe mode": ("没有加密", f"{_CONSOLE}里的加解密方式和 WECHAT_MODE 要一样。"),
        "timestamp out of window": ("时间差得太多", "校准这台机器的时间：timedatectl set-ntp true。"),
    }.items():
        ago = time.time() - latest.get((REFUSED, why), 0)
        if ago < RECENT:
            yield Finding(False, f"最近一小时有推送被拒绝：{what}，最近一次在 {ago / 60:.0f} 分钟前。", todo)


def account(patient: Patient) -> Iterator[Finding]:
    """公众号的账号、白名单和时间"""
    if not patient.has("WECHAT_APP_ID", "WECHAT_APP_SECRET"):
        patient.out.add("wechat")
        yield left_out("公众号的账号、白名单和时间", "要先设置 WECHAT_APP_ID 和 WECHAT_APP_SECRET")
        return
    asked = machine_time()
    problem, shown = patient.wechat.examine()
    middle = asked + (machine_time() - asked) / 2
    if problem is None:
        yield Finding(True, "AppID、AppSecret 都对，这台机器在 IP 白名单里。")
    else:
        patient.out.add("wechat")
        base = patient.settings.wechat_api_base
        yield _refused(problem) if problem.code else _cut_off(problem, base, shown is not None)
    if shown is None:
        yield left_out("时间", "微信没有说现在几点" if problem is None else NO_WECHAT)
    else:
        yield _clock(middle, shown)


def _clock(ours: datetime, shown: datetime) -> Finding:
    off = (ours - shown).total_seconds()
    if abs(off) <= CLOCK_OFF:
        return Finding(True, "时间是准的。")
    which = "快" if off > 0 else "慢"
    return Finding(
        False, f"这台机器的时间{which}了 {abs(off):.0f} 秒。", "校准时间：timedatectl set-ntp true。"
    )


def _refused(problem: WeChatError) -> Finding:
    """What WeChat's answer to the first call of all means."""
    if problem.code in (40001, 40125):
        return Finding(
            False,
            f"AppSecret 不对（{problem.code}）。",
            f"在{_CONSOLE}重置 AppSecret，写进 WECHAT_APP_SECRET。",
        )
    if problem.code == 40013:
        return Finding(False, "AppID 不对（40013）。", f"从{_CONSOLE}重新复制到 WECHAT_APP_ID。")
    if problem.code == 40164:
        address = next(iter(_IP.findall(problem.message)), "")
        ours = f" {address} " if address else ""
        return Finding(
            False,
            f"这台机器的出口地址{ours}不在 IP 白名单里（40164）。",
            f"把{ours or '它'}加进{_CONSOLE}的 IP 白名单。",
        )
    if problem.code in (45009, 45011, -1):
        return Finding(False, f"微信接口现在很忙或次数用完了（{problem.code}）。", "过一会儿再查一次。")
    return Finding(False, f"微信不给 access token（{problem}）。", "在微信开放社区查这个错误码。")


def _cut_off(problem: WeChatError, base: str, answered: bool) -> Finding:
    """Why WeChat itself has said nothing."""
    if answered:
        todo = "过一会儿再查一次；一直这样，核对 WECHAT_API_BASE，查中间有没有代理或防火墙拦着。"
        return Finding(False, f"{base} 有应答，但不是微信该有的应答（{problem}）。", todo)
    return tls_finding(problem.message, base, machine_time(), ours=False) or Finding(
        False, f"连不上 {base}（{problem}）。", "检查这台机器能不能上网、能不能解析域名、防火墙放不放行。"
    )


def templates(patient: Patient) -> Iterator[Finding]:
    """消息模板"""
    try:
        ours = read_templates(patient.settings.wechat_templates)
    except ValueError as problem:
        yield Finding(False, f"WECHAT_TEMPLATES 写得不对（{problem}）。", "格式见 README。")
        return
    yield from told_winners(_states_draws(patient), ours)
    if not ours:
        yield Finding(True, "没有设置消息模板，提醒只走聊天消息和邮件。")
        return
    if "wechat" in patient.out:
        yield left_out("模板和账号里的是否一样", NO_WECHAT)
        return
    try:
        there = patient.wechat.templates()
    except WeChatError as problem:
        yield Finding(False, f"查不了账号里的模板（{problem}）。", "确认账号通过了认证，开通了模板消息。")
        return
    for kind, template in ours.items():
        yield _compared(kind, set(template.fields.values()), there.get(template.id))


def _states_draws(patient: Patient) -> bool:
    try:
        return patient.has("CAMPAIGN") and bool(load(patient.settings.campaign).prizes)
    except ContentError:  # told where the campaign is looked at
        return False


def told_winners(draws: bool, ours: Mapping[str, object]) -> Iterator[Finding]:
    """Where draws are stated: is there a way to tell those who win?"""
    if draws and "prize" not in ours:
        yield Finding(
            False,
            "活动设了抽奖，没有设置告诉中奖人的模板：开奖时48小时内没来过的人收不到消息。",
            "申请一个“抽奖结果通知”类的模板，作为 prize 写进 WECHAT_TEMPLATES，见 README。",
        )


def _compared(kind: str, ours: set[str], theirs: frozenset[str] | None) -> Finding:
    if theirs is None:
        return Finding(
            False,
            f"模板 {kind} 不在账号里，这一类消息发不出去。",
            "在公众平台“模板消息”里核对模板ID，写进 WECHAT_TEMPLATES。",
        )
    if ours - theirs:
        return Finding(
            False,
            f"模板 {kind} 没有这些字段：{_list(ours - theirs)}。",
            f"账号里的字段是：{_list(theirs)}。改 WECHAT_TEMPLATES 里的 fields。",
        )
    if theirs - ours:
        return Finding(
            False,
            f"模板 {kind} 的这些字段没有填：{_list(theirs - ours)}，微信会拒收。",
            "在 WECHAT_TEMPLATES 的 fields 里补上。",
        )
    return Finding(True, f"模板 {kind} 和账号里的一样。")


def _list(names: set[str] | frozenset[str]) -> str:
    return "、".join(sorted(names))


def menu(patient: Patient) -> Iterator[Finding]:
    """菜单"""
    if "wechat" in patient.out:
        yield left_out("菜单", NO_WECHAT)
        return
    try:
        there = patient.wechat.get_menu()
    except WeChatError as problem:
        yield Finding(False, f"查不了菜单（{problem}）。", "过一会儿再查一次。")
        return
    if there is None:
        yield Finding(False, "公众号里还没有菜单。", "运行 python app.py menu push。")
    else:
        yield Finding(True, "公众号里有菜单。")


# -- the way back --------------------------------------------------------------------------------------------


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The platform follows none, either."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def callback(patient: Patient) -> Iterator[Finding]:
    """回调地址"""
    if not patient.has("BASE_URL", "WECHAT_TOKEN"):
        yield left_out("回调地址", "要先设置 BASE_URL 和 WECHAT_TOKEN")
        return
    settings = patient.settings
    url = f"{settings.base_url}/wechat"
    query = greeting(settings.wechat_token.get_secret_value(), machine_time().timestamp())
    status, body, why = _call(url, query)
    if status == 200 and body == query["echostr"].encode():
        yield Finding(True, f"从外面的地址 {url} 找得到我们。")
        yield from _sealed(patient, url)
        yield from _open_doors(settings.base_url)
    else:
        yield _unreached(url, status, why)


def _unreached(url: str, status: int, why: str) -> Finding:
    """Why the platform would not find us."""
    if not status:
        todo = "检查域名解析、证书、nginx、防火墙；若这台机器不能从里面访问自己的公网地址，换一台机器打开它看看。"
        unknown = Finding(False, f"从这台机器访问不了 {url}（{why}）。", todo)
        return tls_finding(why, url, machine_time(), ours=True) or unknown
    if status in (301, 302, 303, 307, 308):
        return Finding(
            False, f"{url} 会转到 {why}，微信不跟着转。", "把 BASE_URL 写成最后那个地址，公众平台里也是。"
        )
    if status == 403:
        todo = "改了 .env 要重启 web；时间不准也会这样，看上面时间那一行。"
        return Finding(False, f"{url} 有应答，但不认 WECHAT_TOKEN（403）。", todo)
    if status in (502, 503, 504):
        return Finding(
            False,
            f"{url} 前面的 nginx 找不到网页服务（{status}）。",
            "启动它：systemctl start safety-month-web，核对 PORT。",
        )
    if status == 200:
        return Finding(False, f"{url} 上应答的不是我们。", "核对 BASE_URL，以及 nginx 把 /wechat 转到哪里。")
    return Finding(False, f"{url} 应答 {status}。", "看 nginx 的配置和网页服务的日志。")


def _sealed(patient: Patient, url: str) -> Iterator[Finding]:
    """Does whoever answers there decipher with our key?"""
    settings = patient.settings
    if settings.wechat_mode == "plain":
        return
    if not patient.has("WECHAT_AES_KEY", "WECHAT_APP_ID"):
        yield left_out("加了密的推送解不解得开", "要先设置 WECHAT_AES_KEY 和 WECHAT_APP_ID")
        return
    secrets = settings.wechat_token.get_secret_value(), settings.wechat_aes_key.get_secret_value()
    query, body = event(*secrets, settings.wechat_app_id, machine_time().timestamp())
    status, answer, _ = _call(url, query, body)
    if (status, answer) == (200, b"success"):
        yield Finding(True, "加了密的推送解得开。")
    else:
        todo = "改了 .env 要重启 web；nginx 不要改动请求的正文。"
        yield Finding(
            False, f"加了密的推送解不开（{status}）：运行着的服务用的是另一把 EncodingAESKey。", todo
        )


def _open_doors(base: str) -> Iterator[Finding]:
    """What should not be seen from outside."""
    if _call(f"{base}/metrics", {})[0] == 200 and not re.match(r"https?://(127\.|localhost)", base):
        yield Finding(
            False, f"{base}/metrics 从外面看得到。", "用 deploy/nginx/ 里的配置，或设置 METRICS_TOKEN。"
        )


def _call(url: str, query: Mapping[str, str], body: bytes | None = None) -> tuple[int, bytes, str]:
    """Status, body, and for a redirect its target; without a status, why there is none. The query is never told."""
    target = f"{url}?{urlencode(query)}" if query else url
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(urllib.request.Request(target, body), timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read(4096), ""
    except urllib.error.HTTPError as refused:
        return refused.code, b"", refused.headers.get("Location", "").split("?")[0]
    except urllib.error.URLError as problem:
        if isinstance(problem.reason, ssl.SSLError):
            return 0, b"", tls_fault(problem.reason)
        return 0, b"", str(problem.reason) or type(problem.reason).__name__
    except OSError as problem:
        return 0, b"", type(problem).__name__


CHECKUPS: tuple[Checkup, ...] = (refused_pushes, account, templates, menu, callback)
