"""A workbook to a campaign's folder: all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from content.errors import ContentError
from content.loader import is_proposal, load_campaign
from content.models import Campaign
from content.proofs import THIS_NOTICE
from content.proposals import adopt, as_text, read_proposal
from content.workbook.document import SheetDocument
from content.workbook.importing import Read, read_workbook
from content.workbook.layout import LISTS, NOTICE
from content.writing import install

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
#: What changed, as the sheets are called.
_PARTS = {one.path[0]: one.title for one in LISTS if not one.parent and len(one.path) == 1}

Prove = Callable[[SheetDocument], None]


@dataclass(frozen=True)
class Taken:
    """What was taken in, which parts of it are other than before, and how many points are still open."""

    campaign: Campaign
    is_new: bool
    changed: tuple[str, ...]
    proposal: bool


def take_in(campaigns: Path, content: bytes, new_id: str | None = None, prove: Prove | None = None) -> Taken:
    """Read, prove and put in place a workbook; nothing is touched as long as a fault remains."""

    def change(document: SheetDocument, notice: str) -> None:
        if new_id:
            document.data["id"] = new_id
        _rest_on(campaigns, document, notice)
        if prove:
            prove(document)

    read = read_workbook(content, change)
    folder = campaigns / read.campaign.id
    was, is_new = load_old(folder), not folder.exists()
    proposal = _proposal(folder, read)
    install(campaigns, read.campaign, read.notice, proposal)
    return Taken(read.campaign, is_new, _changed(was, read), bool(proposal))


def load_old(folder: Path) -> tuple[Campaign, str] | None:
    """The campaign and notice that stand there now, if they can be read."""
    try:
        campaign = load_campaign(folder)
        return campaign, (folder / campaign.notice.file).read_text(encoding="utf-8-sig")
    except (ContentError, OSError):
        return None


def _rest_on(campaigns: Path, document: SheetDocument, notice: str) -> None:
    """A new text where that of another year stood is this year's notice."""
    name = str(document.data.get("id", ""))
    was = load_old(campaigns / name) if _ID.fullmatch(name) else None
    if was is None or was[0].notice.file == THIS_NOTICE or was[1].strip() == notice.strip():
        return
    folder = campaigns / name
    if is_proposal(folder):
        adopt(document, read_proposal(folder), notice)
    elif isinstance(document.data.get("notice"), dict):
        document.data["notice"]["file"] = THIS_NOTICE


def _proposal(folder: Path, read: Read) -> str:
    """What ``proposal.yaml`` will say; nothing for an active campaign."""
    if is_proposal(folder):
        proposal = read_proposal(folder)
        confirmed = proposal.confirmed if read.confirmed is None else read.confirmed
        return as_text(proposal.model_copy(update={"confirmed": confirmed}))
    if read.confirmed is None:
        return ""
    if folder.exists():
        raise ContentError([f"“{folder.name}”已经生效，这份表格还是草案时导出的，请重新导出再改"])
    raise ContentError([f"这是活动草案的表格，可是没有草案“{folder.name}”，请先运行 campaign new，再导入"])


def _changed(was: tuple[Campaign, str] | None, read: Read) -> tuple[str, ...]:
    if was is None:
        return ()
    before, after = was[0].model_dump(), read.campaign.model_dump()
    names = [_PARTS.get(name, "基本情况") for name in after if after[name] != before[name]]
    return tuple(dict.fromkeys([*names, *([NOTICE] if was[1] != read.notice else [])]))
