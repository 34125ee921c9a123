"""What a campaign's files must keep beyond their shape: that quotes are the notice's own words, and the like.

The proofs read the values as written, so that a fault in one place doesn't hide those in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from content.facts import Fact
from content.models import Obligation
from content.occurrences import occurrences, short_name
from content.prizes import Source
from content.reading import Document, Key, entries

FIRST_YEAR = 2002  # the first 安全生产月
THIS_NOTICE = "notice.txt"  # the text of another year's notice has another name
ALIKE = 0.6  # share of common pairs of characters from which a sentence may be the one that was meant
SHORT_NAME = 20  # what a field of a WeChat template message holds
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def prove(document: Document, notice: str) -> None:
    """Add every fault that shows only when parts are compared."""
    values = list(_scalars(document.data, ()))
    _prove_quotes(document, values, notice)
    _prove_notice(document, notice)
    _prove_slogans(document, notice)
    _prove_contacts(document, notice)
    _prove_ids(document)
    _prove_dates(document, values)
    _prove_obligations(document)
    _prove_tables(document)
    _prove_prizes(document)
    _prove_contests(document)
    _prove_board_days(document)


def squeeze(text: str) -> str:
    """The text without any white space: line breaks of a notice fall anywhere."""
    return "".join(text.split())


def _scalars(value: Any, key: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, child in value.items():
            yield from _scalars(child, (*key, name))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _scalars(child, (*key, number))


def _prove_quotes(document: Document, values: list[tuple[Key, str]], notice: str) -> None:
    text = squeeze(notice)
    for key, value in values:
        if key[-1] == "quote" and squeeze(value) not in text:
            near = nearest(value, notice)
            document.add(key, f"通知原文里没有“{_short(value)}”，请照抄 notice.txt 里的原话{near}")


def nearest(quote: str, notice: str) -> str:
    """The sentence of the notice that is most like a quote which isn't in it, or nothing."""
    wanted = _pairs(squeeze(quote))
    sentences = [squeeze(part) for part in re.split(r"[。；！？\n]", notice)]
    shares = [(len(wanted & _pairs(sentence)) / max(1, len(wanted)), sentence) for sentence in sentences]
    share, sentence = max(shares, default=(0.0, ""))
    return f"；最像的一句是“{sentence[:120]}”" if share >= ALIKE else ""


def _pairs(text: str) -> set[str]:
    return {text[start : start + 2] for start in range(len(text) - 1)}


def _prove_notice(document: Document, notice: str) -> None:
    """Title, number and date are the notice's own, once this year's notice is there."""
    if document.value(("notice", "file")) not in (None, THIS_NOTICE):
        return  # it rests on the notice of another year
    text = squeeze(notice)
    for name in ("title", "number", "issued"):
        value = document.value(("notice", name))
        if isinstance(value, str) and squeeze(_spoken(value)) not in text:
            document.add(("notice", name), f"通知原文里没有“{_short(_spoken(value))}”")


def _spoken(value: str) -> str:
    """A date as a notice writes it; any other text as it is."""
    if not _DAY.fullmatch(value):
        return value
    year, month, day = (int(part) for part in value.split("-"))
    return f"{year}年{month}月{day}日"


def _prove_slogans(document: Document, notice: str) -> None:
    text = squeeze(notice)
    items = document.value(("slogans", "items"))
    if str(document.value(("slogans", "own"))).lower() != "true" or not isinstance(items, list):
        return
    for number, item in enumerate(items):
        if isinstance(item, str) and squeeze(item) not in text:
            document.add(("slogans", "items", number), f"通知原文里没有标语“{_short(item)}”")


def _prove_contacts(document: Document, notice: str) -> None:
    text = squeeze(notice)
    for key, contact in entries(document, "contacts"):
        for name in ("name", "phone", "email", "fax"):
            value = contact.get(name)
            if isinstance(value, str) and squeeze(value) not in text:
                document.add((*key, name), f"通知原文里没有“{value}”，请照抄 notice.txt 里的写法")


def _prove_ids(document: Document) -> None:
    _unique(document, entries(document, "activities"), "id")
    _unique(document, entries(document, "obligations"), "id")
    _unique(document, entries(document, "tables"), "id")
    _unique(document, entries(document, "liaison_form", "fields"), "key")


