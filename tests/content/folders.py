"""Small campaigns to break: the parts of a folder as text, and how to write them."""

from __future__ import annotations

import shutil
from pathlib import Path

from content.loader import QUESTIONS

#: Chapters that hold every type of question, with a sector and without: what the whole bank would prove, in a sixth of the time.
SOME = ("fire", "hazchem", "school")

NOTICE = """关于开展2020年“安全生产月”活动的通知
6月1日至30日。以“消除事故隐患，筑牢安全防线”为主题。
请联络员于6月份每周四前报送本处室、本单位本周活动开展的视频、
图片、文字等电子版资料。7月1日前报送总结报告和统计表。
1.生命至上 安全第一
"""

CAMPAIGN = """id: sample
name: 样例 2020
region: 样例区
organiser: 样例区安委会办公室
reports_to: 样例区应急管理局
notice:
  title: 关于开展2020年“安全生产月”活动的通知
  issuers: [样例区安委会办公室]
  audience: 各单位
theme: {text: "消除事故隐患，筑牢安全防线", quote: "以“消除事故隐患，筑牢安全防线”为主题"}
month: {start: 2020-06-01, end: 2020-06-30, quote: 6月1日至30日}
hotlines:
  - {number: 119, purpose: 火警, source: 全国统一}
welcome:
  audience: 样例区
  lines:
    - {label: 答题, word: 答题}
    - {label: 举报, word: 举报}
"""

SLOGANS = """slogans:
  title: 宣传标语
  own: true
  items:
    - 生命至上 安全第一
"""

OBLIGATIONS = """obligations:
  - id: weekly
    title: 每周报送
    name: 第{n}周活动资料
    items:
      - {id: media, name: 视频、图片、文字}
    due:
      kind: weekly
      weekday: thu
      period: {start: 2020-06-01, end: 2020-06-30}
    quote: 请联络员于6月份每周四前报送本处室、本单位本周活动开展的视频、图片、文字
  - id: summary
    title: 报送总结
    name: 总结报告、统计表
    items:
      - {id: summary, name: 总结报告}
      - {id: table, name: 统计表, table: progress}
    due:
      kind: fixed
      on: 2020-07-01
    quote: 7月1日前报送总结报告和统计表
"""

FORM = """liaison_form:
  title: 联络员推荐表
  ours: true
  fields:
    - {key: name, label: 姓名, required: true, kind: name}
"""

TABLES = """tables:
  - id: progress
    title: 进展情况统计表
    annex: 附件2
    groups:
      - title: 活动
        rows:
          - title: 学习
            text: 学习（{times}）次
            blanks:
              - {id: times, label: 学习, measure: 次}
"""


def sample(root: Path, **changed: str) -> Path:
    """Write the sample campaign, with some of its files replaced, and return its folder."""
    folder = root / "sample"
    folder.mkdir()
    parts = {
        "campaign": CAMPAIGN,
        "slogans": SLOGANS,
        "obligations": OBLIGATIONS,
        "liaison_form": FORM,
        "statistics": TABLES,
    }
    for name, text in (parts | changed).items():
        if name != "notice":
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "notice.txt").write_text(changed.get("notice", NOTICE), encoding="utf-8")
    return folder


def some_chapters(root: Path) -> Path:
    """A bank of some of our chapters in a folder of its own."""
    folder = root / "questions"
    folder.mkdir(parents=True)
    for topic in SOME:
        shutil.copy(QUESTIONS / f"{topic}.yaml", folder)
    return folder
