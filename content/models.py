"""What a notice says, as frozen values: read once at the start, never changed.

Every fact that rests on the notice carries ``quote``, the notice's own words. A date that the notice does not
state is ``assumed`` and is shown as 推定. No notice states an hour, so due dates are dates.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from content.base import Id as Id
from content.base import Model as Model
from content.base import Period as Period
from content.base import ShortName as ShortName
from content.base import Text as Text
from content.prizes import PrizeDraw as PrizeDraw
from content.quiz import Contest as Contest
from content.quiz import Quiz as Quiz

FactId = Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{3}$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Notice(Model):
    """The organiser's document that the campaign rests on; some lack a number, some a date."""

    title: Text
    number: str | None = None
    issued: date | None = None
    issuers: tuple[str, ...] = Field(min_length=1)
    audience: Text
    edition: int | None = None  # 第19个全国“安全生产月”
    file: Annotated[str, Field(pattern=r"^notice[a-z0-9-]*\.txt$")] = "notice.txt"


class Programme(Model):
    """The part that runs on after the month: 万里行, 宁夏行, 专题行 …"""

    name: Text
    local_name: str | None = None
    period: Period
    text: Text
    quote: Text


class Activity(Model):
    """One activity of the notice, told in our own words."""

    id: Id
    title: Text
    text: Text
    on: date | None = None
    assumed: bool = False  # this year's notice doesn't state ``on``
    period: Period | None = None
    where: str | None = None
    responsible: str | None = None
    quote: Text


class Slogans(Model):
    """The slogans of a campaign; ``own`` is false where the national list stands in."""

    title: Text
    own: bool
    items: tuple[Text, ...] = Field(min_length=1)


class Item(Model):
    """One thing to hand in: 月总结, 统计表, 视频 …"""

    id: Id
    name: ShortName
    text: str = ""
    at_least: int = 1
    max_characters: int | None = None
    formats: tuple[str, ...] = ()
    min_width: int | None = None
    min_height: int | None = None
    exact_size: bool = False  # the notice states the size itself, not the least
    table: Id | None = None  # the statistics table that is filled in
    form: bool = False  # the liaison form


class Fixed(Model):
    """Due once, on a day that the notice states (…前 means by the end of that day)."""

    kind: Literal["fixed"] = "fixed"
    on: date
    assumed: bool = False


class Weekly(Model):
    """Due every week on one weekday between two days."""

    kind: Literal["weekly"] = "weekly"
    weekday: Weekday
    period: Period
    assumed: bool = False


class Monthly(Model):
    """Due every month; the notice names the months, the day is ours (the last) unless it is stated."""

    kind: Literal["monthly"] = "monthly"
    first: date  # any day of the first month
    last: date  # any day of the last month
    day: Annotated[int, Field(ge=1, le=31)] | Literal["last"] = "last"
    assumed: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> Monthly:
        if self.last < self.first:
            raise ValueError(f"最后一个月 {self.last} 早于第一个月 {self.first}")
        return self


class Undated(Model):
    """Asked for without a day: 及时, 随时. Listed, never reminded."""

    kind: Literal["undated"] = "undated"


Due = Annotated[Fixed | Weekly | Monthly | Undated, Field(discriminator="kind")]


class Lead(Model):
    """How long before (or, in working days, after) a due date we remind."""

    days_before: int | None = Field(default=None, ge=0, le=60)
    working_days_after: int | None = Field(default=None, ge=1, le=20)

    @model_validator(mode="after")
    def _one_of_both(self) -> Lead:
        if (self.days_before is None) == (self.working_days_after is None):
            raise ValueError("写 days_before 或 working_days_after 之一")
        return self

    @property
    def name(self) -> str:
        """``T-7``, ``T-0``, ``late+1``: the lead's part of a reminder's key."""
        if self.days_before is not None:
            return f"T-{self.days_before}"
        return f"late+{self.working_days_after}"


class ReminderPolicy(Model):
    """When reminders go out; hours are of the campaign's zone."""

    leads: tuple[Lead, ...] = (
        Lead(days_before=7),
        Lead(days_before=3),
        Lead(days_before=1),
        Lead(days_before=0),
        Lead(working_days_after=1),
        Lead(working_days_after=3),
    )
    at: time = time(9, 0)
    earliest: time = time(8, 30)
    latest: time = time(18, 0)


class Obligation(Model):
    """What must be filed, by when and where."""

    id: Id
    title: Text
    # stands in a template message, ≤ 20 when filled; {n} is the number of the occurrence, {month} its month
    name: Annotated[str, Field(min_length=1, max_length=40)]
    items: tuple[Item, ...] = Field(min_length=1)
    due: Due
    to: Literal["liaison", "unit"] = (
        "liaison"  # whom to remind: the filing that names the liaison goes to the unit
    )
    groups: tuple[str, ...] = ()  # which groups of units it concerns; empty means all
    where: str | None = None
    quote: Text

    @field_validator("items")
    @classmethod
    def _ids_unique(cls, items: tuple[Item, ...]) -> tuple[Item, ...]:
        ids = [item.id for item in items]
        if len(ids) != len(set(ids)):
            raise ValueError("items 的 id 重复")
        return items


class FormField(Model):
    """One field of the liaison form; ``required`` where the notice marks it."""

    key: Id
    label: Text
    required: bool
    kind: Literal["name", "text", "unit", "mobile", "phone", "email", "digits", "gender", "address"] = "text"


