"""A liaison talks to the whole bot: numbers for choices, free words, steps back."""

from __future__ import annotations

import pytest

from bot.bot import Bot
from content.loader import available_campaigns
from rules.units import LiaisonView
from store.units import UnitRow
from tests.chatting import CAMPAIGN, Chat, build_bot

FORM = ("李敏", "其余都跳过", "13812345678")


@pytest.fixture
def chat(chat: Chat) -> Chat:
    with chat.bot.storage.transaction(CAMPAIGN) as stores:
        stores.units.import_rows([UnitRow("青泉市安委会", code="AB12CD34")], chat.bot.storage.clock())
    return chat


def say_all(chat: Chat, *texts: str) -> str:
    return [chat.says(text).text for text in texts][-1]


def entries(bot: Bot) -> tuple[LiaisonView, ...]:
    with bot.storage.transaction(CAMPAIGN) as stores:
        return stores.liaisons.active()


def test_numbers_stand_for_choices_all_the_way(chat: Chat) -> None:
    text = say_all(chat, "登记", "1", "青泉安委会", "1", "李敏", "2", "2", "13812345678", "AB12CD34", "1")
    assert text.startswith("登记好了：青泉市安委会，李敏。")
    entry = entries(chat.bot)[0]
    assert (entry.confirmed, entry.form["gender"]) == (True, "女")


@pytest.mark.parametrize("text", ["我是联络员要登记", "联络员登记", "我要登记联络员"])
def test_free_words_lead_to_the_registration(chat: Chat, text: str) -> None:
    assert "登记前请看" in chat.says(text).text


def test_a_wrong_code_can_not_be_taken_back(chat: Chat) -> None:
    say_all(chat, "登记", "同意", "青泉市安委会", *FORM, "000000")
    assert "不能改" in chat.says("上一步").text


def test_a_cancelled_registration_starts_anew_and_remembers_wrong_codes(chat: Chat) -> None:
    for _ in range(2):
        say_all(chat, "登记", "同意", "青泉市安委会", *FORM, *["000000"] * 5)
        chat.says("取消")
    assert "请看一遍" in say_all(chat, "登记", "同意", "青泉市安委会", *FORM)
    assert entries(chat.bot) == ()


def test_a_question_in_between_leaves_the_registration_open(chat: Chat) -> None:
    say_all(chat, "登记", "同意", "青泉市安委会", "李敏", "其余都跳过", "截止日")
    assert "您还没有登记联络员" in chat.says("换去截止日").text
    assert "手机" in chat.says("继续").text


def test_what_is_named_has_its_date_without_a_registration(chat: Chat) -> None:
    assert chat.says("总结什么时候交").text == "7月10日（周五）前：月总结、统计表、影像"


@pytest.mark.parametrize("text", ["这周要报什么", "截止日"])
def test_free_words_lead_to_the_deadlines(chat: Chat, text: str) -> None:
    assert chat.says(text).text == "您还没有登记联络员。"
    assert "登记前请看" in chat.says("1").text


def test_what_is_filed_in_free_words_is_asked_back(chat: Chat) -> None:
    say_all(chat, "登记", "同意", "青泉市安委会", *FORM, "AB12CD34", "登记")
    assert chat.says("我们的月总结已报送").choices[0] == "月总结、统计表、影像"
    assert "记下了：月总结、统计表、影像已报送" in chat.says("1").text


def test_reminders_are_quietened_in_free_words(chat: Chat) -> None:
    say_all(chat, "登记", "同意", "青泉市安委会", *FORM, "AB12CD34", "登记")
    assert "提醒不能全关" in chat.says("别再提醒我了").text
    assert "已暂停提醒" in chat.says("2").text
    assert "已恢复提醒" in chat.says("恢复提醒").text


def test_a_second_person_hears_of_the_first_only_by_surname(chat: Chat) -> None:
    say_all(chat, "登记", "同意", "青泉市安委会", *FORM, "AB12CD34", "登记")
    other = Chat(chat.bot, "oAnother00000000000000000001")
    assert say_all(other, "登记", "同意", "青泉市安委会") == "青泉市安委会已有联络员李*。"


@pytest.mark.parametrize("word", ["截止日", "全部截止日", "报送"])
def test_every_campaign_answers(chat: Chat, word: str) -> None:
    for campaign in available_campaigns():
        reply = Chat(build_bot(chat.bot.storage, campaign)).says(word)
        assert reply.text
        assert reply.choices
