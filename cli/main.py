"""The table of contents of ``python app.py``: a command is loaded only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

#: A command, and where it stands.
COMMANDS = {
    "run": "serve:run_command",
    "web": "serve:web_command",
    "scheduler": "serve:scheduler_command",
    "simulate": "serve:simulate_command",
    "migrate": "serve:migrate_command",
    "check-content": "check:check_content_command",
    "questions": "questions:questions_group",
    "campaign": "campaign:campaign_group",
    "obligations": "campaign:obligations_command",
    "menu": "menu:menu_group",
    "rehearse": "rehearse:rehearse_command",
    "intent": "intent:intent_command",
    "sector": "intent:sector_command",
    "ask": "ask:ask_command",
    "train-language": "train:train_command",
    "units": "units:units_group",
    "liaisons": "liaisons:liaisons_group",
    "reports": "reports:reports_group",
    "filings": "filings:filings_group",
    "boards": "boards:boards_group",
    "draw": "draw:draw_group",
    "staff": "staff:staff_group",
    "backup": "backup:backup_command",
    "restore": "backup:restore_command",
    "doctor": "doctor:doctor_command",
    "prepare-demo": "demo:prepare_demo_command",
}


class Commands(click.Group):
    """All commands, in the order of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command: click.Command = getattr(import_module(f"cli.{module}"), name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """安全月助手。"""


def main() -> None:
    """Run a command; faults of settings and content are told in plain words."""
    from bot.errors import ContentError, SettingsError

    try:
        commands()
    except (SettingsError, ContentError) as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
