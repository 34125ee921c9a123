"""A copy of the product's tree, so that its content may be changed while it runs, with draws that no notice states."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
PRIZES = (("灭火器", 2), ("急救包", 3))
PLACES = sum(count for _, count in PRIZES)
DRAWS, FIRST_S, EVERY_S = 24, 50.0, 28.0  # how many may be drawn, and when their values are known
#: Draws that were drawn before the storm: winners have been told, their last day is long over, or it ends in the storm.
TOLD, LATE, RACE = "told", "late", "race"
EARLIER = {TOLD: 8, LATE: 8, RACE: 4}
LATE_DUE = datetime(
    2020, 7, 2, 21, 15, tzinfo=ZoneInfo("Asia/Shanghai")
)  # so early that the scheduler leaves it be
AFTERWARDS = timedelta(days=1)  # the others were drawn so long before the storm
#: Within which days a round gives a ticket.
_PERIODS = {
    "storm": (date(2020, 11, 1), date(2020, 11, 29)),
    TOLD: (date(2020, 11, 1), date(2020, 11, 10)),
    RACE: (date(2020, 11, 1), date(2020, 11, 10)),
    LATE: (date(2020, 6, 1), date(2020, 6, 30)),
}
_PARTS = (
    "bot", "channels", "cli", "content", "handlers", "migrations", "pictures", "rules", "scheduler", "simulator",
    "store", "web", "wechat",
)  # fmt: skip


def copy_tree(folder: Path, campaign: str, prizes: str) -> Path:
    """The product beside its data, with a campaign that states draws; what is compiled is taken along."""
    tree = folder / "tree"
    tree.mkdir()
    for file in ("app.py", "pyproject.toml"):
        shutil.copy2(ROOT / file, tree)
    for part in _PARTS:
        shutil.copytree(ROOT / part, tree / part)
    (tree / "content" / "campaigns" / campaign / "prizes.yaml").write_text(prizes, encoding="utf-8")
    return tree


def dues(began: datetime) -> dict[str, datetime]:
    """The draws of one storm, and when their values are known, by campaign time."""
    return {f"storm-{n}": began + timedelta(seconds=FIRST_S + n * EVERY_S) for n in range(DRAWS)}


def earlier(began: datetime) -> dict[str, datetime]:
    """The draws that were drawn before, and when their values were known."""
    return {
        f"{kind}-{n}": LATE_DUE if kind == LATE else began - AFTERWARDS
        for kind, count in EARLIER.items()
        for n in range(count)
    }


def kind_of(name: str) -> str:
    """Of which of these a draw is."""
    return name.partition("-")[0]


def name_of(number: int) -> str:
    """What people read of the draw of that place among all that are stated."""
    return f"抽奖{number}"


def stated(draws: dict[str, datetime]) -> str:
    """The file that states these draws."""
    return "prizes:\n" + "".join(
        f"  - id: {name}\n"
        f"    name: {name_of(number)}\n"
        f"    prizes: [{', '.join(f'{{title: {title}, count: {count}}}' for title, count in PRIZES)}]\n"
        "    needs: {rounds: 1}\n"
        f"    period: {{start: {_PERIODS[kind_of(name)][0]}, end: {_PERIODS[kind_of(name)][1]}}}\n"
        f'    source: {{kind: ssq, ref: "2020{number:03d}", known_on: {due:%Y-%m-%d}, known_at: "{due:%H:%M:%S}"}}\n'
        "    claim_days: 10\n"
        "    claim_where: 办公室\n"
        "    published: 网站\n"
        for number, (name, due) in enumerate(draws.items())
    )
