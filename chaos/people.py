"""People who talk to the product through the platform, whatever happens to it, and keep a journal."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bot.understanding import MOST_IN_PACE, PACE_S
from chaos import errands
from chaos.errands import Errands
from chaos.phone import Heard, Platform

APOLOGY = "系统正忙"
CODE = re.compile(r"查询码：([A-Z0-9]{4}(?:-[A-Z0-9]{4}){3})")
TRIES = 40  # times that somebody says the same words before giving up
_MOST_DRAFTS = 7  # and one look more
STEPS = 60  # answers that one matter may take
NOBODY, HERE = "不留", "只在这里联系"
CLOCK, OWN_UNIT = "计时", "<单位>"
_ORDER = re.compile(r"如([A-E]{2,})")
_QUESTION = re.compile(r"第(\d+)题，共(\d+)题")
_DONE, _GIVEN_UP = "答完了：", "这一轮到这里："
#: What the last reply of a matter says that came to its end.
_ENDS = {
    "report": ("查询码：", "今天已收到您", "这个月已收到您"),
    "round": (_DONE,),
    "exam": (_DONE,),
    "registration": ("记下了：", "登记没有变"),
    "claim": ("领奖码：",),
}
PHOTO = "［照片］"  # stands for a photo that is sent

#: What people reply, by what the reply they got says last.
_ANSWERS: tuple[tuple[str, str], ...] = (
    ("正在发生吗", "没有"),
    ("在哪里？", "临港路8号3号库"),
    ("是哪个单位或场所", "不知道"),
    ("还是另报一份？", "另报一份"),
    ("什么时候看到的", "今天"),
    ("现在还在吗", "还在"),
    ("这更像哪一类", "1"),
    ("有现场照片吗", "跳过"),
    ("愿意让我们联系您吗", NOBODY),
    ("请看一遍", "提交"),
    ("还是再写一遍？", "就用这段"),
    ("还是这就是您的回答", "这就是我的回答"),
    ("您有一份没写完的", "接着写"),
    ("接着写哪一份", "1"),
    ("接着做哪一样", "1"),
    ("发完回复“完成”", "完成"),
    ("成绩上排行榜。", CLOCK),
    ("登记前请看：", "同意"),
    ("您是哪个单位的联络员", OWN_UNIT),
    ("是不是下面的？", "都不是，就用我写的"),
    ("您的姓名？", "李敏"),
    ("性别？", "其余都跳过"),
    ("手机？", "13912345678"),
    ("请看一遍：\n单位：", "登记"),
    ("您已登记为联络员", "不用了"),
    ("领奖码只显示一次", "显示领奖码"),
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing that was said, and what came of all its deliveries."""

    person: str
    said: str
    heard: tuple[str, ...]  # answers, of repeats too
    text: str
    silent: bool
    problem: str  # of the last delivery
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Matter:
    """A report or a round that somebody went through as far as it would go."""

    kind: str  # one of those of ``_ENDS``
    began: float
    ended: float
    text: str  # the last reply
    lost: bool  # the last words were met by silence at first, so that their answer may have been the end
    marker: str  # that a report of theirs bears

    @property
    def finished(self) -> bool:
        return any(part in self.text for part in _ENDS[self.kind])


