"""What every round of the quiz shares: questions are put, answers read and explained, and the end is kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from bot.context import Context
from bot.dialogue import read
from bot.errors import Invalid, Lost, Refused
from bot.language.normalise import normalise
from bot.message import ORDER, SEVERAL, Ask, Reader, Said
from content.bank import Question
from handlers.kept_round import CHANCE, Round, as_kept, id_of, shown
from handlers.limits import LIMITED, left, off_boards, thrown_away, which
from handlers.review import ASK, before_on
from rules import fairness
from rules.fairness import Pace
from rules.grading import MARKS, Grade, all_of_them, grade, in_part, lettered, places, span, worded
from rules.picking import PUBLIC, pick
from rules.values import two_meanings

ROUND = 5
REMEMBERED = 240  # questions a person has seen and is not asked again before the others
SCORED = ("round", "daily", "level", "exam", "rumours", "contest", "hunt")  # kinds that stand on boards
BY_LETTER = "答案回复字母就行。"
UNREAD = "没看明白，请回复字母，比如“AC”。"
KEPT_BACK = f"这一轮先由工作人员看过再计入排行。{ASK}"
CERTIFICATE = "证书"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Played:
    """A round at its end: the last verdict, every answer, and whether time ran out."""

    verdict: str
    answers: list[dict[str, Any]]
    paces: list[Pace]
    ended: datetime | None = None  # when time ran out, else it ends now

    @property
    def late(self) -> bool:
        return self.ended is not None

    @property
    def score(self) -> int:
        return sum(1 for answer in self.answers if answer["right"])


# -- choosing ------------------------------------------------------------------------------------------------


def choose(
    ctx: Context,
    pools: Collection[Sequence[Question]],
    count: int = ROUND,
    liked: Collection[str] = PUBLIC,
) -> Round:
    """Questions for one round that this person has not seen lately; those of several options come last."""
    seen = {question: n for n, question in enumerate(_seen(ctx))}
    picked = pick(pools, count, seen, CHANCE, liked)
    return [as_kept(question) for question in sorted(picked, key=lambda one: _LAST.get(one.type, 0))]


def _seen(ctx: Context) -> list[str]:
    """What was asked lately, the oldest first; one text, since every turn carries it along."""
    return str(ctx.memory.get("asked", "")).split()


def _remember(ctx: Context, questions: Iterable[str]) -> None:
    fresh = list(questions)
    old = [question for question in _seen(ctx) if question not in fresh]
    ctx.memory["asked"] = " ".join([*old, *fresh][-REMEMBERED:])


# -- playing -------------------------------------------------------------------------------------------------


def settled(ctx: Context, name: str, asking: Generator[Ask, Any, T]) -> Generator[Ask, Any, T]:
    """What is chosen before a round, asked once: later nothing that it was chosen from can change it."""
    if ctx.kept(name) is None:
        value = yield from asking
        ctx.keep(name, lambda: value)
    chosen: T = ctx.kept(name)
    return chosen


def opening(ctx: Context, *lines: str) -> Callable[[], str]:
    """What stands above the first question of a scored round: which of the day it is, that today nobody plays for the boards."""

    def lead() -> str:
        off = off_boards(ctx.campaign, ctx.local.date())
        return "\n".join(line for line in (*lines, which(ctx), off, BY_LETTER) if line)

    return lead


def play(
    ctx: Context, questions: Round, lead: str | Callable[[], str], until: str = ""
) -> Generator[Ask, Any, Played]:
    """Put the questions one by one; what is said after ``until`` is not heard.

    This runs on every answer. What was answered before can't be taken back and is read again at the end only, so that
    the twentieth answer costs what the second does.
    """
    ends = datetime.fromisoformat(until) if until else None
    began: str = ctx.keep("shown", lambda: ctx.local.isoformat())
    known = bisect_left(questions, True, key=lambda question: not ctx.has_said(id_of(question)))
    told = partial(_told_of, ctx, shown(ctx, questions[known - 1])) if known else lead
    for number, kept in enumerate(questions[known:], known + 1):
        if ends is not None and ctx.now > ends:
            return _played(ctx, questions, began, ends)
        question = shown(ctx, kept)
        yield _asked(question, (number, len(questions)), told, ends)
        told = partial(_told_of, ctx, question)
    return _played(ctx, questions, began)


def _asked(
    question: dict[str, Any],
    progress: tuple[int, int],
    lead: str | Callable[[], str],
    ends: datetime | None,
) -> Ask:
    """One question, with a mark of its type where it is not answered by one letter."""
    kind, options = question["type"], tuple(question["options"])
    reader, mark = None, ""
    if kind in _READERS:
        reader, mark = _READERS[kind](options), _MARKS[kind].format(_example(len(options)))
    return Ask(
        question["id"],
        f"第{progress[0]}题，共{progress[1]}题\n{mark}{question['stem']}",
        options,
        reader,
        final=True,
        lettered=True,
        lead=lead,
        tail=f"{ends:%H:%M}前答完。" if ends is not None else "",
        progress=progress,
        until=ends.isoformat() if ends is not None else "",
    )


def _played(ctx: Context, questions: Round, began: str, ended: datetime | None = None) -> Played:
    """Grade what was answered, and see how long each answer took."""
    answers, paces, before = [], [], datetime.fromisoformat(began)
    said = [shown(ctx, question) for question in questions if ctx.has_said(id_of(question))]
    given = [(question, _given(ctx, question)) for question in said]
    for question, one in given:
        at = ctx.said_at(question["id"])
        pace = Pace(_length(question), (at - before).total_seconds())
        answers.append(
            {
                "question": question["id"],
                "given": _kept(question, one),
                "right": _graded(question, one).right,
                "at": at.isoformat(),
                "seconds": round(pace.seconds, 2),
            }
        )
        paces.append(pace)
        before = at
    return Played(_verdict(*given[-1]) if given else "", answers, paces, ended)


def _told_of(ctx: Context, question: dict[str, Any]) -> str:
    """The verdict on a question that was answered."""
    return _verdict(question, _given(ctx, question))


def _given(ctx: Context, question: dict[str, Any]) -> Any:
    """The answer that was taken to a question; one that is understood no more is not right."""
    try:
        return read(_asked(question, (0, 0), "", None), ctx.said(question["id"]))
    except Invalid:
        return ""


def _kept(question: dict[str, Any], given: Any) -> Any:
    """An answer as it is kept: of several options in one order, whatever the one in which they were shown."""
    if isinstance(given, str):
        return given
    return sorted(given) if question["type"] == "multiple" else list(given)


def _several(options: tuple[str, ...]) -> Reader[tuple[str, ...]]:
    """Two options or more, in whatever order; the value in the order in which they are shown."""

    def read(said: Sequence[Said]) -> tuple[str, ...]:
        text = said[-1].text
        found = lettered(text, options) or _chosen(text, options)
        if len(set(found)) < 2:
            raise Refused("这题不止一个对的，请把选的都写上，比如“AC”。")
        return tuple(options[place] for place in sorted(set(found)))

    return Reader(read, input=SEVERAL)


def _in_order(options: tuple[str, ...]) -> Reader[tuple[str, ...]]:
    """Every option once, first things first."""

    def read(said: Sequence[Said]) -> tuple[str, ...]:
        text = said[-1].text
        found = lettered(text, options) or _named(text, options)
        if sorted(found) != list(range(len(options))):
            example = _example(len(options))
            raise Refused(f"请把{len(options)}项按先后都排上，每项一次，比如“{example}”。")
        return tuple(options[place] for place in found)

    return Reader(read, input=ORDER)


def _chosen(text: str, options: tuple[str, ...]) -> Sequence[int]:
    """The places of all options, or of those that a text names; A-C may be either."""
    if ends := span(text):
        raise Refused(_spanned(*sorted(ends)))
    return range(len(options)) if all_of_them(text) else _named(text, options)


def _named(text: str, options: tuple[str, ...]) -> Sequence[int]:
    """The places that a text names by the options' words, for “3个” may be one, or by marks."""
    found = worded(normalise(text), [normalise(option) for option in options])
    if found is None and (doubt := two_meanings(text, options, several=True)):
        raise Refused(doubt)
    found = found or places(text) or in_part(text, options, normalise)
    if found is None:
        raise Invalid(UNREAD)
    if not found:
        raise Refused(UNREAD)
    if max(found) >= len(options):
        raise Refused(f"这题只有A到{MARKS[len(options) - 1]}，请再回复一次。")
    return found


