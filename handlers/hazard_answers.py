"""What one reporter has said so far: how it reads before it is sent, and what is filed of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.context import Context
from bot.readers import Where
from rules import report as by
from rules.masking import mask_name, mask_phone, mask_text
from rules.packet import UNKNOWN as UNKNOWN_UNIT
from rules.report import Consent, Facts
from rules.sectors import NAMES, OTHER

NO_CONTACT, HERE, NAMED = "不留", "只在这里联系", "留姓名和电话"
_REACHABLE = {NO_CONTACT: by.NOBODY, HERE: by.CHAT, NAMED: by.NAMED}
_SHORT = 200


@dataclass(slots=True)
class Answers:
    """What one person has said so far."""

    urgent: str = ""
    where: Where = field(default_factory=lambda: Where(""))
    unit: str = ""
    what: str = ""
    seen: str = ""
    still: str = ""
    offered: tuple[str, ...] = ()
    sector: str = OTHER
    photos: tuple[str, ...] = ()
    contact: str = NO_CONTACT
    name: str = ""
    phone: str = ""
    consent: Consent | None = None

    def clear(self, text: str) -> str:
        """A text without what points at its writer."""
        return mask_text(text, known=(self.name, self.phone))


def summary(ctx: Context, said: Answers) -> str:
    """All of it, to be looked at before it is sent."""
    lines = [
        "请看一遍：",
        f"地点：{clip(said.clear(said.where.text), 60)}",
        f"单位：{clip(said.clear(said.unit), 40) or UNKNOWN_UNIT}",
        f"情况：{clip(said.clear(said.what))}",
        f"时间：{said.seen}看到，现在{said.still}",
        f"类别：{NAMES[said.sector]}",
        f"照片：{_photo_line(ctx, said.photos)}",
        f"联系：{_contact_line(said)}",
    ]
    return "\n".join(lines)


def _photo_line(ctx: Context, tokens: tuple[str, ...]) -> str:
    """How many photos came, what became of each so far, and why some are not kept."""
    if not tokens:
        return "没有"
    states = ctx.stores.photos.states(tokens)
    reasons = ctx.stores.photos.reasons(tokens)
    kept = sum(state == "kept" for state in states.values())
    waiting = len(tokens) - kept - len(reasons)
    if kept == len(tokens):
        return f"{kept}张，已存好"
    parts = [f"{kept}张已存好" if kept else "", f"{waiting}张正在处理" if waiting else ""]
    parts += [f"{len(reasons)}张没存下，可以换一张" if reasons else ""]
    line = f"{len(tokens)}张，{'，'.join(part for part in parts if part)}"
    failed = [f"第{n}张：{clip(reasons[token], 60)}" for n, token in enumerate(tokens, 1) if token in reasons]
    return "\n".join([line, *failed])


def _contact_line(said: Answers) -> str:
    if said.contact == NAMED:
        return f"{mask_name(said.name)}，{mask_phone(said.phone)}"
    return "不留" if said.contact == NO_CONTACT else "只在微信里"


def facts(ctx: Context, said: Answers) -> Facts:
    """What is filed: the words without what points at their writer."""
    point = said.where.point
    return Facts(
        urgent=said.urgent,
        place=said.clear(said.where.text),
        unit=said.clear(said.unit),
        what=said.clear(said.what),
        seen=said.seen,
        still=said.still,
        sector=said.sector,
        sector_offered=said.offered,
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        reachable=_REACHABLE[said.contact],
        source="page" if ctx.message.asks else "chat",
    )


def token(media: str) -> str:
    """What a photo is called in the store."""
    return media.removeprefix("photo:")


def clip(text: str, most: int = _SHORT) -> str:
    """A text that is not too long to be read over."""
    return text if len(text) <= most else text[: most - 1] + "…"
