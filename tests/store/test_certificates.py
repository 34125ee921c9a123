"""Who has a certificate, and for what."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rules.certificates import Held, certificate_words, passed
from rules.levels import LEVELS
from store.stores import Storage
from tests.store.playing import AT, CAMPAIGN, play


def held(storage: Storage, user: str = "oAlice", campaign: str = CAMPAIGN) -> tuple[Held, ...]:
    with storage.transaction(campaign) as stores:
        return stores.certificates.of(user)


def pass_level(storage: Storage, level: str, stars: int, days: int = 0, user: str = "oAlice") -> None:
    with storage.transaction(CAMPAIGN) as stores:
        at = AT + timedelta(days=days)
        stores.attempts.add(
            user,
            f"{level}-{stars}-{days}",
            kind="level",
            stage=level,
            stars=stars,
            answers=[{"question": "q", "given": "A", "right": True}],
            began=at,
            at=at,
            day=at.date(),
        )


def test_sixteen_of_twenty_pass_and_fifteen_do_not(storage: Storage) -> None:
    play(storage, "oAlice", 15, 20, kind="exam")
    assert held(storage) == ()
    play(storage, "oAlice", 16, 20, kind="exam")
    (mine,) = held(storage)
    assert (mine.of, mine.score, mine.total, mine.day) == ("exam", 16, 20, date(2020, 6, 16))
    assert (passed(16, 20), passed(15, 20), passed(0, 0)) == (True, False, False)


def test_the_best_exam_counts_and_of_equal_ones_the_first(storage: Storage) -> None:
    play(storage, "oAlice", 16, 20, kind="exam")
    play(storage, "oAlice", 18, 20, kind="exam", at=AT + timedelta(days=1))
    best = held(storage)
    play(storage, "oAlice", 18, 20, kind="exam", at=AT + timedelta(days=2))
    play(storage, "oAlice", 17, 20, kind="exam", at=AT + timedelta(days=3))
    assert held(storage) == best
    assert (best[0].score, best[0].day) == (18, date(2020, 6, 17))


def test_other_rounds_and_other_people_bring_none(storage: Storage) -> None:
    play(storage, "oAlice", 20, 20, kind="practice")
    play(storage, "oBob", 20, 20, kind="exam")
    assert held(storage) == ()
    assert held(storage, "oBob", "gusu-2020") == ()


def test_an_exam_that_is_looked_at_by_staff_keeps_its_certificate(storage: Storage) -> None:
    play(storage, "oAlice", 20, 20, kind="exam", counts=False)
    assert len(held(storage)) == 1


def test_all_ten_levels_bring_one_with_the_most_stars_of_each(storage: Storage) -> None:
    for n, level in enumerate(LEVELS[:-1]):
        pass_level(storage, level.id, 2, n)
    pass_level(storage, LEVELS[-1].id, 0, 9)
    assert held(storage) == ()
    pass_level(storage, LEVELS[-1].id, 1, 10)
    pass_level(storage, LEVELS[0].id, 3, 12)
    (mine,) = held(storage)
    assert (mine.of, mine.score, mine.total, mine.day) == ("levels", 8 * 2 + 3 + 1, 30, date(2020, 6, 26))


def test_numbers_are_stable_unlike_and_tell_nothing(storage: Storage) -> None:
    for user in ("oAlice", "oBob"):
        play(storage, user, 20, 20, kind="exam")
    alice, bob = held(storage)[0].number, held(storage, "oBob")[0].number
    assert alice == held(storage)[0].number != bob
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}", alice)


def test_without_a_chosen_name_it_is_for_a_friend() -> None:
    from content.loader import load

    mine = Held("exam", 18, 20, date(2020, 6, 18), "K7QM-2XHD-9RTW")
    words = certificate_words(load(CAMPAIGN), mine, "", "https://example.org")
    assert words["name"] == "这位朋友"
    assert words["result"] == "20题答对18题"
    assert words["day"] == "2020年6月18日"
    assert words["event"] == "2020年宁夏“安全生产月”"
    assert certificate_words(load(CAMPAIGN), mine, "李敏", "")["name"] == "李敏"
