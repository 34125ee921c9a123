"""The first sheet of a workbook: what it is for and how to fill it in."""

from __future__ import annotations

from collections.abc import Iterator

from content.workbook.layout import CHECKLIST, NOTICE, SHEETS

_HOW = (
    (
        "这是什么",
        "一届“安全生产月”活动的全部内容：通知说了什么，助手就说什么。改好这份表格再导入，助手的回答就跟着改。",
    ),
    (
        "怎么改",
        "下面每张表管一类内容，表的第一行有说明，点进单元格会有提示。标题带 * 的必须填，没有 * 的可以空着。",
    ),
    (
        "下拉框",
        "“是/否”、截止方式、星期几等请从下拉框里选。日期写成 2020-06-30 这样；写成 2020年6月30日 也可以。",
    ),
    ("原话", f"“原话”要照抄通知，一个字也不要改；导入时会和“{NOTICE}”一一核对。"),
    ("推定", "通知没有写明、由我们定的日期，在“推定”一栏选“是”，助手会告诉大家这是推定的。"),
    ("增加和删除", "要增加就接着往下写一行；要删除就把整行删掉。不要改表的名字和标题行，各列的先后可以换。"),
    ("公式", "请不要用公式，直接写文字、数字和日期。"),
    ("怎么导入", "存好以后运行：python app.py campaign import 文件名.xlsx"),
    (
        "有错怎么办",
        "导入会把要改的地方一次列全：哪张表、第几行、哪一列。全部改好之前，原来的内容一点也不会动。",
    ),
    ("备注", "直接写在 YAML 文件里、以 # 开头的备注，导入以后不保留。"),
)
_PROPOSAL = (
    ("活动草案", f"这是从往年移过来的草案，还没有生效。请逐项核对，在最后一张“{CHECKLIST}”里选“是”。"),
    (
        "本届的通知",
        f"拿到本届通知以后，把全文贴进“{NOTICE}”（先删掉往年的），再把各处的“原话”换成新通知的话。",
    ),
    ("怎么生效", "导入以后运行：python app.py campaign confirm 编号"),
)


def guide_lines(proposal: bool) -> Iterator[tuple[str, str]]:
    """What stands on the sheet, in two columns."""
    yield from _HOW
    if proposal:
        yield from _PROPOSAL
    yield "", ""
    yield "各张表", "管什么"
    for sheet in SHEETS:
        yield sheet.title, sheet.about
    yield NOTICE, "通知的全文，一段一行。"
