"""The organiser's desk: who gets in, what stands there, what staff decide, and what goes out."""

from __future__ import annotations

import contextlib
import io
import re
import threading
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from content.loader import load_questions
from store.quiz_tables import Audit, Draw, Prize
from store.redis_link import Link
from store.staff_sessions import MOST_OF_NAME
from store.standing import rebuild, settle
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.playing import AT, CAMPAIGN, TODAY, a_unit, bear, join, shown
from tests.web.desk_fixtures import NAME, OWN, DeskSite, Office, end_round, make_desk, people_play
from web.desk.access import OFTEN, SAME, SHORT, UNLIKE, WRONG
from web.desk.desk import Kept, NotYet
from web.desk.tables import FLAGS_SHOWN, TABLES

RISKY = {"options": {"=回家"}, "names": {"=1+1", "\t@SUM(A1)"}, "board": {"=1+1", "\t@SUM(A1)"}}
PAGES = ("", "days", "regions", "units", "questions", "questions/fire-0", "boards", "draws", "flags")


@pytest.fixture
def site(sqlite_storage: Storage, link: Link, clock: SetClock) -> Iterator[DeskSite]:
    yield make_desk(sqlite_storage, link, clock)


def audits(site: DeskSite, what: str) -> list[tuple[str, dict[str, object]]]:
    with site.storage.transaction(CAMPAIGN) as stores:
        rows = stores.session.scalars(select(Audit).where(Audit.what == what))
        return [(row.who, row.detail) for row in rows]


# -- who gets in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "export/days.xlsx", "password"])
def test_nobody_sees_a_page_who_is_not_signed_in(site: DeskSite, path: str) -> None:
    response = site.browser().open(f"/desk/{path}")
    assert (response.status_code, response.headers["Location"]) == (303, "/desk/login")


def test_nobody_decides_who_is_not_signed_in(site: DeskSite) -> None:
    people_play(site, 1)
    end_round(site, "quick", ["报警"], 0, flags=("fast",))
    browser = site.browser()
    browser.open("/desk/login")
    token = browser.fields("/desk/login")
    response = browser.client.post("/desk/flags", data={**token, "number": "2", "reason": "看过"})
    assert (response.status_code, response.headers["Location"]) == (303, "/desk/login")
    assert audits(site, "flag.clear") == []


def test_the_first_password_is_good_for_choosing_ones_own_and_nothing_else(site: DeskSite) -> None:
    browser, first = site.browser(), site.staff()
    browser.signs_in(NAME, first)
    assert browser.client.get("/desk/").headers["Location"] == "/desk/password"
    browser.open("/desk/password")
    for chosen, again, fault in (("短", "短", SHORT), (OWN, f"{OWN}!", UNLIKE), (first, first, SAME)):
        assert browser.send("/desk/password", password=chosen, again=again).status_code == 422
        assert fault in browser.text
    assert browser.send("/desk/password", password=OWN, again=OWN).status_code == 200
    assert browser.heading == "答题总览"
    assert browser.client.get("/desk/password").status_code == 303
    other = site.browser()
    assert other.signs_in(NAME, first).status_code == 403
    assert other.signs_in(NAME, OWN).status_code == 200


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(site: DeskSite) -> None:
    site.staff()
    pages = []
    for name in (NAME, "没有这人"):
        browser = site.browser()
        response = browser.signs_in(name, "wrong")
        assert response.status_code == 403
        assert WRONG in browser.text
        pages.append(re.sub(r'value="[^"]*"', "", browser.html))
    assert pages[0] == pages[1]


def test_after_many_tries_even_the_right_password_must_wait(site: DeskSite) -> None:
    first, browser = site.staff(), site.browser()
    for _ in range(MOST_OF_NAME):
        assert browser.signs_in(NAME, "wrong").status_code == 403
    assert browser.signs_in(NAME, first).status_code == 429
    assert OFTEN in browser.text
    assert browser.client.get("/desk/").status_code == 303


def test_the_desks_login_is_taken_from_whoever_came_by_a_link_elsewhere(site: DeskSite) -> None:
    """Then the browser withholds the desk's cookie from the page, and sends it with the form."""
    browser = site.browser()
    browser.open("/desk/login")
    token = browser.fields("/desk/login")
    browser.client.set_cookie("desk", "stale", path="/desk")
    response = browser.client.post("/desk/login", data={**token, "name": NAME, "password": OWN})
    assert response.status_code == 403 and WRONG in response.text, (
        "the form is read; the password is another matter"
    )