def _spanned(first: int, last: int) -> str:
    """Ask whether A-C means both ends or all between."""
    ends, whole = f"{MARKS[first]}{MARKS[last]}", MARKS[first : last + 1]
    return f"请把字母都写上：只选{'和'.join(ends)}写“{ends}”，从{'到'.join(ends)}都选写“{whole}”。"


def _example(options: int) -> str:
    """An order of so many options, and of no mark that is not there."""
    return "".join(mark for mark in "BADCE" if mark in MARKS[:options])


_LAST = {"multiple": 1, "order": 2}
_MARKS = {"multiple": "（多选，选全才得分）", "order": "（排序，按先后回复，如{}）"}
_READERS = {"multiple": _several, "order": _in_order}


# -- verdicts ------------------------------------------------------------------------------------------------


def _answer(question: dict[str, Any]) -> list[str]:
    """The texts of the right options."""
    return [question["options"][MARKS.index(mark)] for mark in question["answer"]]


def _length(question: dict[str, Any]) -> int:
    """How many characters one has to read."""
    return len(question["stem"]) + sum(map(len, question["options"]))


def _graded(question: dict[str, Any], given: Any) -> Grade:
    options = (given,) if isinstance(given, str) else given
    return grade(_answer(question), options, question["type"] == "order")


