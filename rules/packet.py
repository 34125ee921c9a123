"""What leaves us about a case: the referral packet, the words for 12350, the online form, the mail to the office.

Each is made from the values listed here and from nothing else; no reporter can be reached from this file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from rules.dates import moment
from rules.masking import mask_text
from rules.sectors import NAMES, taken_online

URGENT = "正在发生"
UNKNOWN = "不清楚"
_READ_OUT = 200  # characters that a person will read out on the phone


@dataclass(frozen=True, slots=True)
class Photo:
    """A cleaned photo, by its file and its checksum."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Case:
    """The whitelist: all of a report that may leave us."""

    number: str
    received: datetime  # in the campaign's zone
    urgent: str
    place: str
    unit: str
    what: str
    seen: str
    still: str
    sector: str
    latitude: float | None = None
    longitude: float | None = None
    additions: tuple[str, ...] = ()
    photos: tuple[Photo, ...] = ()


def packet(case: Case) -> str:
    """The text that goes to the competent authority."""
    lines = [
        f"安全隐患线索 {case.number}",
        f"收到时间：{moment(case.received)}",
        f"是否正在发生：{case.urgent}",
        f"行业领域：{NAMES.get(case.sector, NAMES['other'])}（按内容初步归类）",
        f"地点：{mask_text(case.place)}",
        *_point(case),
        f"单位：{mask_text(case.unit) or UNKNOWN}",
        f"情况：{mask_text(case.what)}",
        f"看到时间：{case.seen}",
        f"现在是否还在：{case.still}",
        *(f"补充：{mask_text(text)}" for text in case.additions),
        *_photos(case.photos),
        "",
        "本件由反映内容整理，不含反映人的信息；需要联系反映人，请告知我们，由我们转达。",
    ]
    return "\n".join(lines)


def script(case: Case, named: bool = False, photographed: bool = False) -> str:
    """What to read to 12350, short enough to be read out; ``photographed`` counts photos that are on their way."""
    where, unit = _clip(_speakable(case.place), 60), _clip(_speakable(case.unit), 40) or UNKNOWN
    willing = "愿意" if named else "不愿意"
    pictures = "有" if case.photos or photographed else "没有"
    return (
        f"您好，我反映一处安全隐患。地点：{where}。单位：{unit}。情况：{_clip(_speakable(case.what), _READ_OUT)}。"
        f"时间：{case.seen}看到，现在{case.still}。我{pictures}照片。我{willing}留姓名。"
    )


def online_text(case: Case) -> str:
    """The text to paste into the ministry's mini-program, or the word that its platform doesn't take this."""
    head = "应急管理部安全生产举报小程序，复制下面的内容填写："
    if taken_online(case.sector) is False:
        head = f"{NAMES[case.sector]}不在应急管理部举报平台的范围内，请拨 12350。要书面反映，可以用这段："
    body = [
        f"被反映单位：{mask_text(case.unit) or UNKNOWN}",
        f"地点：{mask_text(case.place)}",
        f"情况：{mask_text(case.what)}",
        f"时间：{case.seen}看到，现在{case.still}",
    ]
    return "\n".join([head, "", *body])


def mail_to_office(case: Case) -> tuple[str, str]:
    """Subject and body of the mail that says a report came in: nothing of its content, nothing of its reporter."""
    urgent = case.urgent == URGENT
    subject = f"{'【现在正在发生】' if urgent else ''}收到隐患线索 {case.number}"
    body = [
        f"编号：{case.number}",
        f"时间：{moment(case.received)}",
        f"是否正在发生：{case.urgent}",
        f"行业领域：{NAMES.get(case.sector, NAMES['other'])}",
        "",
        f"查看：python app.py reports show {case.number} --reason 核对",
        "每次查看都会记下是谁、为什么。邮件里不写内容，请不要转发查看到的内容。",
    ]
    return subject, "\n".join(body)


def _point(case: Case) -> list[str]:
    if case.latitude is None or case.longitude is None:
        return []
    return [f"坐标（GCJ-02）：{case.latitude:.6f}, {case.longitude:.6f}"]


def _photos(photos: tuple[Photo, ...]) -> list[str]:
    if not photos:
        return ["照片：没有"]
    listed = [f"  {photo.file}  sha256 {photo.sha256}" for photo in photos]
    return [f"照片：{len(photos)}张，已去掉拍摄信息", *listed]


def _speakable(text: str) -> str:
    """A text to be read out: a clause in which something is hidden says nothing aloud, so it is left out."""
    masked = mask_text(text)
    clauses = re.findall(r"[^，。,；;\n]+[，。,；;\n]?", masked)
    left = "".join(clause for clause in clauses if "〔" not in clause).strip("，。,；; \n")
    return left or masked


def mail_about(number: str, news: str) -> tuple[str, str]:
    """Subject and body of the mail that says something is new about a report: 补充, 异议 … and nothing of it."""
    body = f"编号：{number}\n反映人：{news}\n\n查看：python app.py reports show {number} --reason 核对"
    return f"隐患线索 {number} 有{news}", body


def _clip(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
