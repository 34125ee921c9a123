"""The README lists what is there: settings, commands, files."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bot.settings import NEEDED, Settings
from cli.main import commands

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_setting_is_listed_with_its_default_and_need(name: str) -> None:
    rows = dict(
        re.findall(r"^\| `([A-Z_]+)`(\*?) \|", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(rows) == {field.upper() for field in Settings.model_fields}
    assert {setting for setting, star in rows.items() if star} == set(NEEDED)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_default_number_and_address_is_true(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for field, info in Settings.model_fields.items():
        if isinstance(info.default, int | float) or (isinstance(info.default, str) and info.default):
            shown = f"{info.default:g}" if isinstance(info.default, float) else str(info.default)
            assert re.search(rf"^\| `{field.upper()}`\*? \| `{re.escape(shown)}`", text, re.MULTILINE), field


def test_every_linked_file_is_there() -> None:
    for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{name} links to {target}"


def test_every_command_in_the_readme_exists() -> None:
    context = click.Context(commands)
    known = {name: commands.get_command(context, name) for name in commands.list_commands(context)}
    listed = set(re.findall(r"`python app\.py ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert listed <= set(known)
    assert {name for name, command in known.items() if command and not command.hidden} <= listed
