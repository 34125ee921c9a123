"""Full pages for what went wrong, in the words of the bot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from store.counts import ERROR

HOME = "/p/"
READY = "health.ready"  # its 503 is an answer, not an error


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error page says, and the one thing to do."""

    title: str  # at most 10 characters
    heading: str
    text: str
    button: str = "回到刚才的地方"
    numbers: bool = False  # the emergency numbers stand at the foot


BUSY = Trouble(
    "系统正忙",
    "系统正忙，刚才的没有存上",
    "请过一会儿再试。有危险不要等，先打电话。",
    button="再试一次",
    numbers=True,
)
EXPIRED = Trouble(
    "页面过期了", "页面过期了，请再点一次", "刚才的没有提交。回到打开着的那一步，再点一次就行。"
)
SIGNED_OUT = Trouble(
    "请再进一次", "离开得有点久，请再进一次", "刚才的没有存上。之前写的都在，进去接着写。", button="再进一次"
)
NOT_SIGNED_IN = Trouble(
    "没有连上微信", "没有连上微信，请再试一次", "刚才的链接用过了，或放得太久。", button="再试一次"
)
UNKNOWN = Trouble("没有这一页", "没有这一页", "链接可能不完整，或已经换了地方。", button="看能做什么")
TOO_LARGE = Trouble("文件太大", "文件太大，没有存上", "照片请少选几张，分几次发；文字请写短一点。")
_BY_STATUS = {404: UNKNOWN, 405: UNKNOWN, 413: TOO_LARGE}


def register_errors(app: Flask, note: Callable[[str, str], object] | None = None) -> None:
    """Answer every error of the app with a full page; ``note`` counts those that are ours."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)

    @app.after_request
    def count(response: Response) -> Response:
        if note is not None and response.status_code >= 500 and request.endpoint != READY:
            note(ERROR, "page")
        return response


def trouble_page(trouble: Trouble, status: int, again: str = HOME) -> tuple[str, int]:
    """The page of one trouble; its button leads to ``again``."""
    return render_template("pages/error.html", trouble=trouble, again=again), status


def _csrf(_: Exception) -> tuple[str, int]:
    return trouble_page(EXPIRED, 400)


def _http(error: Exception) -> tuple[str, int] | HTTPException:
    status = getattr(error, "code", None) or 500
    if status < 400 and isinstance(error, HTTPException):
        return error
    again = request.path if status >= 500 and request.method == "GET" else HOME
    fallback = BUSY if status >= 500 else EXPIRED
    return trouble_page(_BY_STATUS.get(status, fallback), status, again)
