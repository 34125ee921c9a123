"""What people, units and draws are called is text on every page of the desk and in every workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from store.quiz_tables import Draw, Prize
from store.redis_link import Link
from store.standing import rebuild
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.playing import AT, CAMPAIGN, TODAY, a_unit, join
from tests.web.desk_fixtures import DeskSite, end_round, make_desk
from web.desk.tables import TABLES

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>{{7*7}}"
QUOTED = "&lt;script&gt;alert(1)"


@pytest.fixture
def site(sqlite_storage: Storage, link: Link, clock: SetClock) -> Iterator[DeskSite]:
    site = make_desk(sqlite_storage, link, clock)
    unit = a_unit(site.storage, f"厂{EVIL}", f"组{EVIL}"[:60], headcount=9)
    a_unit(site.storage, f"没开始的{EVIL}")
    for n in range(3):
        end_round(site, f"user-{n}", ["报警", f"围观{EVIL}", "报警", "拍照", "报警", "=回家"], n)
        join(site.storage, f"user-{n}", unit, f"区{EVIL}"[:60])
    end_round(site, "quick", [EVIL, "报警"], 0, flags=("fast", EVIL[:20]))
    with site.storage.transaction(CAMPAIGN) as stores:
        player = stores.players.rename("user-1", EVIL[:40], AT)
        stores.players.approve({player.id: player.name}, who="office:wang", at=AT)
        draw = Draw(
            campaign=CAMPAIGN, name="june", rules={"name": f"抽奖{EVIL}"}, source=f"第{EVIL}轮", tickets=["a"],
            digest="d" * 64, value=EVIL, state="drawn", committed_at=AT, value_due=AT, drawn_at=AT,
        )  # fmt: skip
        stores.session.add(draw)
        stores.session.flush()
        prize = Prize(
            campaign=CAMPAIGN, draw_id=draw.id, rank=1, ticket="1", person="", title=f"伞{EVIL}", state="won",
            claim_until=AT,
        )  # fmt: skip
        stores.session.add(prize)
    rebuild(site.storage, CAMPAIGN, TODAY)
    yield site


def test_on_every_page_of_the_desk_it_is_text(site: DeskSite) -> None:
    browser, shown = site.inside(), set()
    for rule in site.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in ("desk.static", "desk.export"):
            continue
        path = rule.rule.replace("<question>", "fire-0").replace("<name>", "fire-0")
        for query in ("", "?of=person", "?of=unit", "?of=region", f"?part={EVIL}"):
            page = browser.client.get(path + query).get_data(as_text=True)
            assert "<script>" not in page, path
            assert "<img" not in page, path
            if QUOTED in page:
                shown.add(path)
    assert {"/desk/units", "/desk/boards", "/desk/draws"} <= shown


def test_on_the_page_of_a_wrong_login_it_is_text(site: DeskSite) -> None:
    browser = site.browser()
    page = browser.signs_in(EVIL, EVIL).get_data(as_text=True)
    assert "<script>" not in page
    assert QUOTED in page


def test_in_every_workbook_it_is_text_and_nothing_more(site: DeskSite) -> None:
    browser = site.inside()
    for name in TABLES:
        answer = browser.client.get(f"/desk/export/{name}.xlsx")
        assert answer.status_code == 200, name
        book = load_workbook(io.BytesIO(answer.data))
        for page in book.worksheets:
            cells = [cell for row in page.iter_rows() for cell in row]
            assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink], name


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..%2f..%2fapp.py", "days.xlsx%00", "x\r\nSet-Cookie: a=1"]
)
def test_no_name_of_a_file_leads_anywhere_else(site: DeskSite, name: str) -> None:
    client = site.inside().client
    for path in ("/desk/export/{}.xlsx", "/desk/static/{}"):
        answer = client.get(path.format(name))
        assert answer.status_code in (303, 400, 404)
        assert "Set-Cookie" not in answer.headers or "a=1" not in answer.headers["Set-Cookie"]
