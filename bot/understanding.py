"""The order in which a message is understood."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.context import Draft, Person
from bot.fitting import MOST_BYTES as MOST_BYTES
from bot.fitting import cut
from bot.language import advice
from bot.language.emergency import Danger, cries, danger_in
from bot.language.normalise import normalise
from bot.message import ORDER, SEVERAL, Message, Reply
from bot.naming import NUMBER, answers_a_question, is_marked, named
from bot.readers import MOST_PHOTOS
from bot.routes import Route
from bot.steering import ANEW, DANGER, GO_ON, ORDERS, REPORT, RESUME, Steering
from rules.emergency import NOT_NOW, NOW, card, card_line
from rules.grading import places

if TYPE_CHECKING:
    from bot.bot import Bot

log = logging.getLogger(__name__)

MORE = "更多"
UNCLEAR = "unclear"  # counted as the route where a message was not understood
ADVICE = "advice"  # the route that is asked where no intent stands out
SMALLTALK = "smalltalk"
MINE, SWITCH = "这就是我的回答", "换去"
_ORDINAL = re.compile(r"第(\d{1,2}|[一二三四五六七八九十]{1,3})[个条项]?")  # of what was listed last
_BARE = re.compile(rf"{NUMBER.pattern}|{_ORDINAL.pattern}")
PACE_S, MOST_IN_PACE = 60.0, 120  # more messages within a minute than a person sends
SLOW = "您发得太快了，先歇一分钟再来，写的都在。\n有危险先拨 119、120、110，举报拨 12350。"
_SPOKEN = {"text", "image", "voice", "video", "location", "link"}
#: What is looked for where somebody hurries: too many cards do no harm.
_CALLS = re.compile(r"1[12][0-9]|12350|电话|报警|火警|急救|危险|救命|救援")
IN_GAME, SEEN_REALLY = "真有危险，先拨 119、120、110。", "真看到了隐患，回复“举报”。"


class Turn(Steering):
    """One message of one person on its way to a reply."""

    def __init__(self, bot: Bot, message: Message, person: Person) -> None:
        super().__init__(bot, message, person)
        self._choice = False  # the message is exactly a choice of the open question
        self._by_heart = False  # it sounds like danger, and is exactly a question that has an answer

    def run(self) -> Reply:
        self._drop_expired()
        if self._message.kind in _SPOKEN:
            self._person.last_said = self._now
            if self._hurries():
                return self._warn(Reply(), "now") if _wants_numbers(self._message.text) else Reply(SLOW)
        if self._message.kind == "voice" and self._message.text:
            self._message = replace(self._message, kind="text")
        if self._stale():
            if (again := self._said_again()) is not None:
                return self._finish(again)
            if self._nothing_known():
                return self._finish(self._plain(self._bot.event("lost")))
            return self._bot.open_question(self._message.user, self._person)
        if (chosen := self._kept_choice()) is not None:
            return self._finish(chosen)
        self._message = self._message.saying(self._unmark(self._message.text))
        if self._person.rest and normalise(self._message.text) == MORE:
            return self._finish(Reply(self._person.rest))
        danger = self._danger()
        reply = self._understand(danger)
        return self._finish(self._warn(reply, danger))

    # -- understanding ---------------------------------------------------------------------------------------

    def _understand(self, danger: Danger) -> Reply:
        draft, message = self._person.open, self._message
        if draft is not None and self._choice:
            calm = draft.route == DANGER and message.text == NOT_NOW
            return self._calmed(draft) if calm else self._after(draft, self._converse(draft))
        if message.kind in ("follow", "unfollow", "scan", "receipt", "consent", "event"):
            return self._plain(self._bot.event(message.kind))
        if message.kind == "menu":
            return self._menu()
        if (order := self._ordered(draft)) is not None:
            return self._order(order)
        if (told := self._time_left(draft)) is not None:
            return told
        if draft is not None and draft.route == DANGER and danger == "now":
            return self._dangerous(draft)
        if draft is not None:
            reply = self._known(self._last()) if self._numbers_list(draft) else None
            reply = reply or self._answer(draft, danger)
            if reply is not None:
                return reply
        return self._from_scratch(danger)

    def _dangerous(self, draft: Draft) -> Reply:
        """Whoever is asked about danger and cries out has answered: the card, and nothing above it or below."""
        draft.kept["words"] = f"{draft.kept.get('words', '')} {self._message.text}".strip()
        if NOW in draft.choices:
            self._message = self._message.saying(NOW)
            return replace(self._after(draft, self._converse(draft)), danger=True)
        return replace(self._after(draft, self._peek(draft)), danger=True)

    def _numbers_list(self, draft: Draft) -> bool:
        """Is it a bare number, and a list to choose from by number was shown since the question?"""
        shown, last = self._person.shown, self._bot.route_named(self._last())
        if last is None or last.again is None or last.name == draft.route:
            return False
        bare = bool(_BARE.fullmatch(normalise(self._message.text))) and self._message.kind == "text"
        listed = bool(shown.text) and not (shown.choices or shown.danger)
        return bare and listed and shown.asks != draft.open

    def _calmed(self, draft: Draft) -> Reply:
        """Nobody is in danger: what was said before that question is taken up again, where it is clear."""
        words = str(draft.kept.get("words", ""))
        reply = self._after(draft, self._converse(draft))
        meant = self._bot.routes_meant(words, calm=True) if words else ()
        if len(meant) != 1 or meant[0].name == SMALLTALK:
            return reply
        self._message, self._typed = self._message.saying(words), True
        began = self._take(meant[0])
        opened = self._person.open
        if opened is None or opened.open != began.asks or NOT_NOW not in opened.choices:
            return began
        self._message = self._message.saying(NOT_NOW)  # a report asks the same first
        return self._after(opened, self._converse(opened))

    def _menu(self) -> Reply:
        route = self._bot.route_of(self._message.text)
        if route is None:
            log.warning("a menu entry has no route; push the menu again")
            return self._plain(self._bot.event("help"))
        return self._take(route)

    def _answer(self, draft: Draft, danger: Danger) -> Reply | None:
        """The open question's answer, or nothing where the message means something else."""
        route = self._bot.route_of(self._message.text) if self._message.kind == "text" else None
        if route is not None and not self._mine(draft):
            return self._offer_switch(draft, route)
        if self._message.kind == "image" and draft.input != "photos":
            return self._after(draft, replace(self._peek(draft), remark=_not_now(draft)))
        before = draft.open
        outcome = self._converse(draft)
        firm = outcome.firm and danger != "now"
        if outcome.taken or firm or not outcome.remark:
            return self._after(draft, outcome)
        if danger == "now":
            return self._cried(draft, outcome)
        meant = self._bot.routes_meant(self._message.text) if self._message.kind == "text" else ()
        other = meant[0] if len(meant) == 1 and meant[0].name not in (draft.route, SMALLTALK) else None
        if draft.lettered or (self._in_game(draft) and (danger == "doubt" or (other and other.asks))):
            return self._after(draft, replace(outcome, remark=_beside(outcome.remark, danger, other)))
        if other and before == draft.open:
            return self._take(other)
        return self._after(draft, outcome)

    def _in_game(self, draft: Draft) -> bool:
        """Is it about what is asked before a round or a picture?"""
        route = self._bot.route_named(draft.route)
        return route is not None and route.top == "学安全"

    def _offer_switch(self, draft: Draft, route: Route) -> Reply:
        """A word of ROUTES in answer to a question: is it meant as the answer?"""
        question = self._peek(draft).question
        free = question is not None and not question.choices
        if not free:
            return self._take(route)
        if route.name == SMALLTALK:
            return self._after(draft, replace(self._peek(draft), remark="好的，接着来。"))
        self._person.memory["unsure"] = {"text": self._message.text, "route": route.name}
        return Reply(
            f"“{self._message.text}”，是要换去别的，还是这就是您的回答？",
            choices=(f"{SWITCH}{route.word}", MINE),
            asks=draft.open,
        )

    def _mine(self, draft: Draft) -> bool:
        return bool(self._person.memory.get("mine") == draft.open)

    def _from_scratch(self, danger: Danger) -> Reply:
        message, bot = self._message, self._bot
        if message.kind in ("image", "location", "voice", "video", "link"):
            return self._plain(bot.event(message.kind))
        route = bot.route_of(message.text)
        if route is None and self._nothing_known() and answers_a_question(message.text):
            return self._plain(bot.event("lost"))
        if (reply := self._said_again()) is not None:
            return reply
        tapped = message.text in self._person.shown.choices and route is None
        if tapped and (reply := self._known(self._last())) is not None:
            return reply
        known = bot.route_named(ADVICE) if self._by_heart else None
        if danger == "now":
            self._person.memory["danger"] = {"text": message.text, "at": self._now}
            return self._take(known) if known else Reply()
        if known:
            return self._take(known)
        if danger == "doubt" and (doubt := bot.route_named(DANGER)):
            return self._take(doubt)
        if route is not None:
            return self._take(route)
        if _ORDINAL.fullmatch(normalise(message.text)) and (reply := self._known(self._last())) is not None:
            return reply
        meant = bot.routes_meant(message.text)
        if len(meant) == 1:
            return self._take(meant[0])
        for name in (self._last(), ADVICE):
            if (reply := self._known(name)) is not None:
                return reply
        self._person.answered_by = UNCLEAR
        words = tuple(route.word for route in meant if route.name != SMALLTALK)
        if not words or meant[0].name == SMALLTALK:
            return self._plain(bot.event("unclear"))
        return Reply("没太明白。您是想：", choices=words)

    def _said_again(self) -> Reply | None:
        """What is said to a choice that ended the last dialogue and comes once more: its answer may have been lost."""
        last = self._bot.route_named(self._last())
        ends = last is not None and self._person.open is None and normalise(self._message.text) in last.ends
        return self._known(self._last()) if ends else None

    def _last(self) -> str:
        """The name of the route that answered last."""
        return str(self._person.memory.get("last", ""))

    def _known(self, name: str) -> Reply | None:
        """What a route makes of a message that no word and no intent leads to it."""
        route = self._bot.route_named(name)
        if route is None or route.again is None:
            return None
        with self._bot.storage.transaction(self._bot.campaign.id) as stores:
            reply = route.again(self._bot.context(self._message, self._person, stores, None))
        if reply is not None:
            self._person.answered_by = route.name
        return reply

    # -- before and after ------------------------------------------------------------------------------------

    def _hurries(self) -> bool:
        """Does more come than a person sends? Then only a cry for help is listened to, and nothing is changed."""
        since, count = self._person.pace
        fresh = not 0 <= self._now - since < PACE_S
        self._person.pace = [self._now, 1] if fresh else [since, count + 1]
        return not fresh and count >= MOST_IN_PACE

    def _drop_expired(self) -> None:
        self._bot.tidy(self._person)

    def _nothing_known(self) -> bool:
        """Was nothing shown before? Then what a mark answers is lost with Redis, or the person is new."""
        shown = self._person.shown
        return self._person.open is None and not (shown.text or shown.choices)

    def _stale(self) -> bool:
        """Does a page answer another question than the open one?"""
        draft = self._person.open
        asks = self._message.asks
        return bool(asks) and (draft is None or draft.open != asks)

    def _kept_choice(self) -> Reply | None:
        """The answer to 您有一份没写完的."""
        offered = self._person.shown.choices
        if self._message.kind != "text" or "kept" not in self._person.memory or GO_ON not in offered:
            return None
        chosen = named(self._message.text, offered, False)
        return self._choose_kept(chosen) if chosen in (GO_ON, ANEW) else None

    def _unmark(self, text: str) -> str:
        """The text of the choice that is named: one of the last reply, else one of the open question."""
        if self._message.kind != "text":
            return text
        shown, draft = self._person.shown, self._person.open
        if draft is not None and _takes_several(draft, shown):
            self._choice = is_marked(text, draft.choices)
            return text
        to_open = draft is not None and shown.asks != draft.open and _says_exactly(text, draft.choices)
        chosen = None if to_open else _meant(text, shown.choices, shown.lettered)
        if chosen is not None:
            self._typed = False
            return self._chosen(chosen, text)
        if draft is None:
            return text
        heard = (
            to_open or _says_exactly(text, draft.choices) or not (shown.choices or self._numbers_list(draft))
        )
        chosen = _meant(text, draft.choices, draft.lettered) if heard else None
        self._choice = chosen is not None or (shown.asks == draft.open and _too_many(text, draft))
        self._typed = chosen is None
        return chosen or text

    def _chosen(self, chosen: str, text: str) -> str:
        """What a choice of the last reply means now."""
        draft, shown = self._person.open, self._person.shown
        unsure = self._person.memory.pop("unsure", None)
        if unsure and chosen == MINE and draft is not None:
            self._person.memory["mine"] = draft.open
            return str(unsure["text"])
        if unsure and chosen.startswith(SWITCH) and draft is not None:
            self._person.paused = True
            return chosen.removeprefix(SWITCH)
        if chosen.startswith(RESUME) and chosen != RESUME and not shown.asks:
            return self._pick_draft(chosen, text)
        self._choice = draft is not None and bool(shown.asks) and shown.asks == draft.open
        return chosen

    def _pick_draft(self, chosen: str, text: str) -> str:
        for draft in self._person.drafts:
            if chosen == f"{RESUME}{self._word_of(draft)}":
                self._person.drafts.remove(draft)
                self._person.drafts.append(draft)
                self._person.paused = False
                return RESUME
        return text

    def _danger(self) -> Danger:
        if self._choice or self._message.kind not in ("text", "voice") or not self._message.text:
            return "none"
        if self._bot.route_of(self._message.text) is not None:
            return "none"
        danger = danger_in(self._message.text)
        if danger == "none" or self._person.open is not None:
            return danger
        self._by_heart = advice.base().knows(self._message.text) and not cries(self._message.text)
        return "none" if self._by_heart and danger == "doubt" else danger

    def _warn(self, reply: Reply, danger: Danger) -> Reply:
        """Put the emergency card above a reply: in full once a dialogue, in one line after that."""
        if danger != "now" or reply.danger:
            return reply
        draft = self._person.open
        full = draft is None or not draft.carded
        if draft is not None:
            draft.carded = True
        words = self._message.text
        head = card(self._bot.campaign, words=words) if full else card_line(self._bot.campaign)
        text = f"{head}\n\n{reply.text}" if reply.text else head
        return replace(reply, text=text, danger=True)

    def _finish(self, reply: Reply) -> Reply:
        """Keep what was shown, and what did not fit for 更多."""
        text, self._person.rest = cut(reply)
        if text is not reply.text:
            reply = replace(reply, text=text)
        if not reply.silent:
            self._person.shown = replace(reply, text="") if reply.secret else reply
        return reply


