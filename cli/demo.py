"""What ``run`` prepares once for the demo: the calendar, the menu, two units to register for."""

from __future__ import annotations

import click

DEMO_UNITS = (
    ("青泉市安委会", "市县安委会", "李敏", "qingquan@example.com", "QQ-2020", "青泉市"),
    ("河湾县应急管理局", "县应急管理局", "周航", "hewan@example.com", "HW-2020", "河湾县"),
)


@click.command("prepare-demo", hidden=True)
def prepare_demo_command() -> None:
    """准备演示：日历、菜单和两个单位。"""
    from app import build, push_menu
    from bot.settings import load_settings
    from cli.opening import machine_time
    from store.units import UnitRow
    from web.demo import start_of

    settings = load_settings()
    if not settings.demo:
        raise click.ClickException("只有 run 才准备演示。")
    parts = build(settings)
    parts.clock.start((start_of(parts.campaign) - machine_time()).total_seconds())
    push_menu(parts)
    with parts.storage.transaction(parts.campaign.id) as stores:
        if not stores.units.all():
            stores.units.import_rows(
                [
                    UnitRow(name, group, contact, mail, code, region=region)
                    for name, group, contact, mail, code, region in DEMO_UNITS
                ],
                machine_time(),
            )
