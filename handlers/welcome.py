"""The first words, the help, and what to say when nothing else fits."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from bot.routes import Route, offered
from content.models import Campaign
from handlers.campaign import AREA_CODE, needs_area_code, no_contact
from rules import emergency

DANGER_LINE = "有危险先拨 119、120、110。"


def welcome(ctx: Context) -> Reply:
    """Greet a new follower: the theme, four things to do, the numbers, and where privacy is explained."""
    campaign = ctx.campaign
    return Reply(
        f"您好，这里是{campaign.welcome.audience}“安全生产月”助手。\n今年主题：{campaign.theme.text}。\n\n回复数字就行：",
        choices=tuple(line.label for line in campaign.welcome.lines),
        tail=f"正在发生危险，请直接拨 119、120、110。\n{_report_line(campaign)}\n{_contests(ctx)}您的信息怎么用，回复“隐私”。",
    )


def _contests(ctx: Context) -> str:
    """Which contests can be played today, as a line of its own; nothing where there is none."""
    titles = [contest.title for contest in ctx.campaign.quiz.running(ctx.local.date())]
    return f"还有{'、'.join(titles)}，回复名称就能答。\n" if titles else ""


def _report_line(campaign: Campaign) -> str:
    """Where to report: 12350, and the number for fire hazards where it is known to be in service."""
    fire = any(line.number == "96119" and line.confirmed for line in campaign.hotlines)
    return "消防隐患 96119，安全生产举报 12350。" if fire else "安全生产举报电话 12350。"


def about(ctx: Context) -> Reply:
    """Who speaks here: an account of the organiser that answers by itself."""
    campaign = ctx.campaign
    return Reply(
        f"这里是{campaign.welcome.audience}“安全生产月”助手，由{campaign.organiser}开办，消息是自动回复的。",
        choices=("帮助", "人工", "隐私"),
        tail=DANGER_LINE,
    )


def help_(ctx: Context) -> Reply:
    """Say what one can say."""
    return Reply(
        "想说什么直接说，也可以回复数字：",
        choices=("举报", "查进展", "答题", "标语", _last_choice(ctx.campaign)),
        tail=f"{_contests(ctx)}随时可以说：取消、上一步、继续。\n回复“全部功能”看所有能做的事。\n{DANGER_LINE}",
    )


def _last_choice(campaign: Campaign) -> str:
    """Where nothing must be filed there is no date to ask for."""
    return "截止日" if campaign.obligations else "活动"


def everything(ctx: Context) -> Reply:
    """All that the bot can do, from the routes: what stands in the menu with a word on it, the rest by name."""
    routes = [route for route in offered(ctx.routes, ctx.campaign) if route.summary]
    lines = [f"{route.word}：{route.summary}" for route in routes if route.top]
    others = "、".join(route.word for route in routes if not route.top)
    return Reply("\n".join(lines) + f"\n还可以说：{others}。\n\n回复其中一个词就行。")


def play(_ctx: Context) -> Reply:
    """Both kinds of playing that one line of a welcome names."""
    return Reply("想玩哪一样？", choices=("找茬", "答题"))


def smalltalk(ctx: Context) -> Reply:
    """Answer a greeting, thanks or a farewell."""
    if any(word in ctx.message.text for word in ("谢", "辛苦")):
        return Reply("不客气，注意安全。")
    if any(word in ctx.message.text for word in ("再见", "拜拜", "晚安")):
        return Reply("再见，注意安全。")
    return welcome(ctx)


def lost(_ctx: Context) -> Reply:
    """A mark or a number from somebody of whom no question is known: nothing that one might take for its answer is offered."""
    return Reply(
        "现在没有等您回答的题。\n要是刚才正在答题，那一轮没能接上，对不住；答完的成绩都在。",
        choices=("答题", "闯关", "帮助"),
    )


def unclear(ctx: Context) -> Reply:
    """Nothing was understood: offer the likeliest, and the second time a person to talk to."""
    again = ctx.memory.get("unclear", 0)
    ctx.memory["unclear"] = 0 if again else 1
    if not again:
        return Reply(
            "没太明白。您是想：",
            choices=("举报", "答题", _last_choice(ctx.campaign)),
            tail=f"都不是，请换个说法，或回复“帮助”。{_numbers_once(ctx)}",
        )
    phone = f"可以找工作人员：{ctx.campaign.phone}。\n" if ctx.campaign.phone else ""
    return Reply(f"还是没明白，对不住。{phone}{DANGER_LINE}", choices=("帮助", "举报"))


def _numbers_once(ctx: Context) -> str:
    """The numbers, for somebody who has not been told them in such a moment before."""
    if ctx.memory.get("told_numbers"):
        return ""
    ctx.memory["told_numbers"] = True
    return f"\n{DANGER_LINE.removesuffix('。')}，安全生产举报拨 12350。"


def voice(_ctx: Context) -> Reply:
    """A voice message without words in it."""
    return Reply(f"收到语音，但没有听出文字。请打几个字，比如“举报”“答题”。\n{DANGER_LINE}")


def unsupported(_ctx: Context) -> Reply:
    """A film, a link, a sticker: nothing we can read."""
    return Reply("这种消息我们还看不了，请打几个字，或发照片、位置。", choices=("帮助", "举报"))


def silence(_ctx: Context) -> Reply:
    """An event that wants no answer."""
    return Reply()


def human(ctx: Context) -> Reply:
    """Where a person answers."""
    phone = ctx.campaign.phone
    if not phone:
        return Reply(no_contact(ctx.campaign), choices=("举报", "求助电话"))
    code = f"\n{AREA_CODE}" if needs_area_code(phone) else ""
    return Reply(f"请打 {phone}，通知里公布的电话。{code}\n隐患也可直接拨 12350。")


def hotlines(ctx: Context) -> Reply:
    """The numbers to call, emergencies first."""
    return Reply(emergency.hotlines(ctx.campaign))


ROUTES = (
    Route(
        "hotline",
        hotlines,
        ("求助电话", "电话", "热线", "举报电话"),
        "119、120、110、12350 怎么打",
        "hotline",
        "报隐患",
        "求助电话",
    ),
    Route("about", about, ("你们是谁", "你是谁", "这是什么号", "这是谁的号", "你是机器人吗", "是真人吗"), ""),
    Route("help", help_, ("帮助", "菜单", "怎么用", "help"), "看能做什么", "help"),
    Route("everything", everything, ("全部功能", "功能"), ""),
    Route("play", play, ("找茬还是答题",), ""),
    Route("welcome", welcome, ("开始", "首页"), ""),
    Route("smalltalk", smalltalk, ("你好", "您好", "谢谢"), "", "smalltalk"),
    Route(
        "human",
        human,
        ("人工", "转人工", "客服", "找工作人员"),
        "通知里公布的电话",
        "human",
        "联络员",
        "找工作人员",
    ),
)

EVENTS = {
    "follow": welcome,
    "scan": welcome,
    "help": help_,
    "unclear": unclear,
    "lost": lost,
    "voice": voice,
    "video": unsupported,
    "link": unsupported,
}