def _not_now(draft: Draft) -> str:
    """Why a photo is not taken at the open question; what was taken before stays."""
    brought = draft.kept.get("brought", {}).get("photos", ())
    sent = set(draft.media())
    if len(sent.union(brought)) >= MOST_PHOTOS:
        return f"照片最多{MOST_PHOTOS}张，已经收好了，这一张没有收。前面写的都在，接着回答："
    if sent:
        return "前面的照片收好了，这一张没有收。要换照片，提交前选“改一改”。接着回答："
    return "照片等会儿再发，现在请先回答："


def _beside(remark: str, danger: Danger, other: Route | None) -> str:
    """In a game what is no answer leads nowhere else; what it may have meant is named."""
    if danger == "doubt":
        return f"{remark}\n{IN_GAME}"
    if other is None:
        return remark
    return f"{remark}\n{SEEN_REALLY if other.name == REPORT else f'想换别的，回复“{other.word}”。'}"


def _wants_numbers(text: str) -> bool:
    """Is it a cry, or the wish for the numbers to call?"""
    return danger_in(text) != "none" or _CALLS.search(text) is not None


def _takes_several(draft: Draft, shown: Reply) -> bool:
    """Is a mark one of several, and not a choice of what was said since the question?"""
    return draft.input in (SEVERAL, ORDER) and (shown.asks == draft.open or not shown.choices)


def _says_exactly(text: str, choices: Sequence[str]) -> bool:
    """Is a text one of the choices, however it is written?"""
    plain = normalise(text)
    return any(normalise(choice) == plain for choice in choices)


def _meant(text: str, choices: Sequence[str], lettered: bool) -> str | None:
    """The choice that is named; 继续 and the like are orders where a choice only begins so."""
    chosen = named(text, choices, lettered)
    begins = chosen is not None and len(text) > 1 and normalise(text) in ORDERS
    return None if begins and not _says_exactly(text, choices) else chosen


def _too_many(text: str, draft: Draft) -> bool:
    """Does a text name several marks where one is wanted? It is refused, and means nothing else."""
    return draft.lettered and places(text) is not None
