"""What we keep about a person, how we protect it, and how it is forgotten."""

from __future__ import annotations

from bot.context import Context
from bot.dialogue import ask
from bot.message import Reply
from bot.routes import Dialogue, Route
from rules.dates import moment
from rules.prizes import ENTRANTS_KEPT_DAYS

WHAT_WE_KEEP = (
    "我们存了什么：\n"
    "答题：成绩、错题，您选的昵称、单位和地区\n"
    f"抽奖：参加了才存微信编号，单独加密，领奖结束{ENTRANTS_KEPT_DAYS}天后删除\n"
    "举报：内容；身份另存，单独加密\n"
    "联络员：您填的登记表\n"
    "没写完的举报和登记：72小时后删除；没答完的题：30天后删除\n"
    "不用于别的事。微信平台和网络运营者另有记录，不归我们管。"
)
PROTECTED = (
    "我们看不到您的微信号和手机号，只有微信给的一个编号，它单独加密存放，转交的材料里没有。"
    "连编号也不想留，请直接拨 12350。\n\n"
    "不是故意诬陷，只是没说准，不按诬告处理，见《刑法》（现行文本）第243条。\n"
    "单位不得因为您举报降工资、减福利或解除合同，见《安全生产法》（2021年修正）第54条。"
)
SURE = (
    "删除后找不回：登记、成绩、错题、昵称、草稿，还有您和举报、奖品之间的联系。\n"
    "已转交的材料不受影响。有查询码仍能查进展。"
)
DELETE, KEEP = "删除", "不删"
MINE, FORGET = "看我的信息", "删除我的信息"


def privacy(_ctx: Context) -> Reply:
    """Say what is kept."""
    return Reply(WHAT_WE_KEEP, choices=(MINE, FORGET, "怎样保护我"))


def protection(_ctx: Context) -> Reply:
    """Say how a reporter is protected."""
    return Reply(PROTECTED, choices=("举报", "隐私"))


def mine(ctx: Context) -> Reply:
    """Count what is kept about the person who asks, store by store."""
    stores, user = ctx.stores, ctx.user
    rounds, questions, _right = stores.attempts.totals(user)
    reports, named = len(stores.links.tokens_of(user)), stores.links.named(user)
    lines = [
        "现在存着您的：",
        f"答题：{rounds}轮，{questions}题；错题本：{len(stores.notebook.all(user))}题",
        f"抽奖：{'参加了，存着微信编号' if stores.entrants.entered(user) else '没有参加'}",
        f"举报：{reports}件，其中{named}件留了姓名和电话",
        f"还没提交的照片：{stores.photos.waiting(user)}张",
        f"联络员登记：{len(stores.liaisons.of(user))}份",
    ]
    player = stores.players.of(user)
    chosen = [
        player.name and f"昵称{player.name}",
        player.unit_id is not None and "单位",
        player.region and "地区",
    ]
    if any(chosen):
        lines.append(f"排行榜：{'、'.join(str(part) for part in chosen if part)}")
    if stores.links.forgettings.open(user):
        lines.append("您要求删除，正在删。")
    return Reply("\n".join(lines), choices=(FORGET, "撤回同意") if named else (FORGET,))


def take_back_consent(ctx: Context) -> Reply:
    """Take back the consent to hand over name and number, and delete both."""
    ctx.stores.reports.unnamed(ctx.stores.links.tokens_of(ctx.user))
    count = ctx.stores.links.withdraw_consent(ctx.user, ctx.now)
    if not count:
        return Reply("您没有留过姓名和电话，没有要撤回的。", choices=(MINE,))
    return Reply(f"已撤回，{count}件举报里的姓名和电话已删除。举报本身不受影响。")


def forget(ctx: Context) -> Dialogue:
    """Write down that a person wants to be forgotten; what can be deleted at once is, a job does the rest."""
    if (yield from ask("sure", SURE, choices=(DELETE, KEEP), final=True)) == KEEP:
        return Reply("好的，没有删除。", choices=(MINE,))
    ctx.stores.links.forgettings.ask(ctx.user, "all", ctx.now)
    ctx.stores.reports.unreachable(ctx.stores.links.tokens_of(ctx.user))
    ctx.stores.links.forget(ctx.user)
    return Reply(
        f"记下了，{moment(ctx.local)}。\n"
        "您和举报之间的联系已经删除；登记、成绩、错题、草稿正在删除，回复“我的信息”能看到删完没有。\n"
        "已转交的材料里本来就没有您的身份。\n想再用，过几分钟直接说话就行。"
    )


def on_unfollow(ctx: Context) -> Reply:
    """Write down that somebody has left: what is bound to their account goes, and nobody is there to be told."""
    ctx.stores.links.forgettings.ask(ctx.user, "unfollow", ctx.now)
    return Reply()


ROUTES = (
    Route(
        "protection",
        protection,
        ("怎样保护我", "怎么保护我", "会泄露吗", "保密"),
        "举报人怎样受保护",
        "",
        "报隐患",
        "怎样保护我",
    ),
    Route("privacy", privacy, ("隐私", "隐私政策", "个人信息"), "我们存了什么，怎么用", "privacy"),
    Route("my_data", mine, (MINE, "我的信息", "我的资料"), "看存了您的什么"),
    Route("consent_back", take_back_consent, ("撤回同意", "撤销同意"), "撤回留姓名电话的同意"),
    Route("forget", forget, (FORGET, "删除我的资料", "注销"), "删除您的信息"),
)
