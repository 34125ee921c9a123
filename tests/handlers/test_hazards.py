import logging
import re

import pytest
from sqlalchemy import text as sql

from bot.message import Place
from rules import codes
from rules.emergency import FOOTER
from store.identity.links import Links
from store.stores import Storage
from tests.conftest import SetClock
from tests.handlers.reporting import SHORTEST, Reporter
from tests.store.reporting import ZONE, dump

NAME, PHONE = "赵铁柱", "13800001234"
NAMED = ("留姓名和电话", "同意", NAME, PHONE)


@pytest.fixture
def reporter(sqlite_storage: Storage, clock: SetClock) -> Reporter:
    return Reporter(sqlite_storage, clock)


def code_in(text: str) -> str:
    found = codes.find(text)
    assert found is not None
    return found


def test_the_first_message_holds_danger_confidence_and_the_question(reporter: Reporter) -> None:
    reply = reporter.says("举报")
    for part in ("119、120、110", "12350", "为您保密", "现在正在发生吗"):
        assert part in reply.text
    assert reply.choices == ("正在发生", "没有", "不确定")


def test_a_report_in_the_order_of_its_questions(reporter: Reporter) -> None:
    reporter.says("举报")
    expected = ["在哪里", "哪个单位", "看到了什么", "什么时候", "现在还在吗", "哪一类", "现场照片", "联系您"]
    for said, question in zip(SHORTEST, expected, strict=True):
        reply = reporter.says(said)
        assert question in reply.text
        assert FOOTER in reply.tail
    summary = reporter.says("不留")
    for part in ("临港路8号", "不清楚", "仓库里设了员工宿舍", "还在", "消防", "没有"):
        assert part in summary.text
    receipt = reporter.says("提交")
    for part in ("已收到", "查询码", "截图", "12350", "您好，我反映一处安全隐患", "0520-001"):
        assert part in receipt.text
    assert "已受理" not in receipt.text


def test_the_receipt_fits_into_one_message(reporter: Reporter) -> None:
    reporter.says("举报")
    long = ("没有", "路" * 2000, "厂" * 2000, "堆" * 2000, *SHORTEST[4:6], "跳过", "不留", "提交")
    receipt = [reporter.says(said) for said in long][-1]
    assert len(receipt.text) <= 600
    assert len(receipt.text.encode()) < 2048


def test_danger_gives_the_whole_card_and_waits(reporter: Reporter) -> None:
    reporter.says("举报")
    card = reporter.says("正在发生")
    assert card.text.startswith("马上拨 119、120 或 110")
    assert "继续" in card.choices
    assert "哪条路" not in card.text
    assert "哪条路" in reporter.says("继续").text


def test_unsure_goes_on_with_the_numbers_on_top(reporter: Reporter) -> None:
    reporter.says("举报")
    reply = reporter.says("不确定")
    assert "119" in reply.text.splitlines()[0]
    assert "在哪里" in reply.text


def test_a_turn_that_runs_twice_files_one_case_with_one_code(storage: Storage, clock: SetClock) -> None:
    reporter = Reporter(storage, clock)
    first = reporter.reports()
    assert reporter.repeats().text == first.text
    with storage.transaction("ningxia-2020") as stores:
        assert len(stores.reports.listed()) == 1
        assert stores.outbox.claim("a", clock()) is not None
        assert stores.outbox.claim("a", clock()) is None
    assert len(Links(storage).tokens_of(reporter.user)) == 1


def test_a_turn_repeated_on_the_fifth_report_still_gets_its_code(reporter: Reporter) -> None:
    receipts = [reporter.reports() for _ in range(5)]
    assert reporter.repeats().text == receipts[-1].text
    assert "今天已收到您5份" in reporter.all("举报", "没有").text


def test_the_limit_never_stands_before_the_card(reporter: Reporter, clock: SetClock) -> None:
    for _ in range(5):
        reporter.reports()
    assert reporter.all("举报", "正在发生").text.startswith("马上拨 119")
    assert "今天已收到您5份" in reporter.says("继续").text
    clock.forward(days=1)
    assert "在哪里" in reporter.all("举报", "没有").text


