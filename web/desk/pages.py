"""The pages of the desk: how the quiz goes, what to look at, and the few things that staff decide here."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, get_args

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from rules import dates
from rules.item_analysis import REASONS
from rules.numbers import LARGEST, whole
from store.boards import Of
from web.desk import charts, tables
from web.desk.access import add_access, guard, me
from web.desk.desk import Desk, NotYet
from web.desk.tables import TABLES, Table, Wanted
from web.security import content_policy

LARGEST_FORM = 64 * 1024
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LATELY, _BARS = 14, 20  # days on the first page; bars of a chart
_NO_REASON = "请写明原因，会留下记录。"
_NOTHING = "请先选要办的成绩。"
_GONE = "没有找到，可能刚才已经办过了。"


def desk_blueprint(desk: Desk) -> Blueprint:
    """The desk under ``/desk``; the app needs ``secure()`` and a secret key."""
    blueprint = Blueprint(
        "desk", __name__, url_prefix="/desk", template_folder="../templates", static_folder="../static"
    )
    blueprint.url_value_preprocessor(_cap)
    blueprint.before_request(lambda: guard(desk))
    blueprint.after_request(_guarded)
    blueprint.register_error_handler(NotYet, _counting)
    blueprint.register_error_handler(CSRFError, _expired)
    blueprint.register_error_handler(HTTPException, _trouble)
    _dress(blueprint, desk)
    add_access(blueprint, desk)
    _add_numbers(blueprint, desk)
    _add_questions(blueprint, desk)
    _add_lists(blueprint, desk)
    _add_decisions(blueprint, desk)
    _add_flags(blueprint, desk)
    _add_export(blueprint, desk)
    return blueprint


def _cap(endpoint: str | None, _: Any) -> None:  # noqa: ARG001
    """Read no more of a request than a form may hold."""
    request.max_content_length = LARGEST_FORM


def _guarded(response: Response) -> Response:
    """Kept nowhere, not as a workbook either; framed by nobody, not even by the simulator, which frames phone pages."""
    response.headers["Content-Security-Policy"] = content_policy("none")
    if request.endpoint != "desk.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _dress(blueprint: Blueprint, desk: Desk) -> None:
    """Hand the desk's templates what they share."""
    start = desk.campaign.month.start
    place = f"{desk.campaign.welcome.audience} {start.year}"
    blueprint.add_app_template_filter(_shown, "desk_cell")

    @blueprint.context_processor
    def shared() -> dict[str, Any]:
        return {"place": place, "today": desk.today()}