class LiaisonForm(Model):
    """The form that names a unit's liaison."""

    title: Text
    fields: tuple[FormField, ...] = Field(min_length=1)
    ours: bool = False  # the whole form is ours, the notice lacks it
    required_is_ours: bool = False  # the notice has a form but marks no field as required
    quote: str = ""


class Blank(Model):
    """One field of a statistics table."""

    id: Id
    label: Text
    kind: Literal["number", "text", "yes_no"] = "number"
    measure: str = ""  # 场次, 人次, 个 …
    #: which number of our own quiz may help whoever fills this in; it is offered, and never filled in unasked
    suggest: Literal["quiz_rounds", "quiz_people"] | None = None
    contest: Id | None = None  # of this contest alone, else of the whole quiz

    @model_validator(mode="after")
    def _contest_of_a_number(self) -> Blank:
        if self.contest and not self.suggest:
            raise ValueError("写了 contest，还要写 suggest：人次还是人数")
        return self


class TableRow(Model):
    """One row of the annex: its title, what it asks for, and the sentence with ``{blank}`` in it."""

    title: Text
    requirement: str = ""
    text: str
    blanks: tuple[Blank, ...]
    ours: bool = False  # the annex as we have it shows no blank in this row; the one here is ours


class TableGroup(Model):
    title: str
    rows: tuple[TableRow, ...]


class StatisticsTable(Model):
    """A statistics table of the notice, blank by blank, to be written back in the annex's shape."""

    id: Id
    title: str
    annex: str
    head: tuple[str, ...] = ()
    groups: tuple[TableGroup, ...]


class Hotline(Model):
    """A number to call. One that the notice names but whose service is not confirmed is not shown."""

    number: Text
    purpose: Text
    emergency: bool = False
    confirmed: bool = True
    source: Text
    quote: str = ""


class Contact(Model):
    """Who answers for the organiser."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    fax: str | None = None
    quote: str = ""


class Account(Model):
    """Where the organiser publishes: 官网, 公众号, 微博, 抖音 …"""

    platform: Text
    name: Text
    quote: str = ""


class Welcome(Model):
    """The four lines of the welcome, each the word of a route and how this campaign says it."""

    audience: Text  # 宁夏, 许明寺镇 … as in 您好，这里是宁夏“安全生产月”助手。
    lines: tuple[WelcomeLine, ...] = Field(min_length=2, max_length=5)
    third_menu: str = "联络员"


class WelcomeLine(Model):
    label: Text
    word: Text  # a word of ROUTES


class Theme(Model):
    text: Text
    quote: Text


class Campaign(Model):
    """All that one notice says, and the few choices that are ours."""

    id: Id
    name: Text  # 宁夏 2020
    region: Text
    zone: str = "Asia/Shanghai"
    notice: Notice
    theme: Theme
    month: Period
    programme: Programme | None = None
    activities: tuple[Activity, ...] = ()
    slogans: Slogans
    obligations: tuple[Obligation, ...] = ()
    liaison_form: LiaisonForm
    tables: tuple[StatisticsTable, ...] = ()
    prizes: tuple[PrizeDraw, ...] = ()  # none: whether and how there are prizes is for the organiser to say
    quiz: Quiz = Quiz()
    missing: tuple[str, ...] = ()  # annexes that the notice names but does not hold
    hotlines: tuple[Hotline, ...]
    contacts: tuple[Contact, ...] = ()
    accounts: tuple[Account, ...] = ()
    welcome: Welcome
    reminders: ReminderPolicy = ReminderPolicy()
    organiser: Text  # who uses a liaison's data, as the consent sentence says
    opens: date | None = None  # our own first day, where the notice has no date
    keep_days: int = 90  # how long a liaison's entry is kept after the campaign
    reports_to: Text  # the authority to which a reporter may agree to hand name and phone

    @property
    def phone(self) -> str | None:
        """The organiser's first telephone number, if the notice has one."""
        return next((contact.phone for contact in self.contacts if contact.phone), None)

    @property
    def email(self) -> str | None:
        """The organiser's first e-mail address, if the notice has one."""
        return next((contact.email for contact in self.contacts if contact.email), None)

    @property
    def ends(self) -> date:
        """The last day of all that the notice starts."""
        return self.programme.period.end if self.programme else self.month.end

    @property
    def begins(self) -> date:
        """The first day that counts: the notice's date, else ours, else the first day of the month."""
        return self.notice.issued or self.opens or self.month.start


class Advice(Model):
    """One answer of the knowledge base, and the ways in which people ask for it."""

    id: Id
    topic: Id
    asks: tuple[Text, ...] = Field(min_length=3, max_length=8)  # the first is shown where we offer it
    answer: Annotated[str, Field(min_length=1, max_length=200)]  # what to do first; fits on a phone
    source: Text  # law, year and article, or the body whose advice it is
    fact: FactId | None = None  # none where a body's advice has no line in facts.tsv
    also: tuple[FactId, ...] = ()  # further facts that the answer uses
    next: Text  # a word of ROUTES, or a number to call
    checked: date

    @property
    def question(self) -> str:
        """How we ask it ourselves."""
        return self.asks[0]

    @property
    def facts(self) -> tuple[str, ...]:
        """All lines of facts.tsv that the answer rests on."""
        return (*((self.fact,) if self.fact else ()), *self.also)


class AdviceTopic(Model):
    """The advice of one topic, as one file."""

    topic: Id
    advice: tuple[Advice, ...] = Field(min_length=1)


Welcome.model_rebuild()
