"""Which sheets the workbook of the bank has, and what stands in their columns."""

from __future__ import annotations

from collections.abc import Mapping

from content.bank import AUDIENCE_NAMES, KIND_NAMES, LEVEL_NAMES
from content.workbook.layout import Column, Sheet

MARKS = "ABCDE"
QUESTION_SHEET, CHAPTER_SHEET = "题目", "类别"
_KINDS = {str(kind): name for kind, name in KIND_NAMES.items()}
_AUDIENCES = {str(audience): name for audience, name in AUDIENCE_NAMES.items()}
_LEVELS = {str(level): name for level, name in LEVEL_NAMES.items()}
_ID = "小写英文字母、数字和短横线，比如 {}；定了就不要再改。"

GUIDE = (
    ("这是什么", "安全知识题库的题目。一行一题，写在“题目”这张表里；填好以后交给管理人员导入。"),
    ("怎么填", "标题带 * 的必须填。点进单元格会有提示；题型、行业、对象、难度请从下拉框里选。日期写成 2026-11-22 这样。"),
    ("单选题", "填两到五个选项，从选项A起挨着填，“答案”填一个字母，比如 B。错的选项要像真会犯的错，长短差不多。"),
    ("多选题", "“答案”填几个字母，比如 ACD；至少两个，不能是全部选项。"),
    ("判断题", "选项都空着，“答案”填 对 或 错。"),
    ("排序题", "选项打乱了写，“答案”按正确的先后填全部字母，比如 CABD；至少三个选项。"),
    ("字数", "题干最多60个字，选项最多22个字，解释最多80个字，手机上一屏看得完。"),
    ("类别", "从下拉框里选；要新的类别，先在“类别”这张表里加一行。新的类别放本单位自己的题。"),
    ("依据编号", "写明依据、复核过的题才计分。本单位自己的题可以没有依据编号，出处必须写，这样的题只用来练习。"),
    ("复核日期", "请另一个人对照出处读一遍，再写上那一天。题目改了，旧的复核就不算了，要重新复核。"),
    ("增加和修改", "往下接着写就是增加。编号和题库里一样的，会换掉原来那一题；没有写的题不会删掉。新题的编号可以空着。"),
    ("公式", "请不要用公式，直接写文字、数字和日期。"),
    ("怎么导入", "存好以后运行：python app.py questions import 文件名.xlsx"),
    ("有错怎么办", "导入会把要改的地方一次列全：哪张表、第几行、哪一列。全部改好之前，题库一点也不会动。"),
)  # fmt: skip


def sheets(sectors: Mapping[str, str]) -> tuple[Sheet, Sheet]:
    """The sheet of the questions and that of the chapters; ``sectors`` are the names of the known ones."""
    return _questions(sectors), _chapters(sectors)


def _questions(sectors: Mapping[str, str]) -> Sheet:
    options = (
        Column(f"选项{mark}", ("options", str(number)), hint="判断题空着。" if number < 2 else "没有就空着。")
        for number, mark in enumerate(MARKS)
    )
    return Sheet(
        QUESTION_SHEET,
        ("questions",),
        "一行一题。怎么填，请看第一张表“说明”。",
        (
            Column("编号", ("id",), hint=f"新题可以空着，导入时自动编号。{_ID.format('fire-101')}"),
            Column("类别", ("topic",), hint="从“类别”那张表里选。"),
            Column("题型", ("type",), "choice", required=True, choices=_KINDS),
            Column("行业", ("sector",), "choice", hint="不分行业就空着。", choices=sectors),
            Column("对象", ("audience",), "choice", hint="不填是所有人。", choices=_AUDIENCES),
            Column("难度", ("level",), "choice", hint="不填是1。", choices=_LEVELS),
            Column("题干", ("stem",), "long", required=True, hint="最多60个字。"),
            *options,
            Column("答案", ("answer",), required=True, hint="单选 B，多选 ACD，判断 对 或 错，排序 CABD。"),
            Column("解释", ("why",), "long", hint="为什么是这个答案，一两句话，最多80个字。"),
            Column("出处", ("source",), "long", hint="法律写全名、年份和第几条；本单位的题写本单位的文件。"),
            Column("依据编号", ("fact",), hint="比如 FIR-001。只有本单位自己的题可以空着。"),
            Column("复核日期", ("reviewed",), "date", hint="没有人复核过就空着。"),
        ),
    )


def _chapters(sectors: Mapping[str, str]) -> Sheet:
    return Sheet(
        CHAPTER_SHEET,
        ("chapters",),
        "一行一个类别。已经有的不用动；要新的类别，在下面加一行。",
        (
            Column("编号", ("topic",), required=True, hint=_ID.format("our-port")),
            Column("名称", ("title",), required=True, hint="大家看到的名称，比如 港区安全。"),
            Column("行业", ("sector",), "choice", hint="不分行业就空着。", choices=sectors),
            Column("本单位自己的题", ("own",), "yes_no", hint="新的类别不填就是“是”。", blank=True),
        ),
    )
