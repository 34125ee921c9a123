"""Prizes in chat: what is asked for and what is missing, taking part by consent, claiming, results without names."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import select

from rules.codes import find
from rules.prize_draw import ranking
from rules.prizes import word_key
from store.draw_views import DrawView
from store.identity.tables import Entrant
from store.identity.words import Words
from store.stores import Storage
from tests.chatting import RESIDENT, Chat, build_bot
from tests.conftest import SetClock
from tests.drawing import CAMPAIGN, KNOWN, OPENS, SEALED, VALUE, a_campaign, a_draw, passed
from tests.store.reporting import dump

ZONE = "Asia/Shanghai"


@pytest.fixture
def player(chat: Chat, clock: SetClock) -> Chat:
    """The same resident, on the second day of a campaign whose organiser states a draw."""
    chat.bot.campaign = a_campaign(a_draw())
    clock.time = OPENS
    return chat


def enters(chat: Chat) -> None:
    chat.says("参加抽奖")
    assert chat.says("1").text.startswith("记下了，您参加抽奖。")


def seal(storage: Storage, clock: SetClock) -> None:
    clock.time = SEALED
    with storage.transaction(CAMPAIGN) as stores:
        stores.draws.commit(a_draw(), stores.entrants.persons(), zone=ZONE, who="office", at=clock())


def draw(storage: Storage, clock: SetClock) -> int:
    """Draw, have the winner's message wait, and let the hour for corrections pass; the number of the first prize."""
    clock.time = KNOWN
    with storage.transaction(CAMPAIGN) as stores:
        view, _ = stores.draws.draw(
            "levels", VALUE, stores.entrants.persons(), zone=ZONE, who="office", at=clock()
        )
        prize = stores.draws.winners(view)[0]
    Words(storage).add_for_winner(CAMPAIGN, prize.person, word_key(CAMPAIGN, prize.id), "恭喜您")
    clock.forward(hours=1)
    return prize.id


def sealed_in(chat: Chat, storage: Storage, clock: SetClock) -> None:
    """Meet what is asked for, take part, and have the list sealed."""
    passed(storage, RESIDENT, "home", "school")
    enters(chat)
    seal(storage, clock)


def wins(chat: Chat, storage: Storage, clock: SetClock) -> int:
    sealed_in(chat, storage, clock)
    return draw(storage, clock)


def the_draw(storage: Storage) -> DrawView:
    with storage.transaction(CAMPAIGN) as stores:
        view = stores.draws.named("levels")
    assert view is not None
    return view


def entrants(storage: Storage) -> frozenset[str]:
    with storage.transaction(CAMPAIGN) as stores:
        return stores.entrants.persons()


def told_by_message(storage: Storage, clock: SetClock, by: str) -> None:
    """The message to the winner went out on this channel."""
    words = Words(storage)
    due = words.claim("a", clock())
    assert due is not None
    words.accepted(due, by=by)


# -- what is said ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "campaign", ["ningxia-2020", "shenzhen-2020", "xuming-2020", "gusu-2020", "binhai-2020"]
)
def test_without_a_stated_draw_nothing_is_made_up(sqlite_storage: Storage, campaign: str) -> None:
    chat = Chat(build_bot(sqlite_storage, campaign))
    for words in ("抽奖", "奖品规则", "参加抽奖", "核对抽奖", "中奖名单"):
        reply = chat.says(words)
        assert "以主办单位公布的为准" in reply.text
        assert "转发、关注都不送奖品" in reply.text
        assert not re.search(r"\d", reply.text)


def test_the_rules_and_what_is_missing_are_told(player: Chat, sqlite_storage: Storage) -> None:
    reply = player.says("奖品")
    assert "灭火器1份，急救包2份" in reply.text
    assert "6月1日（周一）到6月30日（周二），闯过2关。每人一张票。" in reply.text
    assert "中国福利彩票双色球第2020061期来定，7月2日 21:15公布" in reply.text
    assert "您现在闯过0关，还差2关。" in reply.text
    assert "还没有参加" in reply.text
    assert reply.tail == "转发、关注都不送奖品，也不影响答题。"
    passed(sqlite_storage, RESIDENT, "home")
    assert "您现在闯过1关，还差1关。" in player.says("抽奖").text
    passed(sqlite_storage, RESIDENT, "school")
    assert "条件您都达到了。" in player.says("抽奖").text


