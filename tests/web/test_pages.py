"""The phone page without a browser: whole dialogues by its forms, and what each screen shows."""

from __future__ import annotations

import io

import pytest

from bot.message import Message, Reply
from tests.web.page_fixtures import CODE, Phone, Site, make_site

JPEG, TEXT = b"\xff\xd8\xff picture", b"GIF89a"


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def phone(site: Site) -> Phone:
    return site.phone("oReporter1")


def upload(*contents: bytes) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(content), f"IMG_{n}.jpg") for n, content in enumerate(contents, start=1)]


def until_photos(phone: Phone) -> None:
    phone.enters("report")
    phone.taps("没有")
    phone.send("/p/place", label="临港路8号物流园3号库")
    phone.taps("不知道")
    phone.says("仓库里设了员工宿舍")


def test_a_first_visit_shows_what_the_bot_can_do(phone: Phone) -> None:
    phone.open()
    assert phone.heading == "您好，这里是宁夏“安全生产月”助手"
    phone.taps("举报")
    assert "正在发生吗？" in phone.heading


def test_a_whole_report_by_forms(phone: Phone, site: Site) -> None:
    until_photos(phone)
    assert phone.heading == "有现场照片吗？"
    phone.send("/p/photo", photos=upload(JPEG, JPEG + b"2"))
    assert "第 2 张" in phone.text
    phone.send("/p/photo", then="done")
    assert phone.heading == "请看一遍："
    assert "照片2张" in phone.text.replace("\n", "")
    phone.taps("提交")
    assert phone.heading == "已收到，谢谢您"
    assert CODE in phone.text.replace("\n", "")
    assert "拨打 12350" in phone.text
    assert [one.kind for one in site.talk.heard].count("image") == 2


def test_a_question_is_the_heading_and_the_rest_is_below(phone: Phone) -> None:
    phone.enters("report")
    assert phone.heading == "先问一句：现在正在发生吗？有人受伤或被困吗？"
    assert "我们为您保密" in phone.text
    assert "第 1 步" in phone.text
    assert 'action="/p/back"' not in phone.html


def test_a_refused_answer_stays_in_its_field_with_the_sentence_above(phone: Phone) -> None:
    phone.enters("register")
    phone.says("1380000")
    assert "手机号是11位数字，刚才是7位" in phone.text
    assert 'role="alert"' in phone.html
    assert 'value="1380000"' in phone.html
    assert "<title>有一处要改</title>" in phone.html
    assert phone.heading == "您的手机号？"
    assert 'inputmode="tel"' in phone.html
    phone.says("13800000000")
    assert phone.heading == "您的邮箱？"
    assert "第 2 项，共 2 项" in phone.text


def test_reloading_shows_the_refusal_again_and_the_plain_address_does_not(phone: Phone) -> None:
    phone.enters("register")
    sent = phone.client.post("/p/say", data={**phone.fields("/p/say"), "text": "1"})
    for _ in range(2):
        phone.open(sent.headers["Location"])
        assert "手机号是11位数字" in phone.text
    phone.open("/p/")
    assert "手机号是11位数字" not in phone.text


def test_back_asks_the_question_before(phone: Phone) -> None:
    phone.enters("report")
    phone.taps("没有")
    assert phone.heading == "在哪里？"
    phone.send("/p/back")
    assert "正在发生吗？" in phone.heading


def test_a_double_tap_is_one_turn_and_one_page(phone: Phone, site: Site) -> None:
    phone.enters("report")
    form = {**phone.fields("/p/say"), "choice": "没有"}
    places = [phone.client.post("/p/say", data=form).headers["Location"] for _ in range(2)]
    heard = [one for one in site.talk.heard if one.text == "没有"]
    assert len(heard) == 1
    assert places == ["/p/", "/p/"]
    phone.open()
    assert phone.heading == "在哪里？"


def test_a_double_tap_does_not_lose_the_emergency_card(phone: Phone) -> None:
    phone.enters("report")
    phone.taps("没有")
    form = {**phone.fields("/p/place"), "label": "着火了，在3号库"}
    for _ in range(2):
        sent = phone.client.post("/p/place", data=form)
    phone.open(sent.headers["Location"])
    assert 'class="alarm danger-card"' in phone.html


def test_a_route_is_entered_though_another_question_has_closed_since(phone: Phone, site: Site) -> None:
    phone.enters("report")
    phone.open("/p/go/deadlines")
    site.talk.drafts.clear()
    phone.send("/p/go/deadlines")
    assert "7月10日（周五）前" in phone.text


def test_a_stale_page_changes_nothing_and_shows_the_open_question(phone: Phone, site: Site) -> None:
    phone.enters("report")
    stale = phone.html
    phone.taps("没有")
    phone.send("/p/say", html=stale, choice="正在发生")
    assert phone.heading == "在哪里？"
    assert site.talk.drafts["oReporter1"].heard("urgent")[-1].text == "没有"


