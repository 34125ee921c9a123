"""What Prometheus is told, by any worker for all processes, and who may ask."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client, TestResponse

from app import build, build_bot, create_app
from bot.message import Message
from bot.settings import Settings
from cli.watching import tidy_records
from content.loader import load_questions
from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.reminder_values import PENDING, PLANNED
from store.tables import Outgoing, Reminder
from store.ticks import Ticks
from web.conversation import Conversation
from web.metrics import may_read
from web.processes import workers_of
from web.proxy import behind_proxies

USER = "oWatched0000000000000000001"
CAMPAIGN = "ningxia-2020"
TOKEN = "token1234"
SCRAPE_TOKEN = "a-token-of-the-scraper"
TEXT = (
    "<xml><ToUserName>gh_1</ToUserName><FromUserName>{user}</FromUserName><CreateTime>{at}</CreateTime>"
    "<MsgType>text</MsgType><Content>{text}</Content><MsgId>{id}</MsgId></xml>"
)

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def settings(
    tmp_path: Path, sqlite_urls: tuple[str, str], link: Link, redis_server: EmbeddedRedis
) -> Settings:
    given: dict[str, Any] = {
        "wechat_token": TOKEN,
        "wechat_app_id": "wx1234567890abcdef",
        "wechat_app_secret": "secret",
        "wechat_api_base": "http://127.0.0.1:9",  # nobody is there
        "wechat_aes_key": "a" * 43,
        "wechat_mode": "plain",
        "identity_key": "i" * 32,
        "secret_key": "s" * 32,
        "redis_url": redis_server.url,
        "base_url": "https://bot.example.com",
        "campaign": CAMPAIGN,
        "data_dir": tmp_path / "data",
        "database_url": sqlite_urls[0],
        "identity_database_url": sqlite_urls[1],
    }
    return Settings(_env_file=None, **given)


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


def scrape(app: Flask, **headers: str) -> TestResponse:
    environ = {"REMOTE_ADDR": "127.0.0.1"}
    return Client(app.wsgi_app, TestResponse).get("/metrics", environ_overrides=environ, headers=headers)


def figures(app: Flask) -> Figures:
    answer = scrape(app)
    assert answer.status_code == 200
    return {
        (sample.name.removeprefix("safety_month_"), tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def say(app: Flask, text: str, number: int, token: str = TOKEN) -> TestResponse:
    at = str(int(time.time()))
    signed = hashlib.sha1("".join(sorted((token, at, "n"))).encode()).hexdigest()
    body = TEXT.format(user=USER, at=at, text=text, id=number)
    query = {"signature": signed, "timestamp": at, "nonce": "n", "openid": USER}
    return Client(app.wsgi_app, TestResponse).post("/wechat", query_string=query, data=body.encode())


def key(name: str, **labels: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return name, tuple(sorted(labels.items()))


def test_messages_are_told_by_kind_and_route_whichever_worker_answered_them(
    app: Flask, settings: Settings
) -> None:
    other = create_app(settings)
    assert "标语" in say(app, "标语", 1).get_data(as_text=True)
    say(other, "求助电话", 2)
    say(other, "求助电话", 2)
    found = figures(app)
    assert found[key("messages_total", kind="text", route="slogan")] == 1
    assert found[key("messages_total", kind="text", route="hotline")] == 1
    assert found[key("repeats_total")] == 1
    assert found[key("answer_seconds_count", kind="text")] == 2
    assert 0 < found[key("answer_seconds_sum", kind="text")] < 10
    assert found[key("answer_seconds_bucket", kind="text", le="+Inf")] == 2


def test_what_is_said_on_the_page_is_told_apart_from_pushes(app: Flask, settings: Settings) -> None:
    parts = build(settings)
    talk = Conversation(build_bot(parts, load_questions()), parts.turns)
    talk.say(Message(USER, "text", id="page:1", text="标语"))
    found = figures(app)
    assert found[key("messages_total", kind="page", route="slogan")] == 1
    assert key("messages_total", kind="text", route="slogan") not in found


@pytest.mark.parametrize(
    ("words", "route"),
    [
        (["标语", "5"], "slogan"),  # what the last route makes of it
        (["灭火器怎么用"], "advice"),
        (["asdfqwer"], "unclear"),
        (["举报", "没有"], "report"),  # an answer within a dialogue
        (["取消"], "none"),
    ],
)
def test_an_answer_is_counted_for_the_route_that_gave_it(app: Flask, words: list[str], route: str) -> None:
    before: Figures = {}
    for number, text in enumerate(words):
        before = figures(app)
        say(app, text, number)
    name = key("messages_total", kind="text", route=route)
    assert figures(app)[name] == before.get(name, 0) + 1


def test_the_classes_of_time_add_up(app: Flask) -> None:
    say(app, "标语", 1)
    buckets = [
        value for (name, labels), value in figures(app).items() if name == "answer_seconds_bucket" and labels
    ]
    assert buckets == sorted(buckets)
    assert buckets[-1] == 1


def test_pushes_with_a_wrong_signature_are_told_by_their_reason(app: Flask) -> None:
    assert say(app, "标语", 1, token="wrong1234").status_code == 403
    assert figures(app)[key("refused_pushes_total", why="wrong signature")] == 1


def test_what_calls_somebody_is_nought_before_it_happens(app: Flask) -> None:
    found = figures(app)
    assert found[key("errors_total", why="chat")] == found[key("errors_total", why="page")] == 0
    assert found[key("messages_total", kind="text", route="fault")] == 0
    assert found[key("refused_pushes_total", why="wrong signature")] == 0


def test_a_page_that_fails_is_told_and_readyz_is_none(app: Flask) -> None:
    @app.get("/broken")
    def broken() -> str:
        raise ValueError

    client = Client(app.wsgi_app, TestResponse)
    assert client.get("/broken").status_code == 500
    assert client.get("/readyz").status_code == 503
    assert figures(app)[key("errors_total", why="page")] == 1


def a_reminder(state: str, **more: Any) -> Reminder:
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "campaign": CAMPAIGN,
        "obligation": "monthly",
        "occurrence": "2020-06",
        "recipient": f"liaison:{state}{more.get('channel', '')}",
        "lead": "T-1",
        "unit_id": 1,
        "due": date(2020, 7, 10),
        "send_at": now - timedelta(hours=1),
        "not_after": now - timedelta(days=30),
        "state": state,
        "client_msg_id": "x",
        "created_at": now,
        "updated_at": now,
    }
    return Reminder(**{**values, **more})


def test_deliveries_are_told_by_channel_and_state(app: Flask, settings: Settings) -> None:
    parts = build(settings)
    with parts.storage.case.session() as session:
        session.add(a_reminder("accepted", channel="template"))
        session.add(a_reminder("unknown", channel="template"))
        session.add(a_reminder("planned"))
    found = figures(app)
    assert found[key("deliveries", channel="template", state="accepted")] == 1
    assert found[key("deliveries", channel="template", state="unknown")] == 1
    assert found[key("deliveries", channel="none", state="planned")] == 1


def test_a_mail_that_waits_makes_its_queue_old(settings: Settings) -> None:
    settings = settings.model_copy(update={"smtp_url": settings.secret_key.__class__("smtp://127.0.0.1:1")})
    app, now = create_app(settings), datetime.now(UTC)
    late = now - timedelta(minutes=40)
    mail = {"to": "a@example.com", "subject": "", "body": "", "created_at": now, "updated_at": now}
    with build(settings).storage.case.session() as session:
        session.add(Outgoing(campaign=CAMPAIGN, key="1", state=PENDING, next_attempt_at=late, **mail))
        later = now + timedelta(hours=1)
        session.add(Outgoing(campaign=CAMPAIGN, key="2", state=PENDING, next_attempt_at=later, **mail))
    found = figures(app)
    assert found[key("queue_due", queue="mails")] == 1
    assert 2400 <= found[key("queue_age_seconds", queue="mails")] < 2500
    assert found[key("outbox", queue="mails", state=PENDING)] == 2
    assert found[key("queue_age_seconds", queue="words")] == 0


def test_the_age_of_due_reminders_counts_from_their_time(settings: Settings) -> None:
    from content.loader import load
    from scheduler.watching import case_standing

    noon = datetime(2020, 7, 9, 4, 0, tzinfo=UTC)  # a working day in China
    storage = build(settings).storage
    with storage.case.session() as session:
        hours = {"send_at": noon - timedelta(hours=2), "not_after": noon + timedelta(hours=2)}
        session.add(a_reminder(PLANNED, **hours))
    assert case_standing(storage, load(CAMPAIGN), noon).queues["reminders"].age == 7200
    night = noon + timedelta(hours=12)
    assert case_standing(storage, load(CAMPAIGN), night).queues["reminders"].due == 0


def test_drafts_are_counted_while_records_are_tidied(app: Flask, settings: Settings) -> None:
    say(app, "答题", 1)
    figures(app)  # what was posted is there
    tidy_records(build(settings))
    found = figures(app)
    assert found[key("drafts_open", route="quiz")] == 1
    assert time.time() - found[key("drafts_open_timestamp_seconds")] < 60


def test_a_round_of_a_contest_is_not_tidied_away(settings: Settings) -> None:
    settings = settings.model_copy(update={"campaign": "gusu-2020"})
    app, parts = create_app(settings), build(settings)
    say(app, "答题", 1)
    figures(app)  # what was posted is there

    def of_the_contest(record: dict[str, Any], _offset: float) -> dict[str, Any]:
        record["drafts"][0]["route"] = "contest-hazchem"  # its days are those of 2020
        return record

    assert parts.turns.visit(USER, of_the_contest)
    tidy_records(parts)
    assert figures(app)[key("drafts_open", route="contest-hazchem")] == 1


def test_jobs_tell_their_last_good_end(app: Flask, settings: Settings) -> None:
    ticks = Ticks(build(settings).storage, CAMPAIGN)
    ticks.begin("send", 5.0)
    ticks.begin("plan", 60.0)
    ticks.end("plan", "broken")
    ticks.end("send")
    found = figures(app)
    assert time.time() - found[key("task_success_timestamp_seconds", task="send")] < 60
    assert key("task_success_timestamp_seconds", task="plan") not in found
    assert found[key("task_period_seconds", task="plan")] == 60


def test_memory_disk_and_release_are_told(app: Flask) -> None:
    found = figures(app)
    assert found[key("web_workers")] == 1
    assert found[key("web_memory_bytes")] > 1_000_000
    assert 0 < found[key("disk_free_bytes")] <= found[key("disk_size_bytes")]
    (labels,) = [dict(labels) for name, labels in found if name == "build_info"]
    assert labels["campaign"] == CAMPAIGN
    assert labels["version"][0].isdigit()


def test_the_workers_are_the_children_of_their_master() -> None:
    import os
    import subprocess

    with subprocess.Popen(["sleep", "30"]) as child:
        memory = workers_of(os.getpid())
        child.kill()
    assert memory[child.pid] > 0


def test_what_does_not_answer_is_told_and_takes_nothing_along(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    app = create_app(settings.model_copy(update={"redis_url": "unix:///nowhere/redis.sock"}))
    found = figures(app)
    assert found[key("part_up", part="redis")] == 0
    assert found[key("part_up", part="case database")] == 1
    assert key("queue_due", queue="reminders") in found
    assert "no figures from the part redis: Unavailable" in capsys.readouterr().err


def test_no_person_and_no_word_of_theirs_is_a_figure(app: Flask) -> None:
    say(app, "三号仓库住人了谁管", 1)
    say(app, "举报", 2)
    text = scrape(app).get_data(as_text=True)
    assert USER not in text
    assert "仓库" not in text


# -- who may ask ---------------------------------------------------------------------------------------------


def test_with_a_token_only_who_shows_it_is_told(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"metrics_token": type(settings.secret_key)(SCRAPE_TOKEN)}))
    assert scrape(app).status_code == 403
    assert scrape(app, Authorization="Bearer wrong").status_code == 403
    assert scrape(app, Authorization=SCRAPE_TOKEN).status_code == 403
    assert scrape(app, Authorization=f"Bearer {SCRAPE_TOKEN}").status_code == 200


@pytest.mark.parametrize(
    ("environ", "may"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "192.168.1.7"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_AUTHORIZATION": "Bearer "}, True),
    ],
)
def test_without_a_token_only_this_machine_is_told(environ: dict[str, str], may: bool) -> None:
    assert may_read(environ, "") is may


# -- behind proxies ------------------------------------------------------------------------------------------


def seen_by(trusted: int, forwarded: str) -> str:
    app = Flask("seen")

    @app.get("/")
    def caller() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host}"

    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    client = Client(behind_proxies(app.wsgi_app, trusted), TestResponse)
    answer = client.get("/", environ_overrides={"REMOTE_ADDR": "10.0.0.1"}, headers=headers)
    return answer.get_data(as_text=True)


def test_without_a_trusted_proxy_no_header_is_believed() -> None:
    assert seen_by(0, "1.2.3.4") == "10.0.0.1 http localhost"


def test_of_a_trusted_proxy_only_the_last_word_is_believed() -> None:
    assert seen_by(1, "6.6.6.6, 1.2.3.4") == "1.2.3.4 https localhost"


def test_a_caller_who_claims_more_than_two_proxies_gains_nothing() -> None:
    assert seen_by(2, "6.6.6.6, 1.2.3.4, 10.0.0.2") == "1.2.3.4 http localhost"


# -- /readyz -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "told"), [(13, "ok"), (16.2, "the last tick ended 16 seconds ago")])
def test_a_stopped_scheduler_shows_within_three_ticks(
    app: Flask, settings: Settings, seconds: float, told: str
) -> None:
    storage, then = build(settings).storage, datetime.now(UTC) - timedelta(seconds=seconds)
    ticks = Ticks(replace(storage, clock=lambda: then), CAMPAIGN)
    ticks.begin("send", 5.0)
    ticks.end("send")
    answer = Client(app.wsgi_app, TestResponse).get("/readyz").get_json()
    assert answer["parts"]["scheduler"] == told
