"""A folder to a Campaign, the question bank or the advice, or a list of every fault in it, with file and line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from content.bank import Bank, Chapter
from content.errors import ContentError
from content.facts import Fact, load_facts
from content.models import Advice, AdviceTopic, Campaign
from content.proofs import prove, prove_advice, prove_chapter
from content.reading import Document, Fault, read
from content.wording import note_errors

CAMPAIGNS = Path(__file__).parent / "campaigns"
QUESTIONS = Path(__file__).parent / "questions"
ADVICE = Path(__file__).parent / "advice"
PROPOSAL = "proposal.yaml"  # stands in the folder until the campaign is confirmed
_FIRST = "campaign.yaml"
_Model = TypeVar("_Model", bound=BaseModel)


def available_campaigns(campaigns: Path = CAMPAIGNS) -> tuple[str, ...]:
    """The ids of all campaigns that are active: a proposal isn't one yet."""
    return tuple(name for name in _folders(campaigns) if not is_proposal(campaigns / name))


def proposals(campaigns: Path = CAMPAIGNS) -> tuple[str, ...]:
    """The ids of what is prepared for a later year and not yet confirmed."""
    return tuple(name for name in _folders(campaigns) if is_proposal(campaigns / name))


def is_proposal(folder: Path) -> bool:
    return (folder / PROPOSAL).exists()


def load(campaign_id: str, campaigns: Path = CAMPAIGNS) -> Campaign:
    """The active campaign of that id."""
    if campaign_id in proposals(campaigns):
        raise ContentError(
            [f"“{campaign_id}”还是活动草案，请先运行 python app.py campaign confirm {campaign_id}"]
        )
    known = available_campaigns(campaigns)
    if campaign_id not in known:
        raise ContentError([f"没有活动“{campaign_id}”，现有：{'、'.join(known)}"])
    return load_campaign(campaigns / campaign_id)


def load_campaign(folder: Path) -> Campaign:
    """The campaign or the proposal that the folder holds; every fault in it at once if there are any."""
    document = read(campaign_files(folder))
    campaign = proven(document, notice_text(folder, document))
    if campaign and campaign.id != folder.name:
        document.add(("id",), f"写的是“{campaign.id}”，要和文件夹的名称“{folder.name}”一样")
    if document.faults or campaign is None:
        raise ContentError([f"{folder.name}/{fault}" for fault in document.sorted_faults()])
    return campaign


def proven(document: Document, notice: str) -> Campaign | None:
    """The campaign of a document; what is wrong with it is added to the document's faults."""
    campaign = _validated(Campaign, document)
    prove(document, notice)
    return campaign


def load_questions(folder: Path = QUESTIONS, facts: Mapping[str, Fact] | None = None) -> Bank:
    """All questions, in the order of their files, with the titles of their chapters."""
    known = load_facts() if facts is None else facts
    chapters = load_chapters(folder, known)
    titles = {chapter.topic: chapter.title for chapter in chapters}
    unproved = [fact.id for fact in known.values() if not fact.usable]
    return Bank((question for chapter in chapters for question in chapter.questions), titles, unproved)


def load_chapters(folder: Path = QUESTIONS, facts: Mapping[str, Fact] | None = None) -> tuple[Chapter, ...]:
    """The chapters of the question bank; every fault in them at once if there are any."""
    chapters: list[Chapter] = []
    faults: list[str] = []
    known = load_facts() if facts is None else facts
    seen: dict[str, str] = {}
    for file in sorted(folder.glob("*.yaml")):
        document = read([file])
        _hand_down(document, "questions", "topic", "sector")
        chapter = _validated(Chapter, document)
        prove_chapter(document, known, seen)
        faults += [f"{folder.name}/{fault}" for fault in document.sorted_faults()]
        chapters += [chapter] if chapter else []
    if faults:
        raise ContentError(faults)
    return tuple(chapters)


def load_advice(folder: Path = ADVICE, facts: Mapping[str, Fact] | None = None) -> tuple[Advice, ...]:
    """All advice, in the order of its files; every fault in it at once if there are any."""
    found: list[Advice] = []
    faults: list[str] = []
    known = load_facts() if facts is None else facts
    seen: dict[str, str] = {}
    for file in sorted(folder.glob("*.yaml")):
        document = read([file])
        _hand_down(document, "advice", "topic")
        topic = _validated(AdviceTopic, document)
        prove_advice(document, known, seen)
        faults += [f"{folder.name}/{fault}" for fault in document.sorted_faults()]
        found += topic.advice if topic else ()
    if faults:
        raise ContentError(faults)
    return tuple(found)


def _hand_down(document: Document, name: str, *stated: str) -> None:
    """What a file states once holds for all that is in it."""
    listed = document.data.get(name)
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict):
            for key in stated:
                entry.setdefault(key, document.data.get(key))


def _folders(campaigns: Path) -> list[str]:
    names = (file.parent.name for file in campaigns.glob(f"*/{_FIRST}"))
    return sorted(name for name in names if not name.startswith("."))


def campaign_files(folder: Path) -> list[Path]:
    """The files that make up a campaign, in the order in which they are read."""
    first = folder / _FIRST
    rest = (file for file in folder.glob("*.yaml") if file != first and file.name != PROPOSAL)
    return [first, *sorted(rest)]


def notice_text(folder: Path, document: Document) -> str:
    """The text of the notice that the document names; a fault of the document if it isn't there."""
    written = document.value(("notice", "file"))
    name = Path(written).name if isinstance(written, str) else "notice.txt"
    try:
        return (folder / name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        document.faults.append(Fault(0, 0, "", "缺少通知原文，或不是 UTF-8 编码", name))
        return ""


def _validated(model: type[_Model], document: Document) -> _Model | None:
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        note_errors(document, error)
        return None
