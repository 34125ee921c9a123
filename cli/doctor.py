"""``doctor``: looks at everything that can be wrong, and says in an operator's words what it is and what to do."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from bot.errors import SettingsError
from bot.settings import load_settings
from cli.checkups import CHECKUPS, Finding, Patient
from cli.desk import with_demo

MARKS = {True: "✓", False: "✗", None: "－"}


@click.command("doctor")
def doctor_command() -> None:
    """检查设置、数据库、Redis、微信账号、回调地址、提醒进程，说出哪里不对、怎么办。"""
    from cli.checkups_wechat import CHECKUPS as AT_WECHAT

    try:
        settings = with_demo(load_settings())
    except SettingsError as problem:
        _say([Finding(False, line, "改 .env 里的这一项。") for line in str(problem).splitlines()[1:]])
        sys.exit(1)
    patient = Patient(settings)
    with _quiet("wechat"):
        bad = sum([_say(_run(checkup, patient)) for checkup in (*CHECKUPS, *AT_WECHAT)])
    click.echo(f"有 {bad} 处要处理。" if bad else "没有发现问题。")
    sys.exit(1 if bad else 0)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """What goes wrong is said in the doctor's own words."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _run(checkup: Callable[[Patient], Iterator[Finding]], patient: Patient) -> Iterator[Finding]:
    """A check that fails itself is a finding, too."""
    try:
        yield from checkup(patient)
    except Exception as problem:
        name = (checkup.__doc__ or checkup.__name__).splitlines()[0]
        yield Finding(
            False, f"“{name}”这一项没有查成（{type(problem).__name__}）。", "把这一行交给开发的人。"
        )


def _say(findings: Iterator[Finding] | list[Finding]) -> int:
    """Print each as it is found; how many are bad."""
    bad = 0
    for finding in findings:
        click.echo(f"{MARKS[finding.good]} {finding.text}")
        if finding.todo:
            click.echo(f"  → {finding.todo}")
        bad += finding.good is False
    return bad
