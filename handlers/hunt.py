"""找隐患: pictures with hazards in them, pointed out on the page by a tap, in chat by their letters or names."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.context import Context
from bot.dialogue import ask, match_choice, read
from bot.errors import Invalid, Refused
from bot.language.normalise import normalise
from bot.message import SEVERAL, Ask, Reader, Reply, Said
from bot.readers import GIVE_UP
from bot.routes import Dialogue, Route
from content.scenes import LOOKED, Hazard, Scene, scenes
from handlers.kept_round import CHANCE
from handlers.limits import off_boards
from handlers.quiz import DROPPED, KEPT
from handlers.review import before_on
from handlers.rounds import KEPT_BACK, SCORED, settled
from rules import fairness
from rules.fairness import Pace
from rules.grading import in_part, places, worded

MOST_WRONG = 3
AGAIN = "再找一张"
ASKED = "图里哪里不对？"
FOUND, HARMLESS = "找到了", "没有问题"
PAGE = "点开看图，点一下就行，更直观："
_MARKS = "ABCDEFGHIJKLMNOPQRST"


def hunt(ctx: Context) -> Dialogue:
    """Choose a picture, point at what is wrong in it, and learn why."""
    chosen = yield from settled(ctx, "scene", _scene(ctx))
    game: dict[str, Any] = ctx.keep("hunt", lambda: _game(scenes()[chosen]))
    looked = _begin(ctx, game)
    yield from _look(ctx, game, looked)
    new = _keep(ctx, game, looked)
    return Reply(
        _told(game, looked, new),
        choices=(AGAIN, "答题", "更多玩法"),
        page="talk",
        scene=game["id"],
        found=tuple(looked.found),
    )


def _stopped(ctx: Context) -> str:
    """What is told of a picture that is given up after the first thing was pointed at: it ends as it stands."""
    game: dict[str, Any] | None = ctx.kept("hunt")
    if game is None:
        return ""
    looked = _begin(ctx, game)
    _hear_again(ctx, _look(ctx, game, looked))
    if not looked.answers:
        return ""
    new = _keep(ctx, game, looked)
    return f"这张图到这里：共{_hidden(game)}处，找到{len(looked.found)}处，没找的算没找到。{new}"


# -- which picture -------------------------------------------------------------------------------------------


def _scene(ctx: Context) -> Generator[Ask, Any, str]:
    """The id of a picture: one of the list, or the next that was not looked at."""
    known = scenes()
    word = ctx.keep("word", lambda: ctx.message.text)
    if word == AGAIN:
        hunted = str(ctx.memory.get("hunted", "")).split()
        return min(known, key=lambda one: hunted.index(one) if one in hunted else -1)
    titles = {scene.title: name for name, scene in known.items()}
    chosen: str = yield from ask(
        "scene",
        f"一张图里藏着几处隐患，看您能找到几处。\n共{len(titles)}张，看哪一张？",
        choices=tuple(titles),
    )
    return titles[chosen]


def _game(scene: Scene) -> dict[str, Any]:
    """A picture as a round keeps it: its things in an order of their own, those with a reason are hazards."""
    things = CHANCE.sample(scene.things, len(scene.things))
    return {
        "id": scene.id,
        "title": scene.title,
        "alt": scene.alt,
        "steady": True,
        "things": [
            {"id": one.id, "label": one.label, "why": one.why, "source": one.source}
            if isinstance(one, Hazard)
            else {"id": one.id, "label": one.label}
            for one in things
        ],
    }


# -- looking -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Looked:
    """What has been pointed at so far."""

    found: list[str] = field(default_factory=list)  # labels of hazards, in this order
    wrong: list[str] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    paces: list[Pace] = field(default_factory=list)
    lead: str = ""


def _begin(ctx: Context, game: dict[str, Any]) -> Looked:
    """Nothing is pointed at yet; when the picture was shown is kept."""
    ctx.keep("shown", lambda: ctx.local.isoformat())
    return Looked(lead=f"找隐患：{game['title']}\n{game['alt']}")


def _look(ctx: Context, game: dict[str, Any], looked: Looked) -> Generator[Ask, Any, None]:
    """Ask until all is found, too much was wrong, or the answer is wanted."""
    total, turn = _hidden(game), 0
    shown = before = datetime.fromisoformat(ctx.kept("shown"))
    while len(looked.found) < total and len(looked.wrong) < MOST_WRONG:
        key = f"look-{turn}"
        given: tuple[str, ...] = yield _asked(key, game, looked, total)
        if GIVE_UP in given:
            looked.lead = ""
            break
        at = ctx.said_at(key)
        unread = fairness.unread(_to_look_at(game, looked, given), (before - shown).total_seconds())
        looked.paces.append(Pace(unread, (at - before).total_seconds()))
        _point(game, looked, given, at)
        before, turn = at, turn + 1


def _to_look_at(game: dict[str, Any], looked: Looked, given: Sequence[str]) -> int:
    """How much must have been read, or seen in the picture, by whoever has pointed at so much of it, in characters."""
    whole = len(game["alt"]) + sum(len(thing["label"]) for thing in game["things"])
    hidden = _hidden(game)
    return whole * min(len(looked.found) + len(looked.wrong) + len(given), hidden) // hidden


def _hear_again(ctx: Context, looking: Generator[Ask, Any, None]) -> None:
    """Go through what was pointed at so far, and ask nothing."""
    given: Any = None
    with suppress(StopIteration, Invalid):
        while ctx.has_said((asked := looking.send(given)).key):
            given = read(asked, ctx.said(asked.key))


def _hidden(game: dict[str, Any]) -> int:
    """How many hazards are in a picture."""
    return sum("why" in thing for thing in game["things"])


def _asked(key: str, game: dict[str, Any], looked: Looked, total: int) -> Ask:
    labels, seen = _labels(game, looked)
    text = (
        f"{ASKED}\n已找到{len(looked.found)}处，共{total}处，还能错{MOST_WRONG - len(looked.wrong)}次。\n"
        "请回复字母，可以几个一起，比如“AC”。"
    )
    return Ask(
        key,
        text,
        (*(f"{label}{LOOKED}" if label in seen else label for label in labels), GIVE_UP),
        _pointing(labels, seen),
        final=True,
        lettered=True,
        lead=looked.lead,
        tail=PAGE,
        page="talk",
        scene=game["id"],
        found=tuple(looked.found),
    )


def _labels(game: dict[str, Any], looked: Looked) -> tuple[tuple[str, ...], frozenset[str]]:
    """The things on offer, each with the same letter for the whole picture, and those of them that were looked at.

    A picture that was begun before letters stayed offers what is left, for that is what its answers name.
    """
    labels, seen = tuple(one["label"] for one in game["things"]), frozenset((*looked.found, *looked.wrong))
    if game.get("steady"):
        return labels, seen
    return tuple(label for label in labels if label not in seen), frozenset()


def _point(game: dict[str, Any], looked: Looked, given: Sequence[str], at: datetime) -> None:
    """Judge what was pointed at, one after the other, until too much was wrong."""
    things, told = {one["label"]: one for one in game["things"]}, []
    for label in given:
        if len(looked.wrong) >= MOST_WRONG:
            break
        thing = things[label]
        right = "why" in thing
        (looked.found if right else looked.wrong).append(label)
        told.append(
            f"{FOUND}：{label}。\n{thing['why']}\n依据：{thing['source']}"
            if right
            else f"“{label}”{HARMLESS}。"
        )
        looked.answers.append(
            {
                "question": f"{game['id']}.{thing['id']}",
                "given": label,
                "right": right,
                "at": at.isoformat(),
                "seconds": round(looked.paces[-1].seconds, 2),
            }
        )
    looked.lead = "\n\n".join(told)


def _pointing(labels: tuple[str, ...], seen: Collection[str]) -> Reader[tuple[str, ...]]:
    """One thing or several, by letters or by their names; what was looked at costs nothing, the last letter gives up."""
    offered = (*labels, GIVE_UP)

    def read(said: Sequence[Said]) -> tuple[str, ...]:
        found = _named(said[-1].text.removesuffix(LOOKED), offered)
        if not found:
            raise Invalid("没看明白，请回复字母，比如“AC”，或写出是哪一样。")
        if max(found) >= len(offered):
            raise Invalid(f"只有A到{_MARKS[len(offered) - 1]}，请再回复一次。")
        pointed = [offered[place] for place in dict.fromkeys(found)]
        new = tuple(label for label in pointed if label not in seen)
        if not new:
            raise Refused(f"“{'”“'.join(pointed)}”已经看过了，换一处。")
        return new

    return Reader(read, input=SEVERAL)


def _named(text: str, offered: Sequence[str]) -> Sequence[int]:
    """The places that a text names: by letters, by words, by a beginning, or by a part that only one thing has."""
    plain = unicodedata.normalize("NFKC", text).upper()
    signs = [sign for sign in plain if unicodedata.category(sign)[0] in "LN"]
    if signs and all(sign in _MARKS for sign in signs):
        return [_MARKS.index(sign) for sign in signs]
    found = worded(normalise(text), [normalise(label) for label in offered]) or places(text)
    if found is not None:
        return found
    begun = match_choice(text, tuple(offered))
    return [offered.index(begun)] if begun else _in_part(text, offered[:-1])


def _in_part(text: str, labels: Sequence[str]) -> Sequence[int]:
    """The places of things of which a text gives parts that no other has; 锅和腊肉 is one part before it is two."""
    part = normalise(text)
    whole = [place for place, label in enumerate(labels) if len(part) > 1 and part in normalise(label)]
    return whole if len(whole) == 1 else in_part(text, labels, normalise) or ()


# -- the end -------------------------------------------------------------------------------------------------


def _keep(ctx: Context, game: dict[str, Any], looked: Looked) -> str:
    """Keep a finished round, the first of a day and picture; what to say about it."""
    today, attempts = ctx.local.date(), ctx.stores.attempts
    off = off_boards(ctx.campaign, today)
    flags = [] if off else fairness.flags(looked.paces, before_on(ctx, today, SCORED))
    new = attempts.add(
        ctx.user,
        f"hunt {game['id']} {today}",
        kind="hunt",
        stage=game["id"],
        answers=looked.answers,
        total=_hidden(game),
        counts=not (off or flags),
        flags=flags,
        began=ctx.began,
        at=ctx.now,
        day=today,
    )
    hunted = str(ctx.memory.get("hunted", "")).split()
    ctx.memory["hunted"] = " ".join([*(one for one in hunted if one != game["id"]), game["id"]])
    if not new:
        return "这张图今天记过成绩了，这次只当练习。"
    return KEPT_BACK if flags else off


def _told(game: dict[str, Any], looked: Looked, kept: str) -> str:
    hazards = [thing for thing in game["things"] if "why" in thing]
    missed = [thing for thing in hazards if thing["label"] not in looked.found]
    stopped = f"错了{MOST_WRONG}次，这张先到这里。" if len(looked.wrong) >= MOST_WRONG and missed else ""
    score = f"找完了：共{len(hazards)}处，找到{len(looked.found)}处。"
    rest = [f"还有：{thing['label']}。\n{thing['why']}\n依据：{thing['source']}" for thing in missed]
    return "\n\n".join(part for part in (looked.lead, stopped, f"{score}{kept}", *rest) if part)


ROUTES = (
    Route(
        "hunt",
        hunt,
        ("找隐患", "大家来找茬", "找茬", "看图找隐患", "隐患图", AGAIN),
        "看图找出不对的地方，点一下就行",
        "",
        "学安全",
        expires=KEPT,
        dropped=DROPPED,
        stopped=_stopped,
        hints=("找隐患", "找茬", "挑错", "看图", "隐患图", "图里", "图片"),
        refines=("quiz", "help"),
    ),
)
