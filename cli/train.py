"""``python app.py train-language``: learn the weights from the examples; for development only."""

from __future__ import annotations

import click


@click.command("train-language")
def train_command() -> None:
    """从例句学习权重（仅开发时用，先安装 requirements-dev.txt）。"""
    try:
        from bot.language.training import train
    except ImportError as missing:
        raise click.ClickException(f"缺少{missing.name}，请先安装 requirements-dev.txt。") from None
    made = train()
    said, sectors = made.examples
    first, two = made.sectors
    click.echo(f"例句{said}条，行业例句{sectors}条，权重{made.size / 1e6:.2f} MB。")
    click.echo(f"交叉验证：意图{made.intents:.3f}，行业第一{first:.3f}、前两个{two:.3f}。")
    for name, (recall, false) in made.alarms.items():
        click.echo(f"危险 {name} {made.thresholds[name]:+.2f}：召回{recall:.3f}，误报{false:.3f}。")
