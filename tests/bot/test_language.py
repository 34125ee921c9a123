"""What people type, to what they want and whether somebody is in danger."""

from __future__ import annotations

import pytest

import handlers
from bot.language.emergency import danger_in
from bot.language.examples import read
from bot.language.features import tidy
from bot.language.intents import LABELS, label_of, likely, prepare, rank
from bot.language.remarks import is_remark


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    prepare()


@pytest.mark.parametrize(
    ("word", "intent"),
    [
        (word, route.intent)
        for route in handlers.ROUTES
        for word in route.words
        if route.intent in ("quiz", "slogan", "ranking", "prize", "liaison_register", "human")
    ],
)
def test_a_word_of_a_route_wants_its_intent(word: str, intent: str) -> None:
    assert label_of(word) == intent


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("车间着火了快来人", "emergency"),
        ("有人掉井里了没动静", "emergency"),
        ("我要举报", "report_hazard"),
        ("楼下消防通道被车堵死了", "report_hazard"),
        ("我上次举报的处理了没", "report_status"),
        ("举报电话是多少", "hotline"),
        ("开始闯关", "quiz"),
        ("错题本", "my_score"),
        ("哪个单位第一", "ranking"),
        ("怎么抽奖", "prize"),
        ("关于防疫的宣传语", "slogan"),
        ("今年主题是什么", "campaign"),
        ("油锅起火能泼水吗", "safety_question"),
        ("换联络员了", "liaison_register"),
        ("总结什么时候交", "deadlines"),
        ("我要交统计表", "filing"),
        ("别再提醒我了", "stop_reminders"),
        ("删除我的资料", "privacy"),
        ("有没有客服", "human"),
        ("菜单", "help"),
        ("谢谢啦", "smalltalk"),
        ("明天天气怎么样", "other"),
    ],
)
def test_plain_wishes_are_understood(text: str, label: str) -> None:
    assert label_of(text) == label


@pytest.mark.parametrize(
    "text",
    [
        "查询 A7K2-93QF-X4TM-8WPH",
        "A7K293QFX4TM8WPH",
        "ａ7k2 93qf x4tm 8wph 怎么样了",
        "NJYL-DRVX-TALS-YWGD",  # one in a hundred has no digit
        "S75L-XSV6-ZFP8-FVXZ",  # signs that sound like danger to what was learnt
    ],
)
def test_a_query_code_asks_for_its_report(text: str) -> None:
    assert likely(text) == ("report_status",)
    assert danger_in(text) == "none"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("口浩", "slogan"),
        ("来条口浩", "slogan"),
        ("隐换", "report_hazard"),
        ("我要舉報", "report_hazard"),
        ("來條標語", "slogan"),
        ("我要答题！！！", "quiz"),
        ("我　要　答　题", "quiz"),
        ("ＱＵＩＺ答题", "quiz"),
        ("我要举报😡😡", "report_hazard"),
        ("排行榜🏆", "ranking"),
    ],
)
def test_slips_other_writing_and_emoji(text: str, label: str) -> None:
    assert label_of(text) == label


@pytest.mark.parametrize(
    "text",
    [
        "救命",
        "救命啊！！！",
        "救救我",
        "快来人啊",
        "着火了",
        "🔥🔥🔥",
        "🆘🆘",
        "車間著火了",
        "工人在罐里面没声音了",
        "船舱里两个人进去没动静",
        "钢水包穿了",
        "大巴车冲下路基",
        "电工在电杆上抽搐",
    ],
)
def test_who_is_in_danger_is_heard(text: str) -> None:
    assert danger_in(text) != "none"
    assert label_of(text) == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "灭火器怎么用",
        "油锅起火能泼水吗",
        "消防通道被堵了",
        "今年安全月有消防演练吗",
        "关于火灾的标语来一条",
        "这家火锅店好火",
        "开始答题",
        "举报电话是多少",
        "你好",
    ],
)
def test_questions_and_safe_words_raise_no_alarm(text: str) -> None:
    assert danger_in(text) == "none"


@pytest.mark.parametrize("text", ["救命，这道题太难了", "救命，排名又掉了", "救命啊，材料传不上去"])
def test_a_cry_that_other_words_speak_against_is_asked_about_at_most(text: str) -> None:
    assert danger_in(text) == "doubt"
    assert label_of(text) != "emergency"


@pytest.mark.parametrize(
    "text",
    "不玩了 不玩了！ 我不想答了 不想玩了 不想继续了 不做了 不考了 不练了 算了，不玩了 两个都对 我觉得三个都对 全都对 一个都不对".split(),
)
def test_a_remark_on_a_game_is_no_danger(text: str) -> None:
    assert danger_in(text) == "none"
    assert label_of(text) != "emergency"


@pytest.mark.parametrize(
    "text", ["不想活了", "我不想活了", "两个都没动静了", "两个人都不动了", "不做了，着火了", "两个都着了"]
)
def test_what_only_begins_like_such_a_remark_is_heard(text: str) -> None:
    assert danger_in(text) != "none"


def test_no_emergency_that_was_learnt_from_is_taken_for_a_remark() -> None:
    real = [example.text for example in read("examples") if example.label == "emergency"]
    assert len(real) > 2000
    assert [text for text in real if is_remark(tidy(text))] == []


def test_blanks_between_all_signs_say_nothing() -> None:
    assert danger_in("着 火 了") == "now"
    for text in ("江 泽 民", "加 油 站"):
        assert label_of(text) != "emergency" and danger_in(text) == danger_in(text.replace(" ", ""))


@pytest.mark.parametrize("text", ["救命，门被火堵住了", "救命！我爸不动了", "快来人，有人掉井里了"])
def test_a_cry_beside_danger_is_danger(text: str) -> None:
    assert danger_in(text) == "now"


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("仓库着火了，里面还有人", True),
        ("这不是演练，仓库着火了", True),
        ("演练脚本写的是仓库着火，两人被困", False),
        ("昨天看新闻，外地一个仓库着火了", False),
        ("仓库的火早就灭了，人都没事，谢谢", False),
    ],
)
def test_the_frame_around_the_same_words_decides(text: str, real: bool) -> None:
    assert (label_of(text) == "emergency") is real


@pytest.mark.parametrize("text", ["", " ", "。", "？", "...", "Z", "7", "​"])
def test_next_to_nothing_means_nothing(text: str) -> None:
    assert label_of(text) == "other"
    assert likely(text) == ()
    assert danger_in(text) == "none"


def test_a_cry_in_a_long_text_is_heard() -> None:
    walk = "今天去镇上开会，路上看见很多人在修路，天气不错。"
    text = walk * 40 + "快来人啊，车间着火了，里面还有人出不来。" + walk * 40
    assert len(text) >= 1900
    assert danger_in(text) == "now"
    assert danger_in((walk * 100)[:2000]) == "none"


def test_a_text_without_an_end_is_answered() -> None:
    assert label_of("啊" * 2000) in LABELS
    assert label_of("答题" * 1000) in LABELS


def test_the_same_text_is_always_understood_the_same() -> None:
    assert rank("仓库门口堵了") == rank("仓库门口堵了")
    assert {label for label, _ in rank("今天的活动在哪里")} == set(LABELS) - {"emergency"}


def test_at_most_three_are_offered() -> None:
    for text in ("那个提醒的事", "上次的分", "什么时候", "证书和奖品", "登记举报"):
        assert len(likely(text)) <= 3
