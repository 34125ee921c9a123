"""What the tests of reports share: a hazard to file, and everything that a database holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import MetaData, select

from rules.report import Facts
from store.database import Database
from store.reports import Filed
from store.stores import Storage

CAMPAIGN = "ningxia-2020"
ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2020, 6, 16, 15, 2, tzinfo=ZONE)
FACTS = Facts(
    urgent="没有",
    place="临港路8号物流园3号库",
    unit="青泉物流",
    what="仓库里设了员工宿舍",
    seen="今天",
    still="还在",
    sector="fire",
)


def file_one(storage: Storage, user: str = "oAlice", draft: str = "d1", **facts: object) -> Filed:
    """File a report in a transaction of its own."""
    with storage.transaction(CAMPAIGN) as stores:
        origin = stores.reports.origin(user, draft)
        return stores.reports.add(origin, replace(FACTS, **facts), AT)  # type: ignore[arg-type]


def dump(database: Database) -> str:
    """All that a database holds, as one text."""
    tables = MetaData()
    with database.engine.connect() as connection:
        tables.reflect(connection)
        return "\n".join(
            repr(tuple(row)) for table in tables.sorted_tables for row in connection.execute(select(table))
        )
