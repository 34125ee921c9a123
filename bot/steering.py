"""A person's dialogues: begun, gone on with, gone back in, laid aside, given up."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.context import Context, Draft, Person
from bot.dialogue import Outcome, converse, draw, start
from bot.message import Message, Reply, Said
from bot.routes import Route

if TYPE_CHECKING:
    from bot.bot import Bot

CANCEL, PAUSE, BACK, RESUME, HELP = "取消", "退出", "上一步", "继续", "帮助"
DANGER, REPORT = "danger", "report"  # the routes that ask whether it is happening now, and what happened
NOTHING_OPEN = "现在没有正在进行的事。"
PAUSED = "好的，先停在这里，前面的都在。"
GO_ON, ANEW = "接着写", "删掉，重新写"
MOST_DRAFTS = 6
DANGER_S, BROUGHT_S = 3600, 600  # how long a cry for help, and a photo or place sent unasked, are remembered


class Steering:
    """What a turn does with the drafts of its person."""

    def __init__(self, bot: Bot, message: Message, person: Person) -> None:
        self._bot = bot
        self._person = person
        self._message = message
        self._now = bot.machine_time()
        self._typed = True  # the words are the person's own, not those of a choice

    def _order(self, order: str) -> Reply:
        steer = {CANCEL: self._cancel, PAUSE: self._pause, BACK: self._back, RESUME: self._resume}
        return steer[order]()

    def _cancel(self) -> Reply:
        if self._person.open is None:
            return Reply(NOTHING_OPEN, choices=(HELP,))
        draft = self._person.drafts.pop()
        told = self._give_up(draft)
        waiting = bool(self._person.drafts)
        self._person.paused = waiting
        route = self._bot.route_named(draft.route)
        dropped = told or (route.dropped if route else "好的。")
        if not waiting:
            return Reply(dropped)
        return Reply(f"{dropped}\n还有没完成的{self._waiting()}，回复“{RESUME}”接着来。", choices=(RESUME,))

    def _waiting(self) -> str:
        """What else is unfinished, by its words: 举报、闯关."""
        return "、".join(self._word_of(draft) for draft in reversed(self._person.drafts))

    def _pause(self) -> Reply:
        draft = self._person.drafts[-1] if self._person.drafts else None
        if draft is None:
            return Reply(NOTHING_OPEN, choices=(HELP,), stopped=True)
        if draft.until and (outcome := self._peek(draft)).question is None:
            return self._after(draft, outcome)  # its time has run out meanwhile
        self._person.paused = True
        if draft.until:
            ends = f"{datetime.fromisoformat(draft.until):%H:%M}"
            told = f"{PAUSED}时间还在走，{ends} 结束，回复“{RESUME}”接着答。"
        else:
            told = f"{PAUSED}回复“{RESUME}”接着来。"
        return Reply(told, choices=(RESUME,), stopped=True)

    def _give_up(self, draft: Draft) -> str:
        """Photos of a draft that is given up are not kept, what its route keeps is; what to say about that."""
        brought = [*draft.kept.get("brought", {}).get("photos", ())]
        tokens = [token.removeprefix("photo:") for token in (*brought, *draft.media())]
        if tokens:
            with self._bot.storage.transaction(self._bot.campaign.id) as stores:
                stores.photos.remove(tokens)
        route = self._bot.route_named(draft.route)
        if route is None or route.stopped is None:
            return ""
        with self._bot.storage.transaction(self._bot.campaign.id) as stores:
            return route.stopped(self._bot.context(self._message, self._person, stores, draft))

    def _back(self) -> Reply:
        draft = self._person.open
        if draft is None:
            last = self._person.drafts[-1:]
            return self._resume_draft(last[0]) if last else Reply(NOTHING_OPEN, choices=(HELP,))
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
        if person.open is not None:
            return self._after(person.open, self._peek(person.open))
        cried = person.memory.pop("danger", None)
        report = self._bot.route_named(REPORT)
        if cried and report:
            return self._begin(report, words=cried["text"], cried=True)
        if not person.drafts:
            return Reply("没有没写完的内容。", choices=(HELP,))
        if len(person.drafts) == 1:
            return self._resume_draft(person.drafts[0])
        names = tuple(f"{RESUME}{self._word_of(draft)}" for draft in reversed(person.drafts))
        return Reply("您有几样没完成，接着做哪一样？", choices=names)

    def _resume_draft(self, draft: Draft) -> Reply:
        self._person.drafts.remove(draft)
        self._person.drafts.append(draft)
        self._person.paused = False
        outcome = self._peek(draft)
        reached = outcome.question.progress if outcome.question and draft.said else ()
        if reached:
            outcome = replace(outcome, remark=f"上次答到第{reached[0]}题，接着来。")
        return self._after(draft, outcome)

    def _word_of(self, draft: Draft) -> str:
        route = self._bot.route_named(draft.route)
        return route.word if route else draft.route

    # -- running handlers ------------------------------------------------------------------------------------

    def _take(self, route: Route) -> Reply:
        """Follow a route: a plain handler answers, a dialogue suspends the open one."""
        self._person.memory["last"] = self._person.answered_by = route.name
        if not route.asks:
            return self._plain(route.handler)  # type: ignore[arg-type]
        for draft in self._person.drafts:
            if draft.route == route.name:
                return self._offer_kept(route, draft)
        return self._begin(route, words=self._own_words())

    def _own_words(self) -> str:
        own = self._typed and self._message.kind == "text" and self._bot.route_of(self._message.text) is None
        return self._message.text if own else ""

    def _offer_kept(self, route: Route, draft: Draft) -> Reply:
        """An unfinished one is there: go on with it, or begin anew with what has just been said?"""
        if draft is self._person.open or not route.offers_kept or not draft.said:
            return self._resume_draft(draft)
        self._person.paused = True
        self._person.memory["kept"] = {"draft": draft.id, "words": self._own_words()}
        until = datetime.fromtimestamp(draft.touched + self._person.offset, tz=self._bot.zone) + route.expires
        when = f"{until.month}月{until.day}日 {until:%H:%M}"
        return Reply(f"您有一份没写完的，保留到{when}。", choices=(GO_ON, ANEW))

    def _choose_kept(self, chosen: str) -> Reply | None:
        """Go on with the kept draft, or give it up and begin anew."""
        kept = self._person.memory.pop("kept", None)
        draft = next((one for one in self._person.drafts if kept and one.id == kept["draft"]), None)
        if kept is None or draft is None:
            return None
        if chosen == GO_ON:
            return self._resume_draft(draft)
        self._person.drafts.remove(draft)
        self._give_up(draft)
        route = self._bot.route_named(draft.route)
        return self._begin(route, words=kept["words"]) if route else None

    def _begin(self, route: Route, words: str, cried: bool = False) -> Reply:
        now = self._campaign_time()
        draft = Draft(secrets.token_hex(8), route.name, began=now.isoformat(), touched=self._now)
        draft.kept["words"] = words
        draft.kept["cried"] = draft.carded = cried  # the card has been shown, and the first question answered
        self._past_danger(route)
        brought = self._person.memory.pop("brought", None)
        if brought and now.timestamp() - brought.get("at", 0) < BROUGHT_S:
            draft.kept["brought"] = brought
        self._person.drafts.append(draft)
        told = self._make_room()
        self._person.paused = False
        reply = self._after(draft, self._peek(draft))
        return replace(reply, text=f"{told}\n\n{reply.text}") if told else reply

    def _cried(self, draft: Draft, outcome: Outcome) -> Reply | None:
        """A cry for help is no answer: a report goes on below the card, anything else waits and says nothing."""
        if draft.route == REPORT:
            return self._after(draft, replace(outcome, remark=""))
        self._person.paused = True
        return None

    def _past_danger(self, route: Route) -> None:
        """Whoever begins something else is asked no more about danger; a report asks anew."""
        self._person.drafts = [draft for draft in self._person.drafts if draft.route != DANGER]
        if route.name == REPORT:
            self._person.memory.pop("danger", None)

    def _make_room(self) -> str:
        """Too many drafts: the oldest goes of which least is lost; a round is ended by that as by 取消. What to say."""
        drafts = self._person.drafts
        if len(drafts) <= MOST_DRAFTS:
            return ""
        light = [one for one in drafts[:-1] if not self._weighs(one)]
        gone = (light or drafts)[0]
        drafts.remove(gone)
        told = self._give_up(gone)
        return f"{self._word_of(gone)}：{told}" if told else ""

    def _weighs(self, draft: Draft) -> bool:
        route = self._bot.route_named(draft.route)
        return bool(draft.said) and route is not None and route.offers_kept

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
        self._person.answered_by = route.name
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

    def _campaign_time(self) -> datetime:
        return datetime.fromtimestamp(self._now + self._person.offset, tz=self._bot.zone)
