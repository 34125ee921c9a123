"""The processes of the product: web, scheduler, and the simulator beside them."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from store.stores import Storage
    from web.front import Front

GRACE_S = 10  # seconds that a worker has for ending


@click.command("run")
def run_command() -> None:
    """启动全部：Redis、网页服务、提醒进程和微信模拟器。"""
    from cli.run import run

    sys.exit(run())


@click.command("web")
def web_command() -> None:
    """启动网页服务（正式运行用）。"""
    from granian.constants import HTTPModes, Interfaces
    from granian.server import Server

    from cli.parent import end_with_run

    settings = _production()
    _refuse_busy(settings)
    _check_app(settings)
    end_with_run()
    os.environ["WEB_MASTER"] = str(os.getpid())  # a worker ends with it
    Server(
        "cli.serve:front",
        factory=True,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,  # as the proxy speaks it; one way in is enough to watch
        address=settings.host,
        port=settings.port,
        workers=settings.web_workers,
        blocking_threads=1,
        respawn_failed_workers=True,
        working_dir=Path(__file__).resolve().parent.parent,
        websockets=False,
        workers_kill_timeout=GRACE_S,  # whoever is still sending doesn't hold up a stop
    ).serve()


def front() -> Front:
    """What a worker serves: the app, behind the door that waits for slow senders."""
    from app import create_app
    from web.front import Front

    app = create_app()
    return Front(app, app.extensions["chat"].answers, app.extensions["known"])


@click.command("scheduler")
def scheduler_command() -> None:
    """启动提醒进程（正式运行用，可以同时运行多个）。"""
    from app import run_scheduler
    from cli.parent import end_with_run

    settings = _production()
    _check_app(settings)
    end_with_run()
    run_scheduler(settings)


@click.command("simulate")
def simulate_command() -> None:
    """只启动微信模拟器（开发用）。"""
    from cli.parent import end_with_run
    from cli.run import simulator_settings
    from simulator.app import serve
    from simulator.settings import SimulatorSettings

    settings = load_settings()
    end_with_run()
    serve(SimulatorSettings(**simulator_settings(settings, dict(os.environ))))


@click.command("migrate")
def migrate_command() -> None:
    """建立或更新两个数据库的表。"""
    from store.database import case_database, identity_database

    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, database in (
        ("DATABASE_URL", case_database(settings.case_url)),
        ("IDENTITY_DATABASE_URL", identity_database(settings.identity_url)),
    ):
        with _reached(name):
            database.migrate()
            database.close()
    click.echo("数据库已是最新。")


def _production() -> Settings:
    """The settings, or the end with the names of those that are missing."""
    settings = load_settings()
    missing = settings.missing()
    if missing:
        raise click.ClickException(f"缺少设置：{'、'.join(missing)}。写在环境变量或 .env 里，说明见 README。")
    return settings


def _refuse_busy(settings: Settings) -> None:
    """Two servers on one port would share it in silence."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
            probe.listen()
        except OSError:
            raise click.ClickException(f"端口 {settings.port} 已被占用，请换一个 PORT。") from None


def _check_app(settings: Settings) -> None:
    """Build the parts once here, so that a fault is one sentence instead of a worker's traceback."""
    from app import build
    from cli.studio import check_font

    if not settings.demo:  # ``run`` has said it and goes on without pictures
        check_font(settings)
    parts = build(settings)
    for name, database in (
        ("DATABASE_URL", parts.storage.case),
        ("IDENTITY_DATABASE_URL", parts.storage.identity),
    ):
        with _reached(name):
            migrated = database.migrated()
            database.close()
        if not migrated:
            raise click.ClickException("数据库还没有准备好，请先运行 python app.py migrate。")
    _check_key(parts.storage, settings.campaign)
    with _reached("REDIS_URL"):
        parts.link.call("PING")
        parts.link.close()


def _check_key(storage: Storage, campaign: str) -> None:
    """Under another key every code would be answered 没有查到, and nobody could be told anything."""
    from store.key_marks import claim

    with _reached("DATABASE_URL 或 IDENTITY_DATABASE_URL"):
        ours = claim(storage, campaign)
        storage.case.close()
        storage.identity.close()
    if not ours:
        raise click.ClickException(
            "IDENTITY_KEY 和数据库里的数据不是同一把：已有的查询码会查不到，姓名和电话也读不出，所以没有启动。"
            "请把原来的那一把写回 .env；要换新的一把，只能从空的数据库开始。"
        )


@contextmanager
def _reached(name: str) -> Iterator[None]:
    """Whatever stands in the way of a server ends the start with one sentence, which repeats nothing of its URL."""
    try:
        yield
    except Exception as problem:
        raise click.ClickException(
            f"{name} 指向的服务连不上或不能用（{type(problem).__name__}），请检查地址、账号，以及它是否已启动。"
        ) from None
