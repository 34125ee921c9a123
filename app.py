"""Builds each part once and hands the parts to one another; ``python app.py COMMAND`` runs them."""

from __future__ import annotations

if __name__ == "__main__":  # a command loads what it needs, and no more
    from cli.main import main

    main()

import gc
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from flask import Flask

import handlers
from bot.bot import Bot
from bot.errors import Invalid, SettingsError
from bot.language import advice, intents
from bot.routes import of_campaign, offered
from bot.settings import Settings, load_settings
from channels import build_channels
from channels.base import Channel
from channels.customer_service import WINDOW
from channels.templates import Template, read_templates
from cli.closing import close_dialogue
from cli.logs import set_up
from cli.menu import buttons
from cli.opening import machine_time as machine_time
from cli.opening import open_storage as open_storage
from cli.parent import end_with_parent
from cli.studio import Studio, build_studio, picture_sender
from cli.watching import sources, tidy_records
from content.bank import Bank
from content.loader import available_campaigns, load, load_questions
from content.models import Campaign
from pictures.cleaner import CutShort, NotCleaned, clean_apart
from pictures.drawer import draw_apart
from scheduler import runner
from scheduler.board_jobs import board_jobs
from scheduler.entrant_job import entrant_job
from scheduler.exam_job import exam_job
from scheduler.forget_job import since
from scheduler.jobs import jobs
from scheduler.prize_job import prize_job
from scheduler.report_jobs import report_jobs
from store import question_words
from store.exam_ends import ExamEnds
from store.identity.forgetting import Wish
from store.identity.winners import Reach
from store.identity.words import About
from store.redis_link import PROBE, Link
from store.staff_sessions import StaffSessions
from store.stores import Storage
from store.ticks import Ticks
from store.tokens import Sessions, Tokens
from store.turn import DemoClock, Turns
from web.conversation import Conversation
from web.demo import demo_blueprint
from web.desk.desk import Desk
from web.desk.pages import desk_blueprint
from web.errors import register_errors
from web.health import health_blueprint
from web.login import has_session
from web.metrics import metrics_blueprint
from web.pages import Pages, page_path, pages_blueprint
from web.photos import StoredAlbum
from web.pictures import pictures_blueprint
from web.proxy import behind_proxies
from web.security import secure
from web.webhook import Webhook
from wechat.client import WeChat
from wechat.codec import Codec
from wechat.errors import WeChatError
from wechat.menu import build as build_menu

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent
LARGEST_PHOTO = 10 * 1024 * 1024  # bytes; the platform's own limit
SEND_EVERY = 5.0  # seconds; three beats without a send and the scheduler counts as dead


@dataclass(frozen=True, slots=True)
class Parts:
    """Every part of the product, built once a process."""

    settings: Settings
    campaign: Campaign
    templates: Mapping[str, Template]
    storage: Storage
    link: Link
    turns: Turns
    tokens: Tokens
    sessions: Sessions
    wechat: WeChat
    clock: DemoClock
    studio: Studio

    def campaign_time(self) -> datetime:
        """The time that decides due dates and what people read; under ``run`` it can be moved."""
        offset = self.clock.offset() if self.settings.demo else 0.0
        return datetime.fromtimestamp(machine_time().timestamp() + offset, tz=UTC)

    def address(self, page: str) -> str:
        """The URL of a page by its name."""
        return self.settings.base_url + (page_path(page) or page_path(f"go/{page}"))

    def channels(self, kind: str = "reminder") -> dict[str, Channel]:
        """The ways to bring a person this kind of notification that the settings allow."""
        settings = self.settings
        return build_channels(
            self.address,
            machine_time,
            wechat=self.wechat,
            templates={name: template for name, template in self.templates.items() if name == kind},
            smtp_url=settings.smtp_url.get_secret_value(),
            mail_from=settings.mail_from,
        )


def build(settings: Settings) -> Parts:
    """Build every part that web and scheduler share."""
    campaign, templates = load(settings.campaign), _templates(settings)
    storage = open_storage(settings)
    link = storage.link or Link(settings.redis_url)
    tokens = Tokens(link, storage.sealing, settings.wechat_app_id)
    wechat = WeChat(
        settings.wechat_app_id,
        settings.wechat_app_secret.get_secret_value(),
        tokens,
        api_base=settings.wechat_api_base,
        open_base=settings.wechat_open_base,
        mp_base=settings.wechat_mp_base,
    )
    return Parts(
        settings=settings,
        campaign=campaign,
        templates=templates,
        storage=storage,
        link=link,
        turns=Turns(link, storage.sealing, campaign.id),
        tokens=tokens,
        sessions=Sessions(link, storage.sealing),
        wechat=wechat,
        clock=DemoClock(link, campaign.id),
        studio=build_studio(storage, campaign, settings),
    )


