"""What the tests of prize draws share: a draw with its rules, people who played, and a bot that knows the draw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from content.loader import load
from content.models import Campaign, PrizeDraw
from store.quiz_tables import Attempt
from store.stores import Storage

CAMPAIGN = "ningxia-2020"
OPENS = datetime(2020, 6, 2, 2, 0, tzinfo=UTC)  # 10:00 of the second day of the month
SEALED = datetime(2020, 7, 1, 1, 0, tzinfo=UTC)
KNOWN = datetime(2020, 7, 2, 13, 15, tzinfo=UTC)  # 21:15, when the lottery is drawn
VALUE = "03 07 12 19 25 31 + 09"
DRAW: dict[str, Any] = {
    "id": "levels",
    "name": "闯关奖",
    "prizes": [{"title": "灭火器", "count": 1}, {"title": "急救包", "count": 2}],
    "needs": {"levels": 2},
    "period": {"start": "2020-06-01", "end": "2020-06-30"},
    "source": {"kind": "ssq", "ref": "2020061", "known_on": "2020-07-02", "known_at": "21:15"},
    "claim_days": 10,
    "claim_where": "自治区安委会办公室",
    "published": "宁夏应急管理厅官方网站",
}


def a_draw(**changed: Any) -> PrizeDraw:
    """The draw, with some of its parts replaced."""
    return PrizeDraw.model_validate(DRAW | changed)


def a_campaign(*draws: PrizeDraw) -> Campaign:
    """The campaign of Ningxia, had its organiser stated draws."""
    return load(CAMPAIGN).model_copy(update={"prizes": draws})


def passed(storage: Storage, user: str, *stages: str, **changed: Any) -> None:
    """Somebody has passed these levels, one a day."""
    with storage.transaction(CAMPAIGN) as stores:
        for number, stage in enumerate(stages):
            at = OPENS + timedelta(days=number)
            values: dict[str, Any] = {
                "campaign": CAMPAIGN,
                "origin": storage.sealing.hash("attempt", f"{user}/{number}/{stage}/{changed}"),
                "person": storage.sealing.hash("quiz", user),
                "kind": "level",
                "stage": stage,
                "score": 5,
                "total": 5,
                "stars": 3,
                "day": at.date(),
                "answers": [],
                "began_at": at,
                "ended_at": at,
            }
            stores.session.add(Attempt(**(values | changed)))