def test_the_cookie_is_for_the_desk_alone_and_only_the_server_knows_what_it_means(site: DeskSite) -> None:
    browser = site.inside()
    cookie = browser.client.get_cookie("desk", path="/desk")
    assert cookie is not None
    assert cookie.http_only and cookie.same_site == "Strict" and not cookie.secure and cookie.path == "/desk"
    assert site.sessions.get(cookie.value) is not None


def test_on_https_the_cookie_is_secure_and_of_this_host_alone(
    sqlite_storage: Storage, link: Link, clock: SetClock
) -> None:
    site = make_desk(sqlite_storage, link, clock, "https://example.com")
    first, client = site.staff(), site.app.test_client()
    page = client.get("/desk/login", base_url="https://localhost").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token[1], "name": NAME, "password": first}
    response = client.post("/desk/login", data=data, base_url="https://localhost")
    told = next(one for one in response.headers.getlist("Set-Cookie") if one.startswith("__Host-desk="))
    assert "Secure" in told and "HttpOnly" in told and "SameSite=Strict" in told
    assert "Path=/;" in f"{told};" and "Domain" not in told


@pytest.mark.parametrize("end", ["leave", "reset", "remove", "redis"])
def test_a_session_ends_at_once(site: DeskSite, link: Link, end: str) -> None:
    browser = site.inside()
    cookie = browser.client.get_cookie("desk", path="/desk")
    assert cookie is not None
    if end == "leave":
        browser.send("/desk/leave")
        browser.client.set_cookie("desk", cookie.value, path="/desk")  # somebody has kept it
    elif end == "redis":
        link.call("FLUSHALL")
    else:
        with site.storage.transaction(CAMPAIGN) as stores:
            getattr(stores.staff, end)(NAME, who="office:tests")
    assert browser.client.get("/desk/").status_code == 303


def test_a_token_of_nobody_is_refused_beside_the_cookie_of_who_is_signed_in(site: DeskSite) -> None:
    end_round(site, "quick", ["报警"], 0, flags=("fast",))
    attacker, victim = site.browser(), site.inside()
    page = attacker.client.get("/desk/login").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    planted = attacker.client.get_cookie("session")
    assert token and planted
    victim.client.set_cookie("session", planted.value, path="/")
    form = {"csrf_token": token[1], "number": "1", "reason": "看过"}
    answer = victim.client.post("/desk/flags", data=form)
    assert answer.status_code == 400
    assert "页面过期了" in answer.get_data(as_text=True)


def test_a_form_without_its_token_changes_nothing(site: DeskSite) -> None:
    end_round(site, "quick", ["报警"], 0, flags=("fast",))
    browser = site.inside()
    response = browser.client.post("/desk/flags", data={"number": "1", "reason": "看过"})
    assert response.status_code == 400
    assert "页面过期了" in response.get_data(as_text=True)
    assert audits(site, "flag.clear") == []


def test_every_page_is_kept_nowhere_framed_by_nobody_and_holds_nothing_inline(site: DeskSite) -> None:
    people_play(site, 12)
    end_round(site, "quick", ["报警"], 0, flags=("fast",))
    browser = site.inside()
    for path in PAGES:
        response = browser.open(f"/desk/{path}")
        assert response.status_code == 200, path
        assert response.headers["Cache-Control"] == "no-store"
        policy = response.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", browser.html), path


# -- what stands there ----------------------------------------------------------------------------------------------


def test_the_overview_tells_today_and_the_campaign(site: DeskSite) -> None:
    people_play(site, 12)
    browser = site.inside()
    browser.open("/desk/")
    figures = re.findall(r"<b>([^<]*)</b><span>(人次|人数|平均答对)</span>", browser.html)
    assert figures == [
        ("4", "人次"), ("4", "人数"), ("21%", "平均答对"), ("12", "人次"), ("12", "人数"), ("53%", "平均答对"),
    ]  # fmt: skip
    assert [row[:3] for row in browser.rows if row][1:4] == [
        ["6月16日（周二）", "4", "4"],
        ["6月15日（周一）", "4", "4"],
        ["6月14日（周日）", "4", "4"],
    ]
    assert 'aria-label="最近每天的人次：6/14 4，6/15 4，6/16 4"' in browser.html


