"""``check-content``: whether the content may be shown."""

from __future__ import annotations

import click

from cli.campaign import contest_faults, warn_of_days_off, word_faults
from cli.question_choice import SECTOR_NAMES
from content.check import check_content
from content.loader import available_campaigns, load, load_questions, proposals


@click.command("check-content")
def check_content_command() -> None:
    """检查活动内容和题库，有问题时逐条列出。"""
    faults = check_content(sectors=SECTOR_NAMES)
    campaigns = [] if faults else [load(name) for name in available_campaigns()]
    faults += [fault for one in campaigns for fault in (*word_faults(one), *contest_faults(one))]
    for fault in faults:
        click.echo(fault)
    if faults:
        click.echo(f"共{len(faults)}处要改。", err=True)
        raise SystemExit(1)
    warn_of_days_off(campaigns)
    if proposals():
        click.echo(f"还没有确认的草案（没有检查）：{'、'.join(proposals())}", err=True)
    questions = load_questions()
    topics = len({question.topic for question in questions})
    click.echo(f"内容没有问题：活动{len(available_campaigns())}个，题目{len(questions)}道，分{topics}类。")
