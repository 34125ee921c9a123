"""The rules of a draw: what is published is enough to check it, and nothing else decides."""

from __future__ import annotations

import hashlib
import random
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from content.prizes import drand_time
from rules.prize_draw import BadValue, Sheet, Won, digest, faults, ranking, read_value, sealed, ticket

SALT = b"salt of one draw"
VALUE = "03 07 12 19 25 31 + 09"
people = st.lists(st.text("0123456789abcdef", min_size=32, max_size=32), min_size=1, max_size=30)
tickets = st.lists(st.integers(0, 2**256 - 1).map("{:064x}".format), min_size=1, max_size=40, unique=True)


def a_sheet(count: int = 12, value: str = VALUE) -> Sheet:
    listed = sealed(ticket(SALT, f"person {number}") for number in range(count))
    places = ("灭火器", "急救包", "急救包")
    order = ranking(listed, value)
    winners = [Won(rank, order[rank - 1], title, "won") for rank, title in enumerate(places, start=1)]
    return Sheet("ssq", places, listed, digest(listed), value, tuple(winners))


@given(people)
def test_a_person_has_one_ticket_however_often_entered(persons: list[str]) -> None:
    once = sealed(ticket(SALT, person) for person in persons)
    assert once == sealed(ticket(SALT, person) for person in [*reversed(persons), *persons])
    assert len(once) == len(set(persons))
    assert all(person not in one for one in once for person in persons)


@given(people)
def test_another_draw_gives_other_tickets(persons: list[str]) -> None:
    assert not {ticket(SALT, one) for one in persons} & {ticket(b"another", one) for one in persons}


@given(tickets, st.randoms())
def test_the_order_depends_on_list_and_value_alone(listed: list[str], chance: random.Random) -> None:
    shuffled = listed.copy()
    chance.shuffle(shuffled)
    order = ranking(shuffled, VALUE)
    assert order == ranking(listed, VALUE)
    assert sorted(order) == sorted(listed)
    hashes = [hashlib.sha256(f"{VALUE}|{one}".encode()).hexdigest() for one in order]
    assert hashes == sorted(hashes)


@given(tickets, st.integers(0, 2**256 - 1).map("{:064x}".format))
def test_any_change_of_the_list_shows_in_the_digest(listed: list[str], other: str) -> None:
    assume(other not in listed)
    before = digest(sealed(listed))
    assert digest(sealed([*listed, other])) != before
    assert digest(sealed(listed[1:])) != before
    assert digest(sealed([*listed[1:], other])) != before


@given(tickets, st.data())
def test_who_leaves_does_not_change_the_order_of_the_others(listed: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(listed))
    order = ranking(listed, VALUE)
    assert ranking([one for one in listed if one != gone], VALUE) == [one for one in order if one != gone]


def test_chances_are_even() -> None:
    listed = sealed(ticket(SALT, str(number)) for number in range(10))
    wins = dict.fromkeys(listed, 0)
    for number in range(5000):
        wins[ranking(listed, f"{number:064x}")[0]] += 1
    assert all(400 < count < 600 for count in wins.values())


def test_the_digest_is_what_sha256sum_gives() -> None:
    listed = a_sheet().tickets
    script = "printf '%s' \"$(LC_ALL=C sort -u)\" | sha256sum"
    given_by_shell = subprocess.run(
        ["/bin/sh", "-c", script],
        input="\n".join(reversed(listed)) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert given_by_shell.stdout.split()[0] == digest(listed)


# -- public values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "03 07 12 19 25 31 + 09",
        "31，25、19 12 7 3 09",
        "03071219253109",
        "０３ 07 12 19 25 31|9",
        " 03,07,12,19,25,31:09\n",
    ],
)
def test_a_double_colour_result_has_one_form(text: str) -> None:
    assert read_value("ssq", text) == VALUE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "03 07 12 19 25 31",
        "03 07 12 19 25 31 09 10",
        "03 03 12 19 25 31 + 09",
        "03 07 12 19 25 34 + 09",
        "00 07 12 19 25 31 + 09",
        "03 07 12 19 25 31 + 17",
        "03 07 12 19 25 31 + 00",
        "红球 03 07 12 19 25 31 蓝球 09",
        "0307121925310",
    ],
)
def test_what_is_no_double_colour_result_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        read_value("ssq", text)


def test_the_other_values_have_one_form_too() -> None:
    assert read_value("fc3d", " 3 0 7 ") == read_value("fc3d", "307") == "307"
    assert read_value("drand", "0xAB" + "0" * 62) == "ab" + "0" * 62


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("fc3d", "30"),
        ("fc3d", "3077"),
        ("fc3d", "百位3十位0个位7"),
        ("drand", "ab" * 31),
        ("drand", "xy" * 32),
        ("drand", ""),
    ],
)
def test_what_is_no_such_value_is_refused(kind: str, text: str) -> None:
    with pytest.raises(BadValue):
        read_value(kind, text)