def test_an_empty_campaign_is_told_kindly_on_every_page(site: DeskSite) -> None:
    browser = site.inside()
    for path in PAGES:
        response = browser.open(f"/desk/{path}")
        assert response.status_code == (404 if path == "questions/fire-0" else 200), path
    assert browser.open("/desk/units").status_code == 200
    assert "还没有人答完一轮" in browser.text


def test_units_show_their_rate_and_who_has_not_begun(site: DeskSite) -> None:
    people_play(site, 12)
    browser = site.inside()
    browser.open("/desk/units")
    assert browser.rows[1:] == [
        ["青泉市安委会", "市级", "青泉市", "1", "1", "33", "24", "4.2"],
        ["河湾县应急管理局", "市级", "河湾县", "0", "0", "—", "—", "—"],
    ]
    browser.open("/desk/regions?period=today")
    assert browser.rows[1][0] == "青泉市"
    assert "只看6月16日（周二）" in browser.text


def test_questions_to_look_at_again_stand_first_with_their_reasons(site: DeskSite) -> None:
    people_play(site, 120)
    browser = site.inside()
    browser.open("/desk/questions")
    assert browser.heading == "6 道题要再看看"
    first = browser.rows[1]
    assert first[0] == "fire-0" and first[3:5] == ["120", "10"]
    assert "看看答案有没有写错" in first[2]
    assert next(row for row in browser.rows if row[0] == "fire-1")[2].startswith("差不多人人都对")
    assert "看了全部120轮" in browser.text
    browser.open("/desk/questions/fire-0")
    assert [row[1:] for row in browser.rows[1:]] == [
        ["对", "12", "10"], ["错", "0", "0"], ["错", "108", "90"], ["错", "0", "0"],
    ]  # fmt: skip


def test_flagged_rounds_are_in_no_figure_and_stand_on_their_page(site: DeskSite) -> None:
    end_round(site, "slow", ["报警"], 0)
    end_round(site, "quick", ["报警"], 0, flags=("fast", "even"))
    browser = site.inside()
    browser.open("/desk/")
    assert browser.heading == "有 1 个成绩要看一看"
    browser.open("/desk/questions")
    assert next(row for row in browser.rows if row[0] == "fire-0")[3] == "1"
    browser.open("/desk/flags")
    assert browser.rows[1][1:5] == ["答得太快、间隔太均匀", browser.rows[1][2], "一轮", "1/1"]
    assert browser.rows[1][2].startswith("玩家·")


def test_winners_of_a_draw_are_masked(site: DeskSite) -> None:
    person = site.storage.sealing.hash("quiz", "oWinner")
    with site.storage.transaction(CAMPAIGN) as stores:
        draw = Draw(
            campaign=CAMPAIGN, name="june", rules={"name": "六月抽奖"}, source="drand 第100轮", tickets=["a", "b"],
            digest="d" * 64, value="", state="drawn", committed_at=AT, value_due=AT, drawn_at=AT - timedelta(hours=1),
        )  # fmt: skip
        stores.session.add(draw)
        stores.session.flush()
        for rank, owner in enumerate((person, ""), start=1):
            prize = Prize(
                campaign=CAMPAIGN, draw_id=draw.id, rank=rank, ticket=str(rank), person=owner, title="雨伞", state="won",
                claim_until=AT,
            )  # fmt: skip
            stores.session.add(prize)
    browser = site.inside()
    browser.open("/desk/draws")
    assert browser.rows[1][:4] == ["六月抽奖", "已抽出", "2", "d" * 64]
    assert browser.rows[3][3].startswith("玩家·") and browser.rows[4][3] == "—"
    assert person not in browser.html and "oWinner" not in browser.html


# -- what staff decide ----------------------------------------------------------------------------------------------