def test_without_an_identity_no_case_is_filed(
    sqlite_storage: Storage, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = Reporter(sqlite_storage, clock)
    reporter.says("举报")
    reporter.all(*SHORTEST, "不留")
    with sqlite_storage.identity.engine.begin() as connection:
        connection.execute(sql("DROP TABLE link"))
        connection.execute(sql("CREATE TABLE link (id INTEGER PRIMARY KEY)"))
    with pytest.raises(Exception, match="link"):
        reporter.says("提交")
    with sqlite_storage.transaction("ningxia-2020") as stores:
        assert stores.reports.listed() == ()


def test_a_case_that_fails_leaves_a_link_that_is_swept(sqlite_storage: Storage, clock: SetClock) -> None:
    reporter = Reporter(sqlite_storage, clock)
    reporter.says("举报")
    reporter.all(*SHORTEST, "不留")
    with sqlite_storage.case.engine.begin() as connection:
        connection.execute(sql("DROP TABLE outgoing"))
    with pytest.raises(Exception, match="outgoing"):
        reporter.says("提交")
    links = Links(sqlite_storage)
    assert len(links.tokens_of(reporter.user)) == 1
    clock.forward(hours=25)
    assert links.sweep(lambda tokens: ()) == 1
    assert links.tokens_of(reporter.user) == ()


def test_nothing_that_leaves_us_or_stays_with_the_case_says_who_it_was(
    storage: Storage, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reporter = Reporter(storage, clock)
    reporter.says("举报")
    words = f"仓库里住人。我叫{NAME}，打{PHONE}"
    said = ("没有", f"{NAME}家楼下，{PHONE}", f"找{NAME}", words, *SHORTEST[4:], *NAMED)
    summary = [reporter.says(one) for one in said][-1]
    assert PHONE not in summary.text
    receipt = reporter.says("提交")
    with storage.transaction(reporter.campaign.id) as stores:
        (view,) = stores.reports.listed()
        case = stores.reports.case(view.id, ZONE)
        mail = stores.outbox.claim("a", clock())
    from rules.packet import online_text, packet, script

    leaving = [packet(case), online_text(case), script(case), receipt.text, str(mail), caplog.text]
    for value in (reporter.user, NAME, PHONE):
        assert value not in dump(storage.case)
        assert value not in dump(storage.identity)
        assert all(value not in text for text in leaving)
    assert code_in(receipt.text) not in dump(storage.case)


def test_no_file_of_the_databases_says_who_it_was(sqlite_storage: Storage, clock: SetClock) -> None:
    reporter = Reporter(sqlite_storage, clock)
    code = code_in(reporter.reports(NAMED).text)
    folder = sqlite_storage.photos.parent
    for file in folder.glob("*.db*"):
        data = file.read_bytes()
        for value in (reporter.user, NAME, PHONE, code, codes.grouped(code)):
            assert value.encode() not in data


def test_name_and_number_are_asked_only_after_consent(reporter: Reporter) -> None:
    reporter.says("举报")
    consent = reporter.all(*SHORTEST, "留姓名和电话")
    assert "我同意把我的姓名和电话交给宁夏回族自治区应急管理厅" in consent.text
    assert "您的姓名" in reporter.says("同意").text
    assert "手机号是11位数字" in reporter.all(NAME, "138").text
    assert "赵*，138****1234" in reporter.says(PHONE).text
    reporter.says("提交")
    links = Links(reporter.storage)
    (token,) = links.tokens_of(reporter.user)
    contact = links.consented_contact(token, who="office:li", reason="核实", at=reporter.clock())
    assert contact is not None
    assert (contact.name, contact.phone) == (NAME, PHONE)


def test_who_does_not_consent_leaves_no_name(reporter: Reporter) -> None:
    reporter.says("举报")
    assert "只在微信里" in reporter.all(*SHORTEST, "留姓名和电话", "不同意").text
    reporter.says("提交")
    links = Links(reporter.storage)
    assert links.named(reporter.user) == 0
    assert links.reachable(links.tokens_of(reporter.user)[0])


@pytest.mark.parametrize("said", [("不留了",), (NAME, "不留了")])
def test_who_thinks_better_of_it_at_name_or_number_leaves_neither(
    reporter: Reporter, said: tuple[str, ...]
) -> None:
    reporter.says("举报")
    assert reporter.all(*SHORTEST, "留姓名和电话", "同意").choices == ("不留了",)
    assert "联系：只在微信里" in reporter.all(*said).text
    assert "我不愿意留姓名" in reporter.says("提交").text
    links = Links(reporter.storage)
    (token,) = links.tokens_of(reporter.user)
    assert links.named(reporter.user) == 0
    assert links.reachable(token)


def test_who_leaves_nothing_is_written_to_never(reporter: Reporter) -> None:
    reporter.reports()
    links = Links(reporter.storage)
    assert not links.reachable(links.tokens_of(reporter.user)[0])


def test_a_part_can_be_said_again_before_it_is_sent(reporter: Reporter) -> None:
    reporter.says("举报")
    reporter.all(*SHORTEST, "不留")
    assert "改哪一项" in reporter.says("改一改").text
    assert "在哪里" in reporter.says("地点").text
    assert "临港路9号" in reporter.says("临港路9号").text
    reporter.all("改一改", "其他几项", "现在还在吗")
    summary = reporter.says("已经没有了")
    assert "临港路9号" in summary.text
    assert "已经没有了" in summary.text
    reporter.says("提交")
    with reporter.storage.transaction("ningxia-2020") as stores:
        (view,) = stores.reports.listed()
        assert (view.facts.place, view.facts.still) == ("临港路9号", "已经没有了")


def test_new_words_suggest_new_sectors(reporter: Reporter) -> None:
    reporter.says("举报")
    reporter.all(*SHORTEST, "不留", "改一改", "情况", "电梯困人", "改一改", "其他几项")
    assert "特种设备" in reporter.says("类别").choices


def test_words_that_suggest_nothing_are_left_to_the_office(reporter: Reporter) -> None:
    reporter.says("举报")
    reply = reporter.all("没有", "临港路8号", "不知道", "那边有点不对劲", "今天", "还在")
    assert "现场照片" in reply.text


def test_what_is_not_sent_is_not_kept(reporter: Reporter) -> None:
    reporter.says("举报")
    reporter.all(*SHORTEST[:-1])
    reporter.sends_photo("m1")
    assert "没有提交" in reporter.all("完成", "不留", "不提交了").text
    left = dump(reporter.storage.case)
    assert "临港路" not in left
    assert "'m1'" not in left
    assert Links(reporter.storage).tokens_of(reporter.user) == ()


def test_the_summary_says_what_became_of_the_photos(reporter: Reporter, clock: SetClock) -> None:
    reporter.says("举报")
    reporter.all(*SHORTEST[:-1])
    for media in ("m1", "m2", "m3"):
        assert "收到第" in reporter.sends_photo(media).text
    with reporter.storage.transaction("ningxia-2020") as stores:
        first, second = stores.photos.claim("a", clock()), stores.photos.claim("a", clock())
        assert first is not None and second is not None
        stores.photos.keep(first, b"x", clock())
        stores.photos.refuse(second, "去不掉", clock())
    summary = reporter.all("完成", "不留")
    assert "3张，1张已存好，1张正在处理，1张没存下，可以换一张\n第2张：去不掉\n" in summary.text
    assert "我有照片" in reporter.says("提交").text
    with reporter.storage.transaction("ningxia-2020") as stores:
        (view,) = stores.reports.listed()
        assert len(stores.reports.case(view.id, ZONE).photos) == 1
        assert stores.photos.waiting(reporter.user) == 0


def test_nine_photos_end_the_question(reporter: Reporter) -> None:
    reporter.says("举报")
    reporter.all(*SHORTEST[:-1])
    replies = [reporter.sends_photo(f"m{n}") for n in range(9)]
    assert "联系您" in replies[-1].text
    assert "照片收满9张了。" in replies[-1].text


def test_a_photo_can_be_taken_out_again(reporter: Reporter) -> None:
    reporter.says("举报")
    reporter.all(*SHORTEST[:-1])
    for media in ("m1", "m2", "m3"):
        reporter.sends_photo(media)
    assert "没有第4张，现在有3张。" in reporter.says("删第4张").text
    assert reporter.says("删除第2张").text.startswith("第2张删掉了，还有2张")
    assert "照片：2张" in reporter.all("完成", "不留").text
    reporter.says("提交")
    with reporter.storage.transaction("ningxia-2020") as stores:
        tokens = [stores.photos.token(reporter.user, media) for media in ("m1", "m2", "m3")]
        states = stores.photos.states(tokens)
        assert [states[token] for token in tokens] == ["wanted", "removed", "wanted"]


def test_fewer_photos_are_not_called_too_many(reporter: Reporter) -> None:
    reporter.says("举报")
    reporter.all(*SHORTEST[:-1])
    reporter.sends_photo("m1")
    assert "收满" not in reporter.says("完成").text


def test_what_was_brought_begins_the_report(reporter: Reporter) -> None:
    with reporter.storage.transaction("ningxia-2020") as stores:
        token = stores.photos.token(reporter.user, "m1")
        stores.photos.want(token, "m1", reporter.clock(), reporter.user)
    brought = {"photos": [f"photo:{token}"], "place": [38.48, 106.27, "临港路8号"]}
    reporter.begins("report", "楼下消防通道被车堵死了", brought=brought)
    where = reporter.says("没有")
    assert "收到您发的位置：临港路8号" in where.text
    what = reporter.all("3号库门口", "不知道")
    assert "您刚才说：“楼下消防通道被车堵死了”" in what.text
    reply = reporter.all("就用这段", "今天", "还在", "消防")
    assert "先前发的1张收到了" in reply.text
    reporter.all("跳过", "不留", "提交")
    with reporter.storage.transaction("ningxia-2020") as stores:
        (view,) = stores.reports.listed()
        assert view.facts.place == "临港路8号 3号库门口"
        assert (view.facts.latitude, view.facts.longitude) == (38.48, 106.27)
        assert view.facts.what == "楼下消防通道被车堵死了"
        assert stores.photos.waiting(reporter.user) == 0


@pytest.mark.parametrize(
    "words",
    [
        "举报隐患，为您保密",
        "2 举报隐患，为您保密",
        "举报身边隐患，为您保密",
        "反映身边的安全隐患，为您保密",
        "您好，我想要举报一个安全隐患",
    ],
)
def test_words_that_only_ask_for_a_report_are_not_offered_as_what_was_seen(
    reporter: Reporter, words: str
) -> None:
    reporter.begins("report", words)
    what = reporter.all("没有", "临港路8号", "不知道")
    assert "看到了什么" in what.text
    assert words not in what.text


def test_a_description_after_the_word_for_a_report_is_offered(reporter: Reporter) -> None:
    reporter.begins("report", "我要举报楼道堵死了")
    assert "我要举报楼道堵死了" in reporter.all("没有", "临港路8号", "不知道").text


def test_unsure_with_a_point_brought_the_numbers_stand_on_top_too(reporter: Reporter) -> None:
    reporter.begins("report", brought={"place": [38.48, 106.27, "临港路8号"]})
    reply = reporter.says("不确定")
    assert "119" in reply.text.splitlines()[0]
    assert "收到您发的位置" in reply.text


def test_a_point_on_the_map_is_a_place(reporter: Reporter) -> None:
    reporter.all("举报", "没有")
    assert "哪个单位" in reporter.says(place=Place(38.48, 106.27, "物流园")).text


def test_the_office_is_told_without_the_matter(reporter: Reporter, clock: SetClock) -> None:
    reporter.says("举报")
    reporter.all("正在发生", "继续", *SHORTEST[1:], "不留", "提交")
    with reporter.storage.transaction("ningxia-2020") as stores:
        mail = stores.outbox.claim("a", clock())
    assert mail is not None
    assert mail.to == "nxaq001@126.com"
    assert "现在正在发生" in mail.subject
    assert "临港路" not in mail.subject + mail.body


@pytest.mark.parametrize("word", ["匿名", "保证", "一定", "重奖", "第一时间", "小编", "贵用户", "～"])
def test_refused_words_are_not_said(reporter: Reporter, word: str) -> None:
    texts = [reporter.says("举报").text]
    texts += [reporter.says(said).text for said in (*SHORTEST, "留姓名和电话", "同意", NAME, PHONE, "提交")]
    texts += [reporter.says(said).text for said in ("隐私", "怎样保护我", "小程序怎么填", "12350怎么说")]
    assert all(word not in text for text in texts)


def test_no_phone_number_but_the_known_ones_is_said(reporter: Reporter) -> None:
    texts = [reporter.says("举报").text, *(reporter.says(said).text for said in (*SHORTEST, "不留", "提交"))]
    numbers = {found for text in texts for found in re.findall(r"(?<![\d-])1\d{2,4}(?![\d-])", text)}
    assert numbers <= {"119", "120", "110", "122", "12350"}


def test_who_skips_after_a_photo_sends_no_more_and_keeps_what_was_sent(reporter: Reporter) -> None:
    reporter.says("举报")
    reporter.all(*SHORTEST[:-1])
    reporter.sends_photo("m1")
    assert "照片：1张" in reporter.all("跳过", "不留").text
