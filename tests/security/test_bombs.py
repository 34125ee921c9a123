"""No list, bank or campaign that is taken in fills the memory: what is too large is refused with a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from content.workbook.importing import open_book
from tests.security.bombs import BOMBS, TEXTS, plain

ROOT = Path(__file__).resolve().parent.parent.parent
CLEAR = ("太大", "太长", "占了整张表", "打不开这个文件")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bombs")
    for name, build in BOMBS.items():
        (made / f"{name}.xlsx").write_bytes(build())
    for name, data in TEXTS.items():
        (made / name).write_bytes(data)
    return made


def test_every_bomb_is_refused_with_a_sentence_in_little_time_and_memory(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.bombs", str(folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert len(told["said"]) == 3 * len(BOMBS) + len(TEXTS)
    for what, sentence in told["said"].items():
        assert any(word in sentence for word in CLEAR), (what, sentence)
    assert told["kilobytes"] < 400 * 1024
    assert told["seconds"] < 60


@pytest.mark.parametrize("command", ["units", "questions", "campaign"])
def test_the_commands_say_so_and_take_nothing_in(command: str, folder: Path) -> None:
    asked = [sys.executable, "app.py", command, "import", str(folder / "one merged cell.xlsx")]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "占了整张表" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_small_workbook_is_opened() -> None:
    assert open_book(plain()).sheetnames == ["Sheet"]