def test_a_cleared_round_counts_again_and_it_is_written_down_who_did_so(site: DeskSite) -> None:
    people_play(site, 1)
    end_round(site, "quick", ["报警"], 0, flags=("fast",))
    browser = site.inside()
    browser.open("/desk/flags")
    assert browser.send("/desk/flags", number="2", reason=" ").status_code == 422
    browser.open("/desk/flags")
    assert browser.send("/desk/flags", reason="问过本人").status_code == 422
    browser.open("/desk/flags")
    assert browser.send("/desk/flags", number="2", reason="问过本人", to="clear").status_code == 200
    assert browser.rows[1][1] == "已放行"
    assert audits(site, "flag.clear") == [
        (f"desk:{NAME}", {"attempt": 2, "flags": ["fast"], "reason": "问过本人"})
    ]
    settle(site.storage, CAMPAIGN, TODAY)
    assert len(shown(site.storage)) == 2
    token = browser.fields("/desk/leave")
    again = {**token, "number": "2", "reason": "再一次"}
    assert browser.client.post("/desk/flags", data=again).status_code == 422


def test_many_rounds_are_turned_over_and_left_off_together_with_one_reason(site: DeskSite) -> None:
    for n in range(FLAGS_SHOWN + 2):
        end_round(site, f"quick-{n}", ["报警", "围观"], 0, flags=("fast",))
    browser = site.inside()
    browser.open("/desk/flags")
    assert len(browser.rows) == FLAGS_SHOWN + 1 and "第 1 页，共 2 页" in browser.text
    assert browser.rows[1][0] == "1" and browser.rows[1][4:6] == ["1/2", "4.5、4.5"]
    browser.open("/desk/flags?page=2")
    assert [row[0] for row in browser.rows[1:]] == [str(FLAGS_SHOWN + 1), str(FLAGS_SHOWN + 2)]
    shown_there = re.findall(r'name="shown" value="(\d+)"', browser.html)
    sent = {**browser.fields("/desk/flags"), "all": "1", "shown": shown_there, "reason": "同一个脚本"}
    assert browser.client.post("/desk/flags", data={**sent, "to": "refuse"}).status_code == 303
    browser.open("/desk/flags?page=2")
    assert [row[1] for row in browser.rows[1:]] == ["不计入", "不计入"]
    assert f"还有 {FLAGS_SHOWN} 个没看" in browser.text
    assert {detail["reason"] for _, detail in audits(site, "flag.refuse")} == {"同一个脚本"}
    assert len(audits(site, "flag.refuse")) == 2
    assert (
        browser.send("/desk/flags", number=str(FLAGS_SHOWN + 1), reason="问过本人", to="clear").status_code
        == 200
    )
    assert len(audits(site, "flag.clear")) == 1
    browser.open("/desk/flags?page=99")
    assert "第 2 页，共 2 页" in browser.text
    browser.open("/desk/")
    assert f"有 {FLAGS_SHOWN} 个成绩要看一看" in browser.text


NO_NUMBERS = ("²", "９９", "9" * 5000, str(10**19), "-1", "")


@pytest.mark.parametrize("sent", NO_NUMBERS, ids=lambda sent: sent[:6])
def test_what_is_no_number_of_a_round_or_a_name_decides_nothing(site: DeskSite, sent: str) -> None:
    end_round(site, "quick", ["报警"], 0, flags=("fast",))
    browser = site.inside()
    token = browser.fields("/desk/leave")
    decided = browser.client.post("/desk/flags", data={**token, "number": sent, "reason": "看过"})
    assert decided.status_code == 422
    seen = browser.client.post("/desk/names/seen", data={**token, "seen": f"{sent} 谁"})
    assert seen.status_code == 303
    hidden = browser.client.post(f"/desk/names/{sent or 'x'}", data={**token, "reason": "看过"})
    assert hidden.status_code in (404, 422)
    with site.storage.transaction(CAMPAIGN) as stores:
        assert stores.flags.waiting() == 1


