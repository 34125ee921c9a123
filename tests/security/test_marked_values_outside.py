"""What the product tells the world of itself, with marked values in every store: figures, readiness, and each page."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chaos.attacks import Forger
from chaos.target import webhook
from simulator.app import Simulator
from store.redis_link import Link
from store.sealing import Sealing
from store.stores import Storage
from store.tokens import Sessions, Tokens
from store.units import UnitRow
from tests.conftest import SetClock
from tests.platform_fixture import QUICK, SETTINGS
from tests.security.conftest import CAMPAIGN, KEY
from tests.security.test_every_route import ask, at_the_desk, page_client, rules
from tests.security.test_marked_values import IDENTITIES, NAME, PEOPLE, PHONE, UNIT, WORDS, Journeys


@pytest.fixture
def forger() -> Forger:
    return Forger(seed=2)


@pytest.fixture
def simulated(forger: Forger) -> Iterator[Simulator]:
    """The platform on which the forger's account lives."""
    settings = replace(
        SETTINGS, token=forger.token, app_id=forger.app_id, app_secret=forger.secret, aes_key=forger.key
    )
    running = Simulator(settings, now=lambda: datetime.now(UTC), timing=QUICK)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def app(
    build: Callable[..., Flask],
    office_storage: Storage,
    link: Link,
    clock: SetClock,
    forger: Forger,
    simulated: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Flask]:
    """The whole product, after people have said in its chat what is marked."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    made = build(
        wechat_token=forger.token, wechat_app_id=forger.app_id, wechat_app_secret=forger.secret,
        wechat_aes_key=forger.key, wechat_api_base=simulated.url,
    )  # fmt: skip
    root.addHandler(caplog.handler)  # the product writes its log its own way
    storage = replace(office_storage, clock=clock)
    with storage.transaction(CAMPAIGN) as stores:
        stores.units.import_rows([UnitRow(UNIT, "县级")], clock())
    journeys = Journeys(webhook(forger, storage, link), forger)
    journeys.report()
    journeys.register()
    journeys.play()
    yield made
    root.handlers[:], root.level = before


def test_neither_figures_nor_pages_nor_the_log_tell_of_anybody(
    app: Flask, link: Link, office_storage: Storage, forger: Forger, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = page_client(app, Sessions(link, Sealing(f"case:{KEY}")).create("oMarkStranger00000000000001"))
    desk = at_the_desk(app, link, office_storage)
    assert ask(desk, "/desk/").status_code in (200, 202)
    ready = ask(app.test_client(), "/readyz").get_data(as_text=True)  # has a token fetched
    assert ask(app.test_client(), "/wechat?signature=0", "POST").status_code == 403
    figures = ask(app.test_client(), "/metrics")
    assert 'kind="text"' in figures.get_data(as_text=True)
    token = Tokens(link, Sealing(f"case:{KEY}"), forger.app_id).get()
    assert token
    secrets = (forger.token, forger.key, forger.secret, token, KEY)
    told = {
        "/metrics": figures.get_data(as_text=True),
        "/readyz": ready,
    }
    for rule, path in rules(app, "GET"):
        for whose, client in (("nobody's", app.test_client()), ("a stranger's", stranger)):
            told[f"{whose} {rule}"] = _said(ask(client, path))
        told[f"the desk's {rule}"] = _counted(desk, path)
    assert UNIT in told["the desk's /desk/units"]
    assert "push refused" in caplog.text
    told["the log"] = caplog.text
    for where, said in told.items():
        hidden = (*PEOPLE, NAME, PHONE) if where.startswith("the desk") else (*IDENTITIES, WORDS)
        assert not [value for value in (*hidden, *secrets) if value in said], where


def _said(answer: TestResponse) -> str:
    """The words of an answer, and its headers; a picture has none."""
    return str(answer.headers) + answer.get_data().decode(errors="replace")


def _counted(desk: FlaskClient, path: str) -> str:
    """A page of the desk, once its figures are there."""
    until = time.monotonic() + 20
    while (page := ask(desk, path)).status_code == 202 and time.monotonic() < until:
        time.sleep(0.05)
    assert page.status_code != 202, path
    return _said(page)
