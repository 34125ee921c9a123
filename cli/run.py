"""``python app.py run``: everything on this machine, and one address to open."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import string
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

from bot.errors import ContentError, SettingsError
from bot.settings import Settings, load_settings
from cli.desk import RUNNING
from cli.studio import check_font
from content.loader import load
from store.database import case_database, identity_database
from store.embedded import EmbeddedRedis, NoRedis

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60
_REDIS_GONE = "Redis 意外停止，原因见 {data}/redis/redis.log。"
GRACE_S = 12
TEMPLATES = {
    "reminder": {
        "id": "SIMULATED-TEMPLATE-REMINDER",
        "fields": {"matter": "thing1", "due": "date2", "unit": "thing3", "hint": "thing4"},
    },
    "report": {
        "id": "SIMULATED-TEMPLATE-REPORT",
        "fields": {"number": "character_string1", "state": "phrase2", "hint": "thing3"},
    },
    "prize": {
        "id": "SIMULATED-TEMPLATE-PRIZE",
        "fields": {"result": "phrase1", "due": "date2", "hint": "thing3"},
    },
}
#: The same as the simulated account has them: id, title, and what each field is called.
CARDS = {
    "SIMULATED-TEMPLATE-REMINDER": (
        "报送提醒",
        {"thing1": "报送事项", "date2": "截止时间", "thing3": "报送单位", "thing4": "提示"},
    ),
    "SIMULATED-TEMPLATE-REPORT": (
        "办理进展提醒",
        {"character_string1": "编号", "phrase2": "当前状态", "thing3": "提示"},
    ),
    "SIMULATED-TEMPLATE-PRIZE": (
        "抽奖结果通知",
        {"phrase1": "结果", "date2": "领奖截止", "thing3": "提示"},
    ),
}


class Stop(Exception):
    """The start or the run ends with one sentence for the person at the terminal."""


@dataclass
class Processes:
    """The children, in the order in which they were started; they end in the opposite order."""

    log: IO[bytes]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, environment: dict[str, str], *command: str) -> None:
        """Start a child that a Ctrl-C does not reach: we end it ourselves, in order."""
        self.running[name] = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), *command],
            env=environment,
            cwd=ROOT,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def ended(self) -> str | None:
        """The name of a child that is no longer there."""
        return next((name for name, child in self.running.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """Ask the children to end, the last one first, and end whoever does not."""
        for child in reversed(list(self.running.values())):
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + GRACE_S
        for child in self.running.values():
            try:
                child.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(child)
        self.running.clear()


def run() -> int:
    """Run everything until Ctrl-C; returns the exit status."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        settings = load_settings()
        if settings.campaign:
            load(settings.campaign)
        _tell_font(settings)
        return _run(settings)
    except (Stop, SettingsError, ContentError, NoRedis) as problem:
        print(problem, file=sys.stderr)
        return 1


def _tell_font(settings: Settings) -> None:
    """Without a Chinese font there are no pictures; all else can be tried, so it is said and no more."""
    try:
        check_font(settings)
    except SettingsError as fault:
        print(f"{fault}（其他功能照常试用，正式运行时缺字体不启动。）", file=sys.stderr)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt(number)


def _run(settings: Settings) -> int:
    data = settings.data_dir.resolve()
    _make_folder(data)
    with (data / "run.lock").open("w") as lock:
        _take_alone(lock, data)
        return _run_alone(settings, data)


