"""The order in which a message is understood."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.context import Context, Draft, Person
from bot.dialogue import Outcome, converse, draw, match_choice, start
from bot.language.emergency import Danger, danger_in
from bot.language.normalise import normalise
from bot.message import Message, Reply, Said
from bot.routes import Route
from rules.emergency import card, card_line

if TYPE_CHECKING:
    from bot.bot import Bot

log = logging.getLogger(__name__)

CANCEL, BACK, RESUME, HELP = "取消", "上一步", "继续", "帮助"
MORE = "更多"
MINE, SWITCH = "这就是我的回答", "换去"
MOST_BYTES = 1900  # of text and choices in one message; the platform takes 2,048 with marks and 更多
MOST_DRAFTS = 4
_SPOKEN = {"text", "image", "voice", "video", "location", "link"}
_WORDS = {
    CANCEL: CANCEL,
    "算了": CANCEL,
    "退出": CANCEL,
    BACK: BACK,
    "返回": BACK,
    RESUME: RESUME,
    "接着": RESUME,
}


class Turn:
    """One message of one person on its way to a reply."""

    def __init__(self, bot: Bot, message: Message, person: Person) -> None:
        self._bot = bot
        self._person = person
        self._message = message
        self._now = bot.machine_time()
        self._choice = False  # the message is exactly a choice of the open question

    def run(self) -> Reply:
        self._drop_expired()
        if self._message.kind in _SPOKEN:
            self._person.last_said = self._now
        if self._message.kind == "voice" and self._message.text:
            self._message = replace(self._message, kind="text")
        if self._stale():
            return self._bot.open_question(self._message.user, self._person)
        self._message = replace(self._message, text=self._unmark(self._message.text))
        if normalise(self._message.text) == MORE and self._person.rest:
            return self._finish(Reply(self._person.rest))
        danger = self._danger()
        reply = self._understand(danger)
        return self._finish(self._warn(reply, danger))

    # -- understanding ---------------------------------------------------------------------------------------

    def _understand(self, danger: Danger) -> Reply:
        draft, message = self._person.open, self._message
        if draft is not None and self._choice:
            return self._go_on(draft)
        if message.kind in ("follow", "unfollow", "scan", "receipt", "consent", "event"):
            return self._plain(self._bot.event(message.kind))
        if message.kind == "menu":
            return self._menu()
        order = _WORDS.get(normalise(message.text)) if message.kind == "text" else None
        if order is not None:
            return self._order(order)
        if draft is not None:
            reply = self._answer(draft)
            if reply is not None:
                return reply
        return self._from_scratch(danger)

    def _menu(self) -> Reply:
        route = self._bot.route_of(self._message.text)
        if route is None:
            log.warning("a menu entry has no route; push the menu again")
            return self._plain(self._bot.event("help"))
        return self._take(route)

    def _answer(self, draft: Draft) -> Reply | None:
        """The open question's answer, or nothing where the message means something else."""
        route = self._bot.route_of(self._message.text) if self._message.kind == "text" else None
        if route is not None and not self._mine(draft):
            return self._offer_switch(draft, route)
        before = draft.open
        outcome = self._converse(draft)
        if outcome.taken or not outcome.remark:
            return self._after(draft, outcome)
        meant = self._bot.routes_meant(self._message.text) if self._message.kind == "text" else ()
        if len(meant) == 1 and meant[0].name != draft.route and before == draft.open:
            return self._take(meant[0])
        return self._after(draft, outcome)

    def _offer_switch(self, draft: Draft, route: Route) -> Reply:
        """A word of ROUTES in answer to a question: is it meant as the answer?"""
        question = self._peek(draft).question
        free = question is not None and not question.choices
        if not free:
            return self._take(route)
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
        if danger == "now":
            self._person.memory["danger"] = {"text": message.text, "at": self._now}
            return Reply()
        if danger == "doubt" and (route := bot.route_named("danger")):
            return self._take(route)
        route = bot.route_of(message.text)
        if route is not None:
            return self._take(route)
        meant = bot.routes_meant(message.text)
        if len(meant) == 1:
            return self._take(meant[0])
        if (reply := self._again()) is not None:
            return reply
        if meant:
            return Reply("没太明白。您是想：", choices=tuple(route.word for route in meant))
        return self._plain(bot.event("unclear"))

    def _again(self) -> Reply | None:
        """What the route that answered last makes of a message that means nothing else."""
        last = self._bot.route_named(self._person.memory.get("last", ""))
        if last is None or last.again is None:
            return None
        with self._bot.storage.transaction(self._bot.campaign.id) as stores:
            return last.again(self._bot.context(self._message, self._person, stores, None))

    # -- the words that steer a dialogue ---------------------------------------------------------------------

    def _order(self, order: str) -> Reply:
        steer = {CANCEL: self._cancel, BACK: self._back, RESUME: self._resume}
        return steer[order]()

    def _cancel(self) -> Reply:
        if self._person.open is None:
            return Reply("现在没有正在进行的事。", choices=(HELP,))
        self._drop_photos(self._person.drafts.pop())
        waiting = bool(self._person.drafts)
        self._person.paused = waiting
        return Reply("没有提交，写的内容已删除。", choices=(RESUME,) if waiting else ())

    def _drop_photos(self, draft: Draft) -> None:
        """Photos of a report that is given up are not kept."""
        tokens = [
            said.media.removeprefix("photo:")
            for all_said in draft.said.values()
            for said in all_said
            if said.media
        ]
        if tokens:
            with self._bot.storage.transaction(self._bot.campaign.id) as stores:
                stores.photos.remove(tokens)

    def _back(self) -> Reply:
        draft = self._person.open
        if draft is None:
            return self._resume()
        outcome = self._peek(draft)
        answered = [key for key in draft.said if outcome.question is None or key != outcome.question.key]
        if not answered:
            return self._after(draft, outcome)
        if answered[-1] in draft.final:
            return self._after(draft, replace(outcome, remark="这一题已经答了，不能改。"))
        draft.said.pop(answered[-1])
        return self._after(draft, self._peek(draft))

    def _resume(self) -> Reply:
        person = self._person
        brought = person.memory.get("danger")
        if brought and self._now - brought["at"] < 3600 and (route := self._bot.route_named("report")):
            person.memory.pop("danger")
            return self._take(route)
        if person.open is not None:
            return self._after(person.open, self._peek(person.open))
        if not person.drafts:
            return Reply("没有没写完的内容。", choices=(HELP,))
        if len(person.drafts) == 1:
            return self._resume_draft(person.drafts[0])
        names = tuple(f"继续{self._bot_word(draft)}" for draft in reversed(person.drafts))
        return Reply("您有几份没写完的，接着写哪一份？", choices=names)

    def _resume_draft(self, draft: Draft) -> Reply:
        self._person.drafts.remove(draft)
        self._person.drafts.append(draft)
        self._person.paused = False
        return self._after(draft, self._peek(draft))

    def _bot_word(self, draft: Draft) -> str:
        route = self._bot.route_named(draft.route)
        return route.word if route else draft.route

    # -- running handlers ------------------------------------------------------------------------------------

    def _take(self, route: Route) -> Reply:
        """Follow a route: a plain handler answers, a dialogue suspends the open one."""
        self._person.memory["last"] = route.name
        if not route.asks:
            return self._plain(route.handler)  # type: ignore[arg-type]
        for draft in self._person.drafts:
            if draft.route == route.name:
                return self._resume_draft(draft)
        draft = Draft(secrets.token_hex(8), route.name, began="", touched=self._now)
        draft.began = self._campaign_time().isoformat()
        draft.kept["words"] = self._message.text if self._message.kind == "text" else ""
        brought = self._person.memory.pop("brought", None)
        if brought and self._campaign_time().timestamp() - brought.get("at", 0) < 600:
            draft.kept["brought"] = brought
        self._person.drafts = [*self._person.drafts, draft][-MOST_DRAFTS:]
        self._person.paused = False
        return self._after(draft, self._peek(draft))

    def _go_on(self, draft: Draft) -> Reply:
        return self._after(draft, self._converse(draft))

    def _peek(self, draft: Draft) -> Outcome:
        return self._run_dialogue(draft, None)

    def _converse(self, draft: Draft) -> Outcome:
        return self._run_dialogue(draft, self._said())

    def _run_dialogue(self, draft: Draft, said: Said | None) -> Outcome:
        """Run a dialogue; what it wrote is kept only if it came to its end."""
        route = self._bot.route_named(draft.route)
        if route is None:
            self._person.drafts.remove(draft)
            return Outcome(reply=Reply("这份内容已经不能接着写了，请重新开始。", choices=(HELP,)))
        with self._bot.storage.transaction(self._bot.campaign.id) as stores:
            ctx = self._bot.context(self._message, self._person, stores, draft)
            outcome = converse(start(ctx, route.handler), draft, said)
            if outcome.question is not None:
                stores.undo()
        if said is not None and outcome.taken:
            draft.touched = self._now
        return outcome

    def _after(self, draft: Draft, outcome: Outcome) -> Reply:
        """Bring the record up to date after a dialogue ran."""
        self._person.memory.pop("mine", None)
        if outcome.question is None:
            if draft in self._person.drafts:
                self._person.drafts.remove(draft)
            self._person.paused = bool(self._person.drafts)
            return outcome.reply or Reply()
        return draw(outcome)

    def _plain(self, handler: Callable[[Context], Reply]) -> Reply:
        with self._bot.storage.transaction(self._bot.campaign.id) as stores:
            return handler(self._bot.context(self._message, self._person, stores, None))

    def _said(self) -> Said:
        message = self._message
        media = message.media
        if message.kind == "image" and media and not media.startswith("photo:"):
            media = self._want_photo(media)
        elif message.kind != "image":
            media = ""
        return Said(message.text, media, message.place, self._campaign_time().isoformat())

    def _want_photo(self, media: str) -> str:
        """Have a photo fetched at once: the one write before a dialogue's end, and it may be made twice."""
        with self._bot.storage.transaction(self._bot.campaign.id) as stores:
            token = stores.photos.token(self._message.user, media)
            stores.photos.want(token, media, self._bot.storage.clock(), self._message.user)
        return f"photo:{token}"

    # -- before and after ------------------------------------------------------------------------------------

    def _drop_expired(self) -> None:
        def lives(draft: Draft) -> bool:
            route = self._bot.route_named(draft.route)
            return route is not None and self._now - draft.touched < route.expires.total_seconds()

        last = self._person.drafts[-1:] if self._person.drafts else []
        self._person.drafts = [draft for draft in self._person.drafts if lives(draft)]
        if last and last[0] not in self._person.drafts:
            self._person.paused = bool(self._person.drafts)

    def _stale(self) -> bool:
        """Does a page answer another question than the open one?"""
        draft = self._person.open
        asks = self._message.asks
        return bool(asks) and (draft is None or draft.open != asks)

    def _unmark(self, text: str) -> str:
        """The text of the choice that a bare number or letter stands for in the last reply."""
        shown, plain = self._person.shown, normalise(text)
        if self._message.kind not in ("text",) or not shown.choices:
            return text
        place = _place_of(plain, shown.lettered)
        chosen = shown.choices[place] if place is not None and place < len(shown.choices) else None
        chosen = chosen or match_choice(text, shown.choices)
        if chosen is None:
            return text
        return self._chosen(chosen, text)

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
        if chosen.startswith(RESUME) and chosen != RESUME:
            return self._pick_draft(chosen, text)
        self._choice = draft is not None and bool(shown.asks) and shown.asks == draft.open
        return chosen

    def _pick_draft(self, chosen: str, text: str) -> str:
        for draft in self._person.drafts:
            if chosen == f"{RESUME}{self._bot_word(draft)}":
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
        return danger_in(self._message.text)

    def _warn(self, reply: Reply, danger: Danger) -> Reply:
        """Put the emergency card above a reply: in full once a dialogue, in one line after that."""
        if danger != "now":
            return reply
        draft = self._person.open
        full = draft is None or not draft.carded
        if draft is not None:
            draft.carded = True
        head = card(self._bot.campaign) if full else card_line(self._bot.campaign)
        text = f"{head}\n\n{reply.text}" if reply.text else head
        return replace(reply, text=text, danger=True)

    def _finish(self, reply: Reply) -> Reply:
        """Keep what was shown, and what did not fit for 更多."""
        text, self._person.rest = _cut(reply)
        reply = replace(reply, text=text)
        if not reply.silent:
            self._person.shown = replace(reply, text="") if reply.secret else reply
        return reply

    def _campaign_time(self) -> datetime:
        clock = self._bot.storage.clock()
        return datetime.fromtimestamp(self._now + self._person.offset, tz=clock.tzinfo)


def _cut(reply: Reply) -> tuple[str, str]:
    """The text as far as it fits into one message with its choices, and the rest."""
    beside = sum(len(choice.encode()) + 4 for choice in reply.choices) + len(reply.tail.encode())
    room = (MOST_BYTES - beside) // 3  # a 汉字 has three bytes
    if len(reply.text.encode()) + beside <= MOST_BYTES:
        return reply.text, ""
    cut = reply.text.rfind("\n", room // 2, room)
    cut = cut if cut > 0 else room
    return reply.text[:cut].rstrip() + "\n（没完，回复“更多”接着看）", reply.text[cut:].lstrip()


def _place_of(plain: str, lettered: bool) -> int | None:
    """The place that a bare mark names: 1, 一, A, b, 第2个, 选C."""
    mark = plain.removeprefix("选").removeprefix("第").removesuffix("个").removesuffix("项")
    if len(mark) != 1:
        return None
    if lettered and mark in "abcdefgh":
        return "abcdefgh".index(mark)
    if mark in "123456789":
        return "123456789".index(mark)
    return "一二三四五六七八九".index(mark) if mark in "一二三四五六七八九" else None
