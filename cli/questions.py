"""``questions``: the question bank told, as a file for others, and taken in from one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.desk import print_table, told
from cli.question_choice import SECTOR_NAMES, Choice, beside, choosing, chosen
from content.bank import KIND_NAMES, LEVEL_NAMES, Chapter, Question
from content.loader import QUESTIONS, load_chapters, load_questions

if TYPE_CHECKING:
    from content.formats.taking_in import Taken

_FILE = click.Path(dir_okay=False, path_type=Path)
_THERE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LARGEST = 20 * 1024 * 1024  # bytes of a file
_TOLD = ("id", "type", "topic", "stem", "options", "answer", "why", "source", "fact", "reviewed")
_force = click.option("--force", is_flag=True, help="文件已经有了也覆盖。")


@click.group("questions", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="一行一个 JSON 对象。")
@choosing
@click.pass_context
def questions_group(context: click.Context, /, as_json: bool, **options: Any) -> None:
    """题库：有多少题，哪些题引了哪部法律，导出，导入。"""
    choice = Choice(**options)
    if context.invoked_subcommand:
        if as_json or choice != Choice():
            raise click.UsageError("--json、--topic、--source 这些请写在子命令后面，或者不写子命令。")
        return
    chapters = chosen(_bank(context), choice)
    if as_json:
        for question in _all(chapters):
            click.echo(json.dumps(as_plain(question), ensure_ascii=False))
        return
    bank = load_questions(_bank(context))
    counting = {one.id for some in bank.scored.values() for one in some}
    if choice.one_by_one:
        _print_each(_all(chapters), counting, choice)
    else:
        _print_counts(chapters, counting)


@questions_group.command("export")
@click.argument("file", type=_FILE, metavar="文件")
@choosing
@_force
@click.pass_context
def export_command(context: click.Context, /, file: Path, force: bool, **options: Any) -> None:
    """导出题库：.xlsx 表格，.gift 和 .aiken（.txt）给 Moodle，.tsv 给别的程序。"""
    from content.formats.files import format_of, write

    told(lambda: format_of(file.name))
    chapters = chosen(_bank(context), Choice(**options))
    if not chapters:
        raise click.ClickException("没有这样的题，没有导出。")
    content, notes = told(lambda: write(file.name, chapters, SECTOR_NAMES), "没有导出")
    _save(file, content, force)
    for note in notes:
        click.echo(note, err=True)
    left_out = max(0, len(notes) - 1)
    click.echo(
        f"导出好了：{file}，{len(_all(chapters)) - left_out}道题。"
        + (f"有{left_out}道没有导出。" if left_out else "")
    )


@questions_group.command("template")
@click.argument("file", type=_FILE, metavar="文件.xlsx")
@_force
@click.pass_context
def template_command(context: click.Context, file: Path, force: bool) -> None:
    """做一份空白的表格，交给工作人员填题。"""
    from content.formats.workbook import template

    if file.suffix.lower() != ".xlsx":
        raise click.ClickException(f"文件名要以 .xlsx 结尾，写的是“{file.name}”。")
    _save(file, told(lambda: template(load_chapters(_bank(context)), SECTOR_NAMES)), force)
    click.echo(f"做好了：{file}。填法见第一张表“说明”。")


@questions_group.command("import")
@click.argument("file", type=_THERE, metavar="文件")
@click.option("--topic", default="", metavar="类别", help="都放进这一类；新的类别只放本单位自己的题。")
@click.option("--title", default="", metavar="名称", help="新的类别叫什么。")
@click.option("--source", default="", metavar="出处", help="没有写出处的题用这个出处。")
@click.pass_context
def import_command(context: click.Context, file: Path, topic: str, title: str, source: str) -> None:
    """从文件导入题目；有一处不对就都不导入。"""
    from content.formats.files import read
    from content.formats.taking_in import Wish, take_in

    if title and not topic:
        raise click.UsageError("--title 要和 --topic 一起用。")
    if file.stat().st_size > _LARGEST:
        raise click.ClickException("这个文件太大了，请分成几份再试。")
    wish = Wish(topic.strip(), title.strip(), source.strip())
    draft = told(lambda: read(file.name, file.read_bytes(), SECTOR_NAMES), "没有导入")
    _print_taken(told(lambda: take_in(_bank(context), draft, wish, sectors=SECTOR_NAMES), "没有导入"))


def as_plain(question: Question) -> dict[str, object]:
    """A question as other programs read it: the answer is a text where there is but one."""
    values = question.model_dump(mode="json")
    if question.type in ("single", "judge"):
        values["answer"] = question.answer[0]
    return {name: values[name] for name in _TOLD}


def _print_each(questions: Sequence[Question], counting: Collection[str], choice: Choice) -> None:
    """Each question with what it rests on, and what else does."""
    head = ("编号", "类别", "计分", "复核日期", "出处", "题干")
    rows = [
        (
            one.id,
            one.topic,
            "是" if one.id in counting else "否",
            str(one.reviewed or "没有"),
            one.source,
            one.stem,
        )
        for one in questions
    ]
    print_table(head, rows)
    click.echo(f"共{len(rows)}道题。", err=True)
    if choice.source and (more := beside(choice)):
        click.echo(more, err=True)


def _print_counts(chapters: Sequence[Chapter], counting: Collection[str]) -> None:
    """How many questions each chapter has, of which type and how hard, and how many of them may count."""
    head = ("类别", "名称", *KIND_NAMES.values(), *(f"难度{level}" for level in LEVEL_NAMES), "计分", "共")
    rows = [
        (one.topic, one.title + ("（自己的）" if one.own else ""), *_counts(one.questions, counting))
        for one in chapters
    ]
    print_table(head, [*rows, ("", "合计", *_counts(_all(chapters), counting))])


def _counts(questions: Sequence[Question], counting: Collection[str]) -> list[int]:
    kinds = Counter(question.type for question in questions)
    levels = Counter(question.level for question in questions)
    scored = sum(question.id in counting for question in questions)
    return [
        *(kinds[kind] for kind in KIND_NAMES),
        *(levels[level] for level in LEVEL_NAMES),
        scored,
        len(questions),
    ]


def _print_taken(taken: Taken) -> None:
    for note in taken.notes:
        click.echo(note, err=True)
    told = f"导入好了：新的{len(taken.new)}道，改了{len(taken.changed)}道，和原来一样的{taken.same}道。"
    click.echo(told + (f"新的类别：{'、'.join(taken.chapters)}。" if taken.chapters else ""))
    if taken.unreviewed:
        click.echo(
            f"有{len(taken.unreviewed)}道要再复核，复核以前只用来练习，不计分：{'、'.join(taken.unreviewed)}。"
        )
    if taken.new or taken.changed:
        click.echo("正在运行的程序要重新启动，才会用上新的题目。")


def _bank(context: click.Context) -> Path:
    """The folder of the bank; a test hands over one of its own."""
    return context.obj if isinstance(context.obj, Path) else QUESTIONS


def _all(chapters: Iterable[Chapter]) -> list[Question]:
    return [question for chapter in chapters for question in chapter.questions]


def _save(file: Path, content: bytes, force: bool) -> None:
    if file.exists() and file.stat().st_size and not force:
        raise click.ClickException(f"{file} 已经有了，没有覆盖。换个名字，或者加 --force。")
    try:
        file.write_bytes(content)
    except OSError as problem:
        raise click.ClickException(f"写不了 {file}：{problem.strerror}") from None