def _templates(settings: Settings) -> dict[str, Template]:
    try:
        return read_templates(settings.wechat_templates)
    except ValueError as problem:
        shape = '{"reminder": {"id": "模板编号", "fields": {"matter": "thing1"}}}'
        raise SettingsError(f"设置有误：\nWECHAT_TEMPLATES：应为 JSON，比如 {shape}（{problem}）") from None


def build_bot(parts: Parts, questions: Bank) -> Bot:
    """The bot of one campaign, with everything loaded that a first message would wait for."""
    intents.prepare()
    advice.base()
    return Bot(parts.campaign, questions, handlers.ROUTES, parts.storage, machine_time, handlers.EVENTS)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application; Granian calls it once in each worker."""
    settings = settings or load_settings()
    set_up(settings.log_level)
    if os.environ.get("WEB_MASTER"):
        end_with_parent(int(os.environ["WEB_MASTER"]))
    parts = build(settings)
    for database in (parts.storage.case, parts.storage.identity):
        database.hurry()
    questions = load_questions()
    question_words.keep(parts.storage, parts.campaign.id, questions.by_digest)
    talk = Conversation(build_bot(parts, questions), parts.turns)
    app = Flask("web", static_folder=None, root_path=str(ROOT / "web"))
    app.config["SECRET_KEY"] = settings.secret_key.get_secret_value()
    _add_pages(app, parts, talk)
    app.register_blueprint(desk_blueprint(_desk(parts, questions)))
    gc.freeze()  # what was loaded stays; no collection looks through it again
    chat = Webhook(_codec(parts), talk, parts.turns.counts.note)
    app.extensions["chat"] = chat  # for a server that calls it past WSGI
    app.extensions["known"] = partial(has_session, parts.sessions)  # and asks it before a large body
    pages = behind_proxies(app.wsgi_app, settings.trusted_proxies)
    app.wsgi_app = _beside(chat, pages)  # type: ignore[assignment]
    return app


def _desk(parts: Parts, questions: Bank) -> Desk:
    """What the organiser's desk is made of."""
    return Desk(
        storage=parts.storage,
        campaign=parts.campaign,
        bank=questions,
        sessions=StaffSessions(parts.link, parts.storage.sealing, parts.campaign.id),
        clock=parts.campaign_time,
        reach=Reach(
            parts.storage, parts.campaign.id, parts.turns.last_said, WINDOW, cards="prize" in parts.templates
        ),
    )


def _beside(chat: WSGIApplication, pages: WSGIApplication) -> WSGIApplication:
    """Send ``/wechat`` to the chat, everything else to the pages: a message needs no session and no form token."""

    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return (chat if environ.get("PATH_INFO") == "/wechat" else pages)(environ, start_response)

    return choose


def _codec(parts: Parts) -> Codec:
    settings = parts.settings
    return Codec(
        settings.wechat_token.get_secret_value(),
        settings.wechat_app_id,
        settings.wechat_aes_key.get_secret_value(),
        settings.wechat_mode,
        lambda: machine_time().timestamp(),
        address=parts.address,
    )


def _add_pages(app: Flask, parts: Parts, talk: Conversation) -> None:
    """Phone pages, health and, under ``run``, the demo's clock."""
    settings = parts.settings
    simulator = f"http://127.0.0.1:{settings.simulator_port}"
    csrf = secure(app, settings.base_url, simulator if settings.demo else "none")
    register_errors(app, parts.turns.counts.note)
    app.register_blueprint(health_blueprint(_checks(parts)))
    watched = sources(parts, int(os.environ.get("WEB_MASTER", "0")))
    app.register_blueprint(metrics_blueprint(watched, settings.metrics_token.get_secret_value()))
    app.register_blueprint(
        pages_blueprint(
            Pages(
                talk=talk,
                login=parts.wechat,
                sessions=parts.sessions,
                keep_photo=partial(_keep_photo, parts),
                campaign=parts.campaign,
                routes=of_campaign(handlers.ROUTES, parts.campaign),
                base_url=settings.base_url,
                clock=parts.campaign_time,
                album=StoredAlbum(parts.storage, parts.campaign.id, talk.sent_photos, _thumbnail),
                draw_code=partial(_draw_code, settings.font_file),
                glance=talk.glance,
                unfinished=talk.unfinished,
            )
        )
    )
    app.register_blueprint(pictures_blueprint(parts.studio, parts.sessions, parts.campaign))
    if settings.demo:
        demo = demo_blueprint(parts.campaign, parts.clock, machine_time, settings.demo_key.get_secret_value())
        csrf.exempt(demo)
        app.register_blueprint(demo)


def _keep_photo(parts: Parts, openid: str, data: bytes) -> str:
    """Clean and keep a photo that came through the page; refuses with ``Invalid``."""
    try:
        cleaned = clean_apart(data, parts.settings.data_dir.resolve())
    except (NotCleaned, CutShort) as refusal:
        raise Invalid(str(refusal)) from None
    with parts.storage.transaction(parts.campaign.id) as stores:
        return f"photo:{stores.photos.keep_upload(openid, cleaned, machine_time())}"