def _unique(document: Document, found: Iterator[tuple[Key, dict[str, Any]]], name: str) -> None:
    seen: dict[str, int] = {}
    for key, entry in found:
        value = entry.get(name)
        if value in seen:
            document.add((*key, name), f"“{value}”重复了，第{seen[value]}行已经用过，请换一个")
        elif isinstance(value, str):
            seen[value] = document.place((*key, name)).line


def _prove_dates(document: Document, values: list[tuple[Key, str]]) -> None:
    year = str(document.value(("month", "start")))[:4]
    low, high = (int(year), int(year) + 1) if year.isdecimal() and len(year) == 4 else (FIRST_YEAR, 2100)
    for key, value in values:
        if _DAY.fullmatch(value) and not low <= int(value[:4]) <= high:
            document.add(key, f"写的是“{value}”，这一年不对，应在 {low} 年到 {high} 年之间")
        elif key == ("month", "start") and _DAY.fullmatch(value) and int(value[:4]) < FIRST_YEAR:
            document.add(key, f"写的是“{value}”，“安全生产月”从 {FIRST_YEAR} 年开始")


def _prove_obligations(document: Document) -> None:
    tables = {table.get("id") for _, table in entries(document, "tables")}
    for key, entry in entries(document, "obligations"):
        _prove_names(document, key, entry)
        for item_key, item in entries(document, *key, "items"):
            if item.get("table") is not None and item["table"] not in tables:
                document.add((*item_key, "table"), f"没有叫“{item['table']}”的统计表，请看 statistics.yaml")


def _prove_names(document: Document, key: Key, entry: dict[str, Any]) -> None:
    try:
        obligation = Obligation.model_validate(entry)
    except ValidationError:
        return  # said already
    times = occurrences(obligation)
    if not times and obligation.due.kind != "undated":
        document.add((*key, "due"), "按这样写，一个截止日也没有")
    names = [time.name for time in times] or [short_name(obligation.name, 1, 12)]
    longest = max(names, key=len)
    if len(longest) > SHORT_NAME:
        document.add((*key, "name"), f"填好后是“{longest}”，有{len(longest)}个字，最多{SHORT_NAME}个字")
    if "{" in longest or "}" in longest:
        document.add((*key, "name"), "花括号里只能写 {n}（第几次）或 {month}（几月）")


def _prove_tables(document: Document) -> None:
    for table_key, _ in entries(document, "tables"):
        rows = [
            row
            for group, _ in entries(document, *table_key, "groups")
            for row in entries(document, *group, "rows")
        ]
        _unique(document, (blank for key, _ in rows for blank in entries(document, *key, "blanks")), "id")
        for key, row in rows:
            _prove_row(document, key, row)


def _prove_row(document: Document, key: Key, row: dict[str, Any]) -> None:
    told = _PLACEHOLDER.findall(str(row.get("text", "")))
    given = [str(blank.get("id")) for _, blank in entries(document, *key, "blanks")]
    for name in told:
        if name not in given:
            document.add((*key, "text"), f"句子里有 {{{name}}}，blanks 里没有这个填空")
    for name in given:
        if told.count(name) != 1:
            document.add((*key, "blanks"), f"填空“{name}”在句子里出现{told.count(name)}次，应该正好一次")


def _prove_prizes(document: Document) -> None:
    """A drand round has a time of its own: the one that is told must be that, to the minute."""
    _unique(document, entries(document, "prizes"), "id")
    zone = str(document.data.get("zone", "Asia/Shanghai"))
    for key, entry in entries(document, "prizes"):
        try:
            source = Source.model_validate(entry.get("source"))
            known = source.due(zone).astimezone(ZoneInfo(zone))
        except (ValidationError, ZoneInfoNotFoundError, ValueError, OverflowError):
            continue  # said already
        told = f"{source.known_on} {source.known_at:%H:%M}"
        if source.kind == "drand" and f"{known:%Y-%m-%d %H:%M}" != told:
            fault = f"drand 第{source.ref}轮在 {known:%Y-%m-%d %H:%M} 公布，写的是 {told}"
            document.add((*key, "source", "known_on"), fault)


