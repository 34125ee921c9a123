"""A draw as a file that is published: all that is needed to check it, and nothing that tells who entered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from rules.prize_draw import SOURCES, Sheet, Won, faults, source_name

FORMAT = "safety-month-draw/1"
HOW = (
    "tickets 按字典序排列、每行一个、末尾不换行，算 SHA-256，应等于 digest；"
    "对每张票算 SHA-256(value + '|' + ticket)，从小到大就是名次。"
)


class BadFile(ValueError):
    """This is no published draw; the text says why."""


@dataclass(frozen=True, slots=True)
class Published:
    """One draw with its name and times."""

    campaign: str
    draw: str
    name: str
    ref: str  # which round of drand or issue of the lottery
    committed_at: datetime
    value_due: datetime
    sheet: Sheet

    @property
    def source(self) -> str:
        return source_name(self.sheet.kind, self.ref)

    def faults(self) -> list[str]:
        """Whatever is wrong in it; empty where all is right."""
        late = self.committed_at >= self.value_due
        told = ["封存名单的时间不早于公开数值公布的时间。"] if late else []
        return [*told, *faults(self.sheet)]


def write(draw: Published) -> str:
    """The file's text; the same draw gives the same text."""
    sheet = draw.sheet
    plain: dict[str, Any] = {
        "format": FORMAT,
        "how": HOW,
        "campaign": draw.campaign,
        "draw": draw.draw,
        "name": draw.name,
        "committed_at": draw.committed_at.isoformat(),
        "value_due": draw.value_due.isoformat(),
        "source": {"kind": sheet.kind, "ref": draw.ref, "name": draw.source},
        "prizes": [{"title": title, "count": len(list(same))} for title, same in groupby(sheet.places)],
        "digest": sheet.digest,
        "value": sheet.value,
        "winners": [
            {"rank": won.rank, "ticket": won.ticket, "title": won.title, "state": won.state}
            for won in sheet.winners
        ],
        "tickets": list(sheet.tickets),
    }
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def read(text: str) -> Published:
    """``write`` backwards; refuses with ``BadFile``."""
    try:
        plain = json.loads(text)
    except ValueError:
        raise BadFile("这个文件不是 JSON，可能没有下载完整。") from None
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise BadFile("这个文件不是抽奖公布的文件。")
    try:
        return _published(plain)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise BadFile(f"这个文件缺少内容或写得不对：{problem}") from None


def _published(plain: dict[str, Any]) -> Published:
    source, kind = plain["source"], str(plain["source"]["kind"])
    if kind not in SOURCES:
        raise ValueError(f"source.kind {kind}")
    places = [title for prize in plain["prizes"] for title in [str(prize["title"])] * int(prize["count"])]
    sheet = Sheet(
        kind=kind,
        places=tuple(places),
        tickets=tuple(str(one) for one in plain["tickets"]),
        digest=str(plain["digest"]),
        value=str(plain["value"]),
        winners=tuple(_won(one) for one in plain["winners"]),
    )
    return Published(
        campaign=str(plain["campaign"]),
        draw=str(plain["draw"]),
        name=str(plain["name"]),
        ref=str(source["ref"]),
        committed_at=_time(plain["committed_at"]),
        value_due=_time(plain["value_due"]),
        sheet=sheet,
    )


def _won(plain: dict[str, Any]) -> Won:
    return Won(int(plain["rank"]), str(plain["ticket"]), str(plain["title"]), str(plain["state"]))


def _time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return when
