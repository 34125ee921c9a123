"""The WeChat menu, made from the routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import click

from bot.routes import Route, Top, offered
from wechat.menu import BELOW, Button


def buttons(routes: Sequence[Route], third: str) -> list[Button]:
    """The three top buttons and what stands under each, in the order of the routes."""
    tops = [top for top in get_args(Top) if top]
    return [
        Button(
            third if top == tops[-1] else top,
            children=tuple(
                Button(route.entry, word=route.word) for route in routes if route.top == top and route.entry
            )[:BELOW],
        )
        for top in tops
    ]


@click.group("menu")
def menu_group() -> None:
    """公众号菜单。"""


@menu_group.command("push")
def push() -> None:
    """把菜单推送到公众号。"""
    from app import build, push_menu
    from bot.settings import load_settings

    count = push_menu(build(load_settings()))
    click.echo(f"菜单已推送，共 {count} 项。手机上最多五分钟后更新。")


@menu_group.command("show")
def show() -> None:
    """看看这一届活动的菜单会是什么样。"""
    import handlers
    from bot.settings import load_settings
    from cli.desk import with_demo
    from content.loader import load

    name = with_demo(load_settings()).campaign
    campaign = load(name) if name else None
    routes = offered(handlers.ROUTES, campaign) if campaign else handlers.ROUTES
    for top in buttons(routes, campaign.welcome.third_menu if campaign else "联络员"):
        click.echo(f"{top.name}：{'、'.join(entry.name for entry in top.children)}")
