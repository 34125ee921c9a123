"""``backup`` and ``restore``: both databases, Redis and the photos in one file, checked before it is put back."""

from __future__ import annotations

import socket
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from store.archive import About, Backup, Writer
    from store.database import Database
    from store.redis_link import Link
    from store.stores import Storage

OPEN = (
    "举报人的身份是用 IDENTITY_KEY 加密的，钥匙不在备份里，请另存一份；举报内容和照片没有另外加密，"
    "请把备份放在只有您能看的地方。里面也有后来要求删除的信息，请不要长期保存。"
)
_TITLES = {"case": "举报和报送的数据库", "identity": "身份库"}
_FRESH = 20.0  # seconds; a scheduler that ticked since then is at work


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--without-identities", is_flag=True, help="不备份举报人身份库。")
@click.option("--keep", type=click.IntRange(1), help="TARGET 是文件夹时，只留最近几份。")
def backup_command(target: Path, without_identities: bool, keep: int | None) -> None:
    """备份两个数据库、Redis 和照片到一个文件；TARGET 是文件夹时自己起名。服务不用停。"""
    from store.archive import Writer
    from store.counts import Counts
    from store.dumps import CannotDump, in_plain_words

    settings, storage, link = _opened()
    file = target / f"safety-month-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar" if target.is_dir() else target
    if file.exists():
        raise click.ClickException(f"{file} 已经有了，不覆盖。请换个名字。")
    try:
        writer = Writer(file, storage.sealing)
    except OSError as problem:
        raise click.ClickException(f"写不了 {file}（{problem.strerror}）。") from None
    try:
        with in_plain_words():
            told, size = _write(settings, storage, link, writer, not without_identities)
    except CannotDump as problem:
        writer.drop()
        raise click.ClickException(f"没有备份成：{problem}") from None
    except BaseException:
        writer.drop()
        raise
    Counts(link, settings.campaign).keep("backup", {"bytes": size})
    click.echo(f"已备份到 {file}：{told}。\n{OPEN}")
    if keep and target.is_dir():
        _drop_old(target, keep)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="现有的数据不要了，换成备份里的。")
@click.option("--unsigned", is_flag=True, help="旧版本做的备份没有签名，查不出有没有被改过，也照样恢复。")
def restore_command(file: Path, force: bool, unsigned: bool) -> None:
    """从备份恢复；先停掉 web 和 scheduler。有数据时不动，除非 --force。"""
    from store.archive import BadArchive, opened
    from store.dumps import CannotDump, in_plain_words
    from store.redis_link import PROBE

    settings, storage, link = _opened()
    replaced: list[str] = []
    try:
        with in_plain_words(), opened(file, storage.sealing, unsigned) as kept:
            _refuse_foreign(storage, kept.about)
            _refuse_running(settings, storage)
            link.call(*PROBE)  # a full disk, or somebody's copy
            if not force:
                _refuse_full(storage, link, kept.about)
            told = _put_back(settings, storage, link, kept, replaced)
    except (BadArchive, CannotDump) as problem:
        raise click.ClickException(f"{problem}{_how_far(replaced)}") from None
    click.echo(
        f"已从 {file} 恢复：{told}。\n现在可以启动 web 和 scheduler，再运行 python app.py doctor 看看。"
    )
    if not kept.signed:
        click.echo("这份备份没有签名，查不出有没有被改过。请尽快另做一份新的。")


def _opened() -> tuple[Settings, Storage, Link]:
    """What is backed up, under the settings of the services; or the end with the names of those that are missing."""
    from cli.opening import open_storage

    settings = load_settings()
    missing = [name for name in ("IDENTITY_KEY", "REDIS_URL", "CAMPAIGN") if name in settings.missing()]
    if missing:
        raise click.ClickException(f"缺少设置：{'、'.join(missing)}。备份和恢复要用和服务一样的设置。")
    storage = open_storage(settings)
    assert storage.link is not None
    return settings, storage, storage.link


# -- out -----------------------------------------------------------------------------------------------------


def _write(
    settings: Settings, storage: Storage, link: Link, writer: Writer, identities: bool
) -> tuple[str, int]:
    """Case database first, then identities, photos and Redis: whatever comes in meanwhile leaves no case without
    its identity and no row without its photo, only the harmless opposite."""
    from store.dumps import dump, dump_redis

    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".backup-") as made:
        folder = Path(made)
        for name, database in _databases(storage, identities).items():
            copy = dump(database, folder, name)
            writer.add(copy.name, copy)
            copy.unlink()
        photos = _add_photos(writer, storage.photos)
        keys = dump_redis(link, folder / "redis.jsonl")
        writer.add("redis.jsonl", folder / "redis.jsonl")
        size = writer.close(_about(storage, identities))
    what = "两个数据库" if identities else "举报和报送的数据库（没有身份库）"
    return f"{what}、{photos} 张照片、Redis 的 {keys} 个键，共 {size / 1e6:.1f} MB", size


def _add_photos(writer: Writer, folder: Path) -> int:
    count = 0
    for file in sorted(folder.glob("*.jpg")):
        try:
            writer.add(f"photos/{file.name}", file)
            count += 1
        except FileNotFoundError:
            continue  # given up meanwhile
    return count


