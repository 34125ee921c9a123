"""``python app.py ask``: what each line of the standard input is answered."""

from __future__ import annotations

import sys

import click

from bot.language.advice import Found, base


@click.command("ask")
def ask_command() -> None:
    """从标准输入读问题，每行输出“编号<TAB>答案<TAB>原句”，没有把握的编号是“-”。"""
    advice = base()
    for line in sys.stdin:
        text = line.rstrip("\n")
        found = advice.ask(text)
        name, said = (found.answer.id, found.answer.answer) if found.answer else ("-", _unsure(found))
        click.echo(f"{name}\t{' '.join(said.split())}\t{text}")


def _unsure(found: Found) -> str:
    nearest = "；".join(advice.question for advice in found.nearest)
    return f"不确定。您是不是想问：{nearest}" if nearest else "不确定。请换个说法。"
