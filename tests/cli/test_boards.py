"""The office looks at boards, names and flagged rounds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from cli.boards import PAGE, boards_group
from cli.desk import Desk
from store.redis_link import Link
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.playing import AT, CAMPAIGN, a_unit, join, play, shown

SAME = ("甲", "乙", "丙", "丁", "对")


@pytest.fixture
def desk(sqlite_storage: Storage, link: Link, clock: SetClock) -> Desk:
    clock.time = AT
    return Desk(replace(sqlite_storage, link=link), CAMPAIGN)


def run(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(boards_group, [*words], obj=desk)


def test_boards_are_rebuilt_and_shown(desk: Desk) -> None:
    unit = a_unit(desk.storage)
    for n in range(5):
        join(desk.storage, f"user-{n}", unit)
        play(desk.storage, f"user-{n}", n + 1)
    assert "还没有整理好" in run(desk, "show").output
    assert run(desk, "rebuild").output == "排行榜整理好了。\n"
    lines = run(desk, "show").output.splitlines()
    assert lines[0] == "名次\t个人\t答对题数"
    assert lines[1].startswith("1\t玩家·") and lines[1].endswith("\t5")
    assert "1\t青泉市安委会\t60.00" in run(desk, "show", "--of", "单位", "--today").output
    assert run(desk, "show", "--of", "地区").output == "名次\t地区\t得分\n"


def test_without_regions_there_is_no_board_of_them(desk: Desk) -> None:
    a_unit(desk.storage, region="")
    run(desk, "rebuild")
    told = run(desk, "show", "--of", "地区")
    assert told.exit_code == 1 and "没有“地区”" in told.output


def test_a_board_without_redis_is_said_plainly(sqlite_storage: Storage) -> None:
    result = run(Desk(sqlite_storage, CAMPAIGN), "rebuild")
    assert result.exit_code == 1
    assert "没有连上 Redis" in result.output
    away = replace(sqlite_storage, link=Link("unix:///nowhere/redis.sock"))
    assert "没有连上 Redis" in run(Desk(away, CAMPAIGN), "rebuild").output


def test_a_name_is_hidden_and_shown_again(desk: Desk) -> None:
    with desk.storage.transaction(CAMPAIGN) as stores:
        stores.players.rename("one", "安全员小李", AT)
        number = str(stores.players.named()[0].id)
    assert f"{number}\t安全员小李\t等人看" in run(desk, "names", "--waiting").output
    assert run(desk, "approve", number).output == "榜上现在显示“安全员小李”。\n"
    assert run(desk, "names", "--waiting").output == "编号\t昵称\t状态\n"
    assert "没有编号是 99" in run(desk, "approve", "99").output
    assert f"{number}\t安全员小李\t显示" in run(desk, "names").output
    assert run(desk, "hide", number).exit_code == 2  # a reason is required
    assert "玩家·" in run(desk, "hide", number, "--reason", "像真名").output
    assert f"{number}\t安全员小李\t已隐藏" in run(desk, "names").output
    assert "安全员小李" in run(desk, "hide", number, "--undo", "--reason", "问过本人").output
    assert "没有编号是 99" in run(desk, "hide", "99", "--reason", "x").output
    for far in (str(10**19), "9" * 5000):  # no database has such a number
        assert run(desk, "approve", far).exit_code == run(desk, "hide", far, "--reason", "x").exit_code == 2


def test_a_round_of_a_kind_that_never_counts_is_not_said_to_count(desk: Desk) -> None:
    answers = [{"question": "q", "given": "甲", "right": True}]
    with desk.storage.transaction(CAMPAIGN) as stores:
        stores.attempts.add(
            "user", "d", kind="practice", answers=answers, began=AT, at=AT, day=AT.date(),
            counts=False, flags=("fast",),
        )  # fmt: skip
        number = str(stores.flags.listed()[0].id)
    told = run(desk, "clear", number, "--reason", "看过了").output
    assert "本来就不上排行榜" in told and "重新计入" not in told


def alike(desk: Desk, people: int = 5) -> list[str]:
    """Rounds that are too much alike; their numbers."""
    for n in range(people):
        play(desk.storage, f"user-{n}", 5, given=SAME)
    with desk.storage.transaction(CAMPAIGN) as stores:
        stores.flags.mark_lookalikes(AT)
        return [str(one.id) for one in stores.flags.listed()]


def test_a_flagged_round_is_listed_and_let_through(desk: Desk) -> None:
    run(desk, "rebuild")
    number = alike(desk)[0]
    listed = run(desk, "flags").output.splitlines()
    assert listed[0] == "编号\t原因\t成绩\t每题用时（秒）\t排行\t答完"
    assert listed[1].startswith(f"{number}\t和别的账号太像\t5/5\t没有记\t不计入\t6月16日 09:00:00")
    assert listed[6] == "还有5个没看。第1页，共1页。"
    assert "重新计入" in run(desk, "clear", number, "--reason", "同一间教室").output
    listed = run(desk, "flags").output.splitlines()
    assert listed[5].startswith(f"{number}\t已放行\t5/5\t没有记\t计入")
    assert "没有编号" in run(desk, "clear", number, "--reason", "再来").output
    run(desk, "rebuild")
    assert len(shown(desk.storage)) == 1


def test_several_rounds_are_left_off_with_one_reason_and_one_may_be_let_through_later(desk: Desk) -> None:
    numbers = alike(desk)
    assert run(desk, "refuse", *numbers[:4], "--reason", "同一个脚本").output.count("不用再看") == 4
    told = run(desk, "flags").output
    assert "还有1个没看。" in told and told.splitlines()[1].startswith(numbers[4])
    assert told.count("看过，不计入") == 4
    missing = run(desk, "refuse", numbers[4], "999", "--reason", "x")
    assert missing.exit_code == 1 and "没有编号是 999" in missing.output
    assert "还有1个没看。" in run(desk, "flags").output  # nothing is half decided
    assert "重新计入" in run(desk, "clear", numbers[0], "--reason", "问过本人").output
    assert run(desk, "refuse", numbers[1], "--reason", "再一次").exit_code == 1


def test_more_rounds_than_a_page_are_turned_over(desk: Desk) -> None:
    alike(desk, PAGE + 3)
    first, second = (
        run(desk, "flags").output.splitlines(),
        run(desk, "flags", "--page", "2").output.splitlines(),
    )
    assert (len(first), len(second)) == (PAGE + 2, 5)
    assert second[-1] == f"还有{PAGE + 3}个没看。第2页，共2页。"
    assert len({line.split("\t")[0] for line in [*first[1:-1], *second[1:-1]]}) == PAGE + 3


def test_the_numbers_for_the_statistics_table(desk: Desk) -> None:
    unit = a_unit(desk.storage)
    join(desk.storage, "one", unit)
    play(desk.storage, "one", 4)
    play(desk.storage, "two", 5)
    lines = run(desk, "numbers").output.splitlines()
    assert lines[1:] == ["单位\t青泉市安委会\t1\t1\t80", "地区\t青泉市\t1\t1\t80", "合计\t\t2\t2\t90"]


def test_the_numbers_tell_contests_of_ours_too(sqlite_storage: Storage) -> None:
    desk = Desk(sqlite_storage, "gusu-2020")
    with sqlite_storage.transaction("gusu-2020") as stores:
        for kind, right in (("contest", 7), ("round", 5)):
            answers = [{"right": n < right} for n in range(10)]
            stores.attempts.add(
                "one", kind, kind=kind, stage="hazchem", answers=answers, began=AT, at=AT, day=AT.date()
            )
    lines = run(desk, "numbers").output.splitlines()
    assert lines[1:] == ["竞赛\t危化品安全知识竞赛\t1\t1\t70", "合计\t\t2\t1\t60"]


def test_why_a_lower_score_stands_above_is_told(desk: Desk) -> None:
    told, untold = a_unit(desk.storage, headcount=100), a_unit(desk.storage, "白石小学", "白石县")
    note = "没报人数的单位，参与率按加入的人算，排在后面。"
    for unit, name in ((told, "a"), (untold, "b")):
        for n in range(5):
            join(desk.storage, f"{name}-{n}", unit)
            play(desk.storage, f"{name}-{n}", 5)
        run(desk, "rebuild")
        assert (note in run(desk, "show", "--of", "单位").output) == (name == "b")
