"""Prize draws: sealed, drawn by a public value, claimed by code, passed on; every step is in the audit."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.models import PrizeDraw
from rules.codes import code_from, normalised
from rules.prize_draw import digest, ranking, sealed, source_name, ticket
from rules.prizes import CORRECTABLE
from store.draw_standing import Played
from store.draw_steps import Refused as Refused
from store.draw_steps import check_sealable, claimable_until, correct_value, enterable_value, told_waiting
from store.draw_views import DrawView, PrizeView, Standing, draw_view, prize_view
from store.quiz_tables import Audit, Draw, Prize

if TYPE_CHECKING:
    from store.stores import Storage

COMMITTED, DRAWN = "committed", "drawn"
WON, CLAIMED, LAPSED, GONE, VOID = "won", "claimed", "lapsed", "gone", "void"
LEAST_SIGNS = 8  # of a ticket that is named
MOST_WRONG_CODES, WRONG_CODES_IN = 20, timedelta(hours=1)


class Draws:
    """The draws of one campaign; entrants are handed in, for who they are is kept elsewhere.

    ``at`` is campaign time: it decides when a list is sealed, a value known, a prize late. The audit bears machine time.
    """

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._sealing = storage.sealing
        self._clock = storage.clock  # machine time
        self._played = Played(session, campaign)

    # -- looking ---------------------------------------------------------------------------------------------

    def named(self, name: str) -> DrawView | None:
        """The draw of that id, once it is sealed."""
        row = self._row(name)
        return None if row is None else draw_view(row)

    def sealed_names(self) -> frozenset[str]:
        """The ids of the draws that are sealed."""
        return frozenset(self._session.scalars(select(Draw.name).where(Draw.campaign == self._campaign)))

    def winners(self, draw: DrawView) -> tuple[PrizeView, ...]:
        """The prizes of a draw by rank, those that were passed on too."""
        return self._prizes(Prize.draw_id == draw.id)

    def won_by(self, user: str, at: datetime) -> tuple[PrizeView, ...]:
        """The prizes that fell to a person, the oldest first; none of a draw whose value may still be corrected."""
        states = Prize.state.in_((WON, CLAIMED, LAPSED, VOID))
        return self._prizes(Prize.person == self._person(user), states, Draw.drawn_at <= at - CORRECTABLE)

    def claims_end(self, stated: Iterable[PrizeDraw], zone: str) -> datetime | None:
        """When the last prize can no more be claimed, by all draws that are stated or sealed; None without a draw.

        One that is not drawn yet is taken to be drawn on the day of its value.
        """
        sealed_ones = self._session.scalars(select(Draw).where(Draw.campaign == self._campaign)).all()
        rules = {one.id: one for one in stated} | {
            row.name: PrizeDraw.model_validate(row.rules) for row in sealed_ones
        }
        planned = [claimable_until(one.source.due(zone), zone, one) for one in rules.values()]
        latest = select(func.max(Prize.claim_until)).where(Prize.campaign == self._campaign)
        given = self._session.scalar(latest)
        return max([*planned, *([given] if given else [])], default=None)

    def ticket_of(self, name: str, user: str) -> str:
        """The ticket that a person has if they are on the list."""
        return ticket(self._salt(name), self._person(user))

    def standing(self, rules: PrizeDraw, user: str) -> Standing:
        """How far a person has come."""
        return self._played.standing(rules, self._person(user))

    # -- steps of the office ---------------------------------------------------------------------------------

    def commit(
        self,
        rules: PrizeDraw,
        entrants: Collection[str],
        *,
        zone: str,
        who: str,
        at: datetime,
        anyway: bool = False,
    ) -> tuple[DrawView, bool]:
        """Seal the list: who entered and is eligible now. A second time changes nothing.

        ``anyway`` where it may leave out people whose rounds wait for somebody to look at them.
        """
        there = self.named(rules.id)
        if there is not None:
            return there, False
        check_sealable(rules, zone, at)
        waiting = len(self._played.undecided(rules) & set(entrants))
        if waiting and not anyway:
            raise Refused(told_waiting(waiting))
        row = self._list(rules, entrants, zone, at)
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return draw_view(self._must(rules.id)), False  # somebody else was faster
        sizes = {"tickets": len(row.tickets), "waiting": waiting}
        self._note("draw.commit", who, draw=rules.id, digest=row.digest, **sizes)
        return draw_view(row), True

    def _list(self, rules: PrizeDraw, entrants: Collection[str], zone: str, at: datetime) -> Draw:
        """A draw with the tickets of all who take part in it; refuses where nobody does."""
        persons = self._played.eligible(rules) & set(entrants)
        tickets = sealed(ticket(self._salt(rules.id), one) for one in persons)
        if not tickets:
            raise Refused("还没有参加抽奖又够条件的人，没有封存。")
        return Draw(
            campaign=self._campaign,
            name=rules.id,
            rules=rules.model_dump(mode="json"),
            source=source_name(rules.source.kind, rules.source.ref),
            tickets=list(tickets),
            digest=digest(tickets),
            state=COMMITTED,
            committed_at=at,
            value_due=rules.source.due(zone),
        )

    def draw(
        self, name: str, text: str, entrants: Iterable[str], *, zone: str, who: str, at: datetime
    ) -> tuple[DrawView, bool]:
        """Enter the public value and draw. The same value a second time changes nothing, another is refused."""
        row = self._must(name)
        rules = PrizeDraw.model_validate(row.rules)
        value = enterable_value(row, text, zone, at)
        if row.value:
            return draw_view(row), False
        row.value, row.state, row.drawn_at = value, DRAWN, at
        self._note("draw.value", who, draw=name, value=value)
        self._award(row, rules, rules.places, entrants, claimable_until(at, zone, rules))
        return draw_view(row), True

    def looked_over(self, name: str, text: str, *, zone: str, at: datetime) -> tuple[DrawView, str]:
        """The draw, and the value in the one form that is hashed, if it may be entered now; nothing is changed."""
        row = self._must(name)
        return draw_view(row), enterable_value(row, text, zone, at)

    def correctable(self, name: str, text: str, *, at: datetime) -> tuple[DrawView, str]:
        """The same for a value that is to replace a wrong one: for a while after that was entered, and never later."""
        row = self._must(name)
        return draw_view(row), correct_value(row, text, at)

    def correct(
        self,
        name: str,
        text: str,
        entrants: Iterable[str],
        *,
        zone: str,
        who: str,
        reason: str,
        at: datetime,
    ) -> tuple[DrawView, tuple[PrizeView, ...]]:
        """Put another value in the place of a wrong one and draw anew.

        Gives the draw, and what had fallen to whom before and is void with its codes; nothing where the value is the same.
        """
        view, value = self.correctable(name, text, at=at)
        if value == view.value:
            return view, ()
        before = self.winners(view)
        if any(prize.state == CLAIMED for prize in before):
            raise Refused("已经有人领走了奖品，不能更正。")
        row = self._must(name)
        self._note("draw.correct", who, draw=name, was=row.value, value=value, reason=reason[:200])
        self._withdraw(row, who)
        row.value = value
        self._award(row, view.rules, view.rules.places, entrants, claimable_until(at, zone, view.rules))
        self._session.execute(delete(Prize).where(Prize.draw_id == row.id, Prize.rank == 0))
        return draw_view(row), before

    def lapse(
        self, name: str, entrants: Iterable[str], *, zone: str, who: str, at: datetime
    ) -> tuple[tuple[PrizeView, ...], tuple[PrizeView, ...]]:
        """Pass on what was not claimed in time; which prizes lapsed, and to whom they went."""
        row = self._must(name)
        if not row.value:
            raise Refused("还没有抽奖。")
        rules = PrizeDraw.model_validate(row.rules)
        late = (Prize.draw_id == row.id, Prize.state == WON, Prize.claim_until <= at)
        prizes = self._session.scalars(
            select(Prize).where(*late).order_by(Prize.rank).with_for_update()
        ).all()
        for prize in prizes:
            prize.state = LAPSED
            self._note("prize.lapse", who, draw=name, rank=prize.rank, title=prize.title)
        new = self._pass_on(row, rules, prizes, entrants, claimable_until(at, zone, rules))
        return self._prizes(Prize.id.in_([prize.id for prize in prizes])), new

    def void(
        self,
        name: str,
        begins: str,
        entrants: Iterable[str],
        *,
        zone: str,
        who: str,
        reason: str,
        at: datetime,
    ) -> tuple[PrizeView, tuple[PrizeView, ...] | None]:
        """Call off what a ticket has won and pass it on; the ticket is named by how it begins.

        Gives the prize and to whom it went; None where it had been called off before and nothing was changed.
        """
        row = self._must(name)
        prize = self._named(row.id, begins)
        if prize.state == VOID:
            return self._one(prize.id), None
        if prize.state == CLAIMED:
            raise Refused("这份奖品已经领走了，不能取消。")
        if prize.state != WON:
            raise Refused("这份奖品已经抽给下一位了，不用取消。")
        rules = PrizeDraw.model_validate(row.rules)
        prize.state = VOID  # its code stays, so that whoever comes with it hears why there is nothing
        detail = {"draw": name, "rank": prize.rank, "title": prize.title, "reason": reason[:200]}
        self._note("prize.void", who, **detail)
        new = self._pass_on(row, rules, [prize], entrants, claimable_until(at, zone, rules))
        return self._one(prize.id), new

    def claim(self, typed: str, *, who: str, at: datetime) -> tuple[PrizeView, bool] | None:
        """Hand out the prize of a code; nothing tells an unknown code from a mistyped one. Commit either way."""
        if self._wrong_codes() >= MOST_WRONG_CODES:
            raise Refused("错的领奖码试得太多了，请过一小时再试。")
        code = normalised(typed)
        row = None if code is None else self._prize(Prize.code_hash == self._code_hash(code))
        if row is None:
            self._note("prize.try", who)
            return None
        if row.state == CLAIMED:
            return self._one(row.id), False
        if row.state == VOID:
            raise Refused("这份奖品取消了，不能领。")
        if row.state != WON or at >= row.claim_until:
            raise Refused("这份奖品过了领奖的日子，已经不能领了。")
        row.state, row.claimed_at = CLAIMED, at
        self._note("prize.claim", who, prize=row.id, title=row.title)
        self._session.flush()
        return self._one(row.id), True

    def published(self, name: str, who: str) -> None:
        """Note that the list or the result was written out to be published."""
        self._note("draw.publish", who, draw=name, digest=self._must(name).digest)

    # -- steps of a winner -----------------------------------------------------------------------------------

    def new_code(self, prize_id: int, user: str, draft: str, at: datetime) -> str | None:
        """A claim code in place of any earlier one; the same dialogue gives the same. Only its hash is kept."""
        row = self._prize(Prize.id == prize_id, Prize.person == self._person(user), Prize.state == WON)
        if row is None or not self._one(prize_id).open_at <= at < row.claim_until:
            return None
        code = code_from(self._sealing.digest("prize-code", f"{self._campaign}\0{row.id}\0{user}\0{draft}"))
        row.code_hash = self._code_hash(code)
        row.told_at = row.told_at or at
        return code

    def told(self, prize_id: int, at: datetime) -> None:
        """Note that a winner knows."""
        mine = (Prize.id == prize_id, Prize.told_at.is_(None))
        self._session.execute(update(Prize).where(*mine).values(told_at=at))

    def give_up(self, user: str, at: datetime) -> None:
        """Let unclaimed prizes of a person end now, so that the next ``lapse`` passes them on."""
        mine = (Prize.campaign == self._campaign, Prize.person == self._person(user), Prize.state == WON)
        self._session.execute(update(Prize).where(*mine).values(claim_until=at, person=""))

    def forget(self, user: str) -> None:
        """Let no prize name a person any more; whoever holds the code can still claim."""
        mine = (Prize.campaign == self._campaign, Prize.person == self._person(user))
        self._session.execute(update(Prize).where(*mine).values(person=""))

    # -- within ----------------------------------------------------------------------------------------------

    def _withdraw(self, row: Draw, who: str) -> None:
        """Write down what a wrong value gave, and make room for what the right one gives.

        The rows go once the new ones are there, so that no prize gets the number of an earlier one, which words bear.
        """
        for prize in self._session.scalars(select(Prize).where(Prize.draw_id == row.id).order_by(Prize.rank)):
            detail = {"rank": prize.rank, "ticket": prize.ticket, "title": prize.title, "state": prize.state}
            self._note("prize.withdraw", who, draw=row.name, prize=prize.id, **detail)
            prize.rank, prize.ticket, prize.code_hash = 0, f"withdrawn {prize.id}", ""
        self._session.flush()

    def _award(
        self, row: Draw, rules: PrizeDraw, titles: Sequence[str], entrants: Iterable[str], until: datetime
    ) -> None:
        """Give each prize to the next rank; what falls to somebody who has left goes on to a later one."""
        salt = self._salt(row.name)
        persons = {ticket(salt, person): person for person in entrants}
        order, rank, waiting = ranking(row.tickets, row.value), self._last_rank(row.id), deque(titles)
        while waiting and rank < len(order):
            title, one = waiting.popleft(), order[rank]
            rank += 1
            person = persons.get(one, "")
            if not person:
                waiting.append(title)
            prize = Prize(
                campaign=self._campaign,
                draw_id=row.id,
                rank=rank,
                ticket=one,
                person=person,
                title=title,
                state=WON if person else GONE,
                claim_until=until,
            )
            self._session.add(prize)
            self._note("prize.won" if person else "prize.gone", "draw", draw=rules.id, rank=rank, title=title)
        self._session.flush()

    def _pass_on(
        self, row: Draw, rules: PrizeDraw, free: Sequence[Prize], entrants: Iterable[str], until: datetime
    ) -> tuple[PrizeView, ...]:
        """Give what has become free to the next ranks; to whom it went, and who had left."""
        last = self._last_rank(row.id)
        if free:
            self._award(row, rules, [prize.title for prize in free], entrants, until)
        return self._prizes(Prize.draw_id == row.id, Prize.rank > last)

    def _named(self, draw_id: int, begins: str) -> Prize:
        """The prize of the ticket that begins so."""
        signs = begins.strip().lower()
        if len(signs) < LEAST_SIGNS:
            raise Refused(f"请写票号的前{LEAST_SIGNS}个字符或更多。")
        mine = select(Prize).where(Prize.draw_id == draw_id, Prize.ticket.startswith(signs, autoescape=True))
        found = self._session.scalars(mine.with_for_update()).all()
        if len(found) != 1:
            raise Refused("有几张票都这样开头，请多写几个字符。" if found else "中奖的票里没有这样开头的。")
        return found[0]

    def _last_rank(self, draw_id: int) -> int:
        highest = select(func.max(Prize.rank)).where(Prize.draw_id == draw_id)
        return int(self._session.scalar(highest) or 0)

    def _row(self, name: str) -> Draw | None:
        mine = select(Draw).where(Draw.campaign == self._campaign, Draw.name == name)
        return self._session.scalar(mine)

    def _must(self, name: str) -> Draw:
        """The sealed draw, for this transaction alone."""
        mine = select(Draw).where(Draw.campaign == self._campaign, Draw.name == name).with_for_update()
        row = self._session.scalar(mine.execution_options(populate_existing=True))
        if row is None:
            raise Refused("名单还没有封存，请先封存名单。")
        return row

    def _prize(self, *wanted: ColumnElement[bool]) -> Prize | None:
        mine = select(Prize).where(Prize.campaign == self._campaign, *wanted).with_for_update()
        return self._session.scalar(mine.execution_options(populate_existing=True))

    def _one(self, prize_id: int) -> PrizeView:
        return self._prizes(Prize.id == prize_id)[0]

    def _prizes(self, *wanted: ColumnElement[bool]) -> tuple[PrizeView, ...]:
        rows = self._session.execute(
            select(Prize, Draw)
            .join(Draw, Draw.id == Prize.draw_id)
            .where(Prize.campaign == self._campaign, *wanted)
            .order_by(Prize.draw_id, Prize.rank)
        )
        return tuple(prize_view(prize, draw) for prize, draw in rows)

    def _wrong_codes(self) -> int:
        tries = (Audit.campaign == self._campaign, Audit.what == "prize.try")
        since = Audit.at > self._clock() - WRONG_CODES_IN
        return int(self._session.scalar(select(func.count()).select_from(Audit).where(*tries, since)) or 0)

    def _note(self, what: str, who: str, **detail: object) -> None:
        row = Audit(campaign=self._campaign, at=self._clock(), who=who[:60], what=what, detail=detail)
        self._session.add(row)

    def _code_hash(self, code: str) -> str:
        return self._sealing.hash("prize-code", code)

    def _salt(self, name: str) -> bytes:
        return self._sealing.digest("draw-salt", f"{self._campaign}\0{name}")

    def _person(self, user: str) -> str:
        return self._sealing.hash("quiz", user)
