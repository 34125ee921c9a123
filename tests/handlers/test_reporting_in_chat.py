"""A report through the whole bot: begun by a photo and a place, finished, looked up, forgotten."""

from __future__ import annotations

from rules import codes
from scheduler.forget_job import run, steps_for
from store.identity.forgetting import Forgettings
from store.identity.links import Links
from store.stores import Storage
from tests.chatting import CAMPAIGN, Chat, build_bot


def report_by_photo(chat: Chat) -> str:
    chat.sends_photo("MEDIA-1")
    chat.sends_place("临港路8号物流园")
    for said in ("举报", "没有", "3号库门口", "不知道", "仓库里设了员工宿舍", "今天", "还在", "消防"):
        chat.says(said)
    chat.sends_photo("MEDIA-2")
    for said in ("完成", "只在这里联系", "提交"):
        chat.says(said)
    code = codes.find(chat.last.text)
    assert code is not None
    return codes.grouped(code)


def test_a_photo_and_a_place_begin_a_report(chat: Chat) -> None:
    report_by_photo(chat)
    with chat.bot.storage.transaction(CAMPAIGN) as stores:
        (view,) = stores.reports.listed()
        assert view.facts.place == "临港路8号物流园 3号库门口"
        wanted = [stores.photos.claim("a", chat.bot.storage.clock()) for _ in range(3)]
        assert [one.media_id for one in wanted if one] == ["MEDIA-1", "MEDIA-2"]


def test_a_bare_code_is_understood_from_anybody(chat: Chat) -> None:
    code = report_by_photo(chat)
    other = Chat(chat.bot, "oSomebodyElse000000000000001")
    assert "0520-001" in other.says(code.lower()).text


def test_words_of_danger_in_a_report_bring_the_card_and_stay_the_answer(chat: Chat) -> None:
    for said in ("举报", "没有", "临港路8号", "不知道"):
        chat.says(said)
    reply = chat.says("着火了，有人被困")
    assert reply.text.startswith("马上拨 119")
    assert "什么时候看到的" in reply.text


def test_who_leaves_the_account_is_forgotten_and_the_facts_stay(sqlite_storage: Storage) -> None:
    chat = Chat(build_bot(sqlite_storage))
    report_by_photo(chat)
    assert chat.unfollows().silent
    records: list[str] = []
    steps = steps_for(
        sqlite_storage, (CAMPAIGN,), lambda wish: records.append(wish.user), sqlite_storage.clock
    )
    assert run(Forgettings(sqlite_storage), steps, sqlite_storage.clock) == 1
    assert records == [chat.user]
    assert Links(sqlite_storage).tokens_of(chat.user) == ()
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        assert len(stores.reports.listed()) == 1