def _thumbnail(cleaned: bytes) -> bytes:
    """A small view of a cleaned photo; what draws it is loaded once somebody looks."""
    from pictures.thumbnail import thumbnail

    return thumbnail(cleaned)


def _draw_code(font_file: str, code: str) -> bytes:
    """A query code as a picture, which is kept nowhere here."""
    return draw_apart({"kind": "code", "code": code}, font_file)


def _checks(parts: Parts) -> dict[str, Callable[[], str]]:
    """What ``/readyz`` looks at."""
    return {
        "case database": lambda: "" if parts.storage.case.answers() else "no answer",
        "identity database": lambda: "" if parts.storage.identity.answers() else "no answer",
        "redis": lambda: "" if parts.link.call(*PROBE) else "no answer",
        "token": partial(_token_fault, parts),
        "scheduler": partial(_scheduler_fault, parts),
    }


def _token_fault(parts: Parts) -> str:
    try:
        parts.wechat.check_token()
    except WeChatError as problem:
        return str(problem)
    return ""


def push_menu(parts: Parts) -> int:
    """Make the menu from the routes and hand it to WeChat; gives the number of its entries."""
    made = buttons(offered(handlers.ROUTES, parts.campaign), parts.campaign.welcome.third_menu)
    parts.wechat.create_menu(build_menu(made, parts.address))
    return sum(len(top.children) for top in made)


def run_scheduler(settings: Settings) -> None:
    """Plan and send until asked to stop; any number of these processes may run."""
    set_up(settings.log_level)
    parts = build(settings)
    ticks = Ticks(parts.storage, parts.campaign.id)
    runner.run(_jobs(parts, ticks.owner), ticks, parts.campaign.zone)


def _scheduler_fault(parts: Parts) -> str:
    """Is the scheduler's send tick at work?"""
    last = Ticks(parts.storage, parts.campaign.id).last(runner.WATCHED)
    if last is None:
        return "the scheduler has not run yet"
    age = (machine_time() - last).total_seconds()
    return "" if age <= 3 * SEND_EVERY else f"the last tick ended {age:.0f} seconds ago"


def _jobs(parts: Parts, owner: str) -> list[runner.Job]:
    """All that the scheduler does, each at its own pace."""
    settings, campaign, channels = parts.settings, parts.campaign.id, parts.channels()
    reminders = jobs(
        parts.storage,
        parts.campaign,
        list(channels.values()),
        parts.campaign_time,
        owner,
        last_said=parts.turns.last_said,
        on_refused=partial(_mark_refused, parts),
        rate=settings.send_rate,
        lease=timedelta(seconds=settings.send_lease),
        demo=settings.demo,
        keep=parts.turns.counts.keep,
    )
    reports = report_jobs(
        parts.storage,
        campaign,
        owner,
        download=partial(_download, parts.wechat),
        clean=partial(clean_apart, folder=settings.data_dir.resolve()),
        mail=channels.get("mail"),
        tellers={about: _tellers(parts, about) for about in get_args(About)},
        last_said=parts.turns.last_said,
        forget_record=partial(_forget_record, parts),
        campaigns=available_campaigns(),
    )
    records = runner.Job("records", 3600.0, partial(tidy_records, parts))
    return [*reminders, *reports, *_quiz_jobs(parts), records]


def _quiz_jobs(parts: Parts) -> list[runner.Job]:
    """What looks after the boards, exams whose time is over, pictures on their way, and who took part in draws."""
    storage, campaign, now = parts.storage, parts.campaign, parts.campaign_time
    bot = Bot(campaign, load_questions(), handlers.ROUTES, storage, machine_time, handlers.EVENTS)
    return [
        *board_jobs(storage, campaign, now),
        *picture_sender(parts, machine_time).jobs(),
        exam_job(ExamEnds(storage, campaign.id), partial(close_dialogue, bot, parts.turns), now),
        entrant_job(storage, map(load, available_campaigns()), now),
        prize_job(storage, campaign, now),
    ]


def _tellers(parts: Parts, about: About) -> list[Channel]:
    """How reporters and winners are told: in full while they talk to us, else by a card, if there is one for that."""
    channels = parts.channels(about)
    return [channels[name] for name in ("customer_service", "template") if name in channels]


def _download(wechat: WeChat, media_id: str) -> bytes:
    return wechat.download(media_id, LARGEST_PHOTO)[1]


def _forget_record(parts: Parts, wish: Wish) -> None:
    """What Redis knew of a person when they wished to be forgotten, in whichever campaign."""
    for campaign in available_campaigns():
        Turns(parts.link, parts.storage.sealing, campaign).forget(wish.user, partial(since, wish))
    parts.sessions.forget(wish.user)
    parts.studio.forget(wish.user)


def _mark_refused(parts: Parts, liaison: int, why: str) -> None:
    with parts.storage.transaction(parts.campaign.id) as stores:
        stores.liaisons.refused(liaison, why)
