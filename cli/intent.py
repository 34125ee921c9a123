"""``python app.py intent``: which label each line of the standard input gets."""

from __future__ import annotations

import sys

import click


@click.command("intent")
def intent_command() -> None:
    """从标准输入读句子，每行输出“标签<TAB>原句”。"""
    from bot.language import intents

    intents.prepare()
    for line in sys.stdin:
        text = line.rstrip("\n")
        click.echo(f"{intents.label_of(text)}\t{text}")
