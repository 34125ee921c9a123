"""A later year's campaign made from an earlier one: a proposal until the organiser has confirmed it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from content.errors import ContentError
from content.loader import CAMPAIGNS, PROPOSAL, campaign_files, is_proposal, notice_text, proven
from content.models import Campaign, Id, Model, Text
from content.proofs import THIS_NOTICE, squeeze
from content.reading import Document, read
from content.telling import Point, points
from content.writing import install, to_yaml
from content.years import Move

_HEAD = "# 活动草案：由 {source} 移到 {year} 年，主办单位确认以后才生效。\n"
_BORROWED = "本届通知尚未下发，参照："
_AGED = re.compile(r"第[一二三四五六七八九十\d]+届|三年行动|疫情|防疫|复工复产|复学")
_WEEK = {"mon": "一", "tue": "二", "wed": "三", "thu": "四", "fri": "五", "sat": "六", "sun": "日"}


class Proposal(Model):
    """Where a proposal comes from, and which of its points have been confirmed."""

    source: Id
    title: Text  # of the notice that its quotes are from
    base: int
    year: int
    edition: int | None = None
    own_slogans: bool
    stated: tuple[str, ...]  # the dates that the earlier notice stated
    confirmed: tuple[str, ...] = ()

    @property
    def move(self) -> Move:
        return Move(self.base, self.year - self.base, self.edition)


@dataclass(frozen=True)
class Line:
    """One point that the organiser confirms."""

    id: str
    what: str
    now: str
    before: str
    note: str
    confirmed: bool


def propose(source: Campaign, new_id: str, year: int) -> tuple[Campaign, Proposal]:
    """The campaign of a later year as far as it can be known from an earlier one."""
    base = source.month.start.year
    if not base < year <= 2100:
        raise ContentError([f"年份要在 {base + 1} 到 2100 之间，写的是 {year}"])
    proposal = Proposal(
        source=source.id,
        title=source.notice.title,
        base=base,
        year=year,
        edition=source.notice.edition,
        own_slogans=source.slogans.own,
        stated=tuple(name for name, holder, _ in _dates(_plain(source)) if not _is_assumed(holder)),
    )
    data = proposal.move.value(_plain(source))
    _forget_notice(data, source, proposal)
    return _validated(data | {"id": new_id}), proposal


def create(campaigns: Path, source: Campaign, new_id: str, year: int) -> tuple[Campaign, Proposal]:
    """Make a proposal's folder; what is there already is never replaced."""
    if (campaigns / new_id).exists():
        raise ContentError([f"“{new_id}”已经有了，请换一个编号"])
    campaign, proposal = propose(source, new_id, year)
    notice = (campaigns / source.id / source.notice.file).read_text(encoding="utf-8-sig")
    install(campaigns, campaign, notice, as_text(proposal))
    return campaign, proposal


def as_text(proposal: Proposal) -> str:
    """What stands in ``proposal.yaml``."""
    head = _HEAD.format(source=proposal.source, year=proposal.year)
    return head + to_yaml({"proposal": proposal.model_dump(mode="json")})


def read_proposal(folder: Path) -> Proposal:
    """The proposal of a folder."""
    if not folder.is_dir() or not is_proposal(folder):
        raise ContentError([f"“{folder.name}”不是活动草案"])
    document = read([folder / PROPOSAL])
    try:
        return Proposal.model_validate(document.data.get("proposal"))
    except ValidationError:
        raise ContentError([f"{folder.name}/{PROPOSAL}：内容不对，请重新运行 campaign new"]) from None


def lines(campaign: Campaign, proposal: Proposal, campaigns: Path = CAMPAIGNS) -> list[Line]:
    """Every point of a proposal, with what it was in the campaign that it was made from."""
    before = _told_before(campaigns / proposal.source)
    return [
        Line(one.id, one.what, _line(one), before.get(one.id, ""), _aged(one), one.id in proposal.confirmed)
        for one in points(campaign)
    ]


def _line(point: Point) -> str:
    """What is confirmed; of a filing also what to hand in, how much of it and where."""
    return "；".join([point.text, *point.detail]) if point.section == "报送" else point.text


def _aged(point: Point) -> str:
    """Words of a point that may not hold in another year."""
    found = dict.fromkeys(_AGED.findall(point.what + point.text + "".join(point.detail)))
    return f"提到“{'”“'.join(found)}”，请看还对不对" if found else ""


def ready(folder: Path, notice: str | None, *, without_notice: bool = False) -> tuple[Campaign, str]:
    """The campaign that a proposal becomes, and its notice's text; every fault if it can't yet."""
    proposal = read_proposal(folder)
    document = read(campaign_files(folder))
    text = notice_text(folder, document) if notice is None else notice
    if notice is not None or _paper(document).get("file") == THIS_NOTICE:
        adopt(document, proposal, text)
    elif without_notice:
        _paper(document)["title"] = _BORROWED + proposal.title
    else:
        raise ContentError(["还没有本届通知的原文：有了请加 --notice 文件，确实没有请加 --without-notice"])
    campaign = proven(document, text)
    if document.faults or campaign is None:
        raise ContentError([f"{folder.name}/{fault}" for fault in document.sorted_faults()])
    return campaign, text