def _take_alone(lock: IO[str], data: Path) -> None:
    """Two runs on one folder would write each other's files."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Stop(f"数据文件夹 {data} 正在被另一个 run 使用。请先停掉它，或换一个 DATA_DIR。") from None


def _run_alone(settings: Settings, data: Path) -> int:
    for name, port in (("PORT", settings.port), ("SIMULATOR_PORT", settings.simulator_port)):
        _check_port(name, settings.host, port)
    redis = None if settings.redis_url else EmbeddedRedis(data / "redis")
    with (data / "run.log").open("ab") as log:
        processes = Processes(log)
        try:
            if redis:
                redis.start()
            _start(settings, redis, processes, data)
            _watch(processes, redis, data)
        except KeyboardInterrupt:
            print("\n正在停止…")
        finally:
            _ignore_signals()
            processes.stop()
            if redis:
                redis.stop()
            (data / RUNNING).unlink(missing_ok=True)
    return 0


def _start(settings: Settings, redis: EmbeddedRedis | None, processes: Processes, data: Path) -> None:
    """Start all parts; whatever fails because Redis has died meanwhile is told as that."""
    try:
        _serve(settings, redis.url if redis else settings.redis_url, processes, data)
    except Stop:
        if redis and redis.ended():
            raise Stop(_REDIS_GONE.format(data=data)) from None
        raise


def _serve(settings: Settings, redis_url: str, processes: Processes, data: Path) -> None:
    environment = _environment(settings, redis_url, data)
    _tell_commands(environment, data / RUNNING)
    _migrate(settings)
    processes.start("模拟器", environment, "simulate")
    processes.start("网页服务", environment, "web")
    base = environment["BASE_URL"]
    _wait_for(f"http://127.0.0.1:{settings.simulator_port}/", processes, data)
    _wait_for(f"http://127.0.0.1:{settings.port}/healthz", processes, data)
    _prepare_demo(environment)
    processes.start("提醒进程", environment, "scheduler")
    print(f"已启动。在浏览器里打开：http://127.0.0.1:{settings.simulator_port}/")
    print(f"（产品地址 {base}，日志 {data}/run.log；按 Ctrl-C 停止）", flush=True)


def _watch(processes: Processes, redis: EmbeddedRedis | None, data: Path) -> None:
    """Wait until one of the parts ends by itself; Redis is looked at first, for it takes the others along."""
    while (name := processes.ended()) is None and not (redis and redis.ended()):
        time.sleep(0.5)
    if redis and redis.ended():
        raise Stop(_REDIS_GONE.format(data=data))
    raise Stop(f"{name}意外停止，原因见 {data}/run.log。")


def _prepare_demo(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), "prepare-demo"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Stop(f"准备演示数据没有成功：{(done.stderr or done.stdout).strip()[-500:]}")


def _environment(settings: Settings, redis_url: str, data: Path) -> dict[str, str]:
    """What the children get: what is set, and for the rest values of our own that survive a restart."""
    made = _made_up(data / "demo.json")
    simulator = f"http://127.0.0.1:{settings.simulator_port}"
    smtp_port = made["smtp_port"] if _is_free("127.0.0.1", int(made["smtp_port"])) else str(_free_port())
    ours = {
        **made,
        "smtp_port": smtp_port,
        "WECHAT_MODE": settings.wechat_mode,
        "WECHAT_API_BASE": simulator,
        "WECHAT_OPEN_BASE": f"{simulator}/open",
        "WECHAT_MP_BASE": f"{simulator}/mp",
        "WECHAT_TEMPLATES": json.dumps(TEMPLATES),
        "CAMPAIGN": "ningxia-2020",
        "BASE_URL": f"http://127.0.0.1:{settings.port}",
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "MAIL_FROM": "安全月助手 <bot@example.com>",
        "DATA_DIR": str(data),
    }
    given = {name: value for name, value in _given(settings).items() if value}
    always = {"REDIS_URL": redis_url, "DEMO_KEY": made["DEMO_KEY"], "SIMULATOR_SMTP_PORT": smtp_port}
    return {**os.environ, **ours, **given, **always, "PYTHONUNBUFFERED": "1", "RUN_PARENT": str(os.getpid())}


def _tell_commands(environment: dict[str, str], file: Path) -> None:
    """Write down what this run is set to, for the office's commands beside it: none but its owner reads it."""
    names = [name for name in Settings.model_fields if name != "demo_key" and environment.get(name.upper())]
    told = {name: environment[name.upper()] for name in names}
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as kept:
        json.dump(told, kept)


def _given(settings: Settings) -> dict[str, str]:
    """What the environment or ``.env`` sets."""
    given = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        given[name.upper()] = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
    return given


def _made_up(file: Path) -> dict[str, str]:
    """Secrets and ids of the simulated account, drawn once and kept beside the data."""
    if file.exists():
        kept: dict[str, str] = json.loads(file.read_text())
        return kept
    letters = string.ascii_letters + string.digits
    made = {
        "WECHAT_TOKEN": "".join(secrets.choice(letters) for _ in range(24)),
        "WECHAT_APP_ID": "wx" + secrets.token_hex(8),
        "WECHAT_APP_SECRET": secrets.token_hex(16),
        "WECHAT_AES_KEY": "".join(secrets.choice(letters) for _ in range(43)),
        "IDENTITY_KEY": secrets.token_urlsafe(32),
        "SECRET_KEY": secrets.token_urlsafe(32),
        "DEMO_KEY": secrets.token_urlsafe(24),
        "smtp_port": str(_free_port()),
    }
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as kept_file:
        json.dump(made, kept_file)
    return made


def _migrate(settings: Settings) -> None:
    try:
        for database in (case_database(settings.case_url), identity_database(settings.identity_url)):
            database.migrate()
            database.close()
    except Exception as problem:
        raise Stop(
            f"数据库没有准备好（{type(problem).__name__}），请检查 DATABASE_URL 和 IDENTITY_DATABASE_URL。"
        ) from None


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        (data / ".writable").touch()
        (data / ".writable").unlink()
    except OSError:
        raise Stop(f"数据文件夹 {data} 不能写入，请换一个 DATA_DIR。") from None


def _check_port(name: str, host: str, port: int) -> None:
    if not _is_free(host, port):
        raise Stop(
            f"端口 {port} 已被占用。请先停掉占用它的程序，或换一个端口，比如：{name}={port + 10} make run"
        )


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, processes: Processes, data: Path) -> None:
    """Wait until an address answers, or say which process ended instead."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if name := processes.ended():
            raise Stop(f"{name}没有启动成功，原因见 {data}/run.log。")
        if _answers(address):
            return
        time.sleep(0.1)
    raise Stop(f"{address} 在 {PATIENCE_S} 秒内没有应答，原因见 {data}/run.log。")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
            return bool(answer.status < 500)
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    child.wait()


def _ignore_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def simulator_settings(settings: Settings, environment: dict[str, str]) -> dict[str, Any]:
    """What the simulator is told: the account that it plays."""
    return {
        "token": settings.wechat_token.get_secret_value(),
        "app_id": settings.wechat_app_id,
        "app_secret": settings.wechat_app_secret.get_secret_value(),
        "aes_key": settings.wechat_aes_key.get_secret_value(),
        "mode": settings.wechat_mode,
        "callback": f"http://127.0.0.1:{settings.port}/wechat",
        "base_url": settings.base_url,
        "port": settings.simulator_port,
        "smtp_port": int(environment.get("SIMULATOR_SMTP_PORT", "0")),
        "demo_key": settings.demo_key.get_secret_value(),
        "data_dir": settings.data_dir.resolve(),
        "templates": {
            number: {"title": title, "fields": [{"name": n, "label": label} for n, label in fields.items()]}
            for number, (title, fields) in CARDS.items()
        },
        "account_name": "安全月助手",
    }
