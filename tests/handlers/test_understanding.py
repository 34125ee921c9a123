"""The order in which a message is understood."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import handlers
from bot.message import Reply
from bot.steering import MOST_DRAFTS
from cli.menu import buttons, menu_group
from rules.emergency import PIT, card
from tests.chatting import Chat
from tests.store.reporting import dump
from wechat.menu import build


def test_a_follower_is_greeted_with_theme_and_numbers(chat: Chat) -> None:
    reply = chat.follows()
    assert "消除事故隐患，筑牢安全防线" in reply.text
    assert len(reply.choices) == 4
    assert "119" in reply.tail and "12350" in reply.tail


def test_a_number_stands_for_the_choice_with_that_mark(chat: Chat) -> None:
    chat.follows()
    assert chat.says("1").lettered
    assert chat.follows()
    assert "联络" in chat.says("４").text


def test_a_label_of_the_welcome_may_be_typed(chat: Chat) -> None:
    chat.follows()
    assert chat.says("答题闯关").lettered


@pytest.mark.parametrize("word", [word for route in handlers.ROUTES for word in route.words])
def test_every_word_of_every_route_is_answered(chat: Chat, word: str) -> None:
    assert not chat.says(word).silent


def test_words_are_unique() -> None:
    words = [word for route in handlers.ROUTES for word in route.words]
    assert len(words) == len(set(words))


def test_the_menu_fits_what_wechat_takes() -> None:
    made = build(buttons(handlers.ROUTES, "联络员"), lambda page: f"https://example.org/{page}")
    assert [top["name"] for top in made["button"]] == ["学安全", "报隐患", "联络员"]
    assert all(2 <= len(top["sub_button"]) <= 5 for top in made["button"])
    assert all(len(entry["name"]) <= 7 for top in made["button"] for entry in top["sub_button"])


def test_where_nothing_is_filed_no_menu_offers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {}
    for campaign in ("xuming-2020", "gusu-2020"):
        monkeypatch.setenv("CAMPAIGN", campaign)
        shown[campaign] = CliRunner().invoke(menu_group, ["show"]).output.splitlines()[-1]
    assert shown == {
        "xuming-2020": "看活动：今年的活动、找工作人员",
        "gusu-2020": "联络员：我的截止日、现在报送、登记或更换、今年的活动、找工作人员",
    }


def test_every_menu_entry_leads_somewhere(chat: Chat) -> None:
    for route in handlers.ROUTES:
        if route.entry:
            assert not chat.taps(route.word).silent
            chat.says("取消")


def test_help_lists_what_can_be_said(chat: Chat) -> None:
    assert "举报" in chat.says("帮助").choices
    assert "答题" in chat.says("全部功能").text


def test_cancel_drops_the_open_dialogue(chat: Chat) -> None:
    chat.says("举报")
    assert "已删除" in chat.says("取消").text
    assert chat.person.drafts == []
    chat.says("删除我的信息")
    assert chat.says("取消").text == "好的，没有改动。"


def test_another_dialogue_suspends_the_first_and_it_goes_on_later(chat: Chat) -> None:
    first = chat.says("答题")
    chat.says("登记")
    assert chat.person.open is not None and chat.person.open.route != "quiz"
    chat.says("取消")
    resumed = chat.says("继续")
    assert resumed.choices == first.choices


def test_several_suspended_ones_are_listed(chat: Chat) -> None:
    chat.says("答题")
    chat.says("登记")
    chat.says("举报")
    chat.says("取消")
    listed = chat.says("继续")
    assert len(listed.choices) == 2
    picked = chat.says("2")
    assert picked.lettered


def test_a_plain_answer_leaves_the_dialogue_be(chat: Chat) -> None:
    question = chat.says("答题")
    slogan = chat.taps("标语")
    assert "共28条" in slogan.text
    assert chat.says("继续").choices == question.choices


def test_going_back_asks_the_former_question_again(chat: Chat) -> None:
    chat.says("举报")
    where = chat.says("没有")
    chat.says("临港路8号物流园3号库")
    assert chat.says("上一步").asks == where.asks


def test_an_answered_quiz_question_cannot_be_taken_back(chat: Chat) -> None:
    chat.says("答题")
    second = chat.says("A")
    back = chat.says("上一步")
    assert "不能改" in back.text
    assert back.asks == second.asks


def test_a_word_of_a_route_in_a_free_answer_is_offered_back(chat: Chat) -> None:
    chat.says("举报")
    where = chat.says("没有")
    offered = chat.says("标语")
    assert offered.choices == ("换去标语", "这就是我的回答")
    assert chat.says("1").text.startswith("第")
    assert chat.says("继续").asks == where.asks
    chat.says("标语")
    after = chat.says("2")
    assert after.asks != where.asks


def test_an_emergency_gets_the_card_whatever_it_is_taken_for(chat: Chat) -> None:
    reply = chat.says("车间着火了快来人")
    assert reply.danger
    assert reply.text.startswith(card(chat.bot.campaign)[:20])


def test_after_the_card_a_report_can_go_on(chat: Chat) -> None:
    chat.says("车间着火了快来人")
    assert chat.says("继续").asks
    assert chat.person.open is not None and chat.person.open.route == "report"


def test_in_a_dialogue_the_card_is_full_once_and_then_one_line(chat: Chat) -> None:
    chat.says("举报")
    chat.says("没有")
    first = chat.says("三号车间有人触电倒在地上")
    assert first.danger and "接通后说" in first.text
    second = chat.says("里面还有人出不来")
    assert second.danger and "接通后说" not in second.text


def test_a_choice_of_the_quiz_is_no_emergency(chat: Chat) -> None:
    question = chat.says("答题")
    assert not chat.says(question.choices[0]).danger


def test_a_doubtful_word_is_asked_about(chat: Chat) -> None:
    reply = chat.says("好像有点漏气")
    assert "现在正在发生吗" in reply.text
    assert "119" in reply.text
    assert chat.says("正在发生").text.startswith("马上拨")


def test_nonsense_is_told_kindly_and_twice_names_a_person(chat: Chat) -> None:
    assert "没太明白" in chat.says("asdfgh").text
    assert "0951-8622127" in chat.says("qwerty").text


def test_a_stale_page_changes_nothing_and_shows_the_open_question(chat: Chat) -> None:
    chat.says("举报")
    where = chat.says("没有")
    again = chat.says("没有", asks="urgent")
    assert again.asks == where.asks
    assert chat.page().asks == where.asks


def test_a_draft_expires_by_its_route(chat: Chat) -> None:
    chat.says("举报")
    chat.bot.storage.clock.forward(hours=71)  # type: ignore[attr-defined]
    chat.says("标语")
    assert chat.person.drafts
    chat.bot.storage.clock.forward(hours=2)  # type: ignore[attr-defined]
    chat.says("标语")
    assert chat.person.drafts == []


def test_a_quiz_goes_on_days_later(chat: Chat) -> None:
    question = chat.says("答题")
    chat.bot.storage.clock.forward(days=20)  # type: ignore[attr-defined]
    assert chat.says("继续").choices == question.choices


def test_a_long_answer_is_cut_and_goes_on_with_more(chat: Chat) -> None:
    first = chat.says("全部功能")
    assert len(first.text.encode()) <= 2048
    if "更多" in first.text.splitlines()[-1]:
        assert chat.says("更多").text not in first.text


@pytest.mark.parametrize("kind", ["event", "receipt", "consent"])
def test_some_events_want_no_answer(chat: Chat, kind: str) -> None:
    if kind in handlers.EVENTS:
        assert chat.sends(kind) == Reply()  # type: ignore[arg-type]


def test_voice_without_words_is_told_so(chat: Chat) -> None:
    assert "没有听出文字" in chat.sends("voice").text


def test_full_width_traditional_and_emoji_are_understood(chat: Chat) -> None:
    assert chat.says("我要舉報！！😡").asks
    chat.says("取消")
    assert chat.says("來條標語").text.startswith("第")


def test_leaving_keeps_the_draft(chat: Chat) -> None:
    question = chat.says("答题")
    assert "前面的都在" in chat.says("退出").text
    assert chat.says("继续").choices == question.choices


def test_a_new_report_does_not_silently_go_on_with_an_old_one(chat: Chat) -> None:
    for said in ("举报", "没有", "甲路1号", "答题", "1", "取消"):
        chat.says(said)
    offered = chat.says("我要举报光明路8号仓库安全出口堵了")
    assert offered.choices == ("接着写", "删掉，重新写")
    assert "5月23日" in offered.text
    assert "正在发生" in chat.says("2").text
    assert [draft.route for draft in chat.person.drafts] == ["report"]
    assert "光明路8号" in chat.person.drafts[0].kept["words"]


def test_the_open_question_knows_its_answers_after_an_interlude(chat: Chat) -> None:
    for said in ("举报", "没有", "甲路1号", "不知道", "出口堵了", "今天"):
        chat.says(said)
    still = chat.last.asks
    chat.says("求助电话")
    after = chat.says("还在")
    assert after.asks and after.asks != still
    chat.says("取消")
    quiz = chat.says("答题")
    chat.says("标语")
    assert chat.says("A").asks != quiz.asks


def test_a_label_of_the_welcome_is_not_taken_for_the_matter(chat: Chat) -> None:
    chat.follows()
    chat.says("2")
    assert chat.person.drafts[0].kept["words"] == ""


def test_after_a_cry_for_help_the_report_uses_what_was_cried(chat: Chat) -> None:
    chat.says("三号车间着火了，有人被困在里面")
    where = chat.says("继续")
    assert "在哪里" in where.text and "保密" in where.text
    chat.says("兴业路18号")
    assert "三号车间着火了" in chat.says("不知道").text


def test_photos_sent_before_a_report_go_when_it_is_given_up(chat: Chat) -> None:
    chat.sends_photo("MEDIA-1")
    chat.says("举报")
    chat.says("没有")
    chat.says("取消")
    with chat.bot.storage.transaction("ningxia-2020") as stores:
        assert stores.photos.waiting(chat.user) == 0


def test_the_oldest_light_draft_makes_room_and_never_a_report(chat: Chat) -> None:
    for said in ("举报", "没有", "甲路1号", "答题", "1"):
        chat.says(said)
    for word in ("登记", "练习", "闯关", "考试", "每日一答", "查进展"):
        chat.taps(word)
    assert len(chat.person.drafts) == MOST_DRAFTS
    assert "report" in [draft.route for draft in chat.person.drafts]


def test_words_that_wait_are_not_kept_for_long(chat: Chat) -> None:
    chat.says("三号车间着火了，有人被困在里面")
    chat.bot.storage.clock.forward(hours=2)  # type: ignore[attr-defined]
    chat.says("标语")
    assert "danger" not in chat.person.memory


def test_a_photo_that_no_question_asked_for_is_told_to_wait(chat: Chat) -> None:
    chat.says("举报")
    chat.says("没有")
    assert "照片等会儿再发" in chat.sends_photo("MEDIA-1").text


def as_far_as_the_photos(chat: Chat) -> None:
    for said in ("举报", "没有", "临港路8号3号库", "不知道", "仓库里设了员工宿舍", "今天", "还在", "消防"):
        chat.says(said)


def test_a_tenth_photo_is_answered_and_nothing_is_lost(chat: Chat) -> None:
    as_far_as_the_photos(chat)
    for n in range(9):
        chat.sends_photo(f"MEDIA-{n}")
    reply = chat.sends_photo("MEDIA-9")
    assert "照片最多9张，已经收好了，这一张没有收。" in reply.text
    assert "联系您" in reply.text
    assert "照片：9张" in chat.says("不留").text
    chat.says("提交")
    with chat.bot.storage.transaction("ningxia-2020") as stores:
        tokens = [stores.photos.token(chat.user, f"MEDIA-{n}") for n in range(10)]
        assert len(stores.photos.states(tokens)) == 9


def test_a_photo_after_the_photos_is_told_what_to_do(chat: Chat) -> None:
    as_far_as_the_photos(chat)
    chat.sends_photo("MEDIA-1")
    chat.says("完成")
    assert "要换照片，提交前选“改一改”" in chat.sends_photo("MEDIA-2").text


def test_a_tenth_photo_before_a_report_is_answered_and_the_first_stays(chat: Chat) -> None:
    for n in range(9):
        assert "收到照片" in chat.sends_photo(f"MEDIA-{n}").text
    assert "照片最多9张" in chat.sends_photo("MEDIA-9").text
    assert len(chat.person.memory["brought"]["photos"]) == 9
    for said in ("举报", "没有", "临港路8号3号库", "不知道", "仓库里设了员工宿舍", "今天", "还在", "消防"):
        chat.says(said)
    assert "照片：9张" in chat.says("不留").text


def test_a_photo_that_is_not_there_is_no_wish_to_be_forgotten(chat: Chat) -> None:
    as_far_as_the_photos(chat)
    chat.sends_photo("MEDIA-1")
    assert "没有第2张" in chat.says("删除第2张").text
    assert "第1张删掉了，现在没有照片" in chat.says("删第一张照片").text
    assert "照片：没有" in [chat.says(said) for said in ("跳过", "不留")][-1].text


def test_the_first_unclear_reply_carries_the_numbers_and_later_ones_do_not(chat: Chat) -> None:
    assert "有危险先拨 119、120、110，安全生产举报拨 12350。" in chat.says("asdfgh").tail
    chat.says("qwerty")
    assert "119" not in chat.says("zxcvbn").tail


def test_what_only_has_to_be_read_is_shown_without_a_turn(chat: Chat) -> None:
    chat.says("举报")
    before = chat.record
    shown = chat.bot.glance(chat.user, chat.person, "deadlines")
    assert shown is not None and "您还没有登记联络员" in shown.text
    assert chat.record == before
    assert chat.bot.glance(chat.user, chat.person, "report") is None
    assert chat.bot.glance(chat.user, chat.person, "consent_back") is None
    assert chat.bot.glance(chat.user, chat.person, "nothing") is None


def test_whatever_is_shown_at_once_only_reads(chat: Chat) -> None:
    """Neither database holds anything else afterwards."""
    names = [route.name for route in chat.bot.routes if route.looks]
    assert names == ["deadlines", "all_deadlines"]
    for name in names:
        before = dump(chat.bot.storage.case) + dump(chat.bot.storage.identity)
        assert chat.bot.glance(chat.user, chat.person, name)
        assert dump(chat.bot.storage.case) + dump(chat.bot.storage.identity) == before


def test_a_cry_in_answer_to_the_question_of_danger_is_the_answer(chat: Chat) -> None:
    asked = chat.says("救命")
    assert asked.choices == ("正在发生", "没有", "不确定")
    carded = chat.says("有人掉井里了")
    assert carded.danger
    assert carded.text.count("马上拨 119") == 1
    assert "请回复选项" not in carded.text
    assert carded.choices == ("继续",)
    again = chat.says("着火了快来人")
    assert again.danger
    assert again.text.count("马上拨 119") == 1


def test_who_cries_for_somebody_in_a_pit_reads_at_once_not_to_follow(chat: Chat) -> None:
    told = chat.says("有人掉井里了")
    assert told.text.split("\n")[1] == PIT
    assert PIT not in chat.says("厨房着火了快来人").text


def test_the_question_of_danger_is_past_once_something_else_begins(chat: Chat) -> None:
    chat.says("救命")
    chat.says("1")
    chat.says("我要投诉")
    assert chat.says("取消").text == "没有提交，写的内容已删除。"


def test_a_cry_is_past_once_a_report_is_begun(chat: Chat) -> None:
    chat.says("着火了")
    chat.says("举报")
    chat.says("取消")
    assert chat.says("继续").text == "没有没写完的内容。"


def test_going_back_begins_no_report_of_an_old_cry(chat: Chat) -> None:
    chat.says("着火了")
    assert chat.says("上一步").text == "现在没有正在进行的事。"
    assert chat.says("继续").asks


def test_going_back_after_a_pause_takes_up_what_was_laid_aside(chat: Chat) -> None:
    question = chat.says("答题")
    chat.says("退出")
    assert chat.says("上一步").choices == question.choices


def test_a_number_after_a_list_means_the_list_although_a_question_is_open(chat: Chat) -> None:
    chat.says("考试")
    listed = chat.says("全部活动")
    assert not listed.choices
    assert chat.says("2").text.startswith("线上启动仪式")
    chat.says("标语")
    assert chat.says("1").text.startswith("第1条")
    assert chat.says("继续").choices == ("计时", "不计时")
    assert chat.says("2").lettered


def test_a_number_after_an_emergency_card_still_answers_the_open_question(chat: Chat) -> None:
    chat.says("标语")
    chat.says("举报")
    chat.says("着火了")
    assert "在哪里" in chat.says("2").text


def test_a_greeting_is_no_choice_of_what_may_be_meant(chat: Chat) -> None:
    assert chat.says("没有").choices == ("举报", "答题", "截止日")


def test_the_line_of_the_welcome_says_how_to_ask_about_safety(chat: Chat) -> None:
    chat.follows()
    assert chat.says("3").text.startswith("安全问题直接问")


@pytest.mark.parametrize("said", ["下周四有什么", "周末有什么", "今天有什么", "六月十六有啥", "16号有活动吗"])
def test_what_there_is_on_a_day_needs_no_word_of_activities(chat: Chat, said: str) -> None:
    assert "网上安全宣传咨询日" in chat.says(said).text


@pytest.mark.parametrize("said", ["今天有什么奖", "今天有什么题", "第3条有什么"])
def test_a_day_with_something_else_is_no_question_about_activities(chat: Chat, said: str) -> None:
    assert [route.name for route in chat.bot.routes_meant(said)] != ["campaign"]


def test_a_cry_in_a_quiz_is_answered_with_the_card_alone_and_the_round_waits(chat: Chat) -> None:
    chat.says("答题")
    asked = chat.says("A").asks
    reply = chat.says("有人掉井里了快来人")
    assert reply.text == card(chat.bot.campaign, words="有人掉井里了快来人")
    assert not reply.choices
    report = chat.says("继续")
    assert report.asks
    assert report.asks != asked
    chat.says("取消")
    assert chat.says("继续").asks == asked


@pytest.mark.parametrize("said", ["B", "AC", "1", "对", "✔", "选C", "第二个", "3"])
def test_a_mark_that_answers_a_lost_question_leads_nowhere_dangerous(chat: Chat, said: str) -> None:
    """Redis was emptied in the middle of a round: whoever goes on answering is told, and reports no hazard by a number."""
    told = chat.says(said)
    assert "那一轮没能接上" in told.text
    assert told.choices == ("答题", "闯关", "帮助")
    assert "第1题" in chat.says("1").text


def test_a_page_that_answers_a_lost_question_is_told_so(chat: Chat) -> None:
    asked = chat.says("答题").asks
    chat.record = "{}"
    assert "那一轮没能接上" in chat.says("随便一个选项", asks=asked).text
