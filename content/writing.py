"""A campaign to its folder: YAML files that people can read, written apart, proved, then put in place."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from content.errors import ContentError
from content.loader import PROPOSAL, load_campaign
from content.models import Campaign

#: Each file and the part of the campaign that stands in it; the rest stands in campaign.yaml.
FILES = {
    "activities.yaml": "activities",
    "slogans.yaml": "slogans",
    "obligations.yaml": "obligations",
    "liaison_form.yaml": "liaison_form",
    "statistics.yaml": "tables",
    "prizes.yaml": "prizes",
}
_HEAD = "# {name}。带 quote 的都照抄通知原话；assumed: true 的日期通知没有写明，是推定的。\n"
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Dumper(yaml.SafeDumper):
    """Dates without quotation marks, lists set in, long lines left whole."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    tag = "timestamp" if _DAY.fullmatch(value) else "str"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{tag}", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def to_yaml(data: dict[str, Any] | list[Any]) -> str:
    """Plain values as YAML in their order."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def install(campaigns: Path, campaign: Campaign, notice: str, proposal: str = "") -> None:
    """Write the campaign beside its place, prove it there, and only then put it in place of what was there."""
    folder = campaigns / campaign.id
    with TemporaryDirectory(dir=campaigns, prefix=".making-") as made:
        new = Path(made) / campaign.id
        _take_over(folder, new)
        write_campaign(new, campaign, notice)
        if proposal:
            (new / PROPOSAL).write_text(proposal, encoding="utf-8")
        if load_campaign(new) != campaign:
            raise ContentError(["写好的文件读回来不一样，没有改动任何内容。请把这份文件交给技术人员看看。"])
        swap(new, folder, Path(made) / "old")


def write_campaign(folder: Path, campaign: Campaign, notice: str) -> None:
    """Write the campaign's files into an empty folder."""
    data = campaign.model_dump(mode="json", exclude_unset=True)
    parts = {name: {key: data.pop(key)} for name, key in FILES.items() if key in data}
    for name, part in {"campaign.yaml": data, **parts}.items():
        text = _HEAD.format(name=campaign.name) + to_yaml(part)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / campaign.notice.file).write_text(notice, encoding="utf-8")


def _take_over(folder: Path, new: Path) -> None:
    """Keep what stands in the folder beside the campaign's own files."""
    if folder.exists():
        shutil.copytree(folder, new, ignore=shutil.ignore_patterns("*.yaml", "notice*.txt"))
    else:
        new.mkdir()


def swap(new: Path, folder: Path, old: Path) -> None:
    """Put a folder in place of another, or leave that where it was; at no moment is there none, where the system can."""
    if folder.exists():
        if _exchanged(new, folder):
            return
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places at one stroke, so that who dies meanwhile leaves the one or the other; Linux can."""
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError):
        return False
    done: int = rename(_HERE, os.fsencode(one.absolute()), _HERE, os.fsencode(other.absolute()), _EXCHANGE)
    return done == 0
