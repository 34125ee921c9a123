"""``campaign``, ``obligations``: what a campaign holds, a later year's proposal, and the workbook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.language.normalise import normalise
from cli.desk import print_table, told
from content.errors import ContentError
from content.loader import (
    CAMPAIGNS,
    available_campaigns,
    is_proposal,
    load,
    load_campaign,
    load_questions,
    proposals,
)
from content.models import Campaign, Obligation
from content.notices import read_notice
from content.occurrences import occurrences
from content.proposals import Line, create, lines, read_proposal, ready
from content.quiz import topic_faults
from content.reading import entries
from content.telling import ASSUMED, full_day, item_line, points
from content.writing import install
from handlers import ROUTES
from rules import working_days

if TYPE_CHECKING:
    from content.workbook.document import SheetDocument
    from content.workbook.taking_in import Taken

_WORDS = frozenset(normalise(word) for route in ROUTES for word in route.words)
_FILE = click.Path(dir_okay=False, path_type=Path)
_THERE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LARGEST = 20 * 1024 * 1024  # bytes of a workbook
_NOT_YET = "草案没有生效，也没有改动"
_RESTART = "正在运行的程序要重新启动，才会用上新的内容。"


@click.group("campaign")
def campaign_group() -> None:
    """活动：查看、做下一年的草案、用表格修改。"""


@campaign_group.command("list")
@click.pass_context
def list_command(context: click.Context) -> None:
    """列出所有活动和草案。"""
    folder = _campaigns(context)
    rows = [(name, "生效") for name in available_campaigns(folder)]
    print_table(("编号", "状态"), rows + [(name, "草案") for name in proposals(folder)])


@campaign_group.command("show")
@click.argument("campaign_id", metavar="编号")
@click.option("--json", "as_json", is_flag=True, help="写成 JSON。")
@click.pass_context
def show_command(context: click.Context, campaign_id: str, as_json: bool) -> None:
    """显示一届活动的全部内容。"""
    campaign = told(lambda: _load(context, campaign_id))
    _show_json(context, campaign) if as_json else _show(context, campaign)


@campaign_group.command("new")
@click.argument("campaign_id", metavar="编号")
@click.option("--from", "source_id", required=True, metavar="活动", help="照哪一届做，比如 ningxia-2020。")
@click.option("--year", required=True, type=int, metavar="年份", help="新的一届是哪一年，比如 2027。")
@click.pass_context
def new_command(context: click.Context, campaign_id: str, source_id: str, year: int) -> None:
    """照往年的活动做一份草案，确认以前不生效。"""
    folder = _campaigns(context)
    told(lambda: _named(campaign_id))
    source = told(lambda: load(source_id, folder))
    campaign, proposal = told(lambda: create(folder, source, campaign_id, year))
    click.echo(f"草案做好了：{campaign.name}（{campaign_id}），在 {folder / campaign_id}，还没有生效。")
    click.echo(f"“原话”都还是{proposal.base}年通知的，日期都按推定算，拿到本届通知后再核对。")
    _print_lines(lines(campaign, proposal, folder))
    warn_of_days_off([campaign])
    click.echo(f"可以导出成表格来改：python app.py campaign export {campaign_id} {campaign_id}.xlsx")
    click.echo(f"核对好以后：python app.py campaign confirm {campaign_id} --notice 通知.txt")


@campaign_group.command("confirm")
@click.argument("campaign_id", metavar="编号")
@click.option("--notice", type=_THERE, metavar="文件", help="本届通知的全文，纯文本。")
@click.option("--without-notice", is_flag=True, help="本届通知还没有，先照往年的用，日期都标明推定。")
@click.option("--yes", is_flag=True, help="各项都核对过了，不再问。")
@click.pass_context
def confirm_command(
    context: click.Context, campaign_id: str, notice: Path | None, without_notice: bool, yes: bool
) -> None:
    """确认一份草案，让它生效；还有要改的就列出来，不生效。"""
    if notice and without_notice:
        raise click.UsageError("--notice 和 --without-notice 只能用一个。")
    folder = _campaigns(context)
    told(lambda: _named(campaign_id))
    proposal = told(lambda: read_proposal(folder / campaign_id))
    given = told(lambda: read_notice(notice)) if notice else None
    campaign, text = told(lambda: ready(folder / campaign_id, given, without_notice=without_notice), _NOT_YET)
    told(lambda: _no_faults(word_faults(campaign) + contest_faults(campaign)), _NOT_YET)
    unsure = [line for line in lines(campaign, proposal, folder) if not line.confirmed]
    if unsure and not yes:
        _print_lines(unsure)
        click.confirm(f"以上{len(unsure)}项都核对过了吗？", abort=True)
    told(lambda: install(folder, campaign, text))
    click.echo(f"{campaign.name}（{campaign_id}）生效了，可以设 CAMPAIGN={campaign_id}。")
    warn_of_days_off([campaign])


@campaign_group.command("export")
@click.argument("campaign_id", metavar="编号")
@click.argument("file", type=_FILE, metavar="文件.xlsx")
@click.option("--force", is_flag=True, help="文件已经有了也覆盖。")
@click.pass_context
def export_command(context: click.Context, campaign_id: str, file: Path, force: bool) -> None:
    """把一届活动导出成表格，可以改了再导入。"""
    from content.workbook.export import export  # the library for workbooks is loaded only where it is used

    if file.suffix.lower() != ".xlsx":
        raise click.ClickException(f"文件名要以 .xlsx 结尾，写的是“{file.name}”。")
    if file.exists() and file.stat().st_size and not force:
        raise click.ClickException(f"{file} 已经有了，没有覆盖。换个名字，或者加 --force。")
    campaign = told(lambda: _load(context, campaign_id))
    folder = _campaigns(context) / campaign_id
    notice = (folder / campaign.notice.file).read_text(encoding="utf-8-sig")
    checklist = lines(campaign, read_proposal(folder), folder.parent) if is_proposal(folder) else ()
    try:
        told(lambda: export(campaign, notice, file, checklist))
    except OSError as problem:
        raise click.ClickException(f"写不了 {file}：{problem.strerror}") from None
    click.echo(f"导出好了：{file}。先看第一张表“说明”。")


@campaign_group.command("import")
@click.argument("file", type=_THERE, metavar="文件.xlsx")
@click.option("--as", "new_id", metavar="编号", help="导入成另一届活动，不用表格里写的编号。")
@click.pass_context
def import_command(context: click.Context, file: Path, new_id: str | None) -> None:
    """从表格导入一届活动；有一处不对就都不导入。"""
    from content.workbook.taking_in import take_in

    if file.stat().st_size > _LARGEST:
        raise click.ClickException("这个文件太大了，请删掉图片和多余的内容再试。")
    if new_id:
        told(lambda: _named(new_id))
    taken = told(lambda: take_in(_campaigns(context), file.read_bytes(), new_id, _prove_words), "没有导入")
    _print_taken(context, taken)
    warn_of_days_off([taken.campaign])


@click.command("obligations")
@click.option("--campaign", "campaign_id", required=True, metavar="活动", help="比如 ningxia-2020。")
@click.option("--json", "as_json", is_flag=True, help="一行一个 JSON 对象。")
@click.pass_context
def obligations_command(context: click.Context, campaign_id: str, as_json: bool) -> None:
    """列出要报送的材料和每一个截止日。"""
    campaign = told(lambda: _load(context, campaign_id))
    found = falling_due(campaign)
    if as_json:
        for one in found:
            click.echo(json.dumps(_as_json(campaign, one), ensure_ascii=False))
        return
    if not found:
        click.echo("通知没有要求报送。")
        return
    rows = ((_when(one), one.name, _items(one.obligation), one.obligation.where or "") for one in found)
    print_table(("截止", "报送事项", "材料", "报到"), rows)


@dataclass(frozen=True, slots=True)
class Falling:
    """One time that an obligation falls due, or that it has no day."""

    obligation: Obligation
    due: date | None
    stated: bool
    name: str


def falling_due(campaign: Campaign) -> list[Falling]:
    """Every due date in the order of the calendar, and at the end what has none."""
    found = [
        Falling(one, time.due, not time.assumed, time.name)
        for one in campaign.obligations
        for time in occurrences(one)
    ]
    undated = [Falling(one, None, False, one.name) for one in campaign.obligations if not occurrences(one)]
    return [*sorted(found, key=lambda one: one.due or date.max), *undated]


def word_faults(campaign: Campaign) -> list[str]:
    """Words of the welcome that no route answers to, and names of contests that mean something else already."""
    names = [name for contest in campaign.quiz.contests for name in contest.names]
    known = _WORDS.union(map(normalise, names))
    unknown = [line.word for line in campaign.welcome.lines if normalise(line.word) not in known]
    faults = [f"{campaign.id}：欢迎词里的“{word}”，助手不认得" for word in unknown]
    taken = [name for name in names if normalise(name) in _WORDS]
    return faults + [f"{campaign.id}：竞赛的叫法“{name}”已经有别的意思，请换一个" for name in taken]


def contest_faults(campaign: Campaign) -> list[str]:
    """Contests for which the question bank has no questions, or too few."""
    if not any(contest.topics for contest in campaign.quiz.contests):
        return []
    return [f"{campaign.id}：{fault}" for fault in topic_faults(campaign.quiz, load_questions().scored)]


def _as_json(campaign: Campaign, one: Falling) -> dict[str, object]:
    return {
        "campaign": campaign.id,
        "obligation": one.obligation.id,
        "title": one.obligation.title,
        "due": one.due.isoformat() if one.due else None,
        "stated": one.stated,
        "items": [item.name for item in one.obligation.items],
        "quote": one.obligation.quote,
        "notice": campaign.notice.title,
    }


def _when(one: Falling) -> str:
    if one.due is None:
        return "没有截止日"
    return full_day(one.due) + ("" if one.stated else ASSUMED)


def _items(obligation: Obligation) -> str:
    return "、".join(item_line(item) for item in obligation.items)


def _campaigns(context: click.Context) -> Path:
    """The folder of all campaigns; a test hands over one of its own."""
    return context.obj if isinstance(context.obj, Path) else CAMPAIGNS


def _load(context: click.Context, campaign_id: str) -> Campaign:
    """An active campaign, or a proposal with a word that it is one."""
    folder = _campaigns(context)
    if campaign_id not in proposals(folder):
        return load(campaign_id, folder)
    click.echo(f"“{campaign_id}”是草案，还没有生效。", err=True)
    return load_campaign(folder / campaign_id)


def _named(campaign_id: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", campaign_id):
        raise ContentError([f"编号“{campaign_id}”只能用小写字母、数字和短横线，比如 ningxia-2027"])


def _no_faults(faults: list[str]) -> None:
    if faults:
        raise ContentError(faults)


def _prove_words(document: SheetDocument) -> None:
    """Every word of the welcome must lead somewhere."""
    names = _prove_contests(document)
    for key, line in entries(document, "welcome", "lines"):
        word = line.get("word")
        if isinstance(word, str) and normalise(word) not in _WORDS | names:
            document.add((*key, "word"), f"写的是“{word}”，助手不认得，请写 答题、举报、登记、活动 这样的词")


def _prove_contests(document: SheetDocument) -> set[str]:
    """Every name of a contest means nothing else, and its topics are in the bank; gives the names."""
    names: set[str] = set()
    for key, contest in entries(document, "quiz", "contests"):
        words, topics = (contest.get(part) for part in ("words", "topics"))
        for name in (contest.get("title"), *(words if isinstance(words, list) else ())):
            names.add(normalise(str(name)))
            if normalise(str(name)) in _WORDS:
                document.add((*key, "words"), f"“{name}”已经有别的意思，请换一个叫法")
        for topic in topics if isinstance(topics, list) else ():
            if topic not in load_questions().scored:
                document.add((*key, "topics"), f"题库里没有类别“{topic}”")
    return names


def warn_of_days_off(campaigns: Iterable[Campaign]) -> None:
    """Say which years' days off aren't known yet."""
    days = [one.due for campaign in campaigns for one in falling_due(campaign) if one.due]
    for warning in working_days.warnings(days, datetime.now(UTC).date()):
        click.echo(warning, err=True)


def _show_json(context: click.Context, campaign: Campaign) -> None:
    more = {
        "begins": campaign.begins.isoformat(),
        "ends": campaign.ends.isoformat(),
        "proposal": is_proposal(_campaigns(context) / campaign.id),
    }
    click.echo(json.dumps(campaign.model_dump(mode="json") | more, ensure_ascii=False, indent=2))


def _show(context: click.Context, campaign: Campaign) -> None:
    state = "（草案，还没有生效）" if is_proposal(_campaigns(context) / campaign.id) else ""
    click.echo(f"{campaign.name}  {campaign.id}{state}")
    for section, found in groupby(points(campaign), key=lambda one: one.section):
        click.echo(f"\n【{section}】")
        for point in found:
            click.echo(f"{point.what}：{point.text}")
            for line in point.detail:
                click.echo(f"    {line}")
            if point.quote:
                click.echo(f"    依据：“{point.quote}”")


def _print_lines(found: Sequence[Line]) -> None:
    """The points of a proposal, each with what it was before."""
    click.echo(f"请逐项核对，共{len(found)}项：")
    for number, line in enumerate(found, start=1):
        same = line.now == line.before
        click.echo(f"{number}. {line.what}：{line.now}" + ("（和上一届一样）" if same else ""))
        if line.before and not same:
            click.echo(f"    上一届：{line.before}")
        if line.note:
            click.echo(f"    {line.note}")


def _print_taken(context: click.Context, taken: Taken) -> None:
    campaign = taken.campaign
    told = f"导入好了：{campaign.name}（{campaign.id}）。"
    if taken.is_new:
        told += "这是新的一届活动。"
    else:
        told += f"改了：{'、'.join(taken.changed)}。" if taken.changed else "内容和原来一样。"
    click.echo(told)
    if not taken.proposal:
        click.echo(_RESTART)
        return
    folder = _campaigns(context)
    found = lines(campaign, read_proposal(folder / campaign.id), folder)
    left = sum(not line.confirmed for line in found)
    click.echo(f"还是草案，还有{left}项没有确认。生效请运行 python app.py campaign confirm {campaign.id}")
