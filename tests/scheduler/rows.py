"""Small campaigns, units and liaisons for the tests of the scheduler."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from content.loader import load
from content.models import Campaign, Fixed, Item, Obligation, ReminderPolicy
from store.stores import Storage
from store.units import UnitRow

CHINA = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """2020-07-07 09:00, in China."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@cache
def _ningxia() -> Campaign:
    return load("ningxia-2020")


def campaign_with(
    due: date,
    *,
    begins: date = date(2020, 5, 20),
    groups: tuple[str, ...] = (),
    policy: ReminderPolicy | None = None,
    assumed: bool = False,
) -> Campaign:
    """Ningxia with one obligation, due once."""
    obligation = Obligation(
        id="summary",
        title="报送总结",
        name="月总结、统计表、影像",
        items=(Item(id="summary", name="月总结"),),
        due=Fixed(on=due, assumed=assumed),
        groups=groups,
        where="nxaq001@126.com",
        quote="x",
    )
    notice = _ningxia().notice.model_copy(update={"issued": begins})
    changed = {"obligations": (obligation,), "notice": notice, "reminders": policy or ReminderPolicy()}
    return _ningxia().model_copy(update=changed)


def a_unit(storage: Storage, name: str = "青泉市安委会", mail: str = "office@qingquan.example") -> int:
    """A unit of the organiser's list."""
    with storage.transaction("ningxia-2020") as stores:
        stores.units.import_rows([UnitRow(name, mail=mail)], storage.clock())
        unit = stores.units.named(name)
        assert unit is not None
        return unit.id


def a_liaison(
    storage: Storage, unit: int, user: str = "openid-1", email: str = "li@example.com", confirmed: bool = True
) -> int:
    """A liaison of a unit."""
    with storage.transaction("ningxia-2020") as stores:
        entry = stores.liaisons.register(
            unit,
            user,
            {"name": "李敏"},
            name="李敏",
            email=email,
            consent={},
            at=storage.clock(),
            confirmed_by="code" if confirmed else "",
        )
        return entry.id
