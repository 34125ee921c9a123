"""A copy of the product's tree, so that its content may be changed while it runs, with draws that no notice states."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRIZES = (("灭火器", 2), ("急救包", 3))
PLACES = sum(count for _, count in PRIZES)
DRAWS, FIRST_S, EVERY_S = 24, 50.0, 28.0  # how many may be drawn, and when their values are known
START, END = "2020-11-01", "2020-11-29"  # of what gives a ticket
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


def stated(draws: dict[str, datetime]) -> str:
    """The file that states these draws."""
    return "prizes:\n" + "".join(
        f"  - id: {name}\n"
        f"    name: 抽奖{number}\n"
        f"    prizes: [{', '.join(f'{{title: {title}, count: {count}}}' for title, count in PRIZES)}]\n"
        "    needs: {rounds: 1}\n"
        f"    period: {{start: {START}, end: {END}}}\n"
        f'    source: {{kind: ssq, ref: "2020{number:03d}", known_on: {due:%Y-%m-%d}, known_at: "{due:%H:%M:%S}"}}\n'
        "    claim_days: 10\n"
        "    claim_where: 办公室\n"
        "    published: 网站\n"
        for number, (name, due) in enumerate(draws.items())
    )