def _shown(value: tables.Value) -> str:
    """A cell as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return dates.day(value) if isinstance(value, date) else str(value)


# -- how many take part -----------------------------------------------------------------------------------------


def _add_numbers(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/")
    def overview() -> str:
        today = desk.today()
        lately = dict(list(tables.days(desk).items())[-_LATELY:])
        points = [(f"{day.month}/{day.day}", one.rounds) for day, one in lately.items()]
        rows = tables.days_table(desk, Wanted()).rows[:_LATELY]
        return render_template(
            "desk/overview.html",
            numbers={
                "今天": desk.count(("whole", today), lambda stores: stores.participation.whole(today)),
                "整个活动": desk.count("whole", lambda stores: stores.participation.whole()),
            },
            waiting=desk.count("waiting", lambda stores: stores.flags.waiting()),
            names=desk.count("names", lambda stores: stores.players.names_waiting()),
            chart=charts.upright("最近每天的人次", points),
            table=Table("最近每天", "", ("日期", "人次", "人数", "平均答对%"), rows),
            now=dates.moment(desk.now()),
        )

    @blueprint.get("/days")
    def days() -> str:
        points = [(f"{day.month}/{day.day}", one.rounds) for day, one in tables.days(desk).items()]
        table = tables.days_table(desk, Wanted())
        return _numbers_page("days", table, charts.upright("每天的人次", points), Wanted(), periods=False)

    @blueprint.get("/regions")
    def regions() -> str:
        return _of_groups(desk, "regions", "各地区的人次", 1)

    @blueprint.get("/units")
    def units() -> str:
        return _of_groups(desk, "units", "各单位的人次", 3)


def _of_groups(desk: Desk, name: str, title: str, column: int) -> str:
    """A page of regions or units; the bars show the first of them."""
    wanted = _wanted(desk)
    table = TABLES[name](desk, wanted)
    points = [(str(row[0]), int(str(row[column]))) for row in table.rows[:_BARS] if row[column]]
    return _numbers_page(name, table, charts.lying(title, points), wanted)


def _numbers_page(name: str, table: Table, chart: charts.Chart, wanted: Wanted, periods: bool = True) -> str:
    return render_template(
        "desk/numbers.html", name=name, table=table, chart=chart, wanted=wanted, periods=periods
    )


# -- questions --------------------------------------------------------------------------------------------------


def _add_questions(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/questions")
    def questions() -> str:
        analysis = desk.analysis()
        return render_template(
            "desk/questions.html",
            about=tables.basis(analysis),
            again=tables.again_table(desk, Wanted()),
            table=tables.items_table(desk, Wanted()),
        )

    @blueprint.get("/questions/<name>")
    def question(name: str) -> str:
        analysis = desk.analysis()
        item = next((one for one in analysis.items if one.question.id == name), None) or abort(404)
        options = Table("选项", "", ("选项", "对不对", "人数", "占%"), tuple(tables.option_rows(item)))
        told = dict(zip(tables.ITEM_HEADS, tables.item_row(item), strict=True))
        return render_template(
            "desk/question.html",
            item=item,
            told=told,
            options=options,
            reasons=[REASONS[one] for one in item.again],
            about=tables.basis(analysis),
        )


# -- boards, draws, flags ---------------------------------------------------------------------------------------


def _add_lists(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/boards")
    def boards() -> str:
        wanted = _of_boards(desk)
        return render_template(
            "desk/boards.html",
            wanted=wanted,
            table=tables.board_table(desk, wanted),
            names=tables.names_table(desk, wanted),
            kinds=tables.BOARDS,
            fault="",
        )

    @blueprint.get("/draws")
    def draws() -> str:
        return render_template(
            "desk/draws.html",
            draws=tables.draws_table(desk, Wanted()),
            prizes=tables.prizes_table(desk, Wanted()),
        )


def _add_decisions(blueprint: Blueprint, desk: Desk) -> None:
    """What staff decide: each written down by the store, and with a reason where something is taken away."""

    @blueprint.post("/names/seen")
    def seen() -> AnyResponse:
        told = (one.partition(" ") for one in request.form.getlist("seen"))
        names = {number: name for text, _, name in told if (number := whole(text)) is not None}
        with desk.storage.transaction(desk.campaign.id) as stores:
            stores.players.approve(names, who=_who(), at=desk.clock())
        return _done("desk.boards")

    @blueprint.post(f"/names/<int(max={LARGEST}):number>")
    def hide(number: int) -> Any:
        reason, hidden = _reason(), request.form.get("to") != "show"
        if not reason:
            return _refused(_NO_REASON, "desk.boards")
        with desk.storage.transaction(desk.campaign.id) as stores:
            player = stores.players.hide(number, hidden, who=_who(), reason=reason, at=desk.clock())
        return _done("desk.boards") if player else _refused(_GONE, "desk.boards")


# -- rounds to be looked at -------------------------------------------------------------------------------------


def _add_flags(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/flags")
    def flags() -> str:
        with desk.storage.looking(desk.campaign.id) as stores:
            waiting, count = stores.flags.waiting(), stores.flags.count()
        last = max(1, -(-count // tables.FLAGS_SHOWN))
        page = min(max(request.args.get("page", 1, int), 1), last)
        table = tables.flags_table(desk, Wanted(page=page))
        open_ones = [row[0] for row in table.rows if row[1] not in (tables.LET_THROUGH, tables.LEFT_OFF)]
        return render_template(
            "desk/flags.html", table=table, open_ones=open_ones, waiting=waiting, page=page, last=last
        )

    @blueprint.post("/flags")
    def decide() -> Any:
        """Let rounds through or leave them off, several with one reason."""
        reason, form = _reason(), request.form
        numbers = _numbers(form.getlist("shown" if "all" in form else "number"))
        if not reason or not numbers:
            return _refused(_NO_REASON if numbers else _NOTHING, "desk.flags")
        with desk.storage.transaction(desk.campaign.id) as stores:
            way = stores.flags.refuse if form.get("to") == "refuse" else stores.flags.clear
            done = [way(one, who=_who(), reason=reason, at=desk.clock()) for one in numbers]
        return _done("desk.flags") if any(done) else _refused(_GONE, "desk.flags")


def _numbers(sent: Iterable[str]) -> list[int]:
    """The numbers of rows that were sent, each once, in their order."""
    return sorted({number for text in sent if (number := whole(text)) is not None})


def _reason() -> str:
    return " ".join(request.form.get("reason", "").split())[:200]


def _who() -> str:
    return f"desk:{me().name}"[:60]


def _done(endpoint: str) -> AnyResponse:
    return redirect(url_for(endpoint), 303)


# -- export -----------------------------------------------------------------------------------------------------


def _add_export(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/export/<name>.xlsx")
    def export(name: str) -> Response:
        from content.workbook.table import to_table  # openpyxl: many megabytes that only an export needs

        build = TABLES.get(name) or abort(404)
        wanted = _of_boards(desk) if name == "board" else _wanted(desk)
        table = build(desk, replace(wanted, whole=True))
        made = io.BytesIO(to_table(table.title, table.about, table.heads, table.rows))
        named = f"{table.title} {desk.today().isoformat()}.xlsx"
        return send_file(made, _WORKBOOK, as_attachment=True, download_name=named)


def _wanted(desk: Desk) -> Wanted:
    """Which part of a table the address asks for."""
    of = request.args.get("of", "")
    kind: Of = next((one for one in get_args(Of) if one == of), "person")
    day = desk.today() if request.args.get("period") == "today" else _day(request.args.get("day", ""))
    return Wanted(day, kind, request.args.get("part", "").strip()[:20])


def _of_boards(desk: Desk) -> Wanted:
    """The same of a board, which is kept of today alone."""
    wanted = _wanted(desk)
    return replace(wanted, day=wanted.day if wanted.day == desk.today() else None)


def _day(text: str) -> date | None:
    """The day that was chosen; none is the whole campaign."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# -- what went wrong --------------------------------------------------------------------------------------------


def _counting(_: NotYet) -> tuple[str, int, dict[str, str]]:
    """A page that asks again by itself, without a script."""
    return render_template("desk/counting.html", again=request.full_path.rstrip("?")), 202, {"Refresh": "2"}


def _refused(text: str, endpoint: str) -> tuple[str, int]:
    page = render_template("desk/trouble.html", title="没有办成", text=text, back=url_for(endpoint))
    return page, 422


def _expired(_: Exception) -> tuple[str, int]:
    text = "刚才的没有提交。请回到那一页再点一次。"
    back = url_for("desk.overview")
    return render_template("desk/trouble.html", title="页面过期了", text=text, back=back), 400


def _trouble(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    title, text = (
        ("没有这一页", "链接可能不完整。") if status in (404, 405) else ("系统正忙", "请过一会儿再试。")
    )
    return render_template("desk/trouble.html", title=title, text=text, back=url_for("desk.overview")), status