@dataclass
class Person:
    """Somebody with a phone; what they say depends on the last reply alone, as with people."""

    openid: str
    letters: str  # their own, part of every word of theirs that must not reach another
    platform: Platform
    chance: random.Random
    hurry: float = 1.0  # shortens the time they think
    unit: str = ""  # whom they answer for
    reach: bool = False  # do they wish to hear of what they report?
    journal: list[Exchange] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)  # query code: the marker of its report
    markers: list[str] = field(default_factory=list)  # one for each report that was begun
    sent: str = ""  # the marker that the last summary of a report showed
    begun: list[Matter] = field(default_factory=list)
    rounds: int = 0  # that they were told to have finished
    given_up: int = 0  # rounds that they were told to have given up, which are kept too
    lost_ends: int = 0  # answers that may have ended a round and were lost
    silences: int = 0  # that the last words met before they were answered, with nobody knowing of an answer
    missed: str = ""  # what was answered to the last words and got lost on its way
    calm: bool = False  # the storm is over: neither silence nor an apology is excused
    unanswered: int = 0  # words that were never answered, however often they were said
    faults: list[str] = field(default_factory=list)
    spoken: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_IN_PACE - 10))  # when, of late
    full: bool = False  # five reports a day are enough
    errands: Errands = field(default_factory=Errands)

    # -- matters -----------------------------------------------------------------------------------------------

    def slogan(self) -> None:
        self._expect("标语", "共28条")

    def quiz(self) -> None:
        self.go_through("round", "答题")

    def report(self) -> None:
        if self.full:
            self.quiz()
        else:
            self.go_through("report", "举报")

    def status(self) -> None:
        """Ask after one of one's reports."""
        if self.codes:
            self._expect(self.chance.choice(list(self.codes)), "已收到您反映的情况")

    def entry(self) -> None:
        """Ask what one is registered for, as liaisons do."""
        if self.unit:
            self._expect("我的登记", self.unit)

    def seen(self) -> None:
        if self.unit:
            self.say("收到")

    def live(self, stopping: threading.Event) -> None:
        """One matter after the other, until it is over."""
        matters: tuple[Callable[[], None], ...] = (
            (self.entry, self.seen, self.slogan) if self.unit else (self.report, self.quiz, self.slogan)
        )
        matters += self._errands()
        while not stopping.is_set():
            self.chance.choice(matters)()
            if self.codes and self.chance.random() < 0.3:
                self.status()

    def _errands(self) -> tuple[Callable[[], None], ...]:
        """What else they do, by what they have to do."""
        has = self.errands
        wished = {
            errands.exam: has.sits,
            errands.register: bool(has.unit),
            errands.claim: has.winner,
            errands.file: bool(has.files),
        }
        return tuple(partial(do, self) for do, wanted in wished.items() if wanted)

    def settle(self) -> None:
        """After the storm: whatever is open goes on to its end, then all else can be asked as ever."""
        self.calm, text = True, ""
        for _ in range(_MOST_DRAFTS):
            text = self.follow("继续")
            if "没有没写完的内容" in text:
                break
            self.say("取消")  # a question without an end of its own
            self.lost_ends += self.silences > 0
        self.right("没有没写完的内容" in text, "继续", text)
        self._expect("取消", "现在没有正在进行的事")
        self.slogan()
        if not self.unit:  # so that rounds are counted, however little was said in the storm
            self.right(_DONE in (text := self.follow("答题")), "答题", text)
        if not self.unit and not self.codes:  # whose draft went with Redis begins anew
            self.right("查询码" in (text := self.follow("举报")), "举报", text)
        for code in self.codes:
            self._expect(code, "已收到您反映的情况")
        self.entry()
        errands.settle(self)

    # -- saying ------------------------------------------------------------------------------------------------

    def say(self, words: str) -> str:
        """Say something until it is answered; empty where it never is."""
        self.silences, self.missed = 0, ""
        for tries in range(TRIES):
            time.sleep(self.hurry * self.chance.uniform(0.4, 0.8) + (0.5 if tries else 0.0))
            self._hold_back()
            began = time.time()
            told = self._send(words)
            answers = [*told.heard]
            if told.text and self.chance.random() < 0.05:
                answers += self.platform.again(self.openid).heard
            self._note(words, told, [one for one in answers if one], began)
            self._miss(told)
            if told.text and APOLOGY not in told.text:
                return self._learnt(told.text)
            if self.calm:
                self.faults.append(f"{words} → {told.text[:6] or '-'} {told.problem}, when nothing was hurt")
        self.unanswered += 1
        return ""

    def _hold_back(self) -> None:
        """Whoever says more in a minute than the product takes from a person is told to rest, and that is no fault of it."""
        if len(self.spoken) == self.spoken.maxlen:
            time.sleep(max(0.0, self.spoken[0] + PACE_S - time.monotonic()))
        self.spoken.append(time.monotonic())

    def _send(self, words: str) -> Heard:
        return self.platform.photo(self.openid) if words == PHOTO else self.platform.say(self.openid, words)

    def _note(self, words: str, told: Heard, answers: list[str], began: float) -> None:
        self.journal.append(
            Exchange(
                self.openid, words, tuple(answers), told.text, told.silent, told.problem, began, time.time()
            )
        )

    def _miss(self, told: Heard) -> None:
        """Answers that were given and did not arrive; where Redis is emptied meanwhile the repeat gets another."""
        missed = "\n".join(one for one in told.heard if one != told.text and APOLOGY not in one)
        self.missed += missed
        self.silences += not told.text and not missed.strip()
        for mark in (_DONE, _GIVEN_UP):
            self.lost_ends += mark in missed and mark not in told.text

    def _learnt(self, text: str) -> str:
        """What a reply tells them to remember."""
        if "请看一遍" in text:
            seen = re.search(f"{self.letters}[A-Z]{{2}}", text)
            self.sent = seen.group() if seen else ""
        found = CODE.search(text)
        if found:
            self.codes[found.group(1)] = self.sent
        self.errands.learn(text, found.group(1) if found else "")
        self.rounds += text.count(_DONE)
        self.given_up += text.count(_GIVEN_UP)
        self.full = self.full or "今天已收到您5份" in text
        return text

    def _expect(self, words: str, part: str) -> None:
        text = self.say(words)
        self.right(part in text, words, text)

    def right(self, right: bool, words: str, text: str) -> None:
        if not right:
            self.faults.append(f"{words} → {text[:60]!r}")

    def go_through(self, kind: str, first: str) -> None:
        """Begin something, go on to its end, and note where it ended."""
        began = time.time()
        text = self.follow(first)
        marker = self.markers[-1] if self.markers else ""
        lost = self.silences > 0 or any(part in self.missed for part in _ENDS[kind])
        self.begun.append(Matter(kind, began, time.time(), text, lost, marker))

    def follow(self, first: str) -> str:
        """Begin something and answer whatever is asked, to the end; the last reply."""
        text = self.say(first)
        for _ in range(STEPS):
            words = self._reply_to(text)
            if not words:
                return text
            asked, text = text, self.say(words)
            self.lost_ends += _may_have_ended(asked, text, self.silences)
        self.faults.append(f"{first}: no end after {STEPS} answers, at {text[:60]!r}")
        return text

    def _reply_to(self, text: str) -> str:
        """What the question at the end of a reply is answered with; nothing where none is asked."""
        if "题，共" in text and "答完了" not in text:
            order = _ORDER.search(text)
            return order.group(1) if order else "AB" if "（多选" in text else "A"
        if "看到了什么" in text:
            return f"仓库里设了员工宿舍，出口堆满纸箱，货架编号{self.markers[-1]}"
        if "正在发生吗" in text:
            self._new_marker()
        asked = [(text.rfind(part), part, words) for part, words in _ANSWERS if part in text]
        return self._own(max(asked)[2]) if asked and "查询码" not in text else ""

    def _own(self, words: str) -> str:
        """The answer as this person gives it."""
        if words == "跳过":
            return PHOTO if self.errands.photographs and self.chance.random() < 0.5 else words
        if words == CLOCK:
            return self.chance.choice((CLOCK, "不计时"))
        if words == OWN_UNIT:
            return self.errands.unit
        return HERE if words == NOBODY and self.reach else words

    def _new_marker(self) -> None:
        tens, ones = divmod(len(self.markers), 26)
        self.markers.append(f"{self.letters}{chr(65 + tens)}{chr(65 + ones)}")


def _may_have_ended(asked: str, text: str, silences: int) -> bool:
    """Was the answer lost that ended a round? Words that are said again may be taken for the next question."""
    question = _QUESTION.search(asked)
    if question is None or _DONE in text:
        return False
    number, of = map(int, question.groups())
    return number + silences > of


def letters_of(number: int) -> str:
    """Letters that no other person has: Q, then the number in letters."""
    return "Q" + "".join(chr(65 + int(digit)) for digit in f"{number:03d}") + "X"