def _prove_contests(document: Document) -> None:
    """No two contests have a name in common, and a blank takes numbers of one that is played here."""
    _unique(document, entries(document, "quiz", "contests"), "id")
    ours: set[str] = set()
    seen: dict[str, str] = {}
    for key, entry in entries(document, "quiz", "contests"):
        title, words = str(entry.get("title")), entry.get("words")
        names = [title, *(words if isinstance(words, list) else ())]
        for name in dict.fromkeys(str(name) for name in names):
            if seen.setdefault(name, title) != title:
                document.add((*key, "words"), f"“{name}”已经是“{seen[name]}”的叫法，请换一个")
        ours |= {str(entry.get("id"))} if entry.get("topics") else set()
    for key, value in _scalars(document.data.get("tables"), ("tables",)):
        if key[-1] == "contest" and value not in ours:
            document.add(key, f"没有在这里答的竞赛“{value}”")


def _prove_board_days(document: Document) -> None:
    """Rounds that count for no board give no ticket: a draw's days lie within those of the boards."""
    start, end = (str(document.value(("quiz", "boards", name)) or "") for name in ("start", "end"))
    for key, entry in entries(document, "prizes"):
        period = entry.get("period")
        if not (start and end and isinstance(period, dict)):
            continue
        if str(period.get("start")) < start or str(period.get("end")) > end:
            document.add((*key, "period"), f"抽奖的日期要在排行榜的日期里：{start} 到 {end}")


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"


def prove_chapter(document: Document, facts: Mapping[str, Fact], seen: dict[str, str]) -> None:
    """Add the faults of a chapter: ids used before (in ``seen``), facts that don't bear a question."""
    topic, own = document.value(("topic",)), str(document.value(("own",))).lower() == "true"
    for key, entry in entries(document, "questions"):
        _prove_new(document, key, entry, seen)
        prove_fact(document, key, entry, facts, own=own)
        if entry.get("topic") != topic:
            document.add((*key, "topic"), f"这个文件都是“{topic}”的题，请删掉这一项或移到别的文件")


def prove_fact(
    document: Document, key: Key, entry: dict[str, Any], facts: Mapping[str, Fact], *, own: bool
) -> None:
    """Add what is wrong with the fact of a question; an organiser's own needs none.

    One that was not found in its source is no fault: ``Bank`` keeps the question for practice.
    """
    fact = facts.get(str(entry.get("fact")))
    if entry.get("fact") is None:
        if not own:
            document.add((*key, "fact"), "没有写依据的编号；只有本单位自己的题（own: true）可以不写")
    elif fact is None:
        document.add((*key, "fact"), f"facts.tsv 里没有“{entry.get('fact')}”这一条")
    elif entry.get("source") != fact.source:
        document.add((*key, "source"), f"写的是“{entry.get('source')}”，facts.tsv 里是“{fact.source}”")


def _prove_new(document: Document, key: Key, entry: dict[str, Any], seen: dict[str, str]) -> None:
    name, place = str(entry.get("id")), document.place((*key, "id"))
    if name in seen:
        document.add((*key, "id"), f"“{name}”重复了，{seen[name]} 已经用过，请换一个")
    seen.setdefault(name, f"{place.file} 第{place.line}行")


def prove_advice(document: Document, facts: Mapping[str, Fact], seen: dict[str, str]) -> None:
    """Add the faults of a file of advice: ids used before, facts that don't bear it, sources that aren't theirs."""
    for key, entry in entries(document, "advice"):
        _prove_new(document, key, entry, seen)
        also = entry.get("also")
        names = [entry.get("fact"), *(also if isinstance(also, list) else ())]
        rests_on = [_borne(document, key, str(name), facts) for name in names if name is not None]
        sources = "；".join(dict.fromkeys(fact.source for fact in rests_on if fact))
        if rests_on and all(rests_on) and entry.get("source") != sources:
            document.add((*key, "source"), f"写的是“{entry.get('source')}”，facts.tsv 里是“{sources}”")


def _borne(document: Document, key: Key, name: str, facts: Mapping[str, Fact]) -> Fact | None:
    """The fact of that name, if advice may rest on it."""
    fact = facts.get(name)
    if fact is None:
        document.add((*key, "fact"), f"facts.tsv 里没有“{name}”这一条")
    elif not fact.usable:
        document.add((*key, "fact"), f"“{name}”还没有核实，不能用来回答")
    return fact
