"""Another campaign, another bot: every answer changes, and none speaks of a place that is not its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest

import handlers
from content.loader import load
from content.models import Campaign
from store.stores import Storage
from tests.chatting import Chat, build_bot
from tests.conftest import SetClock
from wechat.text import compose

_PEOPLE = count(1)
CAMPAIGNS = ("ningxia-2020", "shenzhen-2020", "xuming-2020", "gusu-2020", "binhai-2020")
#: What is said, one thing after another by one person, and must sound different everywhere.
DIFFERENT = (
    ("[关注]",),
    ("活动",),
    ("全部活动",),
    ("其余活动",),
    ("6月16日有什么活动",),
    ("通知",),
    ("万里行",),
    ("关注哪些号",),
    ("联系人",),
    ("转人工",),
    ("全部截止日",),
    ("报送",),
)
#: Dialogues, to the point at which the campaign speaks in them.
FURTHER = (
    ("登记", "仍要登记", "同意", "青泉学校", "李敏"),
    ("登记", "同意", "青泉学校", "李敏"),
    ("全部活动", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
    ("下一条", "标语是谁的"),
    ("今天有什么活动", "明天呢", "下周"),
    ("着火了，快来人", "继续", "没有"),
    ("[关注]", "4"),
)


@pytest.fixture
def storage(sqlite_storage: Storage, clock: SetClock) -> Storage:
    clock.time = datetime(2020, 6, 3, 1, 0, tzinfo=UTC)
    return sqlite_storage


def answers(storage: Storage, campaign: str, *said: str) -> list[str]:
    """What a person who says these things for the first time gets to read."""
    chat = Chat(build_bot(storage, campaign), user=f"o{next(_PEOPLE):027}")
    return [compose(chat.follows() if one == "[关注]" else chat.says(one)) for one in said]


def named_in(campaign: Campaign) -> Iterator[str]:
    """The names, numbers and addresses by which one knows a campaign."""
    yield from (campaign.welcome.audience, campaign.organiser, campaign.reports_to)
    yield from campaign.notice.issuers
    yield from filter(None, (campaign.notice.number, campaign.notice.title))
    if campaign.programme:
        yield from filter(None, (campaign.programme.name, campaign.programme.local_name))
    yield from (account.name for account in campaign.accounts)
    for contact in campaign.contacts:
        yield from filter(None, (contact.name, contact.phone, contact.email, contact.fax))
    for activity in campaign.activities:
        yield from filter(None, (activity.title, activity.text, activity.where))


def foreign(campaign: str) -> set[str]:
    """What belongs to other campaigns only; a number that is not confirmed belongs to none."""
    own = load(campaign).model_dump_json()
    others = {word for other in CAMPAIGNS if other != campaign for word in named_in(load(other))}
    return {word for word in others if word not in own} | {"96119"}


@pytest.mark.parametrize("said", DIFFERENT, ids=lambda said: said[0])
def test_every_campaign_answers_in_its_own_words(storage: Storage, said: tuple[str, ...]) -> None:
    told = [answers(storage, campaign, *said)[-1] for campaign in CAMPAIGNS]
    assert len(set(told)) == len(CAMPAIGNS)


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_no_answer_names_what_belongs_to_another_campaign(storage: Storage, campaign: str) -> None:
    words = tuple((word,) for route in handlers.ROUTES for word in route.words)
    strange = foreign(campaign)
    wrong = [
        (said, word)
        for said in (*DIFFERENT, *FURTHER, *words)
        for told in answers(storage, campaign, *said)
        for word in strange
        if word in told
    ]
    assert len(strange) > 40
    assert not wrong


def test_who_gives_one_thing_up_is_told_what_else_waits(chat: Chat) -> None:
    for words in ("举报", "没有", "临港路8号3号库", "答题", "换去答题"):
        chat.says(words)
    reply = chat.says("取消")
    assert "还有没完成的举报，回复“继续”接着来" in reply.text


def test_thanks_are_no_answer_and_lead_nowhere_else(chat: Chat) -> None:
    chat.says("举报")
    chat.says("没有")
    reply = chat.says("谢谢")
    assert "好的，接着来" in reply.text
    assert "在哪里" in reply.text
    assert not any("换去" in choice for choice in reply.choices)
