"""What the doctor looks at on this machine: settings, files, databases, Redis, font, scheduler."""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.opening import machine_time, open_storage

if TYPE_CHECKING:
    from bot.settings import Settings
    from store.redis_link import Link
    from store.stores import Storage
    from wechat.client import WeChat

GB = 1024**3
SHORT_OF_ROOM = 0.1
PERIODS = 3  # a task that has not come to a good end for so many of its periods is told
_SLACK = timedelta(seconds=30)
_DAY = timedelta(days=1)
#: What is brought to people, how it is counted, and what to do where it did not arrive.
_BROUGHT = {
    "reminders": (
        "条提醒",
        "请给这些单位打电话；是哪几条、为什么，用 deploy/README.md “六、监控”里的 SQL 查。",
    ),
    "mails": (
        "封给主办方的邮件",
        "核对 SMTP_URL、MAIL_FROM 和收件地址；举报在 python app.py reports list 里看。",
    ),
    "words": (
        "条给举报人或中奖人的告知",
        "核对公众号的模板；举报人来查进展时仍看得到，中奖人请用 python app.py draw winners 看。",
    ),
}
NO_REDIS, NO_CAMPAIGN = "要先有 Redis", "要先设置 CAMPAIGN"
NO_CASE = "要先有举报和报送的数据库"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what is well or not, and what to do about it; neither where it could not be looked at."""

    good: bool | None
    text: str
    todo: str = ""


def left_out(title: str, why: str) -> Finding:
    """A check that was not made, because of what is told elsewhere."""
    return Finding(None, f"没有查“{title}”：{why}。")


@dataclass
class Patient:
    """The product under its settings; what a check finds to be missing, the later ones do without."""

    settings: Settings
    out: set[str] = field(default_factory=set)  # what can't be looked at any further: redis, case, wechat

    def has(self, *names: str) -> bool:
        """Are these settings there?"""
        return not set(names) & set(self.settings.missing())

    @cached_property
    def storage(self) -> Storage:
        return open_storage(self.settings)

    @property
    def link(self) -> Link | None:
        return None if "redis" in self.out else self.storage.link

    @cached_property
    def wechat(self) -> WeChat:
        from store.tokens import Tokens
        from wechat.client import WeChat
        from wechat.tokens import OwnToken

        settings, link = self.settings, self.link
        return WeChat(
            settings.wechat_app_id,
            settings.wechat_app_secret.get_secret_value(),
            Tokens(link, self.storage.sealing, settings.wechat_app_id) if link else OwnToken(),
            api_base=settings.wechat_api_base,
            open_base=settings.wechat_open_base,
            mp_base=settings.wechat_mp_base,
        )


Checkup = Callable[[Patient], Iterator[Finding]]


def settings(patient: Patient) -> Iterator[Finding]:
    """设置"""
    missing = patient.settings.missing()
    if missing:
        yield Finding(False, f"缺少设置：{'、'.join(missing)}。", "写在 .env 里，说明见 README 的“设置”。")
    else:
        yield Finding(True, "需要的设置都有。")
    yield from _shapes(patient.settings)


def _shapes(settings: Settings) -> Iterator[Finding]:
    """What is there and can't be right."""
    app_id = settings.wechat_app_id
    if app_id and not re.fullmatch(r"wx[0-9a-f]{16}", app_id):
        yield Finding(
            False, "WECHAT_APP_ID 不像 AppID（应以 wx 开头，共 18 位）。", "从公众平台“基本配置”重新复制。"
        )
    secret = settings.wechat_app_secret.get_secret_value()
    if secret and not re.fullmatch(r"[0-9a-f]{32}", secret):
        yield Finding(
            False, "WECHAT_APP_SECRET 不像 AppSecret（应为 32 位）。", "忘了就在公众平台重置，再写进 .env。"
        )
    if not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]|$", settings.base_url):
        yield Finding(
            False, "BASE_URL 不是 https 开头的网址。", "手机页面和微信登录都要 https，见 deploy/README.md。"
        )
    if settings.wechat_mode == "plain":
        yield Finding(
            False, "WECHAT_MODE 是明文模式，消息在路上谁都能看。", "公众平台和 .env 都改成安全模式 safe。"
        )
    if settings.demo:
        yield Finding(False, "设置了 DEMO_KEY，谁拿到它都能拨动时间。", "正式运行时从 .env 里删掉。")


def campaign(patient: Patient) -> Iterator[Finding]:
    """活动内容"""
    if not patient.has("CAMPAIGN"):
        return
    from bot.errors import ContentError
    from content.loader import load

    try:
        name = load(patient.settings.campaign).name
    except ContentError as problem:
        yield Finding(False, str(problem).splitlines()[0], "运行 python app.py check-content 看全部问题。")
        return
    yield Finding(True, f"活动是{name}。")