def test_every_choice_leads_somewhere(player: Chat, sqlite_storage: Storage, clock: SetClock) -> None:
    for words in ("抽奖", "核对抽奖", "中奖名单", "领奖", "退出抽奖"):
        for choice in player.says(words).choices:
            assert player.bot.route_of(choice) is not None, choice
    wins(player, sqlite_storage, clock)
    for words in ("抽奖", "核对抽奖", "中奖名单"):
        for choice in player.says(words).choices:
            assert player.bot.route_of(choice) is not None, choice


# -- taking part -------------------------------------------------------------------------------------------------


def test_taking_part_needs_consent_to_the_very_words(player: Chat, sqlite_storage: Storage) -> None:
    asked = player.says("参加抽奖").text
    assert entrants(sqlite_storage) == frozenset()
    player.says("同意，参加抽奖")
    with sqlite_storage.identity.session() as session:
        (row,) = session.scalars(select(Entrant)).all()
    assert row.consent["text"] in asked
    assert row.consent["text"].startswith("我同意自治区安委会办公室为通知抽奖结果保存我的微信编号")
    assert row.consent["at"] == OPENS.isoformat()
    assert RESIDENT not in dump(sqlite_storage.identity) + dump(sqlite_storage.case)
    assert "您已经参加了" in player.says("我要参加抽奖").text


def test_who_declines_is_not_kept(player: Chat, sqlite_storage: Storage) -> None:
    player.says("参加抽奖")
    assert "也没有保存" in player.says("不参加").text
    assert entrants(sqlite_storage) == frozenset()


def test_consent_can_be_taken_back(player: Chat, sqlite_storage: Storage) -> None:
    enters(player)
    assert "参加了，存着微信编号" in player.says("看我的信息").text
    assert "会删除" in player.says("退出抽奖").text
    assert "微信编号已删除" in player.says("退出").text
    assert entrants(sqlite_storage) == frozenset()
    assert "抽奖：没有参加" in player.says("看我的信息").text
    assert "没有存您的微信编号" in player.says("退出抽奖").text