def _verdict(question: dict[str, Any], given: Any) -> str:
    """Right or not, why, and where it stands written."""
    found = _graded(question, given)
    head = "答对了。" if found.right else _correction(question, found)
    return f"{head}\n{question['why']}\n依据：{question['source']}"


def _correction(question: dict[str, Any], found: Grade) -> str:
    """What would have been right, and of several what was missing or too much."""
    right = _answer(question)
    if len(right) == 1:
        return f"没答对，正确答案是{question['answer']} {right[0]}。"
    if question["type"] == "order":
        lines = [f"没答对，正确答案是{'、'.join(question['answer'])}。", "先后是：" + "；".join(right) + "。"]
    else:
        lines = [f"没答对，正确答案是{'、'.join(_line(question, option) for option in right)}。"]
    for head, options in (("少选了：", found.missed), ("多选了：", found.extra)):
        if options:
            lines.append(f"{head}{'、'.join(_line(question, option) for option in options)}。")
    return "\n".join(lines)


def _line(question: dict[str, Any], option: str) -> str:
    return f"{MARKS[question['options'].index(option)]} {option}"


# -- the end -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class End:
    """What a round was, for those who keep it."""

    kind: str
    stage: str = ""  # the level, topic or day
    total: int | None = None  # where more was asked than was answered
    stars: int = 0
    clocked: bool = False
    scored: bool = True  # may it stand on boards?
    once: str = ""  # what it is known by, if not by its draft


def broken_off(ctx: Context) -> Played | None:
    """A round as it stands when its person gives it up; nothing before the first answer, unless its time was over.

    Who could throw away a round that goes badly would have good ones alone. Nor does any other way out of a round
    do that: where it has to make room it ends just so (``bot.steering``), and one that is left lying goes only after
    thirty days (``KEPT``) without a message about it, in which nothing else of its kind can be begun.
    """
    questions: Round = ctx.kept("round") or []
    until: str = ctx.kept("until") or ""
    ends = datetime.fromisoformat(until) if until else None
    late = ends is not None and ctx.now > ends
    if not late and not any(ctx.has_said(id_of(question)) for question in questions):
        return None
    try:
        return _played(ctx, questions, ctx.kept("shown"), ends if late else None)
    except Lost:
        return None


def stopping(kind: str) -> Callable[[Context], str]:
    """For a route whose rounds are all of one kind: keeps one that is given up, what was not answered as not right."""

    def stopped(ctx: Context) -> str:
        played = broken_off(ctx)
        return finish(ctx, played, End(kind, total=len(ctx.kept("round")))) if played else thrown_away(ctx)

    return stopped


def finish(ctx: Context, played: Played, end: End) -> str:
    """Keep a finished round and its wrong answers; what to say about it. The same round again changes nothing."""
    at = (played.ended or ctx.now).astimezone(ctx.zone)
    today, attempts, origin = at.date(), ctx.stores.attempts, end.once or ctx.draft_id
    off = off_boards(ctx.campaign, today) if end.scored else ""
    scored = end.scored and not off
    passed = end.stage if end.stars else ""
    before = before_on(ctx, today, SCORED, origin, passed) if scored else 0
    flags = fairness.flags(played.paces, before, end.total or 0) if scored else []
    new = attempts.add(
        ctx.user,
        origin,
        kind=end.kind,
        stage=end.stage,
        answers=played.answers,
        total=end.total,
        stars=end.stars,
        clocked=end.clocked,
        counts=scored and not flags,
        flags=flags,
        began=ctx.began,
        at=at,
        day=today,
    )
    review, rights = end.kind == "notebook", {one["question"]: one["right"] for one in played.answers}
    if new:
        ctx.stores.notebook.settle(ctx.user, rights, review=review, today=today, at=at)
    _remember(ctx, rights)
    told_later = ctx.message.kind == "event"  # a job ended it, and its day may be over when this is read
    rest = left(ctx) if end.scored and end.kind in LIMITED and not told_later else ""
    return "\n".join(filter(None, (_told(played, end, flags), off, rest)))


def _told(played: Played, end: End, flags: Collection[str]) -> str:
    count, wrong = end.total or len(played.answers), len(played.answers) - played.score
    answered = len(played.answers)
    lines = [f"答完了：{count}题对{played.score}题。"]
    if answered < count and not played.late:
        lines = [f"这一轮到这里：{count}题答了{answered}题，对{played.score}题，没答的算没答对。"]
    if wrong and end.kind != "notebook":
        lines.append(f"没答对的{wrong}题放进了错题本，明天再练。")
    if flags:
        lines.append(KEPT_BACK)
    return "\n".join(lines)


def ended(played: Played, *told: str) -> str:
    """The last verdict, which a round that ran out of time has said before, and what is told of the round."""
    verdict = () if played.late else (f"{played.verdict}\n",)
    return "\n".join([*verdict, *(line for line in told if line)])


def certificate(ctx: Context) -> tuple[str, ...]:
    """The choice that gives one's certificate, where the bot can make them."""
    return (CERTIFICATE,) if any(CERTIFICATE in route.words for route in ctx.routes) else ()
