"""The scenes of 找隐患: what they rest on, and every way in which one can be wrong, with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.check import check_content
from content.errors import ContentError
from content.facts import Fact
from content.scenes import FEWEST, load_scenes, scene_faults

FACTS = {
    "FIR-001": Fact("FIR-001", "fire", "不得占用通道。", "《消防法》第28条", "verified"),
    "FIR-002": Fact("FIR-002", "fire", "还没有查到。", "《消防法》第5条", "unverified"),
}
HAZARD = """  - id: {0}
    label: {1}
    box: [{2}, 100, 100, 100]
    why: 楼道不能放东西，着火时走不出去。
    source: 《消防法》第28条
    fact: FIR-001
"""
HALL = (
    "id: hall\ntitle: 楼道\nalt: 一段楼道。\npicture: hall.svg\nwidth: 750\nheight: 1000\nhazards:\n"
    + HAZARD.format("shoes", "楼道里放着鞋柜", 0)
    + HAZARD.format("bike", "楼梯口停着车", 200)
    + HAZARD.format("door", "防火门用砖顶着", 400)
    + "decoys:\n"
    + "".join(
        f"  - id: {name}\n    label: {label}\n    box: [{left}, 500, 100, 100]\n"
        for name, label, left in (
            ("mat", "门口铺着垫子", 0),
            ("bell", "墙上有门铃", 200),
            ("cat", "猫坐着", 400),
        )
    )
)
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 750 1000"><rect width="9" height="9"/></svg>'


def faults(folder: Path, text: str = HALL, drawn: str = DRAWN) -> list[str]:
    (folder / "hall.yaml").write_text(text, encoding="utf-8")
    (folder / "hall.svg").write_text(drawn, encoding="utf-8")
    try:
        load_scenes(folder, FACTS)
    except ContentError as error:
        return error.faults
    return []


def test_the_scenes_of_the_product_are_sound_and_enough() -> None:
    assert len(load_scenes()) >= FEWEST
    assert scene_faults() == []


def test_a_sound_scene_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("fact: FIR-001", "fact: FIR-002", "还没有核实，不能用在图里"),
        ("fact: FIR-001", "fact: FIR-009", "没有“FIR-009”"),
        ("source: 《消防法》第28条", "source: 《消防法》第60条", "facts.tsv 里是“《消防法》第28条”"),
        ("box: [200, 100, 100, 100]", "box: [90, 100, 100, 100]", "和“楼道里放着鞋柜”的框重叠了"),
        ("box: [400, 500, 100, 100]", "box: [950, 500, 100, 100]", "伸到图外面了"),
        ("box: [400, 500, 100, 100]", "box: [400, 500, 0, 100]", "不能是0"),
        ("label: 猫坐着", "label: 墙上有门铃", "“墙上有门铃”在这张图里已经用过"),
        ("id: cat", "id: mat", "“mat”在这张图里已经用过"),
        ("id: hall", "id: house", "要和文件名“hall”一样"),
        ("picture: hall.svg", "picture: hole.svg", "没有找到图“hole.svg”"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, was: str, now: str, said: str) -> None:
    text = HALL.replace(was, now, 1)
    found = faults(tmp_path, text)
    line = max(n for n, line in enumerate(text.splitlines(), start=1) if now in line)
    assert len(found) == 1, found
    assert said in found[0]
    assert f"hall.yaml 第{line}行" in found[0]


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect id="hazard-1"/>',
        '<rect class="hazard"/>',
        '<rect onclick="x()"/>',
        "<!-- the bike is the hazard -->",
        "<title>楼道</title>",
        "<desc>隐患</desc>",
        '<image href="https://example.com/x.png"/>',
        '<rect style="fill:red"/>',
        '<rect fill="url(#x)"/>',
        '<a xlink:href="/x"/>',
    ],
)
def test_a_picture_tells_nothing_but_what_it_shows(tmp_path: Path, inside: str) -> None:
    assert faults(tmp_path, drawn=DRAWN.replace("</svg>", f"{inside}</svg>"))


def test_a_picture_has_the_size_that_its_scene_states(tmp_path: Path) -> None:
    found = faults(tmp_path, HALL.replace("width: 750", "width: 800"))
    assert len(found) == 1 and "viewBox 要写 0 0 800 1000" in found[0]


def test_a_picture_is_light_enough_for_a_poor_network(tmp_path: Path) -> None:
    heavy = DRAWN.replace("</svg>", f'<path d="{"M0 0" * 25_000}"/></svg>')
    assert "最多80KB" in faults(tmp_path, drawn=heavy)[0]


def test_too_few_scenes_are_a_fault_of_the_content(tmp_path: Path) -> None:
    faults(tmp_path)
    assert scene_faults(tmp_path, FACTS) == ["找隐患只有1张图，至少要有8张"]


def test_the_check_of_all_content_looks_at_the_scenes(tmp_path: Path) -> None:
    assert any("hall.yaml" in fault for fault in (faults(tmp_path), check_content(scenes=tmp_path))[1])


def test_a_point_means_what_it_lies_in_else_the_nearest_in_reach(tmp_path: Path) -> None:
    faults(tmp_path)
    (scene,) = load_scenes(tmp_path, FACTS)

    def at(x: float, y: float, reach: tuple[float, float] = (60.0, 40.0)) -> str:
        found = scene.at(x, y, reach)
        return found.id if found else ""

    assert at(50, 150) == "shoes"
    assert at(140, 150) == "shoes" and at(160, 150) == "bike"
    assert at(150, 350) == ""
    assert at(250, 239) == "bike" and at(250, 241) == ""
    assert at(105, 150, (0.0, 0.0)) == ""
