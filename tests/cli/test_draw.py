"""The office draws in the open; whoever doubts it can check the file without us."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from cli.desk import Desk
from cli.draw import draw_group
from rules.prize_draw import digest as digest_of
from rules.prize_draw import ranking, sealed
from store.identity.entrants import Entrants
from store.identity.tables import Word
from store.identity.words import Words
from store.quiz_tables import Audit, Prize
from store.redis_link import Link
from store.stores import Storage
from store.turn import Turns
from tests.conftest import SetClock
from tests.content.workbooks import campaigns_in
from tests.drawing import CAMPAIGN, DRAW, KNOWN, SEALED, VALUE, passed

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = tuple(f"oPlayer{number}" for number in range(6))


@pytest.fixture
def desk(sqlite_storage: Storage, clock: SetClock, tmp_path: Path) -> Desk:
    """A campaign with a draw; six people are eligible, five of them take part; the month is over."""
    campaigns = campaigns_in(tmp_path, CAMPAIGN)
    draws = json.dumps({"prizes": [DRAW]}, ensure_ascii=False)
    (campaigns / CAMPAIGN / "prizes.yaml").write_text(draws, encoding="utf-8")
    for user in PEOPLE:
        passed(sqlite_storage, user, "home", "school")
    for user in PEOPLE[1:]:
        Entrants(sqlite_storage, CAMPAIGN).enter(user, {})
    clock.time = SEALED
    return Desk(sqlite_storage, CAMPAIGN, campaigns=campaigns)


def run(desk: Desk | None, *words: str) -> Result:
    return CliRunner().invoke(draw_group, list(words), obj=desk)


def enter(desk: Desk, value: str = VALUE) -> Result:
    """The value, and the same once more."""
    return run(desk, "value", "levels", value, "--again", value)


def drawn(desk: Desk, clock: SetClock, file: Path) -> dict[str, Any]:
    """Sealed, drawn and published; what was published."""
    assert run(desk, "commit", "levels").exit_code == 0
    clock.time = KNOWN
    assert enter(desk).exit_code == 0
    clock.forward(hours=1)
    assert run(desk, "publish", "levels", str(file)).exit_code == 0
    made: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return made


def audit(desk: Desk) -> list[tuple[str, str]]:
    with desk.storage.transaction(CAMPAIGN) as stores:
        return [(row.what, row.who) for row in stores.session.scalars(select(Audit).order_by(Audit.id))]


def words(desk: Desk) -> int:
    with desk.storage.identity.session() as session:
        return len(session.scalars(select(Word)).all())


def test_a_campaign_without_draws_says_so(sqlite_storage: Storage) -> None:
    desk = Desk(sqlite_storage, CAMPAIGN)
    assert "这次活动没有设抽奖" in run(desk, "list").output
    refused = run(desk, "commit", "levels")
    assert refused.exit_code == 1
    assert "没有设抽奖" in refused.output


def test_the_list_says_how_far_each_draw_is(desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    line = "levels\t闯关奖\t{}\t{}\t中国福利彩票双色球第2020061期\t2020-07-02 21:15\t3\t0"
    assert line.format("还没有封存", "") in run(desk, "list").output
    run(desk, "commit", "闯关奖")
    assert line.format("已封存，等公开数值", 5) in run(desk, "list").output
    clock.time = KNOWN
    enter(desk)
    assert line.format("已抽，还能更正", 5) in run(desk, "list").output
    clock.forward(hours=1)
    assert line.format("已抽", 5) in run(desk, "list").output


def test_sealing_twice_says_so_and_changes_nothing(desk: Desk) -> None:
    first = run(desk, "commit", "levels", "--by", "李敏")
    assert "名单已封存。" in first.output
    assert "票：5张" in first.output
    again = run(desk, "commit", "levels", "--by", "王强")
    assert again.exit_code == 0
    assert "没有改动" in again.output
    assert again.output.splitlines()[1:] == first.output.splitlines()[1:]
    assert audit(desk) == [("draw.commit", "office:李敏")]


def test_sealing_waits_for_rounds_that_nobody_has_looked_at(desk: Desk) -> None:
    passed(desk.storage, "oFlag", "home", "school", counts=False, flags=["fast"])
    Entrants(desk.storage, CAMPAIGN).enter("oFlag", {})
    refused = run(desk, "commit", "levels")
    assert (refused.exit_code, audit(desk)) == (1, [])
    assert "有1位参加的人，成绩在等人看" in refused.output
    assert "--anyway" in refused.output
    assert "票：5张" in run(desk, "commit", "levels", "--anyway").output


def test_a_value_too_early_wrong_or_without_a_list_is_refused(desk: Desk, clock: SetClock) -> None:
    assert "还没有封存" in enter(desk).output
    run(desk, "commit", "levels")
    early = enter(desk)
    assert early.exit_code == 1
    assert "要到 2020-07-02 21:15 才公布" in early.output
    clock.time = KNOWN
    assert "6个红球和1个蓝球" in run(desk, "value", "levels", "03 07").output
    assert audit(desk)[1:] == []


def test_the_value_draws_once_and_has_each_winner_told_once(desk: Desk, clock: SetClock) -> None:
    run(desk, "commit", "levels")
    clock.time = KNOWN
    first = run(desk, "value", "levels", "03", "07", "12", "19", "25", "31", "09", "--again", VALUE)
    assert f"抽好了：中国福利彩票双色球第2020061期，{VALUE}。" in first.output
    assert first.output.count("待领") == 3
    assert words(desk) == 3
    again = enter(desk)
    assert "早就抽过了，没有改动" in again.output
    assert again.output.splitlines()[1:] == first.output.splitlines()[3:]
    assert words(desk) == 3
    assert "不能再改" in run(desk, "value", "levels", "01 07 12 19 25 31 09").output


def typed(desk: Desk, told: str, *words: str) -> Result:
    return CliRunner().invoke(draw_group, list(words), obj=desk, input=f"{told}\n")


def test_the_value_is_wanted_twice_and_what_it_will_do_is_said(desk: Desk, clock: SetClock) -> None:
    run(desk, "commit", "levels")
    clock.time = KNOWN
    other = typed(desk, "03 07 12 19 25 32 09", "value", "levels", VALUE)
    assert other.exit_code == 1
    assert f"中国福利彩票双色球第2020061期：{VALUE}\n用它从5张票里抽3份奖品。" in other.output
    assert f"两遍不一样：{VALUE}，03 07 12 19 25 32 + 09。没有抽" in other.output
    assert "没有抽" in run(desk, "value", "levels", VALUE, "--again", "03 07").output
    assert run(desk, "value", "levels", VALUE).exit_code == 1  # a script that doesn't say it twice
    assert (words(desk), len(audit(desk))) == (0, 1)
    said = typed(desk, "31 25 19 12 7 3 9", "value", "levels", VALUE)
    assert "抽好了" in said.output
    assert "2020-07-02 22:15 以后才告诉中奖的人" in said.output


def test_winners_are_told_an_hour_after_the_value(desk: Desk, clock: SetClock) -> None:
    run(desk, "commit", "levels")
    clock.time = KNOWN
    enter(desk)
    outbox = Words(desk.storage)
    clock.forward(minutes=59, seconds=59)
    assert outbox.claim("a", clock()) is None
    clock.forward(seconds=1)
    assert outbox.claim("a", clock()) is not None


def test_a_wrong_digit_is_corrected_before_anybody_hears_of_it(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    wrong = "03 07 12 19 25 32 + 09"
    run(desk, "commit", "levels")
    clock.time = KNOWN
    assert "抽好了" in enter(desk, wrong).output
    clock.forward(minutes=20)
    correct = ("correct", "levels", VALUE, "--again", VALUE)
    assert run(desk, *correct).exit_code == 2  # a reason is required
    assert "请写明原因" in run(desk, *correct, "--reason", " ").output
    assert "两遍不一样" in typed(desk, wrong, "correct", "levels", VALUE, "--reason", "看错").output
    said = run(desk, *correct, "--reason", "看错一位", "--by", "李敏")
    assert said.exit_code == 0, said.output
    assert f"现在填的：{wrong}。" in said.output
    assert "原来的结果都作废" in said.output
    assert "没有改动" in run(desk, *correct, "--reason", "看错一位").output
    assert ("draw.correct", "office:李敏") in audit(desk)
    assert words(desk) == 3  # those of the wrong value are taken back
    clock.forward(minutes=40)
    outbox, told = Words(desk.storage), set()
    while due := outbox.claim("a", clock()):
        told.add(desk.storage.sealing.hash("quiz", due.openid))
        assert due.text.startswith("恭喜您")
    with desk.storage.transaction(CAMPAIGN) as stores:
        assert told == set(stores.session.scalars(select(Prize.person)))
    file = tmp_path / "draw.json"
    run(desk, "publish", "levels", str(file))
    assert run(None, "verify", str(file), "--value", VALUE).exit_code == 0
    late = run(desk, "correct", "levels", wrong, "--again", wrong, "--reason", "再改")
    assert (late.exit_code, "一小时内更正" in late.output) == (1, True)


def test_what_is_published_within_the_hour_says_so(desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    run(desk, "commit", "levels")
    clock.time = KNOWN
    enter(desk)
    assert "2020-07-02 22:15 还能更正" in run(desk, "publish", "levels", str(tmp_path / "a.json")).output
    clock.forward(hours=1)
    assert "还能更正" not in run(desk, "publish", "levels", str(tmp_path / "b.json")).output


def test_winners_are_listed_without_names(desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    assert "还没有抽奖" in run(desk, "winners", "levels").output
    made = drawn(desk, clock, tmp_path / "draw.json")
    shown = run(desk, "winners", "levels", "--csv").stdout.splitlines()
    assert shown[0] == "名次,奖品,票号,状态,领奖截止,本人知道了"
    assert shown[1] == f"1,灭火器,{made['winners'][0]['ticket']},待领,2020-07-12,否"
    text = "\n".join(shown) + (tmp_path / "draw.json").read_text(encoding="utf-8")
    for user in PEOPLE:
        assert user not in text
        assert desk.storage.sealing.hash("quiz", user) not in text


def test_what_lapses_goes_on_and_a_second_time_nothing_does(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    drawn(desk, clock, tmp_path / "draw.json")
    assert "没有改动" in run(desk, "lapse", "levels").output
    clock.forward(days=11)
    passed_on = run(desk, "lapse", "levels")
    assert "过期3份" in passed_on.output
    assert "还有1份没有人可以给了" in passed_on.output
    assert words(desk) == 2  # word of what lapsed, which had not gone out, is taken back
    assert "没有改动" in run(desk, "lapse", "levels").output
    file = tmp_path / "later.json"
    run(desk, "publish", "levels", str(file))
    assert run(None, "verify", str(file)).exit_code == 0


def test_a_code_is_claimed_once_at_the_desk(desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    drawn(desk, clock, tmp_path / "draw.json")
    with desk.storage.transaction(CAMPAIGN) as stores:
        prize = stores.session.scalars(select(Prize).order_by(Prize.rank)).first()
        assert prize is not None
        user = next(one for one in PEOPLE if desk.storage.sealing.hash("quiz", one) == prize.person)
        code = stores.draws.new_code(prize.id, user, "d1", clock())
    assert code is not None
    wrong = run(desk, "claim", "K7QM-2XHD-9RTW-4VNB")
    assert (wrong.exit_code, wrong.output) == (1, run(desk, "claim", "不是码").output)
    assert "可以发奖：闯关奖，灭火器" in run(desk, "claim", code).output
    assert "已经领过了，没有改动" in run(desk, "claim", code).output
    assert [what for what, _ in audit(desk)].count("prize.try") == 2


def test_publishing_the_same_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    assert "还没有封存" in run(desk, "publish", "levels", str(file)).output
    run(desk, "commit", "levels")
    assert "宁夏应急管理厅官方网站" in run(desk, "publish", "levels", str(file)).output
    assert "没有改动" in run(desk, "publish", "levels", str(file)).output
    assert [what for what, _ in audit(desk)] == ["draw.commit", "draw.publish"]


# -- whom a message reaches -------------------------------------------------------------------------------------


def test_of_how_many_winners_no_message_reaches_is_said(
    desk: Desk, clock: SetClock, tmp_path: Path, link: Link
) -> None:
    """Two wrote within 48 hours; of the three winners at least one did not."""
    desk = replace(desk, storage=replace(desk.storage, link=link))
    turns = Turns(link, desk.storage.sealing, CAMPAIGN)
    said = {"last_said": (KNOWN - timedelta(hours=1)).timestamp()}
    for user in PEOPLE[1:3]:
        turns.once(f"push-{user}", user, "text", lambda record, _: (said, {}, ""))
    drawn(desk, clock, tmp_path / "draw.json")
    with desk.storage.transaction(CAMPAIGN) as stores:
        won = set(stores.session.scalars(select(Prize.person)))
    near = {desk.storage.sealing.hash("quiz", user) for user in PEOPLE[1:3]}
    shown = run(desk, "winners", "levels").output
    assert f"有{len(won - near)}位中奖的人收不到消息" in shown
    assert "收不到消息" in enter(desk).output
    assert "收不到消息" not in run(replace(desk, cards=True), "winners", "levels").output
    assert "收不到" not in run(desk, "winners", "levels", "--csv").stdout
    clock.forward(days=11)
    assert "收不到消息" not in run(desk, "winners", "levels").output  # nothing to claim any more


def test_a_winner_whose_message_was_refused_counts_as_out_of_reach(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    drawn(desk, clock, tmp_path / "draw.json")
    desk = replace(desk, cards=True)
    clock.forward(hours=2)
    outbox = Words(desk.storage)
    for state in ("accepted", "failed"):
        word = outbox.claim("a", clock())
        assert word is not None
        _ = outbox.accepted(word, by="template") if state == "accepted" else outbox.failed(word, "43004")
    assert "有1位中奖的人收不到消息" in run(desk, "winners", "levels").output


# -- checking ----------------------------------------------------------------------------------------------------


def test_anybody_can_check_without_database_or_settings(desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    made = drawn(desk, clock, tmp_path / "draw.json")
    (tmp_path / "elsewhere").mkdir()
    command = [sys.executable, str(ROOT / "app.py"), "draw", "verify", str(tmp_path / "draw.json")]
    options = ["--value", "31 25 19 12 7 3 9", "--digest", made["digest"]]
    checked = subprocess.run(
        [*command, *options],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path / "elsewhere",
        env={"LANG": "C.UTF-8"},
    )
    assert "结论：全部正确" in checked.stdout
    assert "请再自己看一看" not in checked.stdout
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_is_checked_is_told_in_chinese_and_by_the_time_of_beijing(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    file = tmp_path / "draw.json"
    made = drawn(desk, clock, file)
    run(desk, "void", "levels", made["winners"][0]["ticket"][:8], "--reason", "作弊")
    run(desk, "publish", "levels", str(file))
    told = run(None, "verify", str(file)).output
    assert "封存：2020年7月1日 09:00（北京时间）" in told
    first, second, *_ = made["winners"]
    assert f"第1名：{first['ticket']}  灭火器  已取消，抽给下一位" in told
    assert f"第2名：{second['ticket']}  急救包  待领" in told
    assert not re.search(r"UTC|\b(won|void|lapsed|gone|claimed)\b", told)


def test_before_the_value_only_the_list_is_checked(desk: Desk, tmp_path: Path) -> None:
    run(desk, "commit", "levels")
    run(desk, "publish", "levels", str(tmp_path / "draw.json"))
    checked = run(None, "verify", str(tmp_path / "draw.json"))
    assert (checked.exit_code, "还没有抽" in checked.output) == (0, True)
    tried = run(None, "verify", str(tmp_path / "draw.json"), "--value", VALUE)
    assert "名次应该是" in tried.output


def test_what_only_the_reader_can_check_is_said(desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    drawn(desk, clock, tmp_path / "draw.json")
    checked = run(None, "verify", str(tmp_path / "draw.json"))
    assert (
        "公开数值和中国福利彩票双色球第2020061期的公告是不是一样；指纹和开奖前公布的是不是一样"
        in checked.output
    )


def reseal(made: dict[str, Any]) -> None:
    """Another list with a digest, ranks and winners of its own: right in itself."""
    made["tickets"] = list(sealed([*made["tickets"][1:], "0" * 64]))
    made["digest"] = digest_of(made["tickets"])
    for won, one in zip(made["winners"], ranking(made["tickets"], VALUE), strict=False):
        won["ticket"] = one


def test_a_list_exchanged_afterwards_shows_in_the_digest_published_before(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    made = drawn(desk, clock, tmp_path / "draw.json")
    before = made["digest"]
    reseal(made)
    (tmp_path / "draw.json").write_text(json.dumps(made), encoding="utf-8")
    assert run(None, "verify", str(tmp_path / "draw.json")).exit_code == 0
    found = run(None, "verify", str(tmp_path / "draw.json"), "--digest", before)
    assert (found.exit_code, "名单被换过" in found.output) == (1, True)


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda made: made["tickets"].pop(), "指纹"),
        (lambda made: made["winners"].reverse(), "写的名次是"),
        (lambda made: made["winners"][0].update(state="given to my cousin"), "没有这种状态"),
        (lambda made: made["winners"][0].update(state="Won"), "没有这种状态"),
        (lambda made: made["winners"][0].update(state=""), "没有这种状态"),
        (lambda made: made["winners"][0].update(ticket=made["winners"][1]["ticket"]), "第1名应该是"),
        (lambda made: made["winners"][2].update(title="灭火器"), "应该得急救包"),
        (lambda made: made["prizes"][0].update(count=2), "应该得灭火器"),
        (lambda made: made.update(value="01 02 03 04 05 06 + 07"), "名应该是"),
        (lambda made: made.update(committed_at=made["value_due"]), "封存名单的时间不早于"),
        (lambda made: made.update(committed_at="9999-12-31T23:59:59-12:00"), "封存：9999-12-31T23:59:59-12:00"),
    ],
)  # fmt: skip
def test_a_file_that_was_tampered_with_is_found(
    desk: Desk, clock: SetClock, tmp_path: Path, tamper: Callable[[dict[str, Any]], object], told: str
) -> None:
    file = tmp_path / "draw.json"
    made = drawn(desk, clock, file)
    tamper(made)
    file.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    found = run(None, "verify", str(file))
    assert found.exit_code == 1
    assert told in found.output
    assert re.search(r"结论：不对，共\d+处。", found.output)


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"format": "safety-month-draw/1"}', '{"format": "x"}', "\x00"]
)
def test_what_is_no_published_draw_is_refused_in_a_sentence(content: str, tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    file.write_text(content, encoding="utf-8")
    refused = run(None, "verify", str(file))
    assert refused.exit_code == 1
    assert "这个文件" in refused.output
    file.write_bytes(b"\xff\xfe\x00")
    assert "不是文字文件" in run(None, "verify", str(file)).output


@pytest.mark.parametrize("ref", ["1", "9" * 12, "9" * 5000], ids=len)
def test_a_drand_round_of_another_time_is_found(
    desk: Desk, clock: SetClock, tmp_path: Path, ref: str
) -> None:
    made = drawn(desk, clock, tmp_path / "draw.json")
    made["source"] = {"kind": "drand", "ref": ref}
    made["value"] = "ab" * 32
    (tmp_path / "draw.json").write_text(json.dumps(made), encoding="utf-8")
    told = run(None, "verify", str(tmp_path / "draw.json")).output
    assert f"drand 第{ref}轮公布的时间不是 2020年7月2日 21:15:00（北京时间）" in told


# -- the way described in docs/draw.md ---------------------------------------------------------------------------


def test_the_script_in_the_manual_finds_the_same_winners(desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    made = drawn(desk, clock, tmp_path / "draw.json")
    manual = (ROOT / "docs" / "draw.md").read_text(encoding="utf-8")
    script = re.findall(r"```sh\n(.*?)```", manual, re.DOTALL)[-1]
    assert len(script.splitlines()) <= 20
    (tmp_path / "tickets.txt").write_text("\n".join(reversed(made["tickets"])), encoding="utf-8")
    (tmp_path / "check.sh").write_text(script, encoding="utf-8")
    checked = subprocess.run(
        ["/bin/sh", "check.sh", VALUE, "3"], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert made["digest"] in checked.stdout
    assert [line.split()[-1] for line in checked.stdout.splitlines()[-3:]] == [
        won["ticket"] for won in made["winners"]
    ]


def test_a_prize_is_called_off_with_a_reason_and_the_file_shows_it(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    file = tmp_path / "levels.json"
    ticket = drawn(desk, clock, file)["winners"][0]["ticket"]
    assert words(desk) == 3
    assert run(desk, "void", "levels", ticket[:8]).exit_code == 2  # a reason is required
    assert "请写明原因" in run(desk, "void", "levels", ticket[:8], "--reason", " ").output
    said = run(desk, "void", "levels", ticket[:8], "--reason", "没有满18岁", "--by", "李敏")
    assert said.exit_code == 0, said.output
    assert f"取消了：第1名，灭火器，票号 {ticket[:8]}。" in said.output
    assert "待领" in said.output
    assert words(desk) == 3  # his never went out and is taken back, the next one's is there
    again = run(desk, "void", "levels", ticket[:8], "--reason", "没有满18岁")
    assert "没有改动" in again.output
    assert ("prize.void", "office:李敏") in audit(desk)
    run(desk, "publish", "levels", str(file))
    checked = run(None, "verify", str(file))
    assert checked.exit_code == 0, checked.output
    assert "其中1份中了以后被主办单位取消" in checked.output
    assert "已取消，抽给下一位" in run(desk, "winners", "levels").output


def test_a_winner_who_has_heard_is_told_that_it_holds_no_more(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    ticket = drawn(desk, clock, tmp_path / "levels.json")["winners"][0]["ticket"]
    with desk.storage.transaction(CAMPAIGN) as stores:
        draw = stores.draws.named("levels")
        assert draw is not None
        stores.draws.told(stores.draws.winners(draw)[0].id, clock())
    run(desk, "void", "levels", ticket[:8], "--reason", "作弊")
    with desk.storage.identity.session() as session:
        keys = [row.key for row in session.scalars(select(Word))]
    assert sum(key.endswith(":void") for key in keys) == 1


def test_a_demo_of_2020_shows_a_draw_years_later(desk: Desk, clock: SetClock) -> None:
    clock.time = datetime(2026, 11, 22, tzinfo=UTC)
    ahead = replace(desk, ahead=SEALED - clock.time)
    assert "名单已封存" in run(ahead, "commit", "levels").output
    assert "要到 2020-07-02 21:15 才公布" in run(ahead, "value", "levels", VALUE).output
    drawn_on = replace(desk, ahead=KNOWN - clock.time)
    said = enter(drawn_on)
    assert said.exit_code == 0 and "2020-07-12" in said.output
    with desk.storage.transaction(CAMPAIGN) as stores:
        assert set(stores.session.scalars(select(Audit.at))) == {clock.time}
