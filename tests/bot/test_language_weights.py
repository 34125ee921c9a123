"""The committed weights match what they were learnt from, and load without what only training needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.language import examples, weights
from bot.language.classifier import DANGER, INTENT, SECTOR
from bot.language.intents import LABELS
from rules.sectors import NAMES


def test_the_weights_were_learnt_from_these_examples() -> None:
    assert weights.load().digest == examples.digest(), "python app.py train-language"


def test_every_label_has_a_lane() -> None:
    wanted = {f"{INTENT}{label}" for label in LABELS} | {f"{SECTOR}{key}" for key in NAMES} | {DANGER}
    assert set(weights.load().labels) == wanted


def test_the_file_is_small() -> None:
    assert weights.FILE.stat().st_size < 3_000_000


def test_examples_carry_known_labels() -> None:
    assert {example.label for example in examples.read("examples")} == set(LABELS)
    assert {example.label for example in examples.read("sectors")} == set(NAMES)


def test_what_is_saved_is_read_back_and_its_bytes_are_always_the_same(tmp_path: Path) -> None:
    about = {
        "labels": ["a", "b"],
        "scales": [0.5, 1.0],
        "biases": [0.0, -1.0],
        "thresholds": {},
        "digest": "d",
    }
    files = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for file in files:
        weights.save(file, about, ["x", "y"], bytes([130, 128, 128, 125]), "安按\n全")
    assert files[0].read_bytes() == files[1].read_bytes()
    read = weights.load(files[0])
    assert read.scores(["x"]) == {"a": 1.0, "b": -1.0}
    assert read.scores(["unknown"]) == {"a": 0.0, "b": -1.0}
    assert read.sounds[ord("按")] == read.sounds[ord("安")] != read.sounds[ord("全")]


def test_the_bot_needs_nothing_that_training_needs() -> None:
    look = (
        "import sys; from bot.language import intents; intents.prepare(); intents.label_of('你好');"
        "print([name for name in ('numpy', 'sklearn', 'scipy', 'pypinyin') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
