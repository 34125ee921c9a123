"""What the scheduler is handed to do, and several of it at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from scheduler.jobs import jobs, write_plan
from store.reminder_values import ACCEPTED
from tests.scheduler.conftest import Office
from tests.scheduler.rows import a_liaison, a_unit, campaign_with


def names(office: Office, demo: bool = False) -> dict[str, float]:
    made = jobs(
        office.storage,
        office.campaign,
        (office.template,),
        office.now,
        "a",
        last_said=lambda openid: None,
        on_refused=lambda liaison, why: None,
        demo=demo,
    )
    for job in made:
        job.work()
    return {job.name: job.seconds for job in made}


def test_plan_send_and_audit_bring_a_reminder_out(office: Office) -> None:
    assert names(office) == {"plan": 60, "send": 5, "audit": 300}
    assert office.posts == ["template"]


def test_a_demo_looks_more_often(office: Office) -> None:
    assert names(office, demo=True) == {"plan": 2, "send": 1, "audit": 300}


def test_a_year_whose_holidays_are_not_known_is_said(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.campaign = campaign_with(office.time.date().replace(year=2099), begins=office.time.date())
    names(office)
    assert "2099年：该年放假安排未公布，暂按周一至周五推算" in caplog.text


def test_several_processes_at_once_send_each_reminder_once(both_offices: Office) -> None:
    office = both_offices
    for number in range(12):
        a_liaison(office.storage, a_unit(office.storage, f"单位{number}"), f"openid-{number + 10}")
    faults: list[Exception] = []

    def work(owner: str) -> None:
        try:
            write_plan(office.storage, office.campaign, office.time)
            office.dispatcher(owner).tick(30)
        except Exception as problem:
            faults.append(problem)

    threads = [threading.Thread(target=work, args=(owner,)) for owner in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert len(office.template.keys) == len(set(office.template.keys)) == 13
    assert ("T-3", ACCEPTED) in office.states


def test_a_plan_that_changes_nothing_writes_nothing(office: Office) -> None:
    assert office.plan() == 1
    assert office.plan() == 0
    office.time += timedelta(days=1)
    assert office.plan() == 1
