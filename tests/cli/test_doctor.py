"""The doctor: says nothing where all is well, and finds each thing that can be wrong, with what to do."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app import build, create_app, push_menu
from bot.settings import Settings, load_settings
from cli.checkups_wechat import told_winners
from cli.doctor import doctor_command
from cli.opening import machine_time
from store.counts import REFUSED, Counts
from store.embedded import EmbeddedRedis
from store.identity.tables import Word
from store.identity.words import NOBODY
from store.key_marks import claim
from store.redis_link import Link
from store.stores import Storage
from store.tables import Outgoing, Reminder
from store.ticks import Ticks
from tests.platform_fixture import SETTINGS, Platform

CAMPAIGN = "ningxia-2020"
FIELDS = {"matter": "thing1", "due": "time2", "unit": "thing3", "hint": "thing4"}
Usage = namedtuple("Usage", "total used free")
GB = 1024**3


class Door:
    """What answers at BASE_URL; the product moves in once its settings are known."""

    def __init__(self) -> None:
        self.app: Callable[..., Iterable[bytes]] = self.nobody

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self.app(environ, start_response)

    def nobody(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("404 Not Found", [])
        return []


def says(status: str, body: bytes = b"", **headers: str) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, list(headers.items()))
        return [body]

    return app


@pytest.fixture
def door() -> Door:
    return Door()


FITTING = {
    "WECHAT_TOKEN": SETTINGS.token,
    "WECHAT_APP_ID": SETTINGS.app_id,
    "WECHAT_APP_SECRET": SETTINGS.app_secret,
    "WECHAT_AES_KEY": SETTINGS.aes_key,
    "WECHAT_MODE": "safe",
    "WECHAT_TEMPLATES": json.dumps({"reminder": {"id": "deadline", "fields": FIELDS}}),
    "IDENTITY_KEY": "i" * 32,
    "SECRET_KEY": "s" * 32,
    "CAMPAIGN": CAMPAIGN,
}


@pytest.fixture(scope="module")
def running(
    sqlite_templates: Path, redis_server: EmbeddedRedis, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Iterable[bytes]]:
    """The product as it answers WeChat, with databases of its own: the doctor asks it what it is, and nothing in them."""
    folder = tmp_path_factory.mktemp("running")
    for name in ("case", "identity"):
        shutil.copy(sqlite_templates / f"{name}.db", folder)
    places: dict[str, Any] = {
        "redis_url": redis_server.url,
        "base_url": "http://127.0.0.1:9",
        "data_dir": folder / "data",
        "database_url": f"sqlite:///{folder}/case.db",
        "identity_database_url": f"sqlite:///{folder}/identity.db",
    }
    named = {name.lower(): value for name, value in FITTING.items()}
    return create_app(Settings(_env_file=None, **named, **places)).wsgi_app  # type: ignore[call-arg]


@pytest.fixture
def product(
    platform: Platform,
    door: Door,
    running: Callable[..., Iterable[bytes]],
    sqlite_urls: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    link: Link,
    redis_server: EmbeddedRedis,
) -> Iterator[Settings]:
    """Everything is well: the product answers at its address, the scheduler ticks, menu and template are there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(100 * GB, 20 * GB, 80 * GB))
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    places = {
        "WECHAT_API_BASE": platform.url,
        "REDIS_URL": redis_server.url,
        "BASE_URL": platform.host(door),
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": sqlite_urls[0],
        "IDENTITY_DATABASE_URL": sqlite_urls[1],
    }
    for name, value in (FITTING | places).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    door.app = running
    parts = build(settings)
    push_menu(parts)
    tick(parts.storage)
    assert claim(parts.storage, CAMPAIGN)
    yield settings
    link.call("CONFIG", "SET", "appendonly", "yes")
    link.call("CONFIG", "SET", "maxmemory-policy", "noeviction")


def tick(storage: Storage, *names: str) -> None:
    ticks = Ticks(storage, CAMPAIGN)
    for name in names or ("send", "plan"):
        ticks.begin(name, 5.0)
        ticks.end(name)


