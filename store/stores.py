"""All stores of one campaign within one transaction, opened only when first used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from store.database import READS, Database
from store.redis_link import Link, RedisError, Unavailable
from store.sealing import Sealing

if TYPE_CHECKING:
    from store.attempts import Attempts
    from store.board_marks import BoardMarks
    from store.boards import Boards
    from store.certificates import Certificates
    from store.draw_lines import DrawLines
    from store.draws import Draws
    from store.exam_ends import ExamEnds
    from store.filings import Filings
    from store.flags import Flags
    from store.identity.entrants import Entrants
    from store.identity.links import Links
    from store.liaisons import Liaisons
    from store.notebook import Notebook
    from store.outgoing import Outbox
    from store.participation import Participation
    from store.photos import Photos
    from store.picture_orders import PictureOrders
    from store.players import Players
    from store.question_words import QuestionWords
    from store.quiz_tables import Attempt
    from store.reminders import Reminders
    from store.reports import Reports
    from store.staff import StaffAccounts
    from store.tries import Tries
    from store.units import Units

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Storage:
    """Where everything is kept; hands out ``Stores``, one transaction each."""

    case: Database
    identity: Database
    sealing: Sealing  # keyed hashes and ciphers of the case database and of Redis
    identity_sealing: Sealing  # the identity database's own key
    photos: Path  # the folder of cleaned photos
    clock: Clock  # machine time
    link: Link | None = None  # to the boards; without it nobody stands on one
    sends_mail: bool = True  # is there a server to send mail by? else nobody is offered any

    @contextmanager
    def transaction(self, campaign: str) -> Iterator[Stores]:
        """Stores that commit at the end unless ``stores.undo()`` was called, and roll back on an error."""
        with Stores(self, campaign) as stores:
            yield stores

    @contextmanager
    def looking(self, campaign: str) -> Iterator[Stores]:
        """Stores for long looks: nothing is written, and on SQLite nobody who writes has to wait."""
        with Stores(self, campaign, reads=True) as stores:
            yield stores


class Stores:
    """One attribute a store; the session begins with the first statement.

    What concerns identities (``links``) does not share the transaction: it commits by itself, and first.
    """

    def __init__(self, storage: Storage, campaign: str, *, reads: bool = False) -> None:
        self.storage = storage
        self.campaign = campaign
        self._reads = reads
        self._stack = ExitStack()
        self._undone = False
        self._afterwards: list[Callable[[], object]] = []

    def __enter__(self) -> Stores:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: object) -> None:
        session = self.__dict__.get("session")
        if session is not None:
            try:
                if kind is None and not self._undone and not self._reads:
                    session.commit()
            finally:
                session.close()  # rolls back what was not committed
        if kind is None and not self._undone:
            self._do_the_rest()

    def after(self, work: Callable[[], object]) -> None:
        """Have something done in Redis once all is committed; where it fails there, a rebuild repairs it."""
        self._afterwards.append(work)

    def _do_the_rest(self) -> None:
        for work in self._afterwards:
            try:
                work()
            except (Unavailable, RedisError) as lost:
                log.error("the boards missed a commit (%s) and will be repaired", type(lost).__name__)

    def undo(self) -> None:
        """Let nothing of this transaction be kept."""
        self._undone = True

    @property
    def sends_mail(self) -> bool:
        """Can a person be offered mail?"""
        return self.storage.sends_mail

    @cached_property
    def session(self) -> Session:
        engine = self.storage.case.engine
        bound = engine.execution_options(**{READS: True}) if self._reads else engine
        return Session(bound, expire_on_commit=False)

    @cached_property
    def units(self) -> Units:
        from store.units import Units

        return Units(self.session, self.campaign, self.storage)

    @cached_property
    def liaisons(self) -> Liaisons:
        from store.liaisons import Liaisons

        return Liaisons(self.session, self.campaign, self.storage)

    @cached_property
    def filings(self) -> Filings:
        from store.filings import Filings

        return Filings(self.session, self.campaign, self.storage)

    @cached_property
    def reminders(self) -> Reminders:
        from store.reminders import Reminders

        return Reminders(self.session, self.campaign, self.storage)

    @cached_property
    def reports(self) -> Reports:
        from store.reports import Reports

        return Reports(self.session, self.campaign, self.storage)

    @cached_property
    def photos(self) -> Photos:
        from store.photos import Photos

        return Photos(self.session, self.campaign, self.storage)

    @cached_property
    def outbox(self) -> Outbox:
        from store.outgoing import Outbox

        return Outbox(self.session, self.campaign, self.storage)

    @cached_property
    def attempts(self) -> Attempts:
        from store.attempts import Attempts

        return Attempts(self.session, self.campaign, self.storage, entered=self._entered)

    @cached_property
    def question_words(self) -> QuestionWords:
        from store.question_words import QuestionWords

        return QuestionWords(self.session, self.campaign, self.storage)

    @cached_property
    def notebook(self) -> Notebook:
        from store.notebook import Notebook

        return Notebook(self.session, self.campaign, self.storage)

    @cached_property
    def players(self) -> Players:
        from store.players import Players

        return Players(self)

    @cached_property
    def participation(self) -> Participation:
        from store.participation import Participation

        return Participation(self.session, self.campaign, self.storage)

    @cached_property
    def flags(self) -> Flags:
        from store.flags import Flags

        return Flags(self)

    @cached_property
    def boards(self) -> Boards:
        from store.boards import Boards

        return Boards(self.storage.link, self.campaign)

    @cached_property
    def board_marks(self) -> BoardMarks:
        from store.board_marks import BoardMarks

        return BoardMarks(self.session, self.campaign, self.storage)

    def _entered(self, attempt: Attempt) -> None:
        """A round has just been kept: note for whom it was played, and let the boards know after the commit."""
        from store.standing import enter

        enter(self, attempt)

    @cached_property
    def certificates(self) -> Certificates:
        from store.certificates import Certificates

        return Certificates(self.session, self.campaign, self.storage)

    @cached_property
    def pictures(self) -> PictureOrders:
        from store.picture_orders import PictureOrders

        return PictureOrders(self.storage, self.campaign)

    @cached_property
    def exam_ends(self) -> ExamEnds:
        from store.exam_ends import ExamEnds

        return ExamEnds(self.storage, self.campaign)

    @cached_property
    def links(self) -> Links:
        from store.identity.links import Links

        return Links(self.storage)

    @cached_property
    def draws(self) -> Draws:
        from store.draws import Draws

        return Draws(self.session, self.campaign, self.storage)

    @cached_property
    def draw_lines(self) -> DrawLines:
        from store.draw_lines import DrawLines

        return DrawLines(self.session, self.campaign, self.storage)

    @cached_property
    def tries(self) -> Tries:
        from store.tries import Tries

        return Tries(self.session, self.campaign, self.storage)

    @cached_property
    def staff(self) -> StaffAccounts:
        from store.staff import StaffAccounts

        return StaffAccounts(self.session, self.campaign, self.storage)

    @cached_property
    def entrants(self) -> Entrants:
        from store.identity.entrants import Entrants

        return Entrants(self.storage, self.campaign)
