"""What the office's commands share: the storage, who speaks, and lists that stay text."""

from __future__ import annotations

import getpass
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.request import ProxyHandler, Request, build_opener

import click

from content.errors import ContentError
from content.loader import CAMPAIGNS, load
from content.models import Campaign
from rules.numbers import LARGEST
from store.stores import Storage, Stores

if TYPE_CHECKING:
    from bot.settings import Settings
    from store.identity.winners import Reach

Made = TypeVar("Made")
ROW = click.IntRange(0, LARGEST)  # the number of a row, as a list shows it
RUNNING = "running.json"  # in the data folder: what ``run`` is set to, as long as it runs
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Desk:
    """The storage and the campaign that a command works on, and what time it is there."""

    storage: Storage
    campaign: str
    ahead: timedelta = timedelta()  # campaign time minus machine time; only a demo has any
    campaigns: Path = CAMPAIGNS  # the folder that holds what campaigns say
    base_url: str = ""  # under which address people find the product
    cards: bool = False  # is there a template by which winners are told?

    def now(self) -> datetime:
        """Campaign time, as the bot has it: for whatever people read."""
        return self.storage.clock() + self.ahead

    def reach(self) -> Reach:
        """Whom a message reaches."""
        from channels.customer_service import WINDOW
        from store.identity.winners import Reach
        from store.turn import Turns

        storage, link = self.storage, self.storage.link
        turns = Turns(link, storage.sealing, self.campaign) if link else None
        said = turns.last_said if turns else lambda _: None
        return Reach(storage, self.campaign, said, WINDOW, self.cards)

    def content(self) -> Campaign:
        """All that the campaign says."""
        return load(self.campaign, self.campaigns)


@contextmanager
def at_desk(context: click.Context) -> Iterator[tuple[Desk, Stores]]:
    """Open the campaign's stores for one command; what it wrote is kept if it ends well."""
    desk = context.obj if isinstance(context.obj, Desk) else _opened()
    with desk.storage.transaction(desk.campaign) as stores:
        yield desk, stores


def by_option(command: Callable[..., None]) -> Callable[..., None]:
    """``--by``: who in the office decides."""
    return click.option("--by", default=_me, metavar="姓名", help="谁办的，默认是当前用户。")(command)


def office(by: str) -> str:
    """Who in the office, as the stores keep it."""
    return f"office:{cell(by)}"[:60]


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows with a tab between cells; none of them is a formula to a spreadsheet."""
    click.echo("\t".join(head))
    for row in rows:
        click.echo("\t".join(cell(str(value)) for value in row))


def print_json(rows: Iterable[dict[str, object]]) -> None:
    click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))


def cell(text: str) -> str:
    """A cell on one line, without control characters, and never a formula."""
    plain = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text).strip()
    return f"'{plain}" if plain.startswith(_FORMULA) and len(plain) > 1 else plain


def told(make: Callable[[], Made], so: str = "") -> Made:
    """What is made, or every fault of the content on a line of its own and what follows from them."""
    try:
        return make()
    except ContentError as error:
        if not so:
            raise click.ClickException("\n".join(error.faults)) from None
        for fault in error.faults:
            click.echo(fault, err=True)
        raise click.ClickException(f"共{len(error.faults)}处要改，{so}。") from None


def _me() -> str:
    """Who runs the command, as far as the machine knows."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without users
        return "unknown"


def _opened() -> Desk:
    from bot.settings import load_settings
    from channels.templates import has_template
    from cli.opening import open_storage

    settings = with_demo(load_settings())
    missing = [name for name in ("campaign", "identity_key") if not _set(settings, name)]
    if missing:
        raise click.ClickException(f"缺少设置：{'、'.join(missing).upper()}。写在环境变量或 .env 里。")
    storage = open_storage(settings)
    try:
        storage.case.answers()
    except Exception:
        raise click.ClickException("数据库还没有准备好，请先运行 python app.py migrate。") from None
    ahead = demo_ahead(settings, storage.clock())
    cards = has_template(settings.wechat_templates, "prize")
    return Desk(storage, settings.campaign, ahead, base_url=settings.base_url, cards=cards)


def demo_ahead(settings: Settings, machine_time: datetime) -> timedelta:
    """How far the demo that runs on this machine has moved its time; nothing where none can be asked."""
    file = settings.data_dir / "demo.json"
    try:
        key = json.loads(file.read_text())["DEMO_KEY"]
        asked = Request(f"http://127.0.0.1:{settings.port}/demo/clock", headers={"X-Demo-Key": key})
        with build_opener(ProxyHandler({})).open(asked, timeout=2) as answer:
            told = json.load(answer)
        if told["campaign"]["id"] != settings.campaign:
            return timedelta()
        return datetime.fromisoformat(told["now"]) - machine_time
    except (OSError, ValueError, KeyError, TypeError, HTTPException):
        return timedelta()


def with_demo(settings: Settings) -> Settings:
    """The settings as ``run`` completes them, where it keeps its data in the same folder."""
    running = settings.data_dir / RUNNING
    if not _set(settings, "identity_key") and running.exists():
        told = json.loads(running.read_text())
        missing = {name: value for name, value in told.items() if name not in settings.model_fields_set}
        return settings.model_copy(update=type(settings)(**missing).model_dump(include=set(missing)))
    file = settings.data_dir / "demo.json"
    if _set(settings, "identity_key") or not file.exists():
        return settings
    made = json.loads(file.read_text())
    key = type(settings.identity_key)(made["IDENTITY_KEY"])
    return settings.model_copy(update={"identity_key": key, "campaign": settings.campaign or "ningxia-2020"})


def _set(settings: Settings, name: str) -> bool:
    value = getattr(settings, name)
    return bool(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
