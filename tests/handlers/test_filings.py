"""A liaison files, says so, takes it back, and chooses how to be reminded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from content.loader import load
from content.models import Campaign
from handlers.filings import says_filed
from store.filings import FilingView
from store.liaisons import LiaisonView
from store.stores import Storage
from tests.conftest import SetClock
from tests.handlers.talking import Talk
from tests.store.playing import a_unit, join, play

SUMMARY = "月总结、统计表、影像"


@pytest.fixture
def talk(sqlite_storage: Storage, clock: SetClock, ningxia: Campaign) -> Talk:
    clock.time = datetime(2020, 7, 8, 2, 0, tzinfo=UTC)
    return Talk(sqlite_storage, clock, ningxia)


def enter(talk: Talk, *, by: str = "code", unit: str = "青泉市安委会", email: str = "") -> int:
    with talk.storage.transaction(talk.campaign.id) as stores:
        known = stores.units.add_unknown(unit, talk.clock())
        stores.liaisons.register(
            known.id, talk.user, {}, name="李敏", email=email, consent={}, at=talk.clock(), confirmed_by=by
        )
        return known.id


def filings(talk: Talk) -> tuple[FilingView, ...]:
    with talk.storage.transaction(talk.campaign.id) as stores:
        return stores.filings.all()


def settled(talk: Talk) -> set[tuple[str, str, int]]:
    with talk.storage.transaction(talk.campaign.id) as stores:
        return stores.filings.settled()


def mine(talk: Talk) -> LiaisonView:
    with talk.storage.transaction(talk.campaign.id) as stores:
        return stores.liaisons.of(talk.user)[0]


def only(talk: Talk, obligation: str) -> None:
    kept = tuple(one for one in talk.campaign.obligations if one.id == obligation)
    talk.campaign = talk.campaign.model_copy(update={"obligations": kept})


def test_how_to_file_says_what_where_and_what_to_say_then(talk: Talk) -> None:
    enter(talk)
    only(talk, "month-summary")
    assert talk.says("报送").text.splitlines() == [
        f"现在要报：{SUMMARY}",
        "7月10日（周五）前，还有2天",
        "月总结：阶段性总结，1500字以内",
        "统计表：附件3",
        "视频、照片：活动期间的视频、照片资料",
        "",
        "请发到 nxaq001@126.com，写明单位名称。这里还不能上传。",
        "发完回复“已报送”。",
    ]


def test_how_to_file_is_told_to_anybody(talk: Talk) -> None:
    reply = talk.says("现在报送")
    assert SUMMARY in reply.text
    assert reply.choices == ("登记", "全部截止日")


def test_where_no_address_is_known_the_organiser_is_named(talk: Talk) -> None:
    enter(talk)
    plain = talk.campaign.obligations[2].model_copy(update={"where": None})
    talk.campaign = talk.campaign.model_copy(update={"obligations": (plain,), "contacts": ()})
    assert "通知没有写报到哪里，请问自治区安委会办公室。" in talk.says("报送").text


def test_an_office_is_no_address(talk: Talk) -> None:
    talk.campaign = load("binhai-2020")
    talk.clock.time = datetime(2020, 6, 2, 2, 0, tzinfo=UTC)
    assert "请报到区安委会办公室（yjjbgs@tjbh.gov.cn）" in talk.says("报送").text


def test_of_several_open_ones_it_is_asked_which(talk: Talk) -> None:
    enter(talk)
    asked = talk.says("已报送")
    assert asked.choices[:2] == (SUMMARY, "亮点活动信息，至少2篇")
    assert asked.choices[-1] == "看其他的"
    reply = talk.says(SUMMARY)
    assert reply.text == f"记下了：{SUMMARY}已报送。这一项不再提醒。\n点错了请回复“撤回”。"
    assert [(one.obligation, one.state) for one in filings(talk)] == [("month-summary", "self_reported")]


def test_what_is_far_off_is_offered_in_the_end(talk: Talk) -> None:
    enter(talk)
    asked = talk.say_all("已报送", "看其他的")
    assert asked.choices == ("万里行统计表（附件4）", "都不是")
    assert "记下了：万里行统计表" in talk.says("万里行统计表（附件4）").text


def test_how_to_file_names_what_else_is_near(talk: Talk) -> None:
    enter(talk)
    assert f"还要报：亮点活动信息，至少2篇；{SUMMARY}。" in talk.says("报送").text


def test_none_of_them_keeps_nothing(talk: Talk) -> None:
    enter(talk)
    talk.say_all("已报送", "看其他的", "都不是")
    assert filings(talk) == ()


def test_the_only_open_one_that_is_near_needs_no_question(talk: Talk) -> None:
    unit = enter(talk)
    only(talk, "month-summary")
    assert "记下了" in talk.says("已报送").text
    assert settled(talk) == {("month-summary", "once", unit)}


def test_the_only_open_one_that_is_far_is_asked_for(talk: Talk) -> None:
    enter(talk)
    only(talk, "programme-table")
    assert talk.says("已报送").choices == ("万里行统计表（附件4）", "都不是")


def test_one_that_is_named_in_full_needs_no_question(talk: Talk) -> None:
    enter(talk)
    assert "记下了" in talk.begins("filing", f"{SUMMARY}已经报送了").text
    assert [one.obligation for one in filings(talk)] == ["month-summary"]


def test_a_part_that_is_named_is_offered_first(talk: Talk) -> None:
    enter(talk)
    assert talk.begins("filing", "月总结已经交了").choices[0] == SUMMARY
    assert filings(talk) == ()


def test_a_question_about_filing_is_answered_with_how(talk: Talk) -> None:
    enter(talk)
    assert talk.begins("filing", "怎么交统计表").text.startswith("现在要报")


def test_reminders_are_resumed_where_the_words_mean_it(talk: Talk) -> None:
    enter(talk)
    assert "已恢复提醒" in talk.begins("reminders_quieten", "请恢复给我的提醒").text


def test_the_word_of_a_pending_liaison_counts_once_confirmed(talk: Talk) -> None:
    enter(talk, by="")
    reply = talk.say_all("已报送", SUMMARY)
    assert "确认以后这一项才不再提醒" in reply.text
    assert len(filings(talk)) == 1
    assert settled(talk) == set()


def test_who_is_no_liaison_is_told_to_register(talk: Talk) -> None:
    assert "登记以后" in talk.says("已报送").text
    assert filings(talk) == ()


def test_a_repeated_last_message_reports_nothing_twice(talk: Talk) -> None:
    enter(talk)
    first = talk.say_all("已报送", SUMMARY)
    assert talk.repeats() == first
    assert len(filings(talk)) == 1


def test_all_filed_is_said_where_nothing_is_open(talk: Talk) -> None:
    enter(talk)
    only(talk, "month-summary")
    talk.says("已报送")
    assert talk.says("已报送").text == "都报齐了，谢谢您。"
    assert talk.says("报送").text == "都报齐了，谢谢您。"


def test_two_units_are_told_apart(talk: Talk) -> None:
    enter(talk)
    second = enter(talk, unit="白石县教育局")
    only(talk, "month-summary")
    asked = talk.says("已报送")
    assert asked.choices == (f"青泉市安委会：{SUMMARY}", f"白石县教育局：{SUMMARY}", "都不是")
    talk.says(f"白石县教育局：{SUMMARY}")
    assert settled(talk) == {("month-summary", "once", second)}


def test_the_last_report_can_be_taken_back_and_only_that(talk: Talk) -> None:
    enter(talk)
    talk.say_all("已报送", "亮点活动信息，至少2篇")
    talk.clock.forward(minutes=5)
    talk.say_all("已报送", SUMMARY)
    assert talk.says("撤回").text.startswith(f"撤回了：{SUMMARY}。")
    assert talk.says("撤回").text == f"{SUMMARY}已经撤回了。"
    assert [one.state for one in filings(talk)] == ["self_reported", "withdrawn"]


def test_there_may_be_nothing_to_take_back(talk: Talk) -> None:
    enter(talk)
    assert talk.says("撤回").text == "没有可以撤回的报送。"


def test_what_the_office_confirmed_is_not_taken_back(talk: Talk) -> None:
    enter(talk)
    talk.say_all("已报送", SUMMARY)
    with talk.storage.transaction(talk.campaign.id) as stores:
        stores.filings.confirm(filings(talk)[0].id, "office:wang", talk.clock())
    assert "0951-8622127" in talk.says("撤回").text
    assert filings(talk)[0].state == "confirmed"


def test_seen_is_not_filed(talk: Talk) -> None:
    enter(talk)
    only(talk, "month-summary")
    assert (
        talk.says("收到").text == f"好的，知道您看到了。{SUMMARY}请在7月10日（周五）前报，报完回复“已报送”。"
    )
    assert filings(talk) == ()


def test_a_reminder_to_nobody_is_seen_kindly(talk: Talk) -> None:
    assert talk.says("收到").text == "好的，有事直接说。"


def test_reminders_can_be_paused_but_not_ended(talk: Talk) -> None:
    enter(talk)
    assert talk.says("暂停提醒").choices == ("改发邮件", "暂停三天", "不改了")
    reply = talk.says("暂停三天")
    assert "到7月11日（周六） 10:00" in reply.text
    assert f"这几天有一项到期：7月10日（周五），{SUMMARY}。" in reply.text
    assert mine(talk).paused_until == talk.clock() + timedelta(days=3)


def test_reminders_by_mail_ask_for_the_address_that_is_missing(talk: Talk) -> None:
    enter(talk)
    assert talk.say_all("暂停提醒", "改发邮件").text == "发到哪个邮箱？"
    assert "邮箱要带“@”" in talk.says("limin").text
    assert "l***@126.com" in talk.says("limin@126.com").text
    entry = mine(talk)
    assert (entry.by_mail, entry.email, entry.form["email"]) == (True, "limin@126.com", "limin@126.com")


def test_reminders_by_mail_use_the_address_that_is_known(talk: Talk) -> None:
    enter(talk, email="limin@126.com")
    assert "l***@126.com" in talk.say_all("暂停提醒", "改发邮件").text


def test_reminders_are_resumed(talk: Talk) -> None:
    enter(talk, email="limin@126.com")
    talk.say_all("暂停提醒", "改发邮件")
    talk.says("恢复提醒")
    assert not mine(talk).by_mail


@pytest.mark.parametrize("text", ["已报送", "报完了", "统计表交了", "总结已经发过去了", "都报齐了"])
def test_what_says_that_it_is_done(text: str) -> None:
    assert says_filed(text)


@pytest.mark.parametrize("text", ["报送", "怎么交统计表", "我要交统计表", "报了吗", "还没交", "交给谁"])
def test_what_does_not_say_so(text: str) -> None:
    assert not says_filed(text)


def test_the_quiz_numbers_of_the_unit_are_offered_for_the_table_as_ours(talk: Talk) -> None:
    talk.clock.time = datetime(2020, 7, 8, 2, 0, tzinfo=UTC)
    unit = enter(talk)
    only(talk, "month-summary")
    assert "答题的数" not in talk.says("报送").text
    for user, rounds in (("one", 2), ("two", 1)):
        join(talk.storage, user, unit, at=talk.clock())
        for _ in range(rounds):
            play(talk.storage, user, 4, at=talk.clock())
    play(talk.storage, "of no unit", 4, at=talk.clock())
    text = talk.says("报送").text
    assert "“参与全国网上安全知识竞赛”，可以参考在这里答题的数：本单位3人次。" in text
    assert "这是我们自己的数，填多少请您核对" in text


def test_an_office_is_offered_the_numbers_of_its_whole_region_as_well(talk: Talk) -> None:
    talk.clock.time = datetime(2020, 7, 8, 2, 0, tzinfo=UTC)
    unit = enter(talk)
    only(talk, "month-summary")
    office, school = a_unit(talk.storage), a_unit(talk.storage, "白石小学")
    assert office == unit
    a_unit(talk.storage, "河湾小学", "河湾县")
    assert "答题的数" not in talk.says("报送").text
    for n in range(2):
        join(talk.storage, f"pupil-{n}", school, "青泉市", at=talk.clock())
        play(talk.storage, f"pupil-{n}", 4, at=talk.clock())
    assert "答题的数：本地区（青泉市）2人次。这是" in talk.says("报送").text
    join(talk.storage, "officer", office, "青泉市", at=talk.clock())
    play(talk.storage, "officer", 4, at=talk.clock())
    join(talk.storage, "elsewhere", None, "河湾县", at=talk.clock())
    play(talk.storage, "elsewhere", 4, at=talk.clock())
    text = talk.says("报送").text
    assert (
        "本单位1人次；本地区（青泉市）3人次。\n按统计的范围选一个。这是我们自己的数，填多少请您核对。" in text
    )


def test_a_campaign_may_offer_rounds_and_people(sqlite_storage: Storage, clock: SetClock) -> None:
    clock.time = datetime(2020, 6, 29, 2, 0, tzinfo=UTC)
    talk = Talk(sqlite_storage, clock, load("gusu-2020"))
    unit = enter(talk)
    only(talk, "summary")
    with talk.storage.transaction("gusu-2020") as stores:
        stores.players.join("one", unit, "", clock())
        for n in range(2):
            answers = [{"question": "q", "given": "a", "right": True}]
            stores.attempts.add(
                "one", f"d{n}", kind="round", answers=answers, began=clock(), at=clock(), day=clock().date()
            )
    assert "“参加全市知识竞赛”，可以参考在这里答题的数：本单位2人次、1人。" in talk.says("报送").text


def test_a_blank_of_a_contest_is_offered_the_numbers_of_that_contest_alone(
    sqlite_storage: Storage, clock: SetClock
) -> None:
    clock.time = datetime(2020, 6, 29, 2, 0, tzinfo=UTC)
    talk = Talk(sqlite_storage, clock, load("gusu-2020"))
    unit = enter(talk)
    only(talk, "summary")
    with talk.storage.transaction("gusu-2020") as stores:
        for n, (user, kind) in enumerate((("one", "round"), ("one", "contest"), ("two", "contest"))):
            stores.players.join(user, unit, "", clock())
            answers = [{"question": "q", "given": "a", "right": True}]
            stage = "hazchem" if kind == "contest" else ""
            day = clock().date()
            stores.attempts.add(
                user, f"d{n}", kind=kind, stage=stage, answers=answers, began=clock(), at=clock(), day=day
            )
    text = talk.says("报送").text
    assert "“参加全市知识竞赛”，可以参考在这里答题的数：本单位3人次、2人。\n" in text
    assert (
        "“参与危化品安全知识竞赛”，可以参考在这里答“危化品安全知识竞赛”的数：本单位2人。这是我们自己的数"
        in text
    )
