"""The knowledge base: every answer rests on a proven fact, and its faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

import handlers
from content.check import NUMBERS, advice_faults
from content.errors import ContentError
from content.facts import Fact, load_facts
from content.loader import load_advice
from content.models import Advice

FACTS = {
    "FIR-001": Fact("FIR-001", "fire", "个人占用通道的，处500元以下罚款。", "《消防法》第60条", "verified"),
    "FIR-002": Fact("FIR-002", "fire", "还没有查到。", "《消防法》第5条", "unverified"),
    "FIR-003": Fact("FIR-003", "fire", "不得占用通道。", "《消防法》第28条", "verified"),
}
TOPIC = """topic: fire
advice:
  - id: fire-1
    asks: [楼道能放东西吗, 过道放鞋柜行不行, 消防通道可以停车不]
    answer: 先搬走。占用通道要罚款。
    source: 《消防法》第60条
    fact: FIR-001
    next: 举报
    checked: 2026-11-22
"""


def an_advice(**changed: object) -> Advice:
    values: dict[str, object] = {
        "id": "a",
        "topic": "fire",
        "asks": ("楼道能放东西吗", "过道放鞋柜行不行", "消防通道可以停车不"),
        "answer": "先搬走。占用通道要罚500元以下。",
        "source": "《消防法》第60条",
        "fact": "FIR-001",
        "next": "举报",
        "checked": "2026-11-22",
    }
    return Advice.model_validate(values | changed)


def faults(root: Path, text: str) -> list[str]:
    (root / "fire.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_advice(root, FACTS)
    return caught.value.faults


def test_all_advice_rests_on_what_was_verified() -> None:
    assert advice_faults(load_advice(), load_facts()) == []


def test_every_next_step_leads_somewhere() -> None:
    words = {word for route in handlers.ROUTES for word in route.words}
    assert {advice.next for advice in load_advice()} <= words | NUMBERS


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("fact: FIR-001", "fact: FIR-009", "facts.tsv 里没有“FIR-009”这一条"),
        ("fact: FIR-001", "fact: FIR-002", "“FIR-002”还没有核实，不能用来回答"),
        ("第60条", "第61条", "facts.tsv 里是“《消防法》第60条”"),
        ("    next:", "    also: [FIR-003]\n    next:", "facts.tsv 里是“《消防法》第60条；《消防法》第28条”"),
        (", 消防通道可以停车不", "", "至少要有3项"),
        ("先搬走", "先搬走" * 70, "最多200个字"),
        ("    checked: 2026-11-22\n", "", "缺少这一项"),
    ],
)
def test_a_fault_of_advice_is_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    found = faults(tmp_path, TOPIC.replace(old, new, 1))
    assert any(expected in fault for fault in found), found


def test_an_id_is_used_once_in_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TOPIC, encoding="utf-8")
    assert any("“fire-1”重复了" in fault for fault in faults(tmp_path, TOPIC))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"answer": "罚600元。"}, "写了“600”，它的依据里没有这个数"),
        ({"answer": "打96119。"}, "写了“96119”，它的依据里没有这个数"),
        ({"answer": "先打119。"}, None),
        ({"answer": "匿名举报就行。"}, "用了“匿名”"),
        ({"asks": ("能匿名吗", "甲乙丙", "丁戊己")}, "用了“匿名”"),
        ({"asks": ("楼道能放东西吗", "可以匿名吗", "丁戊己")}, None),
        ({"answer": "长" * 61}, "这一句有61个字"),
    ],
)
def test_what_must_not_be_said_is_told(changed: dict[str, object], expected: str | None) -> None:
    found = advice_faults([an_advice(**changed)], FACTS)
    assert not found if expected is None else any(expected in fault for fault in found)


def test_one_way_of_asking_has_one_answer() -> None:
    found = advice_faults([an_advice(), an_advice(id="b", asks=("楼道能放东西吗？", "甲", "乙"))], FACTS)
    assert found == ["安全知识 b：“楼道能放东西吗？”在 a 里已经问过，请换个问法"]
