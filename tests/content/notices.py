"""What the tests of single campaigns share: the notice as letters, and the dates and forms in short."""

from __future__ import annotations

from content.loader import CAMPAIGNS
from content.models import Blank, Campaign, Hotline, StatisticsTable, TableRow
from content.occurrences import occurrences


def letters(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def notice_of(campaign: Campaign) -> str:
    """The letters of the campaign's notice."""
    return letters((CAMPAIGNS / campaign.id / campaign.notice.file).read_text(encoding="utf-8"))


def due_days(campaign: Campaign) -> list[tuple[str, str, bool]]:
    """Every due date: what it is called, the day, and whether it is assumed."""
    return [
        (one.name, one.due.isoformat(), one.assumed) for o in campaign.obligations for one in occurrences(o)
    ]


def dated(campaign: Campaign) -> dict[str, str]:
    """The activities that have a day."""
    return {one.id: one.on.isoformat() for one in campaign.activities if one.on}


def required(campaign: Campaign) -> list[str]:
    return [field.label for field in campaign.liaison_form.fields if field.required]


def hotline(campaign: Campaign, number: str) -> Hotline:
    return next(line for line in campaign.hotlines if line.number == number)


def rows_of(table: StatisticsTable) -> list[TableRow]:
    return [row for group in table.groups for row in group.rows]


def blanks_of(table: StatisticsTable) -> list[Blank]:
    return [blank for row in rows_of(table) for blank in row.blanks]