def _about(storage: Storage, identities: bool) -> About:
    from cli.watching import version
    from store.archive import About
    from store.key_marks import mark_of

    return About(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version(),
        identities=identities,
        tables={name: one.revision() for name, one in _databases(storage, True).items()},
        key=mark_of(storage.sealing),
    )


def _databases(storage: Storage, identities: bool) -> dict[str, Database]:
    return {"case": storage.case, **({"identity": storage.identity} if identities else {})}


def _drop_old(folder: Path, keep: int) -> None:
    gone, left = 0, []
    for file in sorted(folder.glob("safety-month-????????-??????.tar"))[:-keep]:
        try:
            file.unlink(missing_ok=True)
            gone += 1
        except OSError as problem:
            left.append(f"{file.name}（{problem.strerror}）")
    if gone:
        click.echo(f"删掉了 {gone} 份旧的。")
    if left:
        raise click.ClickException(f"新的备份做好了，旧的没有删掉：{'、'.join(left)}。请自己删，免得磁盘满。")


# -- back ----------------------------------------------------------------------------------------------------


def _refuse_foreign(storage: Storage, about: About) -> None:
    """What could not be read, or not be used by this release, is not put back."""
    from store.key_marks import mark_of

    if about.key != mark_of(storage.sealing):
        raise click.ClickException(
            "备份是用另一把 IDENTITY_KEY 做的。请先把那一把写进 .env，否则读不出里面的内容。"
        )
    if not all(one.knows(about.tables.get(name, "")) for name, one in _databases(storage, True).items()):
        raise click.ClickException(f"备份来自更新的版本（{about.version}）。请先更新程序再恢复。")


def _refuse_running(settings: Settings, storage: Storage) -> None:
    from cli.opening import machine_time
    from store.ticks import Ticks

    with socket.socket() as probe:
        if probe.connect_ex((settings.host, settings.port)) == 0:
            raise click.ClickException(f"端口 {settings.port} 上还有服务在运行。请先停掉 web 和 scheduler。")
    try:
        last = Ticks(storage, settings.campaign).last("send")
    except Exception:
        return  # no table yet: nobody ticks
    if last is not None and (machine_time() - last).total_seconds() < _FRESH:
        raise click.ClickException("提醒进程还在运行。请先停掉 scheduler，等半分钟再来。")


def _refuse_full(storage: Storage, link: Link, about: About) -> None:
    from store.dumps import is_empty, redis_is_empty

    full = [
        name
        for name, one in (("DATABASE_URL", storage.case), ("IDENTITY_DATABASE_URL", storage.identity))
        if (name == "DATABASE_URL" or about.identities) and not is_empty(one)
    ]
    full += ["照片文件夹"] if any(storage.photos.iterdir()) else []
    full += [] if redis_is_empty(link) else ["Redis"]
    if full:
        raise click.ClickException(
            f"{'、'.join(full)} 里已经有数据，没有恢复。确定不要了，就加 --force（先另做一份备份）。"
        )


def _how_far(replaced: list[str]) -> str:
    """What is no longer as it was, where something went wrong on the way."""
    if not replaced:
        return "现有的数据一点没有动。"
    return (
        f"恢复停在半路：{'、'.join(replaced)}已经动过了，别的还没有。请不要启动服务，"
        "排除原因后再运行一次 restore（加 --force），它会从头来过。"
    )


def _put_back(settings: Settings, storage: Storage, link: Link, kept: Backup, replaced: list[str]) -> str:
    """Everything is unpacked and made ready before the first thing is replaced; ``replaced`` is told what was."""
    from store.dumps import load_redis, ready, try_redis

    with ExitStack() as stack:
        made = tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-")
        folder = Path(stack.enter_context(made))
        photos = _unpack(kept, folder)
        databases = _databases(storage, kept.about.identities)
        put = {
            name: stack.enter_context(ready(database, next(folder.glob(f"{name}.d*"))))
            for name, database in databases.items()
        }
        try_redis(link, folder / "redis.jsonl")
        for name, put_one in put.items():
            replaced.append(_TITLES[name])
            put_one()
        replaced.append("照片")
        _replace_photos(folder / "photos", storage.photos)
        replaced.append("Redis")
        keys = load_redis(link, folder / "redis.jsonl")
    what = "两个数据库" if kept.about.identities else "举报和报送的数据库（备份里没有身份库）"
    return f"{what}、{photos} 张照片、Redis 的 {keys} 个键，做于 {kept.about.made_at}"


def _unpack(kept: Backup, folder: Path) -> int:
    """Lay all parts into a folder; how many photos there are."""
    (folder / "photos").mkdir()
    for name in kept.parts:
        kept.take(name, folder / name)
    return sum(name.startswith("photos/") for name in kept.parts)


def _replace_photos(fresh: Path, place: Path) -> None:
    for old in place.iterdir():
        if old.is_file():
            old.unlink()
    for file in fresh.iterdir():
        file.rename(place / file.name)