def adopt(document: Document, proposal: Proposal, notice: str) -> None:
    """Rest the proposal on this year's notice: quotes that are found again, and the dates that rest on them."""
    text = squeeze(notice)
    _paper(document)["file"] = THIS_NOTICE
    for holder in _quoting(document.data):
        moved = proposal.move.text(str(holder["quote"]))
        if squeeze(str(holder["quote"])) not in text and squeeze(moved) in text:
            holder["quote"] = moved
    for name, holder, quote in _dates(document.data):
        if name in proposal.stated and squeeze(quote) in text and _states(squeeze(quote), holder):
            holder["assumed"] = "false"
    slogans = document.data.get("slogans")
    if proposal.own_slogans and isinstance(slogans, dict) and isinstance(slogans.get("items"), list):
        found = all(squeeze(str(item)) in text for item in slogans["items"])
        slogans["own"] = "true" if found else slogans.get("own")


def _plain(campaign: Campaign) -> dict[str, Any]:
    return campaign.model_dump(mode="json", exclude_unset=True)


def _validated(data: dict[str, Any]) -> Campaign:
    try:
        return Campaign.model_validate(data)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, one['loc']))}：{one['msg']}" for one in error.errors()]
        raise ContentError(faults) from None


def _forget_notice(data: dict[str, Any], source: Campaign, proposal: Proposal) -> None:
    """What only a notice can say is open again: its number and date, that it states a day, and prizes."""
    data.pop("prizes", None)
    notice, paper = data["notice"], source.notice
    for name in ("number", "issued"):
        notice.pop(name, None)
    if paper.edition:
        notice["edition"] = paper.edition + proposal.move.years
    notice["file"] = f"notice-{proposal.base}.txt" if paper.file == THIS_NOTICE else paper.file
    if paper.issued or source.opens:
        data["opens"] = proposal.move.day(source.begins).isoformat()
    data["slogans"]["own"] = False
    for _, holder, _ in _dates(data):
        holder["assumed"] = True


def _dates(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every date that can be assumed: its name, what holds it, and the words that it rests on."""
    for name, holder in (("month", data.get("month")), ("programme", data.get("programme"))):
        period = holder.get("period") if name == "programme" and isinstance(holder, dict) else holder
        if isinstance(period, dict):
            yield name, period, str(period.get("quote", ""))
    for one in _entries(data, "activities"):
        holder = one if one.get("on") else one.get("period")
        if isinstance(holder, dict):
            yield f"activity:{one.get('id')}", holder, str(holder.get("quote") or one.get("quote", ""))
    for name, holder in _quiz_days(data.get("quiz")):
        yield name, holder, str(holder.get("quote", ""))
    for one in _entries(data, "obligations"):
        due = one.get("due")
        if isinstance(due, dict) and due.get("kind") != "undated":
            yield f"obligation:{one.get('id')}", due, str(one.get("quote", ""))


def _quiz_days(quiz: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The days of the boards and of each contest."""
    if not isinstance(quiz, dict):
        return
    if isinstance(quiz.get("boards"), dict):
        yield "boards", quiz["boards"]
    for one in _entries(quiz, "contests"):
        if isinstance(one.get("period"), dict):
            yield f"contest:{one.get('id')}", one["period"]


def _entries(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = data.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _is_assumed(holder: dict[str, Any]) -> bool:
    return bool(holder.get("assumed", holder.get("kind") == "monthly"))


def _states(quote: str, holder: dict[str, Any]) -> bool:
    """Whether the words still name the day that the proposal has."""
    if holder.get("kind") == "weekly":
        return _WEEK.get(str(holder.get("weekday")), "?") in quote
    day = str(holder.get("on") or holder.get("start") or "")
    parts = day.split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return bool(quote) and not day
    month, number = int(parts[1]), int(parts[2])
    return f"{month}月{number}日" in quote or ("on" not in holder and f"{month}月份" in quote)


def _quoting(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("quote"), str):
            yield value
        for child in value.values():
            yield from _quoting(child)
    elif isinstance(value, list):
        for child in value:
            yield from _quoting(child)


def _paper(document: Document) -> dict[str, Any]:
    notice = document.data.get("notice")
    return notice if isinstance(notice, dict) else {}


def _told_before(folder: Path) -> dict[str, str]:
    """What each point was in the earlier campaign, if it is still there."""
    document = read(campaign_files(folder))
    campaign = proven(document, notice_text(folder, document))
    return {one.id: _line(one) for one in points(campaign)} if campaign else {}