def files(patient: Patient) -> Iterator[Finding]:
    """文件和磁盘"""
    folder = patient.settings.data_dir.resolve()
    if not _writable(folder):
        yield Finding(False, f"数据文件夹 {folder} 写不进去。", "检查它的所有者和权限。")
        return
    env = Path(".env")
    if env.exists() and stat.S_IMODE(env.stat().st_mode) & 0o077:
        yield Finding(False, ".env 别人也能读，里面有密钥。", "运行 chmod 600 .env。")
    usage = shutil.disk_usage(folder)
    free = f"{usage.free / GB:.1f} GB（{usage.free / usage.total:.0%}）"
    if usage.free < GB or usage.free / usage.total < SHORT_OF_ROOM:
        yield Finding(
            False, f"磁盘快满了：{folder} 只剩 {free}。", "清理旧备份和日志，或加大磁盘；满了就什么也记不下。"
        )
    else:
        yield Finding(True, f"磁盘还有 {free}。")


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / ".doctor").touch()
        (folder / ".doctor").unlink()
    except OSError:
        return False
    return True


def databases(patient: Patient) -> Iterator[Finding]:
    """数据库"""
    from store.dumps import is_missing

    for name, setting, title in (
        ("case", "DATABASE_URL", "举报和报送的数据库"),
        ("identity", "IDENTITY_DATABASE_URL", "身份库"),
    ):
        database = getattr(patient.storage, name)
        try:
            migrated = not is_missing(database) and database.migrated()
        except Exception as problem:
            patient.out.add(name)
            said = f"{title}连不上（{type(problem).__name__}）。"
            yield Finding(False, said, f"检查 {setting} 的地址、账号，以及数据库服务是否在运行。")
            continue
        if migrated:
            yield Finding(True, f"{title}连得上，表是最新的。")
        else:
            patient.out.add(name)
            yield Finding(False, f"{title}的表还没有建好，或是旧版本的。", "运行 python app.py migrate。")


def identity_key(patient: Patient) -> Iterator[Finding]:
    """IDENTITY_KEY 和数据库"""
    if patient.out & {"case", "identity"} or not patient.has("IDENTITY_KEY"):
        yield left_out("IDENTITY_KEY 和数据库对不对得上", "要先有 IDENTITY_KEY 和两个数据库")
        return
    from store.key_marks import compare

    found = compare(patient.storage).values()
    if False in found:
        yield Finding(
            False,
            "IDENTITY_KEY 和数据库里的数据不是同一把：已有的查询码会查不到，姓名和电话读不出。",
            "把原来的那一把写回 .env，再重启 web 和 scheduler；另存的一份在哪里，问装机的人。",
        )
    elif None in found:
        yield left_out("IDENTITY_KEY 和数据库对不对得上", "web 还没有启动过，启动时会记下来")
    else:
        yield Finding(True, "IDENTITY_KEY 和数据库里的是同一把。")


def redis(patient: Patient) -> Iterator[Finding]:
    """Redis"""
    if not patient.has("REDIS_URL"):
        patient.out.add("redis")
        return
    from store.redis_link import RedisError, Unavailable

    assert patient.storage.link is not None
    try:
        told = read_info(patient.storage.link.call("INFO"))
    except (Unavailable, RedisError) as problem:
        patient.out.add("redis")
        yield Finding(
            False, f"Redis 连不上（{type(problem).__name__}）。", "检查 REDIS_URL，以及 Redis 是否在运行。"
        )
        return
    faults = list(_redis_faults(told))
    yield from faults or [
        Finding(True, f"Redis {told.get('redis_version', '')} 连得上，写到磁盘，不丢旧数据。")
    ]


def read_info(answer: Any) -> dict[str, str]:
    """What Redis says of itself."""
    lines = answer.decode(errors="replace").splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def _redis_faults(told: dict[str, str]) -> Iterator[Finding]:
    if told.get("aof_enabled") == "0":
        todo = "在 redis.conf 里写 appendonly yes，可以用 deploy/redis/ 里的配置。"
        yield Finding(False, "Redis 没有打开 AOF，一断电写到一半的举报就丢了。", todo)
    if told.get("aof_last_write_status", "ok") != "ok":
        yield Finding(False, "Redis 写不进磁盘。", "看磁盘是不是满了，再看 Redis 的日志。")
    policy = told.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        todo = "在 redis.conf 里写 maxmemory-policy noeviction。"
        yield Finding(False, f"Redis 内存满了会丢旧数据（{policy}），草稿会不见。", todo)
    limit, used = int(told.get("maxmemory", 0)), int(told.get("used_memory", 0))
    if limit and used > 0.9 * limit:
        yield Finding(False, "Redis 的内存快用完了。", "把 redis.conf 里的 maxmemory 调大。")
    if told.get("role", "master") != "master":
        yield Finding(False, "REDIS_URL 指向的是一台只读的从库。", "改成主库的地址。")