def examined() -> Result:
    return CliRunner().invoke(doctor_command, catch_exceptions=False)


def faults(done: Result) -> list[str]:
    return [line.removeprefix("✗ ") for line in done.output.splitlines() if line.startswith("✗")]


def the_fault(done: Result) -> str:
    """The one line that is bad, and below it what to do."""
    lines = done.output.splitlines()
    (place,) = [number for number, line in enumerate(lines) if line.startswith("✗")]
    assert done.exit_code == 1
    assert "有 1 处要处理。" in done.output
    assert lines[place + 1].startswith("  → "), "nothing to do is said"
    return f"{lines[place]}\n{lines[place + 1]}"


def test_where_all_is_well_it_says_so(product: Settings) -> None:
    done = examined()
    assert faults(done) == []
    assert done.exit_code == 0
    assert "没有发现问题。" in done.output
    for sign in (
        "设置",
        "Redis",
        "IP 白名单",
        "时间是准的",
        "模板 reminder",
        "菜单",
        "找得到我们",
        "解得开",
        "提醒进程在",
    ):
        assert sign in done.output, sign


def test_no_secret_is_ever_shown(
    product: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:hidden@127.0.0.1:1/0")
    platform.sim.faults.refuse_ip = True
    known, output = platform.settings, examined().output
    for secret in (known.token, known.app_secret, known.aes_key, "i" * 32, "s" * 32, "hidden"):
        assert secret not in output


# -- this machine --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "WECHAT_AES_KEY", "WECHAT_APP_SECRET", "CAMPAIGN", "BASE_URL"]
)
def test_a_missing_setting_is_named(product: Settings, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    assert f"缺少设置：{name}。" in the_fault(examined())


def test_a_setting_that_can_not_be_read_is_told_and_ends_it(
    product: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECHAT_AES_KEY", "too-short-and-secret")
    done = examined()
    assert "WECHAT_AES_KEY：43 个字母或数字" in done.output
    assert "too-short" not in done.output
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CAMPAIGN", "mars-2020", "没有活动“mars-2020”"),
        ("DEMO_KEY", "k" * 20, "设置了 DEMO_KEY"),
        ("FONT_FILE", "/nowhere.ttf", "没有可用的中文字体"),
        ("DATABASE_URL", "sqlite:///new.db", "举报和报送的数据库的表还没有建好"),
        ("IDENTITY_DATABASE_URL", "sqlite:///new.db", "身份库的表还没有建好"),
        ("IDENTITY_DATABASE_URL", "postgresql+psycopg://u:p@127.0.0.1:1/x", "身份库连不上"),
        ("WECHAT_TEMPLATES", "{", "WECHAT_TEMPLATES 写得不对"),
    ],
)
def test_what_is_set_and_can_not_be_is_told(
    product: Settings, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    if name == "CAMPAIGN":
        told = examined().output  # the scheduler of that campaign has not run, either
        assert said in told
    else:
        assert said in the_fault(examined())
    assert not Path("new.db").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WECHAT_APP_ID", "gh_1234567890", "不像 AppID"),
        ("WECHAT_APP_SECRET", "short", "不像 AppSecret"),
        ("BASE_URL", "http://bot.invalid", "不是 https"),
    ],
)
def test_what_has_another_shape_is_told(
    product: Settings, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    assert any(said in fault for fault in faults(examined()))


def test_another_identity_key_than_that_of_the_databases_is_told(
    product: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "IDENTITY_KEY 和数据库里的是同一把" in examined().output
    monkeypatch.setenv("IDENTITY_KEY", "j" * 32)
    assert "不是同一把" in the_fault(examined())


def test_a_full_disk_is_told_before_it_is_full(product: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(100 * GB, 95 * GB, 5 * GB))
    assert "磁盘快满了" in the_fault(examined())


def test_settings_that_others_can_read_are_told(product: Settings, tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("LOG_LEVEL=INFO\n")
    env.chmod(0o644)
    assert "chmod 600 .env" in the_fault(examined())
    env.chmod(0o600)
    assert examined().exit_code == 0


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("appendonly", "no", "没有打开 AOF"), ("maxmemory-policy", "allkeys-lru", "会丢旧数据（allkeys-lru）")],
)
def test_a_redis_that_forgets_is_told(
    product: Settings, link: Link, option: str, value: str, said: str
) -> None:
    link.call("CONFIG", "SET", option, value)
    assert said in the_fault(examined())


def test_a_redis_that_is_not_there_is_told_once(product: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    assert "Redis 连不上" in the_fault(examined())


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", ""])
def test_without_redis_all_is_looked_at_that_needs_none_and_the_rest_is_named(
    product: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    done = examined()
    for sign in ("IP 白名单", "时间是准的", "模板 reminder 和账号里的一样", "公众号里有菜单", "提醒进程在"):
        assert f"{sign}" in done.output, sign
    left = [line for line in done.output.splitlines() if line.startswith("－")]
    assert left == [
        "－ 没有查“提醒进程的自查”：要先有 Redis。",
        "－ 没有查“最近被拒绝的推送”：要先有 Redis。",
    ]
    platform.sim.state.menu = None
    platform.sim.faults.refuse_ip = True
    (_, address) = faults(examined())
    assert "不在 IP 白名单里" in address


def test_what_could_not_be_asked_of_the_account_is_named(product: Settings, platform: Platform) -> None:
    platform.sim.faults.refuse_ip = True
    output = examined().output
    assert "－ 没有查“模板和账号里的是否一样”：要先连得上公众号。" in output
    assert "－ 没有查“菜单”：要先连得上公众号。" in output


def test_a_scheduler_that_never_ran_is_told(product: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with build(product).storage.case.session() as session:
        session.connection().exec_driver_sql("DELETE FROM tick")
    assert "提醒进程还没有运行过" in the_fault(examined())


def test_a_scheduler_that_stopped_is_told_with_the_time(product: Settings) -> None:
    earlier = machine_time() - timedelta(minutes=10)
    storage = build(product).storage
    with storage.case.session() as session:
        session.connection().exec_driver_sql("DELETE FROM tick")
    tick(replace(storage, clock=lambda: earlier))
    assert "提醒进程停了，上次动静在 10 分钟前" in the_fault(examined())


def test_a_task_that_does_not_come_to_a_good_end_is_named(product: Settings) -> None:
    storage, earlier = build(product).storage, machine_time() - timedelta(minutes=10)
    tick(replace(storage, clock=lambda: earlier), "mails")
    assert "有的任务没有做好：mails" in the_fault(examined())


def test_what_was_not_brought_within_a_day_is_counted_with_what_to_do(product: Settings) -> None:
    parts, now = build(product), machine_time()
    ago = now - timedelta(days=2)
    with parts.storage.case.session() as session:
        for number, (state, at, again) in enumerate(
            (
                ("failed", now, None),
                ("failed", now, None),
                ("unknown", now, None),
                ("unknown", now, now),
                ("failed", ago, None),
                ("accepted", now, None),
            )
        ):
            session.add(a_reminder(number, state, at, again))
        for number, (state, at) in enumerate((("failed", now), ("unknown", ago), ("accepted", now))):
            session.add(a_mail(number, state, at))
    with parts.storage.identity.session() as session:
        for number, (state, at, why) in enumerate(
            (("unknown", now, ""), ("failed", ago, ""), ("failed", now, NOBODY))
        ):
            session.add(
                Word(key=str(number), text="", state=state, next_attempt_at=at, created_at=ago, reason=why)
            )
    assert faults(examined()) == [
        "最近一天有 2 条提醒没有送到，有 1 条提醒不知是否送到，都不会再发。",
        "最近一天有 1 封给主办方的邮件没有送到，都不会再发。",
        "最近一天有 1 条给举报人或中奖人的告知不知是否送到，都不会再发。",
    ]


def a_reminder(number: int, state: str, at: datetime, again: datetime | None) -> Reminder:
    return Reminder(
        campaign=CAMPAIGN,
        obligation="plan",
        occurrence=str(number),
        recipient="unit:1",
        lead="0",
        unit_id=1,
        due=at.date(),
        send_at=at,
        not_after=at,
        state=state,
        next_attempt_at=again,
        client_msg_id="",
        created_at=at,
        updated_at=at,
    )


def a_mail(number: int, state: str, at: datetime) -> Outgoing:
    times = {"next_attempt_at": at, "created_at": at, "updated_at": at}
    return Outgoing(campaign=CAMPAIGN, key=str(number), to="", subject="", body="", state=state, **times)


def test_what_the_audit_found_is_told(product: Settings, link: Link) -> None:
    Counts(link, CAMPAIGN).keep("audit", {"overdue": 2, "stuck": 0})
    assert "到点没发的提醒 2 条。" in the_fault(examined())


# -- at WeChat -----------------------------------------------------------------------------------------------


def test_a_wrong_secret_is_told(product: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECHAT_APP_SECRET", "f" * 32)
    fault = the_fault(examined())
    assert "AppSecret 不对（40125）" in fault
    assert "WECHAT_APP_SECRET" in fault


def test_a_secret_that_was_right_before_is_asked_for_anew(
    product: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that is kept would hide it for two hours."""
    build(product).wechat.check_token()
    monkeypatch.setenv("WECHAT_APP_SECRET", "f" * 32)
    assert "AppSecret 不对" in the_fault(examined())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (40001, "AppSecret 不对（40001）"),
        (40013, "AppID 不对"),
        (-1, "很忙"),
        (45009, "次数用完了"),
        (50002, "50002"),
    ],
)
def test_what_wechat_answers_to_the_secret_is_explained(
    product: Settings, platform: Platform, code: int, said: str
) -> None:
    platform.sim.faults.add("/cgi-bin/stable_token", "error", errcode=code)
    assert said in the_fault(examined())


def test_an_address_that_is_not_on_the_whitelist_is_named(product: Settings, platform: Platform) -> None:
    platform.sim.faults.refuse_ip = True
    fault = the_fault(examined())
    assert "出口地址 127.0.0.1 不在 IP 白名单里（40164）" in fault
    assert "把 127.0.0.1 加进" in fault


@pytest.mark.parametrize("action", ["drop", "lose"])
def test_a_platform_that_can_not_be_reached_is_told(
    product: Settings, platform: Platform, action: Any
) -> None:
    platform.sim.faults.add("/cgi-bin/stable_token", action)
    assert "连不上 http://127.0.0.1" in the_fault(examined())


@pytest.mark.parametrize(("seconds", "said"), [(120, "慢了 1"), (-120, "快了 1")])
def test_a_wrong_clock_is_told_with_its_way(
    product: Settings, platform: Platform, seconds: float, said: str
) -> None:
    platform.time.forward(seconds)
    fault = the_fault(examined())
    assert said in fault
    assert "timedatectl" in fault


def test_a_clock_that_is_off_by_a_little_is_well(product: Settings, platform: Platform) -> None:
    platform.time.forward(20)
    assert examined().exit_code == 0


@pytest.mark.parametrize(
    ("template", "fields", "said"),
    [
        ("gone", FIELDS, "模板 reminder 不在账号里"),
        ("deadline", {**FIELDS, "hint": "thing9"}, "模板 reminder 没有这些字段：thing9"),
        ("deadline", {"matter": "thing1"}, "这些字段没有填：thing3、thing4、time2"),
    ],
)
def test_a_template_that_is_not_as_the_account_has_it_is_told(
    product: Settings, monkeypatch: pytest.MonkeyPatch, template: str, fields: dict[str, str], said: str
) -> None:
    monkeypatch.setenv("WECHAT_TEMPLATES", json.dumps({"reminder": {"id": template, "fields": fields}}))
    assert said in the_fault(examined())


def test_templates_that_can_not_be_asked_for_are_told(product: Settings, platform: Platform) -> None:
    platform.sim.faults.add("/cgi-bin/template/", "error", errcode=48001)
    assert "查不了账号里的模板" in the_fault(examined())


def test_no_template_is_no_fault(product: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WECHAT_TEMPLATES")
    done = examined()
    assert done.exit_code == 0
    assert "提醒只走聊天消息和邮件" in done.output


def test_a_draw_without_a_way_to_tell_who_wins_is_told() -> None:
    (found,) = told_winners(draws=True, ours={"reminder": 1})
    assert not found.good and "中奖人" in found.text
    assert list(told_winners(draws=True, ours={"prize": 1})) == []
    assert list(told_winners(draws=False, ours={})) == []


def test_a_missing_menu_is_told(product: Settings, platform: Platform) -> None:
    platform.sim.state.menu = None
    assert "menu push" in the_fault(examined())


# -- the way back to us --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (says("200 OK", b"hello"), "应答的不是我们"),
        (
            says("301 Moved Permanently", Location="https://www.example.com/wechat?x=1"),
            "会转到 https://www.example.com/wechat，",
        ),
        (says("502 Bad Gateway"), "找不到网页服务（502）"),
        (says("404 Not Found"), "应答 404"),
    ],
)
def test_a_callback_where_somebody_else_answers_is_told(
    product: Settings, door: Door, app: Callable[..., Iterable[bytes]], said: str
) -> None:
    door.app = app
    assert said in the_fault(examined())


def test_a_callback_where_nobody_answers_is_told(product: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:9")
    assert "访问不了 http://127.0.0.1:9/wechat" in the_fault(examined())


def test_a_running_service_with_another_token_is_told(
    product: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECHAT_TOKEN", "another1token")
    fault = the_fault(examined())
    assert "不认 WECHAT_TOKEN（403）" in fault
    assert "重启 web" in fault


def test_a_running_service_with_another_aes_key_is_told(
    product: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECHAT_AES_KEY", "b" * 43)
    assert "另一把 EncodingAESKey" in the_fault(examined())


@pytest.mark.parametrize(("name", "wrong"), [("WECHAT_AES_KEY", "b" * 43), ("WECHAT_TOKEN", "another1token")])
def test_its_own_call_with_a_wrong_key_is_no_finding_once_that_is_mended(
    product: Settings, monkeypatch: pytest.MonkeyPatch, link: Link, name: str, wrong: str
) -> None:
    with monkeypatch.context() as spoilt:
        spoilt.setenv(name, wrong)
        assert examined().exit_code == 1
    assert faults(examined()) == []
    assert not [event for event, _ in Counts(link, CAMPAIGN).read().events if event == REFUSED]


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("wrong signature", "签名不对"),
        ("undecipherable", "WECHAT_AES_KEY"),
        ("plain body in safe mode", "加解密方式"),
        ("timestamp out of window", "校准"),
    ],
)
def test_pushes_that_were_refused_lately_are_told(product: Settings, link: Link, why: str, said: str) -> None:
    Counts(link, CAMPAIGN).note(REFUSED, why)
    assert said in the_fault(examined())


def test_pushes_that_were_refused_long_ago_are_not(product: Settings, link: Link) -> None:
    counts = Counts(link, CAMPAIGN)
    counts.note(REFUSED, "wrong signature")
    link.call("HINCRBY", counts.key, f"last:{REFUSED}:wrong signature", -2 * 3600)
    assert examined().exit_code == 0


def test_a_check_that_fails_itself_is_a_finding(product: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("cli.checkups_wechat.greeting", broken)
    done = examined()
    assert "“回调地址”这一项没有查成（RuntimeError）" in the_fault(done)
    assert "secret words" not in done.output