def test_the_last_reply_of_an_old_page_is_no_answer_to_a_question_opened_since(
    phone: Phone, site: Site
) -> None:
    phone.open()
    home = phone.html
    phone.enters("register")
    phone.send("/p/say", html=home, choice="举报")
    assert phone.heading == "您的手机号？"


def test_a_message_carries_the_question_and_an_id_that_hides_the_person(phone: Phone, site: Site) -> None:
    phone.enters("register")
    phone.says("13800000000")
    message = site.talk.heard[-1]
    assert (message.kind, message.asks, message.text) == ("text", "mobile", "13800000000")
    assert message.id.startswith("page:")
    assert "oReporter1" not in message.id
    assert "oReporter1" not in phone.html


def test_two_people_with_the_same_nonce_are_two_messages(site: Site) -> None:
    for openid in ("oOne", "oTwo"):
        phone = site.phone(openid)
        phone.open()
        phone.send("/p/say", choice="举报", nonce="same")
    assert len({one.id for one in site.talk.heard}) == 2


def test_a_link_from_chat_only_shows_a_button(phone: Phone, site: Site) -> None:
    phone.open("/p/go/report")
    assert site.talk.heard == []
    assert phone.heading == "我要举报"
    phone.send("/p/go/report")
    assert site.talk.heard == [Message("oReporter1", "menu", id=site.talk.heard[0].id, text="举报")]


def test_a_route_is_also_found_by_its_word_and_an_unknown_one_is_a_kind_404(phone: Phone) -> None:
    assert phone.open("/p/go/举报").status_code == 200
    assert phone.open("/p/go/nothing").status_code == 404
    assert "没有这一页" in phone.text


def test_a_plain_answer_in_the_middle_of_a_dialogue_is_shown_and_leads_back(phone: Phone) -> None:
    phone.enters("report")
    phone.enters("deadlines")
    assert "7月10日（周五）前" in phone.text
    assert "接着写没写完的" in phone.text
    phone.open("/p/")
    assert "正在发生吗？" in phone.heading


def test_a_refused_photo_is_named_and_the_others_stay(phone: Phone) -> None:
    until_photos(phone)
    phone.send("/p/photo", photos=upload(JPEG, TEXT), then="done")
    assert "第2张“IMG_2.jpg”：这张照片的拍摄信息去不掉" in phone.text
    assert "第 1 张" in phone.text
    assert phone.heading == "有现场照片吗？"


def test_more_than_nine_photos_are_told(phone: Phone, site: Site) -> None:
    until_photos(phone)
    phone.send("/p/photo", photos=upload(*(JPEG + bytes([n]) for n in range(11))))
    assert "照片最多9张，多出的2张没有收" in phone.text
    assert sum(one.kind == "image" for one in site.talk.heard) == 9


def test_done_without_a_new_photo_goes_on(phone: Phone) -> None:
    until_photos(phone)
    phone.send("/p/photo", photos=upload(JPEG))
    phone.send("/p/photo", then="done")
    assert phone.heading == "请看一遍："


def test_a_point_on_the_map_is_a_location_and_nonsense_is_words(phone: Phone, site: Site) -> None:
    phone.enters("report")
    phone.taps("没有")
    phone.send("/p/place", label="临港路8号", lat="nan", lon="200")
    assert site.talk.heard[-1].kind == "text"
    phone.send("/p/back")
    phone.send("/p/place", label="临港路8号", lat="38.9", lon="117.7")
    heard = site.talk.heard[-1]
    assert heard.kind == "location"
    assert heard.place is not None
    assert heard.place.label == "临港路8号"


def test_happening_now_shows_the_card_with_numbers_that_dial(phone: Phone) -> None:
    phone.enters("report")
    phone.taps("正在发生")
    assert 'class="alarm danger-card"' in phone.html
    for number in ("119", "120", "110", "122"):
        assert f'<a class="call" href="tel:{number}">' in phone.html
    assert "这里没有人实时值守，不能代替报警。" in phone.text
    phone.taps("继续")
    assert phone.heading == "在哪里？"


def test_words_of_danger_put_the_card_above_the_next_question(phone: Phone) -> None:
    phone.enters("report")
    phone.taps("没有")
    phone.send("/p/place", label="着火了，在3号库")
    assert 'class="alarm danger-card"' in phone.html
    assert phone.heading == "是哪个单位或场所？"


