"""Tables with rows of the first release take every later step, and lose nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text

from store.database import Database, case_database
from store.quiz_tables import Attempt, Audit, BoardMark, Player
from store.tables import Unit

LATE = datetime(2020, 6, 16, 17, 30, tzinfo=UTC)  # 1:30 on the 17th where people play
ADD = (
    "INSERT INTO attempt (campaign, origin, person, kind, score, total, answers, began_at, ended_at)"
    " VALUES ('ningxia-2020', :origin, 'p', 'round', 3, 5, '[]', :at, :at)"
)
READ = "SELECT day, counts, stars, clocked, stage, pattern, region, unit_id, score FROM attempt ORDER BY id"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.db"
    import psycopg

    server: str = request.getfixturevalue("postgres_server")
    with psycopg.connect(f"host={server} user=test dbname=postgres", autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS old_tables")
        admin.execute("CREATE DATABASE old_tables")
    return f"postgresql+psycopg://test@/old_tables?host={server}"


def upgrade(database: Database, step: str) -> None:
    with database.engine.connect() as connection:
        command.upgrade(database._config(connection), step)


def test_rounds_of_the_first_release_go_on_to_count_on_the_day_on_which_they_were_played(empty: str) -> None:
    database = case_database(empty)
    upgrade(database, "0001")
    with database.engine.begin() as connection:
        for number, hour in enumerate((3, 17)):
            at = LATE.replace(hour=hour, tzinfo=None)
            connection.execute(text(ADD), {"origin": str(number), "at": at})
    database.migrate()
    assert database.migrated()
    with database.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(READ))]
    database.close()
    assert [date.fromisoformat(str(row[0])) for row in rows] == [date(2020, 6, 16), date(2020, 6, 17)]
    assert [(bool(row[1]), row[2], bool(row[3])) for row in rows] == [(True, 0, False)] * 2
    assert [row[4:] for row in rows] == [("", "", "", None, 3)] * 2


def test_no_nickname_stays_in_what_was_noted_of_hiding_it(empty: str) -> None:
    database = case_database(empty)
    upgrade(database, "0005")
    note = text(
        "INSERT INTO audit (campaign, at, who, what, detail) VALUES ('ningxia-2020', :at, 'office:wang', :what, :detail)"
    )
    rows = {
        "name.hide": {"player": 3, "name": "安全员小李", "reason": "像真名"},
        "draw.value": {"draw": "levels", "name": "stays"},
    }
    with database.engine.begin() as connection:
        for what, detail in rows.items():
            values = {"at": LATE.replace(tzinfo=None), "what": what, "detail": json.dumps(detail)}
            connection.execute(note, values)
    database.migrate()
    with database.session() as session:
        kept = {row.what: row.detail for row in session.scalars(select(Audit))}
    database.close()
    assert kept == {"name.hide": {"player": 3, "reason": "像真名"}, "draw.value": rows["draw.value"]}


def test_nobody_goes_on_to_play_for_a_group_and_names_that_stand_stay(empty: str) -> None:
    database = case_database(empty)
    upgrade(database, "0006")
    at = LATE.replace(tzinfo=None)
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO unit (id, campaign, name, unit_group, contact, mail, code_hash, imported, headcount, wrong_codes,"
                " created_at) VALUES (1, 'ningxia-2020', '白石小学', '学校', '', '', '', true, 0, 0, :at)"
            ),
            {"at": at},
        )
        for person, unit in (("one", 1), ("", None)):
            connection.execute(
                text(
                    "INSERT INTO player (campaign, person, name, hidden, listed, region, unit_id, joined_at, created_at, updated_at)"
                    " VALUES ('ningxia-2020', :person, :person, false, true, '学校', :unit, :at, :at, :at)"
                ),
                {"person": person, "unit": unit, "at": at},
            )
            connection.execute(
                text(
                    "INSERT INTO attempt (campaign, origin, person, kind, stage, score, total, stars, clocked, counts, flags,"
                    " region, unit_id, day, answers, pattern, began_at, ended_at) VALUES ('ningxia-2020', :person, :person,"
                    " 'round', '', 3, 5, 0, false, true, '[]', '学校', :unit, '2020-06-16', '[]', '', :at, :at)"
                ),
                {"person": person, "unit": unit, "at": at},
            )
    database.migrate()
    with database.session() as session:
        players = session.execute(
            select(Player.name, Player.region, Player.unit_id, Player.joined_at, Player.seen).order_by(
                Player.id
            )
        ).all()
        assert [tuple(row) for row in players] == [("one", "", 1, LATE, True), ("", "", None, None, False)]
        assert session.scalars(select(Attempt.region)).all() == ["", ""]
        assert session.scalars(select(BoardMark.item)).all() == ["region:学校"]
        assert session.scalars(select(Unit.region)).all() == [""]
    database.close()