def test_nobody_enters_once_the_list_is_sealed(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    sealed_in(player, sqlite_storage, clock)
    late = Chat(player.bot, user="oLate")
    assert "名单已经封存" in late.says("参加抽奖").text
    assert "您不在名单里" in late.says("抽奖").text


# -- sealed and drawn --------------------------------------------------------------------------------------------


def test_the_digest_and_ones_own_ticket_are_shown(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    passed(sqlite_storage, RESIDENT, "home", "school")
    enters(player)
    assert "名单还没有封存" in player.says("核对抽奖").text
    seal(sqlite_storage, clock)
    view = the_draw(sqlite_storage)
    (ticket,) = view.tickets
    assert f"票号开头是 {ticket[:8]}" in player.says("抽奖").text
    shown = player.says("核对抽奖").text
    assert view.digest in shown
    assert ticket in shown
    assert "宁夏应急管理厅官方网站" in shown
    assert "还没有抽。" in player.says("中奖名单").text


def drawn_among_five(player: Chat, storage: Storage, clock: SetClock) -> None:
    for number in range(5):
        passed(storage, f"oPlayer{number}", "home", "school")
        enters(Chat(player.bot, user=f"oPlayer{number}"))
    seal(storage, clock)
    draw(storage, clock)


def test_results_name_tickets_and_never_people(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    drawn_among_five(player, sqlite_storage, clock)
    view = the_draw(sqlite_storage)
    reply = player.says("中奖名单")
    first, second, third, fourth, _ = ranking(view.tickets, VALUE)
    assert f"灭火器：{first[:8]}" in reply.text
    assert f"急救包：{second[:8]}、{third[:8]}" in reply.text
    assert fourth[:8] not in reply.text
    assert "您不在这次的名单里" in reply.text
    own = [Chat(player.bot, user=f"oPlayer{number}").says("抽奖").text for number in range(5)]
    assert sum("恭喜，您中了" in text for text in own) == 3
    assert sum("没有中奖" in text for text in own) == 2


def test_for_an_hour_after_the_value_was_entered_nobody_is_told(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    wins(player, sqlite_storage, clock)
    clock.forward(minutes=-1)
    for words in ("抽奖", "中奖名单", "领奖"):
        text = player.says(words).text
        assert "正在核对，7月2日 22:15以后回复“中奖名单”看结果。" in text
        assert "恭喜" not in text
    assert VALUE not in player.says("核对抽奖").text
    clock.forward(minutes=1)
    assert VALUE in player.says("核对抽奖").text
    assert "恭喜，您中了" in player.says("中奖名单").text


def test_whoever_asks_for_a_prize_while_a_later_draw_is_looked_over_hears_of_both(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    first, later = a_draw(), a_draw(id="exams", name="考试奖")
    player.bot.campaign = a_campaign(later, first)
    sealed_in(player, sqlite_storage, clock)
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        stores.draws.commit(later, stores.entrants.persons(), zone=ZONE, who="office", at=clock())
    draw(sqlite_storage, clock)
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        (mine,) = stores.draws.won_by(RESIDENT, clock())
        stores.draws.void("levels", mine.ticket, (), zone=ZONE, who="office", reason="本人不要", at=clock())
        stores.draws.draw("exams", VALUE, stores.entrants.persons(), zone=ZONE, who="office", at=clock())
    text = player.says("领奖").text
    assert "主办单位核对后取消了" in text
    assert "正在核对，7月2日 23:15以后回复“中奖名单”看结果。" in text


def test_results_name_the_best_prize_first_also_when_it_went_to_a_later_rank(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    drawn_among_five(player, sqlite_storage, clock)
    lines = [line.partition("：")[0] for line in player.says("中奖名单").text.splitlines()]
    assert lines.index("灭火器") < lines.index("急救包")
    tickets = ranking(the_draw(sqlite_storage).tickets, VALUE)
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        stores.draws.void(
            "levels", tickets[0], entrants(sqlite_storage), zone=ZONE, who="office", reason="作弊", at=clock()
        )
    text = player.says("中奖名单").text
    assert f"灭火器：{tickets[3][:8]}\n急救包：{tickets[1][:8]}、{tickets[2][:8]}" in text


# -- winners -----------------------------------------------------------------------------------------------------


def test_news_stands_above_the_next_reply_once(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    wins(player, sqlite_storage, clock)
    reply = player.says("标语")
    assert reply.text.startswith("恭喜您，在“闯关奖”抽奖里中了：灭火器。\n请在7月12日（周日）前回复“领奖”")
    assert "第" in reply.text
    assert "恭喜" not in player.says("标语").text
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        assert stores.draws.won_by(RESIDENT, clock())[0].told
    assert Words(sqlite_storage).claim("a", clock()) is None, "the message is taken back"


def test_who_was_told_by_message_is_not_told_again(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    wins(player, sqlite_storage, clock)
    told_by_message(sqlite_storage, clock, by="customer_service")
    assert "恭喜" not in player.says("标语").text


def test_news_waits_for_the_end_of_a_dialogue_and_for_danger(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    wins(player, sqlite_storage, clock)
    assert "恭喜" not in player.says("求助电话").text
    assert "恭喜" not in player.says("举报").text
    player.says("取消")
    assert "恭喜" not in player.says("答题").text
    assert "恭喜" not in player.says("A").text
    player.says("退出")
    assert "恭喜" in player.says("帮助").text


@pytest.mark.parametrize("words", ["标语", "我的成绩", "啊啊啊呀", "谢谢"])
def test_whatever_a_winner_writes_tells_even_when_the_record_was_lost(
    player: Chat, sqlite_storage: Storage, clock: SetClock, words: str
) -> None:
    wins(player, sqlite_storage, clock)
    player.record = "{}"
    assert player.says(words).text.startswith("恭喜您，")


def test_a_photo_without_a_question_tells_too(player: Chat, sqlite_storage: Storage, clock: SetClock) -> None:
    wins(player, sqlite_storage, clock)
    assert player.sends("image").text.startswith("恭喜您，")


def test_who_was_sent_a_card_reads_in_chat_what_they_won(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    wins(player, sqlite_storage, clock)
    told_by_message(sqlite_storage, clock, by="template")
    assert player.says("标语").text.startswith("恭喜您，在“闯关奖”抽奖里中了：灭火器。")
    assert "恭喜" not in player.says("标语").text


def test_a_winner_gets_the_code_once_and_it_claims(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    wins(player, sqlite_storage, clock)
    assert "只显示一次" in player.says("领奖").text
    reply = player.says("显示领奖码")
    code = find(reply.text)
    assert code is not None
    assert reply.secret
    assert "凭码到自治区安委会办公室领" in reply.text
    assert code not in player.record.replace("-", "")
    assert code not in dump(sqlite_storage.case) + dump(sqlite_storage.identity)
    again = player.says("领奖")
    assert "旧的作废" in again.text
    player.says("先不要")
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        claimed = stores.draws.claim(code, who="office", at=clock())
    assert claimed is not None
    assert claimed[1]
    assert "已经领过" in player.says("领奖").text
    assert "已经领过" in player.says("中奖名单").text


def test_a_new_code_makes_the_old_one_void(player: Chat, sqlite_storage: Storage, clock: SetClock) -> None:
    wins(player, sqlite_storage, clock)
    player.says("领奖")
    old = find(player.says("1").text)
    player.says("领奖")
    new = find(player.says("1").text)
    assert old is not None
    assert new is not None
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        assert stores.draws.claim(old, who="office", at=clock()) is None
        assert stores.draws.claim(new, who="office", at=clock()) is not None


def test_who_won_nothing_or_comes_too_late_gets_no_code(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    assert "没有查到" in player.says("领奖").text
    wins(player, sqlite_storage, clock)
    clock.time = datetime.fromisoformat("2020-07-12T23:59:00+08:00")
    assert "只显示一次" in player.says("领奖").text
    clock.forward(minutes=1)
    assert "已经过了" in player.says("显示领奖码").text
    assert find(player.last.text) is None
    assert "已经过了" in player.says("领奖").text


@pytest.mark.parametrize("lapsed", [False, True])
def test_who_comes_too_late_hears_the_same_everywhere_passed_on_or_not(
    player: Chat, sqlite_storage: Storage, clock: SetClock, lapsed: bool
) -> None:
    wins(player, sqlite_storage, clock)
    clock.time = datetime.fromisoformat("2020-07-13T10:00:00+08:00")
    if lapsed:
        with sqlite_storage.transaction(CAMPAIGN) as stores:
            stores.draws.lapse("levels", (), zone=ZONE, who="office", at=clock())
    late = "您在“闯关奖”抽奖里中了：灭火器。领奖的日子到7月12日（周日）为止，已经过了，不能再领。"
    for words in ("领奖", "中奖名单", "抽奖"):
        reply = player.says(words)
        assert late in reply.text
        assert "恭喜" not in reply.text and "回复“领奖”" not in reply.text
        assert "领奖" not in reply.choices
    assert "灭火器：" not in player.says("中奖名单").text.replace("中了：灭火器", "")


def test_a_winner_who_leaves_gives_the_prize_up(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    wins(player, sqlite_storage, clock)
    player.says("退出抽奖")
    player.says("退出")
    assert "没有查到" in player.says("领奖").text
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        lapsed, _ = stores.draws.lapse("levels", (), zone=ZONE, who="office", at=clock())
    assert [one.title for one in lapsed] == ["灭火器"]


def test_whose_prize_was_called_off_reads_so_wherever_they_ask(
    player: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    wins(player, sqlite_storage, clock)
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        (mine,) = stores.draws.won_by(RESIDENT, clock())
        stores.draws.void("levels", mine.ticket, (), zone=ZONE, who="office", reason="本人不要", at=clock())
    for words in ("领奖", "中奖名单"):
        text = player.says(words).text
        assert "主办单位核对后取消了，不能领。" in text
        assert "有疑问请问自治区安委会办公室。" in text
        assert "恭喜" not in text
        assert "本人不要" not in text