@given(st.sets(st.integers(1, 33), min_size=6, max_size=6), st.integers(1, 16), st.randoms())
def test_every_result_is_read_and_read_again_is_the_same(
    reds: set[int], blue: int, chance: random.Random
) -> None:
    shuffled = list(reds)
    chance.shuffle(shuffled)
    value = read_value("ssq", " ".join(map(str, [*shuffled, blue])))
    assert read_value("ssq", value) == value
    assert [int(part) for part in value.replace("+", "").split()] == [*sorted(reds), blue]


def test_a_drand_round_has_the_time_that_its_number_says() -> None:
    assert drand_time(27946612) == datetime(2026, 4, 20, tzinfo=UTC)


# -- checking what was published -------------------------------------------------------------------------------


def test_a_right_draw_has_no_fault() -> None:
    assert faults(a_sheet()) == []
    assert faults(replace(a_sheet(), value="", winners=())) == []
    assert faults(a_sheet(count=3)) == []


def test_a_prize_that_passes_on_goes_to_the_next_rank() -> None:
    sheet = a_sheet()
    fourth = Won(4, ranking(sheet.tickets, VALUE)[3], "急救包", "won")
    lapsed = tuple(replace(won, state="lapsed") if won.rank == 2 else won for won in sheet.winners)
    assert faults(replace(sheet, winners=(*lapsed, fourth))) == []
    assert "没有空出来的急救包" in faults(replace(sheet, winners=(*sheet.winners, fourth)))[0]
    assert (
        "没有空出来的灭火器" in faults(replace(sheet, winners=(*lapsed, replace(fourth, title="灭火器"))))[0]
    )
    skipped = Won(5, ranking(sheet.tickets, VALUE)[4], "急救包", "won")
    assert faults(replace(sheet, winners=(*lapsed, skipped)))


def test_a_prize_that_became_free_must_be_passed_on() -> None:
    sheet = a_sheet()
    for state in ("lapsed", "gone"):
        free = tuple(replace(won, state=state) if won.rank == 2 else won for won in sheet.winners)
        assert faults(replace(sheet, winners=free)) == ["空出来的急救包没有抽给下一位。"]


def test_what_nobody_is_left_for_stays_free() -> None:
    sheet = a_sheet(count=3)
    free = tuple(replace(won, state="gone") for won in sheet.winners)
    assert faults(replace(sheet, winners=free)) == []


def test_fewer_entrants_than_prizes_all_win() -> None:
    sheet = a_sheet(count=3)
    order = ranking(sheet.tickets[:2], VALUE)
    winners = (Won(1, order[0], "灭火器", "won"), Won(2, order[1], "急救包", "won"))
    two = replace(sheet, tickets=sheet.tickets[:2], digest=digest(sheet.tickets[:2]), winners=winners)
    assert faults(two) == []
    assert "应该有2张票中奖" in faults(replace(two, winners=winners[:1]))[0]


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda s: replace(s, tickets=s.tickets[1:]), "指纹"),
        (lambda s: replace(s, tickets=sealed([*s.tickets, "0" * 64])), "指纹"),
        (lambda s: replace(s, tickets=(*s.tickets, s.tickets[0])), "重复"),
        (lambda s: replace(s, tickets=tuple(reversed(s.tickets))), "顺序"),
        (lambda s: replace(s, tickets=("oAlice", *s.tickets)), "不是64位"),
        (lambda s: replace(s, digest="0" * 64), "指纹"),
        (lambda s: replace(s, value="03 07 12 19 25 31 + 10"), "名应该是"),
        (lambda s: replace(s, value="3 7 12 19 25 31 9"), "应写成"),
        (lambda s: replace(s, value="掷骰子"), "公开数值不对"),
        (lambda s: replace(s, value=""), "还没有公开数值"),
        (lambda s: replace(s, winners=s.winners[1:]), "写的名次是2"),
        (lambda s: replace(s, winners=(s.winners[1], s.winners[0], s.winners[2])), "写的名次是2"),
        (lambda s: replace(s, winners=(replace(s.winners[0], ticket=s.tickets[0]), *s.winners[1:])), "第1名应该是"),
        (lambda s: replace(s, winners=(replace(s.winners[0], title="急救包"), *s.winners[1:])), "应该得灭火器"),
        (lambda s: replace(s, places=("手机", *s.places[1:])), "应该得手机"),
    ],
)  # fmt: skip
def test_whatever_is_tampered_with_is_found(tamper, told: str) -> None:  # type: ignore[no-untyped-def]
    sheet = a_sheet()
    assert sheet.winners[0].ticket != sheet.tickets[0]
    assert any(told in fault for fault in faults(tamper(sheet)))
