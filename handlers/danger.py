"""Words that may mean danger: one question, and the card where it is so."""

from __future__ import annotations

from bot.context import Context
from bot.dialogue import ask
from bot.message import Reply
from bot.routes import Dialogue, Route
from rules.emergency import DOUBT, DOUBT_CHOICES, GO_ON, NOT_NOW, card


def danger(ctx: Context) -> Dialogue:
    """Ask whether it is happening now; nobody with danger at hand is asked anything else."""
    urgent = yield from ask("urgent", DOUBT, choices=DOUBT_CHOICES)
    if urgent == NOT_NOW:
        return Reply("好的。要反映隐患，还是看求助电话？", choices=("举报", "求助电话", "答题"))
    words = str(ctx.keep("words", str))  # what was said that sounded like it
    yield from ask("safe", card(ctx.campaign, words=words), choices=(GO_ON,))
    return Reply("您安全就好。要把情况整理成给 12350 的材料吗？", choices=("举报", "求助电话"))


ROUTES = (Route("danger", danger, ("危险", "紧急情况", "救命"), "", "emergency"),)
