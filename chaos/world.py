"""One world to be shaken: databases, a Redis, the platform, the product's processes, and people who are registered."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from bot.settings import Settings
from chaos.phone import CAMPAIGN as CAMPAIGN
from chaos.phone import Platform
from chaos.postgres import Postgres
from chaos.processes import Product, wait_until
from chaos.tree import ROOT, copy_tree, dues, earlier, stated
from cli.opening import machine_time, open_storage
from cli.run import TEMPLATES
from content.loader import load
from store.database import case_database, identity_database
from store.embedded import EmbeddedRedis
from store.redis_link import Link, Script
from store.turn import DemoClock
from store.units import UnitRow

#: Two filings are due today, and less is left of the day than until the platform's next quota.
TODAY = datetime(2020, 11, 30, 16, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
BEFORE = timedelta(hours=2)  # what people played in the storm or shortly before it
WORKERS = 2
LEADS = 2  # reminders that each liaison is due at that time
READY_S = 90
#: Redis emptied, but for how far campaign time is from machine time: production has no such key.
_EMPTY = Script("redis.call('FLUSHALL') redis.call('SET', KEYS[1], ARGV[1])")


class World:
    """Everything that one run needs, in a folder of its own."""

    def __init__(
        self, database: str, *, lease: int, deliveries: tuple[float, ...], copied: bool = False
    ) -> None:
        self.database = database
        self.folder = Path(tempfile.mkdtemp(prefix="sm-chaos-"))
        self.postgres = Postgres() if database == "postgresql" else None
        self.redis = EmbeddedRedis(self.folder / "redis")
        self._port, self._smtp = _free_port(), _free_port()
        self._secrets = _made_up()
        self._lease = lease
        self._deliveries = deliveries
        self._log = (self.folder / "product.log").open("ab")
        self.draws = dues(TODAY) if copied else {}
        all_draws = self.draws | earlier(TODAY)
        self.tree = copy_tree(self.folder, CAMPAIGN, stated(all_draws)) if copied else ROOT
        self.campaign = load(CAMPAIGN, self.tree / "content" / "campaigns")

    def __enter__(self) -> World:
        urls = self.postgres.start() if self.postgres else self._sqlite()
        for make, url in zip((case_database, identity_database), urls, strict=True):
            database = make(url)
            database.migrate()
            database.close()
        self.redis.start()
        self.platform = Platform(self._platform_settings(), self._deliveries)
        values = self._values(urls)
        self.storage = open_storage(
            Settings.model_validate({name.lower(): value for name, value in values.items()})
        )
        self.link = Link(self.redis.url)
        self._offset = (TODAY - machine_time()).total_seconds()
        DemoClock(self.link, CAMPAIGN).move(self._offset)
        self.environment = _clean_environment() | values
        self.platform.move(self._offset)
        self.product = Product(self.environment, self._log, self.tree)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.product.stop()
        self.platform.stop()
        self.storage.case.close()
        self.storage.identity.close()
        self.redis.stop()
        if self.postgres:
            self.postgres.stop()
        self._log.close()
        if os.environ.get("CHAOS_KEEP"):
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    # -- what happens to it --------------------------------------------------------------------------------------

    def empty_redis(self) -> None:
        """Redis loses everything."""
        self.link.run(_EMPTY, (f"clock:{CAMPAIGN}",), repr(self._offset))

    def register(self, number: int) -> None:
        """Enter one more unit and its liaison, who follows the account and has a mail address."""
        unit, openid = unit_name(number), liaison(number)
        self.platform.people([(openid, f"联络员{number}")])
        now = self.storage.clock()
        with self.storage.transaction(CAMPAIGN) as stores:
            stores.units.import_rows([UnitRow(unit)], now)
            found = stores.units.named(unit)
            assert found is not None
            if not stores.liaisons.in_unit(found.id):
                stores.liaisons.register(
                    found.id,
                    openid,
                    {"name": f"联络员{number}"},
                    name=f"联络员{number}",
                    email=mail_of(number),
                    consent={},
                    at=now,
                    confirmed_by="code",
                )

    def now(self) -> datetime:
        """Campaign time."""
        return machine_time() + self.ahead

    @property
    def ahead(self) -> timedelta:
        """How far campaign time is from machine time."""
        return timedelta(seconds=self._offset)

    def office_environment(self) -> dict[str, str]:
        """What a command runs with: it asks a demo for campaign time, and here the platform says it, which nobody kills."""
        folder = self.folder / "office"
        folder.mkdir(exist_ok=True)
        (folder / "demo.json").write_text(json.dumps({"DEMO_KEY": self._secrets["DEMO_KEY"]}))
        port = self.platform.url.rpartition(":")[2]
        return self.environment | {"DATA_DIR": str(folder), "PORT": port}

    # -- what it says of itself --------------------------------------------------------------------------------

    def ready(self) -> bool:
        """Do all parts work?"""
        try:
            with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def wait_ready(self) -> None:
        if not wait_until(self.ready, READY_S, 0.3):
            raise RuntimeError(f"the product was not ready within {READY_S} s; see {self.folder}/product.log")

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def tail(self, lines: int = 40) -> str:
        """The end of what the product wrote."""
        written = (self.folder / "product.log").read_text(encoding="utf-8", errors="replace")
        return "\n".join(written.splitlines()[-lines:])

    # -- how it is set up ----------------------------------------------------------------------------------------

    def _sqlite(self) -> tuple[str, str]:
        return f"sqlite:///{self.folder}/case.db", f"sqlite:///{self.folder}/identity.db"

    def _values(self, urls: tuple[str, str]) -> dict[str, str]:
        """The settings of the product."""
        made, platform = self._secrets, self.platform.url
        return {
            **{name: made[name] for name in ("WECHAT_TOKEN", "WECHAT_APP_ID", "WECHAT_APP_SECRET")},
            **{name: made[name] for name in ("WECHAT_AES_KEY", "IDENTITY_KEY", "SECRET_KEY", "DEMO_KEY")},
            "WECHAT_API_BASE": platform,
            "WECHAT_OPEN_BASE": f"{platform}/open",
            "WECHAT_MP_BASE": f"{platform}/mp",
            "WECHAT_TEMPLATES": json.dumps(TEMPLATES),
            "DATABASE_URL": urls[0],
            "IDENTITY_DATABASE_URL": urls[1],
            "REDIS_URL": self.redis.url,
            "DATA_DIR": str(self.folder),
            "CAMPAIGN": CAMPAIGN,
            "BASE_URL": self.base_url,
            "PORT": str(self._port),
            "WEB_WORKERS": str(WORKERS),
            "SEND_RATE": "0",
            "SEND_LEASE": str(self._lease),
            "SMTP_URL": f"smtp://127.0.0.1:{self._smtp}",
            "MAIL_FROM": "安全月助手 <bot@example.com>",
            "LOG_LEVEL": "WARNING",
        }

    def _platform_settings(self) -> dict[str, Any]:
        made = self._secrets
        titles = {"reminder": "报送提醒", "prize": "抽奖结果"}
        return {
            "token": made["WECHAT_TOKEN"],
            "app_id": made["WECHAT_APP_ID"],
            "app_secret": made["WECHAT_APP_SECRET"],
            "aes_key": made["WECHAT_AES_KEY"],
            "mode": "safe",
            "callback": f"{self.base_url}/wechat",
            "base_url": self.base_url,
            "port": 0,
            "smtp_port": self._smtp,
            "demo_key": made["DEMO_KEY"],
            "templates": {str(TEMPLATES[kind]["id"]): _card(kind, title) for kind, title in titles.items()},
        }


def _card(kind: str, title: str) -> dict[str, Any]:
    """A template as the simulated account has it."""
    names = TEMPLATES[kind]["fields"].values()  # type: ignore[attr-defined]
    return {"title": title, "fields": [{"name": name, "label": name} for name in names]}


def liaison(number: int) -> str:
    return f"oChaosLiaison{number:015d}"


def unit_name(number: int) -> str:
    return f"红寺堡{number:04d}工区"


def mail_of(number: int) -> str:
    return f"liaison{number}@chaos.example"


def machine() -> str:
    """Processor, kernel and day, for the record."""
    found = subprocess.run(["uname", "-srm"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{os.cpu_count()} cores, {found}, Python {sys.version.split()[0]}, {machine_time():%Y-%m-%d}"


def _made_up() -> dict[str, str]:
    names = ("WECHAT_APP_SECRET", "IDENTITY_KEY", "SECRET_KEY", "DEMO_KEY")
    return {
        **{name: secrets.token_hex(20) for name in names},
        "WECHAT_TOKEN": secrets.token_hex(12),
        "WECHAT_APP_ID": f"wx{secrets.token_hex(8)}",
        "WECHAT_AES_KEY": secrets.token_hex(22)[:43],
    }


def _clean_environment() -> dict[str, str]:
    """Ours, without what would set the product up otherwise; the product ends when we do."""
    ours = {name: value for name, value in os.environ.items() if name.upper() not in _SETTINGS}
    return ours | {"RUN_PARENT": str(os.getpid()), "PYTHONUNBUFFERED": "1"}


_SETTINGS = frozenset(name.upper() for name in Settings.model_fields)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
