"""A photo or a place that nobody asked for: is it the beginning of a report?"""

from __future__ import annotations

from typing import Any

from bot.context import Context
from bot.message import Reply
from bot.readers import MOST_PHOTOS
from bot.routes import Route

REPORT = "举报"
NOT_A_HAZARD = "不是隐患"


def photo(ctx: Context) -> Reply:
    """Have the photo fetched, so that a report can begin with it; nine are the most."""
    brought = _brought(ctx)
    if len(brought.get("photos", [])) >= MOST_PHOTOS:
        return Reply(
            f"照片最多{MOST_PHOTOS}张，先发的都收好了，这一张没有收。", choices=(REPORT, NOT_A_HAZARD)
        )
    token = ctx.message.media
    if not token.startswith("photo:"):
        store = ctx.stores.photos
        token = store.token(ctx.user, ctx.message.media)
        store.want(token, ctx.message.media, ctx.stores.storage.clock(), ctx.user)
        token = f"photo:{token}"
    photos = dict.fromkeys((*brought.get("photos", []), token))  # a push run twice is one photo
    ctx.memory["brought"] = {**brought, "photos": list(photos)}
    return Reply("收到照片。是要举报隐患吗？", choices=(REPORT, NOT_A_HAZARD))


def place(ctx: Context) -> Reply:
    """Keep the place, so that a report can begin with it."""
    point = ctx.message.place
    if point is None:
        return Reply()
    ctx.memory["brought"] = {**_brought(ctx), "place": [point.latitude, point.longitude, point.label]}
    return Reply("收到位置。这里有隐患吗？", choices=(REPORT, NOT_A_HAZARD))


def never_mind(ctx: Context) -> Reply:
    """Neither was meant as a report: nothing of it is kept."""
    brought = ctx.memory.pop("brought", {})
    ctx.stores.photos.remove([token.removeprefix("photo:") for token in brought.get("photos", [])])
    return Reply("好的，没有保存。", choices=("答题", "标语"))


def _brought(ctx: Context) -> dict[str, Any]:
    """What was brought a moment ago and belongs together."""
    brought = ctx.memory.get("brought", {})
    fresh = ctx.now.timestamp() - brought.get("at", 0) < 600
    return {**(brought if fresh else {}), "at": ctx.now.timestamp()}


ROUTES = (Route("nothing", never_mind, (NOT_A_HAZARD,), ""),)
EVENTS = {"image": photo, "location": place}
