"""What is said of a prize wherever it is said: in chat, and by whatever brings word to a winner."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from content.models import PrizeDraw
from rules.dates import day

#: Who took part is known so long after the last day of claiming: ours, as long as who reported after the end of a report.
ENTRANTS_KEPT_DAYS = 90
HAS_WON, NO_MORE = "已中奖", "已取消"  # on a card, which says no more than that
#: So long after a value was entered a wrong one can be corrected; until then nobody is told.
CORRECTABLE = timedelta(hours=1)
TICKET_SHOWN = 8  # signs of a ticket, enough to find it in the list


def word_key(campaign: str, prize: int) -> str:
    """Under which the message to a winner is known."""
    return f"prize:{campaign}:{prize}"


def last_day(until: datetime) -> date:
    """The last day on which a prize can be claimed; ``until`` is the midnight after it, in the campaign's zone."""
    return (until - timedelta(seconds=1)).date()


def good_news(draw: str, title: str, until: datetime, today: date) -> str:
    """What a winner is told."""
    return (
        f"恭喜您，在“{draw}”抽奖里中了：{title}。\n"
        f"请在{day(last_day(until), today)}前回复“领奖”，过了这一天会抽给下一位。"
    )


def too_late(draw: str, title: str, until: datetime, today: date) -> str:
    """What somebody is told who comes after the last day of claiming, whether it was passed on by now or not."""
    return f"您在“{draw}”抽奖里中了：{title}。领奖的日子到{day(last_day(until), today)}为止，已经过了，不能再领。"


def called_off(draw: str, title: str, where: str) -> str:
    """What somebody is told whose prize the organiser has called off; why is for the organiser to say."""
    return f"您在“{draw}”抽奖里中的{title}，主办单位核对后取消了，不能领。\n有疑问请问{where}。"


def unreached(winners: int) -> str:
    """What the organiser is told of winners whom no message reaches."""
    return (
        f"有{winners}位中奖的人收不到消息：48小时内没有来过公众号，也没有能用的“抽奖结果”消息模板。"
        "请公布中奖的票号，并请大家发“中奖名单”来查。"
    )


def void_key(campaign: str, prize: int) -> str:
    """Under which the message is known that a prize was called off."""
    return f"{word_key(campaign, prize)}:void"


def short(ticket: str) -> str:
    """A ticket as people read it; the list that is published has it whole."""
    return ticket[:TICKET_SHOWN]


def asked(rules: PrizeDraw) -> list[str]:
    """What gives a ticket: 闯过5关, 考试满80分 …"""
    needs = rules.needs
    told = (
        ("闯过{}关", needs.levels),
        ("考试满{}分", needs.exam),
        ("有{}天答完过题", needs.days),
        ("答完{}轮", needs.rounds),
    )
    return [text.format(least) for text, least in told if least is not None]
