"""Whoever sends slowly, too much or nothing at all takes the server from nobody; no proxy stands before it here."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.sealing import Sealing
from store.tokens import Sessions
from tests.security.served import FORM, Served, answer_on, request, serve

MB = 1024 * 1024
PATHS = ("/wechat", "/p/say", "/p/size", "/p/photo", "/desk/login")


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, sqlite_templates: Path, redis_server: EmbeddedRedis
) -> Iterator[Served]:
    served = serve(tmp_path_factory.mktemp("served"), sqlite_templates, redis_server.url)
    yield served
    served.stop()


def others_are_answered(site: Served) -> None:
    """The platform, a reader and somebody in danger are answered at once."""
    begun = time.monotonic()
    assert site.push(f"oOther{time.monotonic_ns()}", "求助电话")[0] == 200
    assert site.get("/p/emergency")[0] == 200
    assert site.get("/healthz")[0] == 200
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("cut", [1, 100, 100_000])
def test_a_push_that_comes_in_parts_of_no_told_sum_is_answered(site: Served, cut: int) -> None:
    head, _, body = site.account.push(f"oParts{cut}", "标语").partition(b"\r\n\r\n")
    head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", head)
    parts = [body[start : start + cut] for start in range(0, len(body), cut)]
    sent = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    status, said = site.ask(head + b"\r\n\r\n" + sent + b"0\r\n\r\n")
    assert status == 200
    assert b"<Encrypt>" in said


def test_a_hundred_senders_of_a_byte_a_second_hold_up_nobody(site: Served) -> None:
    slow = [site.begin(path, 60_000) for path in PATHS * 20]
    try:
        for _ in range(3):
            others_are_answered(site)
            time.sleep(1)
            for connection in slow:
                connection.send(b"a")
        others_are_answered(site)
    finally:
        for connection in slow:
            connection.close()


def test_a_push_that_does_not_arrive_is_given_up_and_its_connection_ended(site: Served) -> None:
    connection, begun = site.begin("/wechat", 60_000), time.monotonic()
    status, said = answer_on(connection)
    assert status == 408
    assert 3 < time.monotonic() - begun < 10
    assert "120" in said.decode()
    assert connection.recv(10) == b""


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_a_body_that_is_too_large_is_refused_and_not_kept(site: Served, path: str, declared: bool) -> None:
    size, before = (70 if path == "/p/photo" else 10) * MB, site.memory()
    if declared:
        raw = request("POST", path, FORM, f"Content-Length: {size}")
    else:
        part = b"10000\r\n" + b"a" * 65536 + b"\r\n"
        raw = request("POST", path, FORM, "Transfer-Encoding: chunked") + part * (size // 65536)
    status, _ = site.ask(raw)
    assert status in (400, 403, 413) or not (declared or status)
    others_are_answered(site)
    assert site.memory() - before < (150 if path == "/p/photo" else 20) * MB


@pytest.mark.parametrize("cookie", ["", "Cookie: __Host-sid=made-up"])
def test_photos_of_who_has_not_signed_in_are_not_waited_for(site: Served, cookie: str) -> None:
    headers, begun = [cookie] if cookie else [], time.monotonic()
    connection = site.begin("/p/photo", 30 * MB, *headers)
    status, _ = answer_on(connection)
    connection.close()
    assert status in (400, 401, 413)
    assert time.monotonic() - begun < 5
    others_are_answered(site)


def test_photos_of_who_has_signed_in_are_waited_for(site: Served, redis_server: EmbeddedRedis) -> None:
    sid = Sessions(Link(redis_server.url), Sealing(f"case:{'i' * 32}")).create("oReporter1")
    connection = site.begin("/p/photo", 2 * MB, f"Cookie: a=1; __Host-sid={sid}")
    connection.settimeout(1)
    with pytest.raises(TimeoutError):
        connection.recv(1)
    connection.settimeout(20)
    connection.sendall(b"a" * (2 * MB - 1))
    status, said = answer_on(connection)
    assert status == 400  # a form without its token
    assert "页面过期了" in said.decode()


def test_what_breaks_off_in_the_middle_is_no_request(site: Served) -> None:
    connection = site.begin("/p/size", 20)
    connection.shutdown(1)  # no more will come
    status, _ = answer_on(connection)
    assert status in (0, 400)
    others_are_answered(site)


@pytest.mark.parametrize("path", PATHS)
def test_who_goes_away_in_the_middle_leaves_no_page_in_the_log(site: Served, path: str) -> None:
    for _ in range(5):
        site.begin(path, 500).close()
    time.sleep(0.3)
    others_are_answered(site)
    assert "Traceback" not in site.log.read_text()


@pytest.mark.parametrize(
    "raw",
    [
        request("POST", "/p/size", FORM, "Content-Length: -5"),
        request("POST", "/p/size", FORM, "Content-Length: 5", "Content-Length: 6") + b"abcde",
        request("GET", "/%ff%00/../desk"),
        request("GET", "/healthz", "X-Long: " + "a" * 600_000),
        request("GET", "/healthz", *[f"X-{n}: a" for n in range(300)]),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
    ],
    ids=["negative", "two lengths", "bytes", "long header", "many headers", "http2", "tls"],
)
def test_what_is_no_request_is_refused(site: Served, raw: bytes) -> None:
    status, _ = site.ask(raw)
    assert status in (0, 400, 404, 431)
    others_are_answered(site)


def test_a_second_request_hidden_in_a_body_is_none(site: Served) -> None:
    hidden = b"0\r\n\r\n" + request("GET", "/p/emergency")
    with site.connect() as connection:
        connection.settimeout(2)
        connection.sendall(
            request("POST", "/p/size", FORM, f"Content-Length: {len(hidden)}", "Transfer-Encoding: chunked")
            + hidden
        )
        said = b""
        try:
            while part := connection.recv(65536):
                said += part
        except TimeoutError:
            pass
    first, _, rest = said.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 400")
    assert "紧急电话".encode() not in rest


def test_a_header_of_underscores_is_not_taken_for_the_proxys(site: Served) -> None:
    """``/metrics`` refuses whatever a proxy sent on; a header that only looks so in WSGI is none."""
    assert site.get("/metrics")[0] == 200
    assert site.get("/metrics", "X-Forwarded-For: 10.0.0.1")[0] == 403
    assert site.get("/metrics", "X_Forwarded_For: 10.0.0.1")[0] == 200


def test_a_stop_waits_for_no_slow_sender(
    tmp_path: Path, sqlite_templates: Path, redis_server: EmbeddedRedis
) -> None:
    site = serve(tmp_path, sqlite_templates, redis_server.url)
    try:
        slow = [site.begin("/p/photo", 60_000) for _ in range(3)]
        begun = time.monotonic()
        os.killpg(site.process.pid, signal.SIGTERM)
        site.process.wait(timeout=18)
        assert time.monotonic() - begun < 18
        for connection in slow:
            connection.close()
    finally:
        site.stop()
        shutil.rmtree(tmp_path, ignore_errors=True)
