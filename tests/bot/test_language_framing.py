"""Examples in frames: the same words in a film, a drill or a question."""

from __future__ import annotations

from pathlib import Path

from bot.language import examples
from bot.language.examples import FRAMES, Example, read
from bot.language.framing import HOLE, Frame, framed, read_frames
from bot.language.intents import LABELS

FIRES = [Example("emergency", f"{place}楼着火了！", f"x.tsv:{place}") for place in range(1000, 1200)]


def test_every_frame_has_one_hole_and_known_labels() -> None:
    frames = read_frames()
    assert frames
    for frame in frames:
        assert frame.text.count(HOLE) == 1
        assert {frame.source, frame.label} <= set(LABELS)


def test_danger_is_framed_both_ways_and_nothing_becomes_danger() -> None:
    frames = read_frames()
    from_danger = {frame.label for frame in frames if frame.source == "emergency"}
    assert {"emergency", "other", "safety_question", "smalltalk", "report_hazard"} <= from_danger
    assert not [frame for frame in frames if frame.label == "emergency" != frame.source]


def test_words_are_set_into_frames_that_keep_and_that_turn_the_meaning() -> None:
    frames = [Frame("emergency", "other", "电影里{}"), Frame("emergency", "emergency", "{}，快来")]
    found = framed(FIRES, frames)
    assert Example("other", "电影里1000楼着火了", "x.tsv:1000") in found
    labels = [one.label for one in found]
    assert len(FIRES) * 0.8 < labels.count("other") < len(FIRES)
    assert len(FIRES) * 0.8 < labels.count("emergency") < len(FIRES)
    assert {one.text for one in found if one.label == "emergency"} <= {
        f"{fire.text.rstrip('！')}，快来" for fire in FIRES
    }


def test_the_same_examples_always_get_the_same_frames() -> None:
    frames = read_frames()
    assert framed(FIRES, frames) == framed(FIRES, frames)


def test_too_short_too_long_and_other_labels_are_left_as_they_are() -> None:
    frames = [Frame("emergency", "other", "电影里{}")]
    texts = [Example("emergency", "着火了", "a"), Example("emergency", "着" * 41, "b")]
    calm = [Example("quiz", f"我要答{number}道题", "c") for number in range(100)]
    assert framed([*texts, *calm], frames) == []


def test_a_new_frame_makes_new_weights_necessary(tmp_path: Path) -> None:
    for part in ("examples", "sectors"):
        (tmp_path / part).mkdir()
    (tmp_path / "examples" / "a.tsv").write_text("quiz\t答题\n", encoding="utf-8")
    (tmp_path / "words.txt").write_text("", encoding="utf-8")
    frames = tmp_path / FRAMES
    frames.write_text("quiz\tquiz\t救命，{}\n", encoding="utf-8")
    before = examples.digest(tmp_path)
    assert before == examples.digest(tmp_path)
    frames.write_text("quiz\tquiz\t急，{}\n", encoding="utf-8")
    assert examples.digest(tmp_path) != before
    assert [one.text for one in read("examples", tmp_path)] == ["答题"]
