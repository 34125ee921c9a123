"""All that must hold in the content before it is shown: every campaign, the question bank, the advice and the scenes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import combinations
from pathlib import Path
from statistics import mean
from zoneinfo import ZoneInfo

from content.balance import balance_faults, pairs_of
from content.bank import TRUE_FALSE, Chapter, Question
from content.errors import ContentError
from content.facts import Fact, load_facts
from content.laws import Laws, load_laws, table_faults
from content.loader import (
    ADVICE,
    CAMPAIGNS,
    QUESTIONS,
    is_proposal,
    load_advice,
    load_campaign,
    load_chapters,
)
from content.models import Advice
from content.scenes import SCENES, load_scenes, scene_faults
from content.topics import topic_faults, unknown_sectors

STEM, OPTION, WHY = 60, 22, 80  # characters that a phone shows without scrolling
ALIKE = 0.65  # share of common pairs of characters from which two questions ask the same
_SAME_LENGTH = 4  # by how many characters the right option may differ from the wrong ones
_ENOUGH = 20  # below that many questions nothing is said of an even spread
_REFUSED = ("匿名", "保证", "一定", "重奖", "小编", "～", "第一时间", "知悉", "以上都", "以上皆")
# Where a question is offered or answered, we speak ourselves; 奖励 and the like are what the law calls them.
_REFUSED_IN_ADVICE = (*_REFUSED[:7], "分享有礼", "转发抽奖", "集赞", "亲，", "贵用户", "已受理", "属实")
NUMBERS = frozenset({"110", "119", "120", "122", "12350"})  # that advice may name
SENTENCE = 60  # characters that one reads without stopping
_UNREVIEWED = "还没有人复核，请核对依据后写上 reviewed"
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def check_content(
    campaigns: Path = CAMPAIGNS,
    questions: Path = QUESTIONS,
    advice: Path = ADVICE,
    scenes: Path = SCENES,
    sectors: Collection[str] | None = None,
) -> list[str]:
    """Every fault in the content, as sentences; none if all is well. Without ``sectors`` none is asked for."""
    faults = [fault for folder in _folders(campaigns) for fault in _campaign_faults(folder)]
    faults += [
        *table_faults(load_laws(), load_facts()),
        *_bank_faults(questions, sectors),
        *_advice_faults(advice),
    ]
    return [*faults, *_scene_faults(scenes)]


def _bank_faults(folder: Path, sectors: Collection[str] | None) -> list[str]:
    try:
        chapters = load_chapters(folder)
    except ContentError as error:
        return error.faults
    faults = [fault for _, fault in faults_by_question(chapters, load_laws(), sectors)]
    if folder == QUESTIONS:
        unproved = [fact.id for fact in load_facts().values() if not fact.usable]
        faults += [*balance_faults(chapters), *topic_faults(chapters, unproved)]
    return faults


def _advice_faults(folder: Path) -> list[str]:
    facts = load_facts()
    try:
        return advice_faults(load_advice(folder, facts), facts)
    except ContentError as error:
        return error.faults


def _scene_faults(folder: Path) -> list[str]:
    faults = scene_faults(folder)
    if faults:
        return faults
    laws = load_laws()
    return [
        f"找隐患 {scene.id}：{fault}"
        for scene in load_scenes(folder)
        for hazard in scene.hazards
        for fault in laws.faults_in_text(hazard.why)
    ]


def advice_faults(base: Sequence[Advice], facts: Mapping[str, Fact]) -> list[str]:
    """What is wrong with the advice one by one, and which questions two of them answer."""
    laws = load_laws()
    alone = [
        f"安全知识 {one.id}：{fault}"
        for one in base
        for fault in (*_faults_of(one, facts), *laws.faults_in_text(one.answer))
    ]
    return [*alone, *_asked_twice(base)]


def _faults_of(advice: Advice, facts: Mapping[str, Fact]) -> Iterator[str]:
    for word in _REFUSED_IN_ADVICE:
        if word in advice.answer + advice.question:
            yield f"用了“{word}”，请换个说法"
    for sentence in re.split(r"[。！？\n]", advice.answer):
        if len(sentence) > SENTENCE:
            yield f"这一句有{len(sentence)}个字，最多{SENTENCE}个字：{sentence}"
    rests_on = [facts[name] for name in (advice.fact, *advice.also) if name and name in facts]
    known = NUMBERS.union(*(_FIGURE.findall(fact.text) for fact in rests_on))
    for figure in _FIGURE.findall(advice.answer):
        if figure not in known:
            yield f"写了“{figure}”，它的依据里没有这个数"


def _asked_twice(base: Sequence[Advice]) -> Iterator[str]:
    asked: dict[str, str] = {}
    for advice in base:
        for ask in advice.asks:
            bare = "".join(sign for sign in ask if sign.isalnum()).lower()
            if bare in asked:
                yield f"安全知识 {advice.id}：“{ask}”在 {asked[bare]} 里已经问过，请换个问法"
            asked.setdefault(bare, advice.id)


def question_faults(bank: Sequence[Question]) -> list[str]:
    """What is wrong with the questions one by one and as a whole."""
    alone = [f"题目 {question.id}：{fault}" for question in bank for fault in _alone(question)]
    return [*alone, *(fault for _, fault in _alike(bank)), *_spread(bank)]


def faults_by_question(
    chapters: Sequence[Chapter], laws: Laws, sectors: Collection[str] | None = None
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The same of whole chapters, of the laws they cite and of their sectors; each with the questions it is about."""
    bank = [question for chapter in chapters for question in chapter.questions]
    own = {question.id for chapter in chapters if chapter.own for question in chapter.questions}
    for question in bank:
        alone = _alone(question, own=question.id in own)
        for fault in (*alone, *_law_faults(question, laws, own=question.id in own)):
            yield (question.id,), f"题目 {question.id}：{fault}"
    for name, fault in unknown_sectors(chapters, sectors) if sectors is not None else ():
        yield (name,), fault
    yield from _alike(bank)
    for fault in _spread(bank):
        yield (), fault


