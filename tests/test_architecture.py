"""What could drift: who imports whom, where a library lives, migrations that match the tables."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import store.identity.tables
import store.quiz_tables
import store.tables
from store.database import Database

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    "bot", "channels", "cli", "content", "handlers", "pictures", "rules", "scheduler", "simulator", "store", "web", "wechat",
)  # fmt: skip

#: What each folder may import from us, besides itself.
MAY_IMPORT = {
    "rules": ("content.models", "content.bank", "content.occurrences", "content.names"),
    "content": (),
    "store": ("rules", "content.models", "content.bank"),
    "bot": ("rules", "content", "store"),
    "handlers": ("bot", "rules", "content"),
    "wechat": ("bot.message", "bot.errors"),
    "channels": ("wechat", "bot.message"),
    "scheduler": ("rules", "content", "store", "channels.base"),
    "web": ("bot", "rules", "content", "store", "wechat"),
    "simulator": (),
    "pictures": (),
    "cli": (*FOLDERS, "app"),
}

#: Where each outside library lives.
HOMES = {
    "chinese_calendar": ("rules",),
    "yaml": ("content",),
    "openpyxl": ("content",),
    "sqlalchemy": ("store", "migrations"),
    "alembic": ("store", "migrations"),
    "redis": ("store",),
    "hiredis": ("store",),
    "orjson": ("store",),
    "jieba": ("bot/language",),
    "opencc": ("bot/language",),
    "phonenumbers": ("handlers",),
    "wechatpy": ("wechat", "bench", "chaos"),
    "apscheduler": ("scheduler",),
    "flask": ("web", "simulator", "app.py", "bench", "chaos"),
    "flask_wtf": ("web", "app.py"),
    "prometheus_client": ("web",),
    "click": ("cli", "app.py"),
    "PIL": ("pictures", "simulator"),
    "segno": ("pictures",),
    "structlog": ("cli",),
    "numpy": ("bot/language/training.py",),
    "sklearn": ("bot/language/training.py",),
    "scipy": ("bot/language/training.py",),
    "pypinyin": ("bot/language/training.py",),
    "granian": ("cli", "bench"),
    "aiosmtpd": ("simulator",),
    "requests": ("wechat",),
}


def python_files() -> Iterator[Path]:
    yield ROOT / "app.py"
    for folder in (*FOLDERS, "migrations", "bench", "chaos"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module imported when the program runs, and whether it is a name out of one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for inner in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module, False
            for name in node.names:
                yield f"{node.module}.{name.name}", True
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, False


def allowed(module: str, own: str) -> bool:
    if module.split(".")[0] == own:
        return True
    return any(module == may or module.startswith(f"{may}.") for may in MAY_IMPORT[own])


def test_imports_go_one_way() -> None:
    ours = {*FOLDERS, "app"}
    wrong = []
    for path in python_files():
        own = path.relative_to(ROOT).parts[0]
        if own not in MAY_IMPORT:
            continue
        modules = list(imports_of(path))
        deep = {module for module, _ in modules}
        for module, from_name in modules:
            if from_name or module.split(".")[0] not in ours or allowed(module, own):
                continue
            narrower = [name for name in deep if name.startswith(f"{module}.")]
            if not narrower or not all(allowed(name, own) for name in narrower):
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not wrong


def test_each_library_has_one_home() -> None:
    wrong = []
    for path in python_files():
        place = str(path.relative_to(ROOT))
        for module, from_name in imports_of(path):
            homes = HOMES.get(module.split(".")[0])
            if (
                homes
                and not from_name
                and not any(place == home or place.startswith(f"{home}/") for home in homes)
            ):
                wrong.append(f"{place} imports {module}")
    assert not wrong


def test_a_handler_reaches_the_world_only_through_its_context() -> None:
    forbidden = ("os", "socket", "subprocess", "urllib", "requests", "flask", "datetime.datetime.now")
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sorted((ROOT / "handlers").rglob("*.py"))
        for module, _ in imports_of(path)
        if module in forbidden
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("name", "metadata"),
    [("case", store.tables.Base.metadata), ("identity", store.identity.tables.Base.metadata)],
)
def test_migrations_match_the_tables(name: str, metadata: object, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/{name}.db", name)
    database.migrate()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_every_row_of_the_case_database_carries_its_campaign() -> None:
    tables = store.tables.Base.metadata.tables.values()
    assert [table.name for table in tables if "campaign" not in table.columns] == []


def test_nothing_outside_the_edge_reads_the_environment() -> None:
    edge = {"cli", "app.py", "bench", "chaos", "migrations", "pictures", "simulator"}
    wrong = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.relative_to(ROOT).parts[0] not in edge and "os.environ" in path.read_text(encoding="utf-8")
    ]
    assert not wrong
