"""A person's dialogues: begun, gone on with, gone back in, laid aside, given up."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.context import Context, Draft, Person
from bot.dialogue import Outcome, converse, draw, start
from bot.language.normalise import normalise
from bot.language.remarks import stops
from bot.message import Message, Reply, Said
from bot.routes import Route

if TYPE_CHECKING:
    from bot.bot import Bot

CANCEL, PAUSE, BACK, RESUME, HELP = "取消", "退出", "上一步", "继续", "帮助"
DANGER, REPORT = "danger", "report"  # the routes that ask whether it is happening now, and what happened
NOTHING_OPEN = "现在没有正在进行的事。"
ANSWERED, FIRST = "这一题已经答了，不能改。", "这是第1题，前面没有答过的题。"
PAUSED = "好的，先停在这里，前面的都在。"
GO_ON, ANEW = "接着写", "删掉，重新写"
MOST_DRAFTS = 6
#: How long a cry for help, a photo or place sent unasked, and that a report was filed are remembered.
DANGER_S, BROUGHT_S, FILED_S = 3600, 600, 600
ORDERS = {
    CANCEL: CANCEL,
    "算了": CANCEL,
    PAUSE: PAUSE,
    BACK: BACK,
    "返回": BACK,
    RESUME: RESUME,
    "接着": RESUME,
}
#: 退出, where choices are on offer.
_HALTS = frozenset("停 停下 停一下 停一停 先停 先停下 暂停 停止".split())
_ASKS_TIME = re.compile(
    "(?:请问|考试|考|现在|我|离|距|结束|到点|还|有|剩|下|余|的)*(?:时间|倒计时|多久|多长时间|多少时间|几分钟?|多少分钟?|几秒|多少秒)"
    "(?:够|到|了|结束|吗|呢|呀|啊|没有?|不)*|(?:考试)?(?:几点|什么时候|多会儿)(?:结束|到点|到时间|交卷)(?:呢|呀|啊)?"
)


class Steering:
    """What a turn does with the drafts of its person."""

    def __init__(self, bot: Bot, message: Message, person: Person) -> None:
        self._bot = bot
        self._person = person
        self._message = message
        self._now = bot.machine_time()
        self._typed = True  # the words are the person's own, not those of a choice

    def _ordered(self, draft: Draft | None) -> str | None:
        """取消, 退出, 上一步 or 继续, where a message says so."""
        plain = normalise(self._message.text)
        order = ORDERS.get(plain) if self._message.kind in ("text", "order") else None
        if order is not None or self._message.kind != "text":
            return order
        if draft is None:
            return PAUSE if stops(plain) else None
        return PAUSE if draft.choices and (plain in _HALTS or stops(plain)) else None

    def _order(self, order: str) -> Reply:
        steer = {CANCEL: self._cancel, PAUSE: self._pause, BACK: self._back, RESUME: self._resume}
        return steer[order]()

    def _cancel(self) -> Reply:
        if self._person.open is None:
            return self._nothing_to_cancel()
        draft = self._person.drafts.pop()
        told = self._give_up(draft)
        waiting = bool(self._person.drafts)
        self._person.paused = waiting
        route = self._bot.route_named(draft.route)
        dropped = told or (route.dropped if route else "好的。")
        if not waiting:
            return Reply(dropped)
        return Reply(f"{dropped}\n还有没完成的{self._waiting()}，回复“{RESUME}”接着来。", choices=(RESUME,))

    def _nothing_to_cancel(self) -> Reply:
        """Nothing is open; what was laid aside is named, and how it can be given up."""
        if not self._person.drafts:
            return Reply(NOTHING_OPEN, choices=(HELP,))
        told = f"没做完的有：{self._waiting()}。回复“{RESUME}”接着来；不要了，接上以后再回复“{CANCEL}”。"
        return Reply(f"{NOTHING_OPEN}\n{told}", choices=(RESUME, HELP))

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

    def _time_left(self, draft: Draft | None) -> Reply | None:
        """Whoever asks it against the clock is told how much time is left, with the open question; else nothing."""
        clocked = [one for one in self._person.drafts if one.until and draft in (None, one)]
        if not clocked or self._message.kind != "text" or not _asks_time(self._message.text):
            return None
        outcome = self._peek(clocked[0])
        if outcome.question is None:
            return self._after(clocked[0], outcome)
        ends = datetime.fromisoformat(clocked[0].until)
        minutes, seconds = divmod(max(int((ends - self._campaign_time()).total_seconds()), 0), 60)
        left = f"{minutes}分{seconds}秒" if minutes else f"{seconds}秒"
        told = f"还剩{left}，{ends:%H:%M} 结束。"
        if draft is None:
            return Reply(f"{told}回复“{RESUME}”接着答。", choices=(RESUME,))
        return self._after(draft, replace(outcome, remark=told))

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
        if outcome.question and outcome.question.progress[:1] == (1,):
            return self._after(draft, replace(outcome, remark=FIRST))
        if not answered:
            return self._after(draft, outcome)
        if answered[-1] in draft.final:
            return self._after(draft, replace(outcome, remark=ANSWERED))
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
        gone = min(drafts[:-1], key=self._weight)
        drafts.remove(gone)
        told = self._give_up(gone)
        return f"{self._word_of(gone)}：{told}" if told else ""

    def _weight(self, draft: Draft) -> tuple[bool, int, int]:
        """How much is lost with a draft: most with a report, else by the answers, first those that can't be given again."""
        route = self._bot.route_named(draft.route)
        offered = bool(draft.said) and route is not None and route.offers_kept
        return offered, len(draft.final), len(draft.said)

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
            self._person.memory["last"] = draft.route
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


def _asks_time(text: str) -> bool:
    """Is it the question how much time is left?"""
    return _ASKS_TIME.fullmatch(normalise(text)) is not None