def test_names_wait_until_staff_has_seen_them(site: DeskSite) -> None:
    people_play(site, 3)
    with site.storage.transaction(CAMPAIGN) as stores:
        numbers = [stores.players.rename(f"user-{n}", f"安全员小{n}", AT).id for n in range(2)]
    browser = site.inside()
    browser.open("/desk/")
    assert "2 个昵称等人看" in browser.text
    browser.open("/desk/boards")
    assert "安全员小" not in "".join(row[1] for row in browser.rows if row[0] in "123" and len(row) == 3)
    offered = re.findall(r'name="seen" value="([^"]*)"', browser.html)
    assert sorted(offered) == [f"{number} 安全员小{n}" for n, number in enumerate(numbers)]
    assert not re.findall(r'<input[^>]*name="seen"[^>]*\bchecked\b', browser.html)  # nobody has read them yet
    with site.storage.transaction(CAMPAIGN) as stores:
        stores.players.rename("user-1", "换了名字", AT)  # since the page was drawn
    sent = {**browser.fields("/desk/names/seen"), "seen": [*offered, "x y", "99 谁"]}
    assert browser.client.post("/desk/names/seen", data=sent).status_code == 303
    browser.open("/desk/boards")
    states = {row[1]: row[2] for row in browser.rows if len(row) == 4}
    assert states == {"昵称": "状态", "换了名字": "等人看", "安全员小0": "显示"}
    assert audits(site, "name.seen") == [(f"desk:{NAME}", {"players": numbers[:1]})]


def test_a_name_is_hidden_and_shown_again_with_a_reason(site: DeskSite) -> None:
    people_play(site, 3)
    with site.storage.transaction(CAMPAIGN) as stores:
        stores.players.rename("user-1", "=cmd|坏名字", AT)
    browser = site.inside()
    browser.open("/desk/boards")
    assert browser.send("/desk/names/2", reason="不合适").status_code == 200
    assert ["2", "=cmd|坏名字", "已隐藏"] in [row[:3] for row in browser.rows]
    assert "坏名字" not in "".join(
        cell for row in browser.rows if row[0] in "123" and len(row) == 3 for cell in row[1:2]
    )
    assert browser.send("/desk/names/2", reason="问过本人").status_code == 200
    assert [who for who, _ in audits(site, "name.hide")] == [f"desk:{NAME}"]
    assert [detail["reason"] for _, detail in audits(site, "name.show")] == ["问过本人"]
    browser.open("/desk/boards?part=没有")
    assert "没有找到昵称" in browser.text


# -- what goes out --------------------------------------------------------------------------------------------------


def test_every_table_goes_out_as_a_workbook_in_which_nothing_is_a_formula(site: DeskSite) -> None:
    people_play(site, 12)
    end_round(site, "quick", ["报警"], 0, flags=("fast",))
    bear(site.storage, "user-1", "=1+1")
    bear(site.storage, "user-2", "\t@SUM(A1)")
    browser = site.inside()
    for name in TABLES:
        response = browser.client.get(f"/desk/export/{name}.xlsx?of=person")
        assert response.status_code == 200, name
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Disposition"].startswith("attachment")
        page = load_workbook(io.BytesIO(response.data)).active
        assert isinstance(page, Worksheet)
        cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
        assert cells and all(cell.data_type in ("s", "n", "d") for cell in cells), name
        risky = [cell for cell in cells if str(cell.value).startswith(("=", "\t"))]
        assert all(cell.quotePrefix and cell.number_format == "@" for cell in risky), name
        assert {cell.value for cell in risky} == RISKY.get(name, set()), name


def test_days_go_out_as_dates_and_figures_as_numbers(site: DeskSite) -> None:
    people_play(site, 12)
    response = site.inside().client.get("/desk/export/days.xlsx")
    page = load_workbook(io.BytesIO(response.data)).active
    assert isinstance(page, Worksheet)
    assert [cell.value for cell in page[3]] == [datetime.combine(TODAY, time()), 4, 4, 21]


def test_an_unknown_table_is_not_found(site: DeskSite) -> None:
    assert site.inside().client.get("/desk/export/staff.xlsx").status_code == 404


# -- small things ---------------------------------------------------------------------------------------------------


def test_what_was_counted_is_kept_for_a_minute() -> None:
    now, counted = [0.0], []
    kept = Kept(patience=60, monotonic=lambda: now[0])

    def count() -> int:
        counted.append(1)
        return len(counted)

    assert [kept.get("a", count), kept.get("a", count), kept.get("b", count)] == [1, 1, 2]
    now[0] = 59.9
    assert kept.get("a", count) == 1
    now[0] = 60.0
    assert kept.get("a", count) == 3


