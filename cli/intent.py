"""``intent`` and ``sector``: which label or which two sectors each line of the standard input gets."""

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


@click.command("sector")
def sector_command() -> None:
    """从标准输入读隐患描述，每行输出“最像的行业<TAB>其次<TAB>原句”。"""
    from bot.language import intents, sectors

    intents.prepare()
    for line in sys.stdin:
        text = line.rstrip("\n")
        first, second, *_ = sectors.rank(text)
        click.echo(f"{first}\t{second}\t{text}")