def _law_faults(question: Question, laws: Laws, *, own: bool) -> Iterator[str]:
    yield from laws.faults(question.source, own=own)
    yield from laws.faults_in_text("\n".join((question.stem, *question.options, question.why)), own=own)


def unreviewed(name: str) -> str:
    """What is said of a question that nobody has reviewed."""
    return f"题目 {name}：{_UNREVIEWED}"


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _folders(campaigns: Path) -> list[Path]:
    """Every folder that should hold a campaign; a proposal is proved when it is confirmed."""
    folders = (one for one in campaigns.iterdir() if one.is_dir() and not one.name.startswith("."))
    return sorted(folder for folder in folders if not is_proposal(folder))


def _campaign_faults(folder: Path) -> list[str]:
    try:
        load_campaign(folder)
    except ContentError as error:
        return error.faults
    return []


def _alone(question: Question, *, own: bool = False) -> Iterator[str]:
    """What is wrong with one question; an organiser's own may wait for its review: it isn't scored till then."""
    yield from _too_long(question)
    if question.reviewed is None and not own:
        yield _UNREVIEWED
    if question.reviewed and question.reviewed > _today():
        yield f"复核日期 {question.reviewed} 还没有到，请写真正复核的那一天"
    for word in _REFUSED:
        if word in question.stem + question.why + "".join(question.options):
            yield f"用了“{word}”，请换个说法"
    if question.type in ("single", "multiple"):
        yield from _tells_itself(question)
    if question.type == "order" and question.options == question.answer:
        yield "options 已经按正确顺序排好了，请打乱"


def _too_long(question: Question) -> Iterator[str]:
    texts = [("stem", question.stem, STEM), ("why", question.why, WHY)]
    texts += [("options", option, OPTION) for option in question.options]
    for name, text, most in texts:
        if len(text) > most:
            yield f"{name} 有{len(text)}个字，最多{most}个字：{text}"


def _tells_itself(question: Question) -> Iterator[str]:
    right, wrong = _lengths(question)
    if not min(wrong) - _SAME_LENGTH <= mean(right) <= max(wrong) + _SAME_LENGTH:
        yield f"正确选项有{mean(right):.0f}个字，和其他选项（平均{mean(wrong):.0f}个字）相差太多，一眼就能看出来"
    for answer in question.answer:
        if len(answer) > 3 and answer in question.stem:
            yield "题干里已经写出了答案"


def _lengths(question: Question) -> tuple[list[int], list[int]]:
    """How long the right options are, and the wrong ones."""
    wrong = [len(option) for option in question.options if option not in question.answer]
    return [len(option) for option in question.answer], wrong


def _alike(bank: Sequence[Question]) -> Iterator[tuple[tuple[str, ...], str]]:
    pairs = {question.id: pairs_of(question) for question in bank}
    for one, other in combinations(bank, 2):
        if len(pairs[one.id] & pairs[other.id]) >= ALIKE * min(len(pairs[one.id]), len(pairs[other.id])):
            yield (one.id, other.id), f"题目 {one.id} 和 {other.id} 问的差不多，请留一道"


def _spread(bank: Sequence[Question]) -> Iterator[str]:
    judged = Counter(question.answer[0] for question in bank if question.type == "judge")
    yield from _uneven("判断题", judged, TRUE_FALSE)
    choices = [question for question in bank if question.type == "single"]
    for count in sorted({len(question.options) for question in choices}):
        marks = "ABCDE"[:count]
        places = Counter(marks[q.options.index(q.answer[0])] for q in choices if len(q.options) == count)
        yield from _uneven(f"{count}个选项的题", places, marks)
    longest = sum(max(right) > max(wrong) for right, wrong in map(_lengths, choices))
    if len(choices) >= _ENOUGH and longest > 0.4 * len(choices):
        yield f"{len(choices)}道选择题里有{longest}道正确选项最长，容易猜中，请改得一样长"


def _uneven(what: str, places: Counter[str], marks: Sequence[str]) -> Iterator[str]:
    total = places.total()
    for mark in marks:
        share = places[mark] / total if total else 0.0
        if total >= _ENOUGH and not 0.7 / len(marks) <= share <= 1.3 / len(marks):
            yield f"{what}里答案是“{mark}”的占{share:.0%}，请摆得匀一些"
