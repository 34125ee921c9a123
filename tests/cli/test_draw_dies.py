"""Commands about draws that die halfway, are run again, or run beside one another: winners hear of what stands alone."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cli.desk import Desk
from rules.prizes import void_key, word_key
from store.draw_views import PrizeView
from store.identity.tables import Word
from store.identity.winners import tell_winners
from store.identity.words import Words
from tests.cli.test_draw import audit, desk, drawn, enter, run
from tests.conftest import SetClock
from tests.drawing import CAMPAIGN, KNOWN, VALUE

__all__ = ["desk"]  # a fixture


def heard(desk: Desk, prize: int, at: datetime) -> None:
    """Somebody has learnt of their prize."""
    with desk.storage.transaction(CAMPAIGN) as stores:
        stores.draws.told(prize, at)


def keys(desk: Desk) -> list[str]:
    with desk.storage.identity.session() as session:
        return sorted(row.key for row in session.scalars(select(Word)))


def test_a_void_whose_command_died_before_anybody_was_told_tells_when_it_is_run_again(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    """The step stands in the one database, and word of it is in the other: a process may die between the two."""
    won = drawn(desk, clock, tmp_path / "levels.json")["winners"]
    with desk.storage.transaction(CAMPAIGN) as stores:
        draw = stores.draws.named("levels")
        assert draw is not None
        prizes = stores.draws.winners(draw)
    heard(desk, prizes[0].id, clock())
    step: dict[str, Any] = {"zone": "Asia/Shanghai", "who": "office:李敏", "reason": "作弊", "at": clock()}
    for one in won[:2]:
        with desk.storage.transaction(CAMPAIGN) as stores:
            stores.draws.void("levels", one["ticket"][:8], stores.entrants.persons(), **step)
    stale = [word_key(CAMPAIGN, prizes[n].id) for n in (0, 1)]
    assert set(stale) < set(keys(desk))  # the good news would still go out
    for one in won[:2]:
        again = run(desk, "void", "levels", one["ticket"][:8], "--reason", "作弊")
        assert "没有改动" in again.output
        assert again.exit_code == 0, again.output
    with desk.storage.transaction(CAMPAIGN) as stores:
        later = [one.id for one in stores.draws.winners(draw) if one.state == "won"]
    assert keys(desk) == sorted([void_key(CAMPAIGN, prizes[0].id), *(word_key(CAMPAIGN, n) for n in later)])


def prizes_of(desk: Desk) -> tuple[PrizeView, ...]:
    with desk.storage.transaction(CAMPAIGN) as stores:
        draw = stores.draws.named("levels")
        assert draw is not None
        return stores.draws.winners(draw)


def test_who_tells_winners_while_somebody_corrects_the_value_tells_of_nothing_that_does_not_stand(
    desk: Desk, clock: SetClock
) -> None:
    """Telling many takes a while, and whoever tells has looked before: withdrawn, called off, lapsed meanwhile."""
    run(desk, "commit", "levels")
    clock.time = KNOWN
    enter(desk, "03 07 12 19 25 31 + 08")
    looked = prizes_of(desk)
    assert "更正了" in run(desk, "correct", "levels", VALUE, "--again", VALUE, "--reason", "看错了").output
    right = {word_key(CAMPAIGN, one.id) for one in prizes_of(desk)}
    tell_winners(desk.storage, CAMPAIGN, "Asia/Shanghai", looked, clock())
    assert set(keys(desk)) == right
    looked = prizes_of(desk)
    for one in looked:
        Words(desk.storage).take_back(word_key(CAMPAIGN, one.id))
    run(desk, "void", "levels", looked[0].ticket[:8], "--reason", "没有满18岁")
    clock.forward(days=11)
    run(desk, "lapse", "levels")
    right = set(keys(desk))
    tell_winners(desk.storage, CAMPAIGN, "Asia/Shanghai", looked, KNOWN)
    assert set(keys(desk)) == right


def test_a_card_whose_answer_was_lost_is_followed_by_word_that_it_holds_no_more(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    ticket = drawn(desk, clock, tmp_path / "levels.json")["winners"][0]["ticket"]
    taken = Words(desk.storage).claim("a", clock())
    assert taken is not None
    Words(desk.storage).retry(taken, "template: ambiguous 0", clock())  # it may have arrived
    with desk.storage.transaction(CAMPAIGN) as stores:
        draw = stores.draws.named("levels")
        assert draw is not None
        prizes = {word_key(CAMPAIGN, one.id): one for one in stores.draws.winners(draw)}
    prize = prizes[taken.key]
    run(desk, "void", "levels", prize.ticket[:8], "--reason", "作弊")
    assert void_key(CAMPAIGN, prize.id) in keys(desk)
    assert taken.key not in keys(desk)
    if ticket != prize.ticket:
        run(desk, "void", "levels", ticket[:8], "--reason", "作弊")
    assert (
        len([one for one in keys(desk) if one.endswith(":void")]) == 1
    )  # of what never went out nothing is said


def test_what_is_published_is_whole_and_in_the_audit_first(
    desk: Desk, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "levels.json"
    drawn(desk, clock, file)
    before, notes = file.read_bytes(), [what for what, _ in audit(desk)].count("draw.publish")
    run(desk, "void", "levels", json.loads(before)["winners"][0]["ticket"][:8], "--reason", "作弊")

    def dies(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Path, "replace", dies)
        assert run(desk, "publish", "levels", str(file)).exit_code != 0
    assert file.read_bytes() == before
    assert [what for what, _ in audit(desk)].count("draw.publish") == notes + 1
    assert run(desk, "publish", "levels", str(file)).exit_code == 0
    assert file.read_bytes() != before
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".new")] == []
    assert run(None, "verify", str(file)).exit_code == 0


def test_a_file_that_was_cut_off_in_the_middle_of_a_sign_is_written_anew(
    desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    file = tmp_path / "levels.json"
    drawn(desk, clock, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index("闯关奖".encode()) + 1])
    assert run(desk, "publish", "levels", str(file)).exit_code == 0
    assert file.read_bytes() == whole
