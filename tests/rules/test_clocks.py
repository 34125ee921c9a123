from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rules.clocks import Times, clocks, working_hours_after
from rules.report_states import State
from tests.store.reporting import ZONE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


TIMES = Times("submitted", at("2020-06-16 15:02"), None, None, "storage", "仓库里设了员工宿舍")
SENT = replace(TIMES, state="referred", referred=at("2020-06-16 15:02"))


def told(times: Times) -> list[tuple[str, str]]:
    return [(clock.what, f"{clock.due:%m-%d %H:%M}") for clock in clocks(times)]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2020-06-16 09:00", "2020-06-16 13:00"),
        ("2020-06-16 16:30", "2020-06-17 11:00"),  # an hour and a half is left of the day
        ("2020-06-16 06:00", "2020-06-16 12:30"),
        ("2020-06-16 20:00", "2020-06-17 12:30"),
        ("2020-06-24 17:00", "2020-06-28 11:30"),  # 端午 is off, Sunday the 28th is worked
    ],
)
def test_four_working_hours(start: str, end: str) -> None:
    assert working_hours_after(at(start), timedelta(hours=4)) == at(end)


def test_what_waits_with_us() -> None:
    assert told(TIMES) == [("核对", "06-17 09:32")]
    assert told(replace(TIMES, state="need_info")) == [("等补充", "06-23 15:02")]
    assert told(replace(TIMES, state="ready")) == []


def test_what_waits_with_the_authority() -> None:
    assert told(SENT) == [("对方确认接收", "06-19 18:00"), ("上报联系人", "06-28 18:00")]
    taken = replace(SENT, state="verifying", acknowledged=at("2020-06-18 10:00"))
    assert told(taken) == [("核查办结", "08-17 10:00")]
    assert "未核实" in clocks(taken)[0].basis


def test_a_blocked_way_out_is_looked_at_within_a_day_and_other_fire_hazards_in_three() -> None:
    fire = replace(SENT, sector="fire")
    assert ("消防核查", "06-19 18:00") in told(fire)
    for what in ("二楼安全出口被锁了", "车把消防通道堵死了", "喷淋系统关停了"):
        assert told(replace(fire, what=what))[0] == ("消防核查", "06-17 15:02")
    assert ("核查办结", "08-17 10:00") not in told(
        replace(fire, state="verifying", acknowledged=at("2020-06-18 10:00"))
    )


def test_a_review_has_thirty_days() -> None:
    assert told(replace(TIMES, state="review")) == [("复查", "07-16 15:02")]


def test_overdue_is_after_the_moment() -> None:
    (clock,) = clocks(TIMES)
    assert not clock.overdue(clock.due)
    assert clock.overdue(clock.due + timedelta(seconds=1))


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_clocks_or_none(state: State) -> None:
    now = at("2020-06-16 15:02")
    for clock in clocks(Times(state, now, now, now, "fire", "")):
        assert clock.due > now and clock.basis