def font(patient: Patient) -> Iterator[Finding]:
    """证书和海报的字体"""
    from pictures.fonts import NoFont, find

    try:
        find(patient.settings.font_file)
    except NoFont as problem:
        yield Finding(False, "没有可用的中文字体，证书和海报画不出来。", str(problem))
        return
    yield Finding(True, "有中文字体。")


def scheduler(patient: Patient) -> Iterator[Finding]:
    """提醒进程"""
    if "case" in patient.out or not patient.has("CAMPAIGN"):
        yield left_out("提醒进程", NO_CASE if "case" in patient.out else NO_CAMPAIGN)
        return
    from scheduler.runner import WATCHED
    from store.watch import Watch

    now = machine_time()
    tasks = Watch(patient.storage, patient.settings.campaign).case(now, None).jobs
    watched = tasks.get(WATCHED)
    start = "启动它：systemctl start safety-month-scheduler，或 python app.py scheduler。"
    if watched is None:
        yield Finding(False, "提醒进程还没有运行过，到点的提醒发不出去。", start)
        return
    silent = {name: now - (tick.ended or tick.began) for name, tick in tasks.items()}
    if silent[WATCHED] > PERIODS * timedelta(seconds=watched.period) + _SLACK:
        yield Finding(False, f"提醒进程停了，上次动静在{_ago(silent[WATCHED])}前。", start)
        return
    late = [
        name
        for name, tick in tasks.items()
        if silent[name] > PERIODS * timedelta(seconds=tick.period) + _SLACK
    ]
    if late:
        todo = "原因在它的日志里：journalctl -u safety-month-scheduler。"
        yield Finding(False, f"提醒进程在，但有的任务没有做好：{'、'.join(sorted(late))}。", todo)
    else:
        yield Finding(True, f"提醒进程在，上次动静在{_ago(silent[WATCHED])}前。")


def _ago(span: timedelta) -> str:
    seconds = max(0, round(span.total_seconds()))
    if seconds < 120:
        return f" {seconds} 秒"
    return f" {seconds // 60} 分钟" if seconds < 7200 else f" {seconds // 3600} 小时"


def undelivered(patient: Patient) -> Iterator[Finding]:
    """没有送到的提醒、邮件和告知"""
    if patient.out & {"case", "identity"} or not patient.has("CAMPAIGN"):
        yield left_out("有没有没送到的提醒", "要先有 CAMPAIGN 和两个数据库")
        return
    from store.watch import Watch

    watch = Watch(patient.storage, patient.settings.campaign)
    found = watch.undelivered(_DAY) + watch.untold(_DAY)
    for name, (counted, todo) in _BROUGHT.items():
        failed, unknown = found[name, "failed"], found[name, "unknown"]
        told = [f"有 {failed} {counted}没有送到"] if failed else []
        told += [f"有 {unknown} {counted}不知是否送到"] if unknown else []
        if told:
            yield Finding(False, f"最近一天{'，'.join(told)}，都不会再发。", todo)
    if not found:
        yield Finding(True, "最近一天没有送不到的提醒、邮件和告知。")


def findings_of_audit(patient: Patient) -> Iterator[Finding]:
    """提醒进程的自查"""
    if patient.link is None or not patient.has("CAMPAIGN"):
        yield left_out("提醒进程的自查", NO_REDIS if patient.link is None else NO_CAMPAIGN)
        return
    from store.counts import Counts

    told = dict(Counts(patient.link, patient.settings.campaign).kept().get("audit", {}))
    told.pop("at", None)
    names = {
        "overdue": "到点没发的提醒",
        "stuck": "占着没放的提醒",
        "without_receipt": "发出一小时没有回执的提醒",
        "missing": "该有却没有的提醒",
        "late_mails": "没发出去的邮件",
        "late_words": "没发出去的告知",
        "late_photos": "一小时没取到的举报照片",
        "held": "等公众号或邮箱修好的提醒",
        "unreachable": "没有地方可发、要打电话的提醒",
    }
    found = [f"{names.get(name, name)} {count} 条" for name, count in told.items() if count]
    if found:
        yield Finding(
            False, f"自查发现：{'，'.join(found)}。", "编号在提醒进程的日志里，找 audit 开头的一行。"
        )


CHECKUPS: tuple[Checkup, ...] = (
    settings,
    campaign,
    files,
    databases,
    identity_key,
    redis,
    font,
    scheduler,
    undelivered,
    findings_of_audit,
)
