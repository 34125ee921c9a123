"""What the tests of reports share: a hazard to file, and everything that a database holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, MetaData, select

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


SHAPE = {  # what a database's tables and columns are, in one question
    "sqlite": "SELECT sql FROM sqlite_master ORDER BY name",
    "postgresql": "SELECT table_name, column_name, data_type FROM information_schema.columns "
    "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
}
_known: dict[tuple[str, str], MetaData] = {}


def tables_of(connection: Connection) -> MetaData:
    """The tables as this database has them; those of one shape are looked up once, for it takes many questions."""
    kind = connection.dialect.name
    key = kind, repr(connection.exec_driver_sql(SHAPE[kind]).all())
    if key not in _known:
        _known[key] = MetaData()
        _known[key].reflect(connection)
    return _known[key]


def dump(database: Database) -> str:
    """All that a database holds, as one text."""
    with database.engine.connect() as connection:
        tables = tables_of(connection).sorted_tables
        return "\n".join(repr(tuple(row)) for table in tables for row in connection.execute(select(table)))
