"""A person registers as liaison, hands over, changes, withdraws."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.message import Reply
from content.loader import load
from content.models import Campaign
from store.liaisons import LiaisonView
from store.stores import Storage
from store.units import UnitRow
from tests.conftest import SetClock
from tests.handlers.talking import Talk

UNITS = [
    UnitRow("青泉市安委会", "市级", code="AB12CD34"),
    UnitRow("白石县应急管理局", "县级"),
    UnitRow("白石县教育局", "县级"),
]
AS_FAR_AS_THE_FORM = ("登记", "同意")
FORM = ("李敏", "女", "科长", "跳过", "13812345678", "跳过", "跳过", "跳过", "limin@126.com", "跳过")
SHORT_FORM = ("李敏", "其余都跳过", "13812345678")


@pytest.fixture
def talk(sqlite_storage: Storage, clock: SetClock, ningxia: Campaign) -> Talk:
    clock.time = datetime(2020, 5, 25, 2, 0, tzinfo=UTC)
    with sqlite_storage.transaction(ningxia.id) as stores:
        stores.units.import_rows(UNITS, clock())
    return Talk(sqlite_storage, clock, ningxia)


def another(talk: Talk, user: str = "openid-2") -> Talk:
    return Talk(talk.storage, talk.clock, talk.campaign, user)


def entries(talk: Talk) -> tuple[LiaisonView, ...]:
    with talk.storage.transaction(talk.campaign.id) as stores:
        return stores.liaisons.active()


def registered(talk: Talk, unit: str = "白石县教育局") -> Reply:
    return talk.say_all(*AS_FAR_AS_THE_FORM, unit, *SHORT_FORM, "登记")


def test_consent_comes_before_the_first_question(talk: Talk) -> None:
    reply = talk.says("登记")
    assert "自治区安委会办公室" in reply.text
    assert "活动结束后90天" in reply.text
    assert reply.choices == ("同意", "不同意")


def test_who_declines_leaves_nothing(talk: Talk) -> None:
    reply = talk.say_all("登记", "不同意")
    assert reply.text == "好的，没有登记，也没有保存。截止日仍可以看，回复“截止日”。"
    assert talk.draft is None
    assert entries(talk) == ()


def test_the_whole_form_is_asked_and_summed_up(talk: Talk) -> None:
    first = talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局")
    assert "第1项，共10项。您的姓名？" in first.text
    assert talk.says("李敏").text.startswith("第2项，共10项。性别？可以不填")
    summary = talk.say_all(*FORM[1:])
    for line in ("单位：白石县教育局", "姓名：李敏", "手机：13812345678", "电子邮箱：limin@126.com"):
        assert line in summary.text
    assert "QQ号" not in summary.text
    assert summary.choices == ("登记", "改一改", "不登记了")


def test_a_registration_without_code_is_pending_and_says_what_comes_next(talk: Talk) -> None:
    reply = talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", *FORM, "登记")
    assert "等办公室确认" in reply.text
    assert "下一项：5月31日（周日）前，报联络员表、活动方案。" in reply.text
    assert "微信送不到就发邮件" in reply.text
    entry = entries(talk)[0]
    assert (entry.state, entry.unit, entry.name) == ("pending", "白石县教育局", "李敏")
    assert (entry.phone, entry.email) == ("13812345678", "limin@126.com")
    assert entry.form["unit"] == "白石县教育局"


def test_the_consent_is_stored_with_words_version_and_time(talk: Talk) -> None:
    registered(talk)
    with talk.storage.transaction(talk.campaign.id) as stores:
        stored = stores.session.connection().exec_driver_sql("SELECT consent FROM liaison").scalar_one()
    consent = json.loads(stored)
    assert consent["text"].startswith("我同意自治区安委会办公室为本届活动的联络和报送提醒使用我填写的信息")
    assert consent["version"] == "1"
    assert consent["at"].startswith("2020-05-25T02:00")


@pytest.mark.parametrize("said", [("我的登记",), ("登记", "不用了"), ("恢复提醒",)])
def test_who_follows_again_and_asks_is_reached_again(talk: Talk, said: tuple[str, ...]) -> None:
    registered(talk)
    with talk.storage.transaction(talk.campaign.id) as stores:
        stores.liaisons.unfollow(talk.user, talk.clock())
    assert not entries(talk)[0].in_wechat
    talk.say_all(*said)
    assert entries(talk)[0].in_wechat


def test_the_right_code_confirms_at_once(talk: Talk) -> None:
    asked = talk.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM)
    assert "有单位码吗" in asked.text
    reply = talk.say_all("ａｂ12 cd34", "登记")
    assert reply.text.startswith("登记好了：青泉市安委会，李敏。")
    assert entries(talk)[0].confirmed


def test_a_wrong_code_may_be_tried_again(talk: Talk) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM)
    assert talk.says("000000").text.startswith("单位码没对上")
    assert "请看一遍" in talk.says("AB12CD34").text


def test_after_five_wrong_codes_it_goes_on_as_pending(talk: Talk) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM)
    reply = talk.say_all(*["000000"] * 5)
    assert "请看一遍" in reply.text
    assert "等办公室确认" in talk.says("登记").text
    assert entries(talk)[0].state == "pending"


def test_starting_anew_gives_no_endless_tries(talk: Talk) -> None:
    for _ in range(2):
        talk.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM, *["000000"] * 5, "不登记了")
    reply = talk.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM)
    assert "请看一遍" in reply.text
    talk.clock.forward(days=1)
    talk.says("不登记了")
    assert "有单位码吗" in talk.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM).text


def test_wrong_codes_are_counted_by_unit_whoever_tries(talk: Talk) -> None:
    asked = (*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM)
    for n in range(4):
        another(talk, f"openid-{n}").say_all(*asked, *["000000"] * 5)
    late = another(talk, "openid-9")
    assert "请看一遍" in late.say_all(*asked).text
    talk.clock.forward(days=1)
    assert "有单位码吗" in another(talk, "openid-10").say_all(*asked).text


def test_the_right_code_counts_no_more_after_twenty_wrong_ones(talk: Talk) -> None:
    asked = (*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM)
    waiting = another(talk, "openid-9")
    assert "有单位码吗" in waiting.say_all(*asked).text
    for n in range(4):
        another(talk, f"openid-{n}").say_all(*asked, *["000000"] * 5)
    assert "单位码没对上" in waiting.says("AB12CD34").text


def test_a_code_may_follow_later(talk: Talk) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM, "跳过", "登记")
    assert "单位码" in talk.says("我的登记").choices
    talk.says("单位码")
    assert "已生效" in talk.says("AB12CD34").text
    assert entries(talk)[0].confirmed
    assert "没有等单位码的登记" in talk.says("单位码").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1381234567", "手机号是11位数字，刚才是10位，再发一次就行。"),
        ("１３８１２３４５６７", "手机号是11位数字，刚才是10位，再发一次就行。"),
        ("abcdefghijk", "手机号是11位数字，刚才有别的字，再发一次就行。"),
    ],
)
def test_a_wrong_phone_number_is_asked_again(talk: Talk, typed: str, sentence: str) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", *SHORT_FORM[:2])
    reply = talk.says(typed)
    assert reply.text.startswith(sentence)
    assert "手机？" in reply.text
    assert "请看一遍" in talk.says("１３８１２３４５６７８").text


def test_a_mail_address_needs_its_sign(talk: Talk) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", *FORM[:8])
    assert "邮箱要带“@”" in talk.says("limin.126.com").text
    assert "通信地址" in talk.says("ｌｉｍｉｎ＠126.com").text


@pytest.mark.parametrize("typed", ["12345", "李", "李敏13812345678", "  "])
def test_a_name_is_letters(talk: Talk, typed: str) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局")
    assert "您的姓名？" in talk.says(typed).text


def test_a_required_field_can_not_be_skipped(talk: Talk) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", "李敏", "其余都跳过")
    assert "手机？" in talk.says("跳过").text


def test_the_nearest_units_are_offered(talk: Talk) -> None:
    reply = talk.say_all(*AS_FAR_AS_THE_FORM, "白石县")
    assert set(reply.choices) == {"白石县应急管理局", "白石县教育局", "都不是，就用我写的"}
    assert "姓名" in talk.says("白石县教育局").text


def test_a_unit_that_nobody_knows_is_kept_as_not_yet_known(talk: Talk) -> None:
    registered(talk, "红山村委会")
    with talk.storage.transaction(talk.campaign.id) as stores:
        unit = stores.units.named("红山村委会")
        assert unit is not None
        assert not unit.imported


def test_an_abandoned_registration_leaves_no_unit(talk: Talk) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "红山村委会", *SHORT_FORM, "不登记了")
    with talk.storage.transaction(talk.campaign.id) as stores:
        assert stores.units.named("红山村委会") is None


def test_one_field_may_be_corrected_before_it_is_written(talk: Talk) -> None:
    asked = talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", *SHORT_FORM, "改一改")
    assert "姓名、性别" in asked.text
    assert "请写下面的一项" in talk.says("颜色").text
    summary = talk.say_all("姓名", "李明")
    assert "姓名：李明" in summary.text
    talk.says("登记")
    assert entries(talk)[0].name == "李明"


def test_a_taken_unit_shows_only_a_masked_name(talk: Talk) -> None:
    registered(talk)
    reply = another(talk).say_all(*AS_FAR_AS_THE_FORM, "白石县教育局")
    assert reply.text == "白石县教育局已有联络员李*。"
    assert reply.choices == ("换成我", "两个人都收提醒", "先不登记")


def test_two_may_be_liaisons_of_one_unit(talk: Talk) -> None:
    registered(talk)
    another(talk).say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", "两个人都收提醒", *SHORT_FORM, "登记")
    assert [entry.openid for entry in entries(talk)] == ["openid-1", "openid-2"]


def test_the_old_liaison_stays_until_the_new_one_is_confirmed(talk: Talk) -> None:
    registered(talk)
    reply = another(talk).say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", "换成我", *SHORT_FORM, "登记")
    assert "原来的联络员照样收提醒" in reply.text
    assert len(entries(talk)) == 2
    with talk.storage.transaction(talk.campaign.id) as stores:
        stores.liaisons.confirm(entries(talk)[1].id, "office:wang", talk.clock())
    assert [entry.openid for entry in entries(talk)] == ["openid-2"]


def test_with_the_code_the_place_is_taken_at_once(talk: Talk) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM, "AB12CD34", "登记")
    other = another(talk)
    other.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", "换成我", *SHORT_FORM, "AB12CD34", "登记")
    assert [entry.openid for entry in entries(talk)] == ["openid-2"]


def test_who_rather_not_leaves_the_unit_as_it_is(talk: Talk) -> None:
    registered(talk)
    assert "没有登记" in another(talk).say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", "先不登记").text
    assert len(entries(talk)) == 1


def test_the_same_person_in_the_same_unit_has_one_entry(talk: Talk) -> None:
    registered(talk)
    assert talk.says("登记").text == "您已登记为联络员：白石县教育局。"
    reply = talk.say_all("再登记一个单位", "同意", "白石县教育局")
    assert reply.text == "您已经是白石县教育局的联络员。"
    assert len(entries(talk)) == 1


def test_one_person_may_answer_for_two_units(talk: Talk) -> None:
    registered(talk)
    talk.say_all("登记", "再登记一个单位", "同意", "白石县应急管理局", *SHORT_FORM, "登记")
    assert [entry.unit for entry in entries(talk)] == ["白石县教育局", "白石县应急管理局"]


def test_a_repeated_last_message_enters_nobody_twice(talk: Talk) -> None:
    first = registered(talk, "红山村委会")
    assert talk.repeats() == first
    assert len(entries(talk)) == 1


def test_a_repeated_last_message_with_a_taken_place_changes_nothing(talk: Talk) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", *SHORT_FORM, "AB12CD34", "登记")
    other = another(talk)
    first = other.say_all(*AS_FAR_AS_THE_FORM, "青泉市安委会", "换成我", *SHORT_FORM, "AB12CD34", "登记")
    assert other.repeats() == first
    assert [entry.openid for entry in entries(talk)] == ["openid-2"]


def test_a_liaison_who_leaves_hears_how_to_hand_over(talk: Talk) -> None:
    registered(talk)
    assert "换成我" in talk.says("换联络员").text


def test_who_takes_over_is_registered(talk: Talk) -> None:
    assert "登记前请看" in talk.says("换联络员").text


def test_own_data_are_shown_with_numbers_masked(talk: Talk) -> None:
    talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", *FORM, "登记")
    text = talk.says("我的登记").text
    assert "白石县教育局，待办公室确认" in text
    assert "手机：138****5678" in text
    assert "电子邮箱：l***@126.com" in text
    assert "13812345678" not in text


def test_a_change_is_kept_only_when_it_is_saved(talk: Talk) -> None:
    registered(talk)
    talk.say_all("改登记", "手机", "13987654321", "不改了")
    assert entries(talk)[0].phone == "13812345678"
    talk.say_all("改登记", "手机", "13987654321", "再改一项", "电子邮箱", "li@126.com", "存好")
    assert (entries(talk)[0].phone, entries(talk)[0].email) == ("13987654321", "li@126.com")
    talk.repeats()
    assert (entries(talk)[0].phone, entries(talk)[0].email) == ("13987654321", "li@126.com")


def test_a_withdrawal_warns_and_deletes(talk: Talk) -> None:
    registered(talk)
    assert "这个单位就没有联络员了" in talk.says("撤销登记").text
    assert "登记没有变" in talk.says("不撤销").text
    assert "登记表已删除" in talk.say_all("撤销登记", "撤销").text
    assert entries(talk) == ()
    assert "还没有登记联络员" in talk.says("我的登记").text


def test_of_several_entries_one_is_picked(talk: Talk) -> None:
    registered(talk)
    talk.say_all("登记", "再登记一个单位", "同意", "白石县应急管理局", *SHORT_FORM, "登记")
    assert talk.says("撤销登记").choices == ("白石县教育局", "白石县应急管理局")
    talk.say_all("白石县教育局", "撤销")
    assert [entry.unit for entry in entries(talk)] == ["白石县应急管理局"]


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("", "本届通知没有附登记表，下面几项是我们拟的。"),
        ("联络员信息表（见附件）", "登记表的内容没有随通知公布，下面几项是我们拟的。"),
    ],
)
def test_a_form_of_ours_says_so(talk: Talk, quote: str, told: str) -> None:
    ours = talk.campaign.liaison_form.model_copy(update={"ours": True, "quote": quote})
    talk.campaign = talk.campaign.model_copy(update={"liaison_form": ours})
    reply = talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局")
    assert reply.text.startswith(told)


def test_where_nothing_is_to_be_filed_it_is_said_before_the_consent(talk: Talk) -> None:
    talk.campaign = talk.campaign.model_copy(update={"obligations": ()})
    reply = talk.says("登记")
    assert "没有要求报送材料" in reply.text
    assert reply.choices == ("先不登记", "仍要登记")
    assert "登记前请看" in talk.says("仍要登记").text
    assert "下一项" not in talk.say_all("同意", "白石县教育局", *SHORT_FORM, "登记").text


def test_an_address_given_for_reminders_outlives_a_change_where_the_form_has_none(talk: Talk) -> None:
    talk.campaign = load("shenzhen-2020")
    reply = talk.say_all(*AS_FAR_AS_THE_FORM, "龙岗区安委办", "李敏", "13812345678", "登记")
    assert "想改收邮件，回复“改发邮件”" in reply.text
    talk.say_all("改发邮件", "limin@126.com")
    talk.say_all("改登记", "姓名", "李明", "存好")
    assert (entries(talk)[0].name, entries(talk)[0].email) == ("李明", "limin@126.com")


def test_mail_is_not_promised_where_none_can_be_sent(talk: Talk) -> None:
    talk.storage = replace(talk.storage, sends_mail=False)
    reply = talk.say_all(*AS_FAR_AS_THE_FORM, "白石县教育局", *FORM, "登记")
    assert "到时在微信提醒您。" in reply.text
    assert "邮" not in reply.text
    assert talk.says("暂停提醒").choices == ("暂停三天", "不改了")


def test_who_has_followed_again_hears_that_reminders_are_back(talk: Talk) -> None:
    registered(talk)
    assert "提醒恢复了" not in talk.says("我的登记").text
    with talk.storage.transaction(talk.campaign.id) as stores:
        stores.liaisons.unfollow(talk.user, talk.clock())
    assert talk.says("我的登记").text.startswith("您又关注了，提醒恢复了，到时在微信提醒您。\n\n白石县教育局")
    assert "提醒恢复了" not in talk.says("我的登记").text
    assert entries(talk)[0].in_wechat
