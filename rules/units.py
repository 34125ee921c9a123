"""A unit, its liaison and its filing, as every part of the product sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Key = tuple[str, str, int]  # obligation, occurrence, unit

SCENE = "unit:"  # begins the scene of a unit's QR code
PENDING, CONFIRMED, REPLACED, WITHDRAWN = "pending", "confirmed", "replaced", "withdrawn"  # of a liaison
SELF_REPORTED, REJECTED = "self_reported", "rejected"  # of a filing, which is confirmed or withdrawn as well


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit, without its code."""

    id: int
    name: str
    group: str
    contact: str
    mail: str
    imported: bool  # the organiser has listed it
    has_code: bool
    headcount: int = 0  # its people; 0 where nobody has told
    region: str = ""  # where it is; empty where the list does not tell


@dataclass(frozen=True, slots=True)
class LiaisonView:
    """A liaison with all that is known of the person."""

    id: int
    unit_id: int
    unit: str
    group: str
    state: str
    openid: str  # empty: WeChat can't be used
    name: str
    phone: str
    email: str
    form: dict[str, str]
    by_mail: bool
    paused_until: datetime | None
    unreachable: str
    replaces: tuple[int, ...]  # whose place the person takes once confirmed
    created_at: datetime

    @property
    def confirmed(self) -> bool:
        return self.state == CONFIRMED

    @property
    def in_wechat(self) -> bool:
        """Can a message in WeChat reach the person?"""
        return bool(self.openid) and not self.unreachable

    @property
    def reachable(self) -> bool:
        """Is there any way to reach the person?"""
        return self.in_wechat or bool(self.email)

    @property
    def answers(self) -> bool:
        """Does a reminder to this person reach the unit?"""
        return self.confirmed and self.reachable


@dataclass(frozen=True, slots=True)
class FilingView:
    """One version of what a unit has filed for an occurrence."""

    id: int
    obligation: str
    occurrence: str
    unit_id: int
    unit: str
    version: int
    state: str
    by: str  # liaison:7, office:NAME
    reason: str  # why the office has rejected it
    at: datetime
    decided_at: datetime | None  # by the office, either way
    decided_by: str

    @property
    def key(self) -> Key:
        return self.obligation, self.occurrence, self.unit_id


def headcount_note(what: str) -> str:
    """Why a lower score may stand above a higher one on a board of units or regions."""
    return f"没报人数的{what}，参与率按加入的人算，排在后面。"


def unit_scene(unit_id: int) -> str:
    """What the QR code of a unit carries."""
    return f"{SCENE}{unit_id}"


def scene_unit(scene: str) -> int | None:
    """The unit whose QR code was scanned; nothing where it is another code."""
    number = scene.removeprefix(SCENE)
    known = scene.startswith(SCENE) and number.isascii() and number.isdigit() and len(number) < 10
    return int(number) if known else None