def test_a_quiz_shows_the_verdict_first_and_then_the_next_question(phone: Phone) -> None:
    phone.enters("quiz")
    assert phone.heading.startswith("干活时发现")
    assert "第 1 题，共 2 题" in phone.text
    assert "<b>A</b>" in phone.html
    assert "tel:119" not in phone.html
    phone.taps("先请示班组长，同意后再离开")
    assert phone.heading == "没答对"
    assert "《安全生产法》（2021年修正）第55条" in phone.text
    assert "发现火灾先做什么" not in phone.text
    phone.open("/p/?on=1")
    assert phone.heading == "发现火灾先做什么？"
    phone.taps("报警")
    assert phone.heading == "答对了" and "看这一轮成绩" in phone.text
    phone.open("/p/?on=1")
    assert "答完了：2题对1题" in phone.text


def test_deadlines_stand_under_their_dates(phone: Phone) -> None:
    phone.enters("deadlines")
    assert phone.html.count('<li><b class="num">') == 3
    assert phone.heading == "青泉市安委会，接下来要报："


def test_a_reply_can_name_a_page(phone: Phone) -> None:
    phone.enters("register")
    phone.says("13800000000")
    phone.says("name@126.com")
    assert 'href="/p/privacy"' in phone.html


def test_the_emergency_page_needs_nobody(site: Site) -> None:
    site.talk.broken = True
    phone = site.phone()
    assert phone.open("/p/emergency").status_code == 200
    for number in ("119", "120", "110", "122", "12350"):
        assert f'href="tel:{number}"' in phone.html


def test_a_hotline_that_is_not_confirmed_is_not_shown() -> None:
    site = make_site(hotlines=[("96119", False), ("12350", True)])
    phone = site.phone()
    phone.open("/p/emergency")
    assert "96119" not in phone.html
    assert "12350" in phone.html


@pytest.mark.parametrize(("campaign", "shown"), [("xuming-2020", False), ("gusu-2020", True)])
def test_the_menu_offers_no_deadline_where_nothing_is_filed(campaign: str, shown: bool) -> None:
    phone = make_site(campaign_id=campaign).phone("oReporter1")
    phone.open("/p/menu")
    assert "开始答题" in phone.html
    assert ("我的截止日" in phone.html) is shown
    assert ("登记或更换" in phone.html) is shown


def test_the_privacy_page_names_who_what_and_how_long(site: Site) -> None:
    phone = site.phone()
    phone.open("/p/privacy")
    for words in ("自治区安委会办公室", "90天", "72小时", "删除我的信息", "0951-8622127", "第15条"):
        assert words in phone.text
    assert "匿名" not in phone.text


def test_the_size_goes_round_and_returns_to_its_page(phone: Phone) -> None:
    phone.enters("report")
    sizes = []
    for _ in range(3):
        phone.send("/p/size")
        sizes.append(phone.html.partition('class="')[2].partition('"')[0])
    assert sizes[:2] == ["large", "largest"]
    assert '<html lang="zh-CN">' in phone.html
    assert "正在发生吗？" in phone.heading


def test_a_broken_store_is_a_full_page_with_the_numbers(phone: Phone, site: Site) -> None:
    site.talk.broken = True
    assert phone.open().status_code == 500
    assert phone.heading == "系统正忙，刚才的没有存上"
    assert 'href="tel:119"' in phone.html
    assert "no Redis" not in phone.html


def test_too_large_a_form_is_told_kindly(phone: Phone) -> None:
    phone.enters("register")
    assert phone.send("/p/say", text="x" * 600_000).status_code == 413
    assert "文件太大" in phone.text


def test_phone_numbers_dial_and_other_digits_do_not(phone: Phone, site: Site) -> None:
    text = "问题请打 0951-8622127 或 12350。\n您是第120名，共110题，K7QM-1192。"
    site.talk.shown["oReporter1"] = Reply(f"好的。\n\n{text}")
    phone.open()
    assert phone.html.count('class="tel num"') == 2


@pytest.mark.parametrize("shown", ["网页", "<b>粗</b>"])
def test_a_choice_comes_back_as_it_was_shown(site: Site, phone: Phone, shown: str) -> None:
    site.talk.shown["oReporter1"] = Reply("要哪个？", choices=(shown,))
    phone.open()
    phone.send("/p/say", choice=shown)
    assert site.talk.heard[-1].text == shown


def test_a_link_to_what_only_has_to_be_read_shows_it_and_says_nothing(site: Site) -> None:
    said = Reply("青泉市安委会，接下来要报：\n7月10日（周五）前，还有9天", choices=("报送", "全部截止日"))
    seen: list[tuple[str, str]] = []

    def glance(user: str, route: str) -> Reply | None:
        seen.append((user, route))
        return said if route == "deadlines" else None

    phone = make_site(glance=glance).phone("oLiaison")
    phone.open("/p/go/deadlines")
    assert "7月10日（周五）前" in phone.text
    assert 'value="报送"' in phone.html
    phone.open("/p/go/report")
    assert "开始" in phone.text
    assert seen == [("oLiaison", "deadlines"), ("oLiaison", "report")]
    assert phone.site.talk.heard == []
