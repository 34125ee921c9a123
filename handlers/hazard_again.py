"""A report that may be one too many: the same thing again, or more than we take from one person."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

from bot.context import Context
from bot.dialogue import ask
from bot.message import Ask, Reply
from handlers.hazard_answers import Answers, facts
from rules.dates import moment
from rules.emergency import FOOTER
from rules.likeness import again
from rules.packet import mail_about

if TYPE_CHECKING:
    from store.reports import ReportView

MOST_A_DAY, MOST_A_MONTH = 5, 20
SAME_WITHIN = timedelta(hours=24)
ADD, ANOTHER = "补充到那份", "另报一份"
_CALL = "都存好了。还有要反映的，请直接拨 12350。"


def too_many(ctx: Context, besides: str = "") -> str:
    """A kind word to whoever has sent as many as we take; empty where there is room for another."""
    if _filed_since(ctx, ctx.local.replace(hour=0), besides) >= MOST_A_DAY:
        return f"今天已收到您{MOST_A_DAY}份，{_CALL}"
    if _filed_since(ctx, ctx.local.replace(day=1, hour=0), besides) >= MOST_A_MONTH:
        return f"这个月已收到您{MOST_A_MONTH}份，谢谢您这样上心，{_CALL}"
    return ""


def same_again(ctx: Context, said: Answers) -> Generator[Ask, Any, str]:
    """The number of the report that this one only adds to; empty where it is one of its own."""
    stamp = crc32(f"{said.where.text}\0{said.what}".encode())
    like: list[str] = ctx.keep(f"like.{stamp}", lambda: _like(ctx, said))
    if not like:
        return ""
    number, when = like
    text = f"和您{when}反映的那份（{number}）像是同一件事：补充到那份，还是另报一份？"
    chosen = yield from ask("same", text, tail=FOOTER, choices=(ADD, ANOTHER))
    return number if chosen == ADD else ""


def add_to(ctx: Context, said: Answers, number: str, drop: Callable[[], None]) -> Reply:
    """Put what was said and the photos to the report of that number."""
    stores = ctx.stores
    view = stores.reports.by_number(number)
    if view is None or view.ended:
        drop()
        return Reply(f"{number} 已经结束，补充不进去了。请重新举报。", choices=("举报",))
    stores.reports.addition(view.id, said.clear(said.what), ctx.now)
    stores.photos.attach(said.photos, view.id)
    drop()
    if ctx.campaign.email:
        key = f"report:{number}:{ctx.draft_id}"
        stores.outbox.add(key, ctx.campaign.email, *mail_about(number, "补充"))
    photos = f"和{len(said.photos)}张照片" if said.photos else ""
    return Reply(f"补充的内容{photos}记下了，放进了 {number}。", choices=("查进展", "举报"))


def _like(ctx: Context, said: Answers) -> list[str]:
    """Number and time of one's own report of the last day that seems to be about the same."""
    new = facts(ctx, said)
    for view in _own(ctx):
        if ctx.now - view.created_at > SAME_WITHIN:
            break
        if not view.ended and again(new, view.facts):
            return [view.number, moment(view.created_at.astimezone(ctx.zone))]
    return []


def _own(ctx: Context) -> tuple[ReportView, ...]:
    """The newest first."""
    return ctx.stores.reports.of(ctx.stores.links.tokens_of(ctx.user))


def _filed_since(ctx: Context, day: datetime, besides: str) -> int:
    """How many reports this person has sent since the beginning of a day, not counting the one under ``besides``."""
    links = [link for link in ctx.stores.links.tokens_of(ctx.user) if link != besides]
    return ctx.stores.reports.filed_since(links, day.replace(minute=0, second=0, microsecond=0))