def test_what_takes_long_is_counted_beside_once_and_told_later() -> None:
    kept, may_end, counted = Kept(patience=0.01), threading.Event(), []

    def count() -> str:
        counted.append(1)
        may_end.wait(60)
        return "done"

    for _ in range(2):
        with pytest.raises(NotYet):
            kept.get("a", count)
    may_end.set()
    assert Kept(patience=60).get("a", count) == "done"  # another process counts for itself
    for _ in range(1000):
        with contextlib.suppress(NotYet):
            assert kept.get("a", count) == "done"
            break
    assert len(counted) == 2


def test_what_failed_is_counted_again() -> None:
    kept = Kept(patience=60)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 5) == 5


def test_a_page_that_must_wait_asks_again_by_itself(
    sqlite_storage: Storage, link: Link, clock: SetClock
) -> None:
    site, may_end = make_desk(sqlite_storage, link, clock, patience=0.01), threading.Event()
    browser = site.browser()
    browser.signs_in(NAME, site.staff())
    browser.open("/desk/password")
    with pytest.raises(NotYet):
        site.kept.get("something long", lambda: may_end.wait(60))
    browser.client.post(
        "/desk/password", data={**browser.fields("/desk/password"), "password": OWN, "again": OWN}
    )
    response = browser.client.get("/desk/regions?period=today")
    may_end.set()
    assert (response.status_code, response.headers["Refresh"]) == (202, "2")
    assert 'href="/desk/regions?period=today"' in response.get_data(as_text=True)


def test_the_real_bank_can_be_analysed(site: DeskSite) -> None:
    """Ids of the bank stand in the address of a question's page."""
    assert all(re.fullmatch(r"[\w.-]+", question.id) for question in load_questions())


# -- boards in full, days of one's choice -----------------------------------------------------------------------------


def cells_of(browser: Office, address: str) -> list[list[object]]:
    """The cells of the one sheet of a workbook."""
    sheet = load_workbook(io.BytesIO(browser.client.get(address).data)).active
    assert sheet is not None
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_a_boards_workbook_has_every_line_and_says_so(site: DeskSite) -> None:
    people_play(site, 36)  # on three days, a third of them today
    browser = site.inside()
    browser.open("/desk/boards")
    assert len([row for row in browser.rows if len(row) == 3]) == 11
    assert "共36名，这里是前10名。" in browser.text
    cells = cells_of(browser, "/desk/export/board.xlsx?of=person")
    assert [row[0] for row in cells if isinstance(row[0] if row else None, int)] == list(range(1, 37))
    assert "全部36名，表格最多1000名" in str(cells)
    today = cells_of(browser, "/desk/export/board.xlsx?of=person&period=today")
    assert len([row for row in today if row and isinstance(row[0], int)]) == 12


def test_why_a_lower_score_stands_above_is_told_at_the_desk_too(site: DeskSite) -> None:
    told, untold = a_unit(site.storage, headcount=100), a_unit(site.storage, "白石小学", "白石县")
    note = "没报人数的单位，参与率按加入的人算，排在后面。"
    browser = site.inside()
    for unit, name in ((told, "a"), (untold, "b")):
        for n in range(5):
            join(site.storage, f"{name}-{n}", unit)
            end_round(site, f"{name}-{n}", ["报警"], 0)
        rebuild(site.storage, CAMPAIGN, TODAY)
        browser.open("/desk/boards?of=unit")
        assert (note in browser.text) == (name == "b")
    assert note in str(cells_of(browser, "/desk/export/board.xlsx?of=unit"))


def test_any_day_can_be_chosen_for_regions_and_units(site: DeskSite) -> None:
    people_play(site, 12)
    unit = a_unit(site.storage, headcount=24)
    join(site.storage, "user-1", unit)
    end_round(site, "user-1", ["报警"], 4)  # the day before
    browser = site.inside()
    for path in ("regions", "units"):
        browser.open(f"/desk/{path}?day=2020-06-15")
        assert browser.rows[1][0].startswith("青泉市") and "1" in browser.rows[1]
        assert "只看6月15日（周一）" in browser.text and 'value="2020-06-15"' in browser.html
        assert f"/desk/export/{path}.xlsx?day=2020-06-15" in browser.html
        assert "只看6月15日" in str(cells_of(browser, f"/desk/export/{path}.xlsx?day=2020-06-15"))
        browser.open(f"/desk/{path}?day=nonsense")
        assert "整个活动期间" in browser.text
    browser.open("/desk/boards?day=2020-06-15")
    assert "整个活动期间" in browser.text  # of days before today no board is kept
