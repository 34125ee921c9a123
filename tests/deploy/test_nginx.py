"""The shipped nginx site in front of the real web server: what passes, what is refused, what is written down."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import ssl
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests

from bench.pushes import Account
from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.sealing import Sealing
from store.tokens import Sessions
from tests.conftest import missing
from tests.deploy.site import Answer, Deployed, deploy, find_nginx, production, read_answer

USER = "oNginx0000000000000000000001"
MB = 1024 * 1024


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, sqlite_templates: Path, redis_server: EmbeddedRedis
) -> Iterator[Deployed]:
    nginx = find_nginx()
    if nginx is None:
        missing("nginx")
    folder, account = tmp_path_factory.mktemp("nginx"), Account()
    data = folder / "data"
    data.mkdir()
    for name in ("case", "identity"):
        shutil.copy(sqlite_templates / f"{name}.db", data / f"{name}.db")
    environment = production(account, data, redis_server.url)
    deployed = deploy(folder, environment, account, nginx)
    yield deployed
    deployed.stop()


def whole(answer: Answer) -> bytes:
    """The body of an answer that came in parts of told length."""
    if answer.headers.get("transfer-encoding") != "chunked":
        return answer.body
    body, rest = b"", answer.body
    while True:
        length, _, rest = rest.partition(b"\r\n")
        size = int(length, 16)
        if size == 0:
            return body
        body, rest = body + rest[:size], rest[size + 2 :]


def words(site: Deployed, answer: Answer) -> str:
    """What the platform would show of an answer in safe mode."""
    sealed = ET.fromstring(answer.body)
    told = {name: sealed.findtext(name) or "" for name in ("MsgSignature", "TimeStamp", "Nonce")}
    xml = site.account._crypto.decrypt_message(
        answer.body.decode(), told["MsgSignature"], told["TimeStamp"], told["Nonce"]
    )
    return ET.fromstring(xml).findtext("Content") or ""


def test_a_signed_push_goes_through_and_is_answered(site: Deployed) -> None:
    answer = site.push(USER, "标语")
    assert answer.status == 200
    assert "标语" in words(site, answer)


def test_the_log_tells_path_status_and_time_and_neither_person_nor_query(site: Deployed) -> None:
    site.push(USER, "求助电话")
    site.get("/p/callback?code=011AbCdEfG&state=abcdef")
    until = time.monotonic() + 10
    lines: list[dict[str, str]] = []
    while not {line["path"] for line in lines} >= {"/wechat", "/p/callback"}:  # written after the answer
        assert time.monotonic() < until, lines
        lines = [json.loads(line) for line in site.access_log.splitlines() if line.endswith("}")]
    (line, *_) = [line for line in lines if line["path"] == "/wechat"]
    assert (line["method"], line["status"], line["from"]) == ("POST", "200", "127.0.0.0")
    assert float(line["seconds"]) >= 0
    for secret in (USER, "?", "openid", "signature", "011AbCdEfG", "127.0.0.1"):
        assert secret not in site.logs, secret


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics?x=1", "/healthz", "/readyz", "/demo/clock", "//metrics"]
)
def test_what_is_for_this_machine_alone_is_refused(site: Deployed, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 403
    assert b"nginx" in answer.body, "it was the product that refused it"


def test_even_where_it_is_let_through_a_proxied_call_gets_no_figures(site: Deployed) -> None:
    """The second bolt: the product itself sees that the call came through a proxy."""
    plain = f"http://127.0.0.1:{site.web_port}/metrics"
    assert requests.get(plain, timeout=10).status_code == 200
    assert requests.get(plain, headers={"X-Forwarded-For": "127.0.0.1"}, timeout=10).status_code == 403


@pytest.mark.parametrize("path", ["/wechat?openid=oNginx0000000000000000000002", "/p/say", "/"])
def test_eleven_megabytes_are_refused(site: Deployed, path: str) -> None:
    answer = site.post(path, b"x" * (11 * MB))
    assert answer.status == 413
    assert "文件太大" in answer.body.decode()
    assert "oNginx0000000000000000000002" not in site.logs


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [("/wechat", 64 * 1024 + 1, 413), ("/p/say", 400 * 1024, 413), ("/p/photo", 66 * MB, 413)],
)
def test_each_place_has_its_own_limit(site: Deployed, path: str, length: int, status: int) -> None:
    assert site.claim(path, length).status == status


def signed_in(redis_server: EmbeddedRedis, user: str) -> str:
    """The header of a phone that is signed in."""
    return "Cookie: __Host-sid=" + Sessions(Link(redis_server.url), Sealing(f"case:{'i' * 32}")).create(user)


PHOTO = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'


def test_eleven_megabytes_of_photos_reach_the_page(site: Deployed, redis_server: EmbeddedRedis) -> None:
    form = PHOTO + b"x" * (11 * MB) + b"\r\n--b--\r\n"
    who = signed_in(redis_server, "oPhotos")
    answer = site.post("/p/photo", form, "Content-Type: multipart/form-data; boundary=b", who)
    assert answer.status == 400
    assert "页面过期了" in answer.body.decode(), "the page has read it all and misses its form's token"


@pytest.mark.parametrize("cookie", ["Cookie: a=1", "Cookie: __Host-sid=made-up"])
def test_of_photos_of_nobody_known_nothing_is_kept_on_the_disk(site: Deployed, cookie: str) -> None:
    head = "POST /p/photo HTTP/1.1", "Host: bot.example.com", cookie, f"Content-Length: {60 * MB}", "", ""
    with site.connect() as connection:
        connection.sendall("\r\n".join(head).encode() + PHOTO + b"x" * 300_000)
        answer = read_answer(connection)
        with suppress(OSError):
            connection.sendall(b"x" * (5 * MB))
        assert kept_of_bodies(site) == 0
    assert answer.status == 401
    assert "/p/login" in answer.body.decode()


def test_one_phone_sends_two_forms_of_photos_at_a_time(site: Deployed, redis_server: EmbeddedRedis) -> None:
    who, open_now = signed_in(redis_server, "oThree"), []
    head = "POST /p/photo HTTP/1.1", "Host: bot.example.com", who, f"Content-Length: {60 * MB}", "", ""
    try:
        for _ in range(2):
            open_now.append(site.connect())
            open_now[-1].sendall("\r\n".join(head).encode() + PHOTO + b"x" * MB)
        until = time.monotonic() + 10
        while kept_of_bodies(site) < 2 * (MB // 2):
            assert time.monotonic() < until, "what is known is read"
            time.sleep(0.05)
        assert site.claim("/p/photo", 60 * MB, who).status == 429
        other = signed_in(redis_server, "oFour")
        assert site.post("/p/photo", b"x", other).status == 400
    finally:
        for connection in open_now:
            connection.close()


def kept_of_bodies(site: Deployed) -> int:
    """Bytes of requests that nginx has on the disk."""
    found = 0
    (workers,) = Path(f"/proc/{site.nginx.pid}/task").glob("*/children")
    for worker in workers.read_text().split():
        for handle in Path(f"/proc/{worker}/fd").iterdir():
            with suppress(OSError):
                found += handle.stat().st_size if "/body/" in str(handle.readlink()) else 0
    return found


def test_who_it_is_may_be_asked_by_the_proxy_alone(site: Deployed) -> None:
    assert site.get("/p/known").status == 404


def test_pages_come_with_their_headers(site: Deployed) -> None:
    answer = site.get("/p/emergency")
    assert answer.status == 200
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["server"] == "nginx"


def without_token(page: bytes) -> bytes:
    """A page without the token of its forms, which is another each time and not always as long."""
    return re.sub(rb'(name="csrf_token"[^>]* value=")[^"]*', rb"\1", page)


@pytest.mark.parametrize(
    "path",
    [
        "/p/emergency",
        "/p/privacy",
        "bootstrap.min.css",  # wherever the pages say it is
        "/p/static/pages.css",
        "/p/static/quiz.js",
        "/p/scene/kitchen.svg",
    ],
)
def test_text_comes_packed_to_who_takes_it_so(site: Deployed, path: str) -> None:
    sid = "Cookie: __Host-sid=packed"
    if not path.startswith("/"):
        named = re.search(rf'href="([^"?]+/{path})', site.get("/p/emergency").body.decode())
        path = named[1] if named else path
    plain, packed = site.get(path, sid), site.get(path, sid, "Accept-Encoding: gzip", "Connection: close")
    assert (plain.status, packed.status) == (200, 200)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert "content-security-policy" in packed.headers
    assert len(packed.body) < 0.7 * len(plain.body)
    assert without_token(gzip.decompress(whole(packed))) == without_token(plain.body)


def test_an_answer_to_the_platform_is_never_packed(site: Deployed) -> None:
    answer = site.push(USER, "隐私", "Accept-Encoding: gzip")
    assert len(answer.body) > 1000, "long enough to be packed elsewhere"
    assert "content-encoding" not in answer.headers
    assert "我们存了什么" in words(site, answer)


def test_another_name_is_answered_by_nobody(site: Deployed) -> None:
    with pytest.raises(ssl.SSLError):
        site.connect("other.example.com")


def test_who_clicks_too_fast_waits_but_never_for_the_emergency_card_nor_the_platform(site: Deployed) -> None:
    fast = [site.get("/p/privacy", "Cookie: __Host-sid=one") for _ in range(100)]
    assert {answer.status for answer in fast} == {200, 429}
    slow = next(answer for answer in fast if answer.status == 429)
    assert "119、120、110" in slow.body.decode()
    assert {site.get("/p/emergency", "Cookie: __Host-sid=one").status for _ in range(30)} == {200}
    assert {site.push(USER, "标语").status for _ in range(30)} == {200}


def test_many_phones_behind_one_address_do_not_wait_for_each_other(site: Deployed) -> None:
    assert {site.get("/p/privacy", f"Cookie: a=1; __Host-sid=phone{n}").status for n in range(120)} == {200}


def test_the_file_that_proves_the_domain_is_served(site: Deployed) -> None:
    (site.folder / "www").mkdir(exist_ok=True)
    (site.folder / "www" / "MP_verify_abc123.txt").write_text("abc123")
    assert site.get("/MP_verify_abc123.txt").body == b"abc123"


def test_nothing_is_written_down_of_a_push_that_met_a_dead_server(site: Deployed) -> None:
    site.stop_web()
    user = "oNginx0000000000000000000003"
    answer = site.push(user, "标语")
    assert answer.status == 502
    assert "119、120、110" in answer.body.decode()
    assert user not in site.logs
    assert json.loads(site.access_log.splitlines()[-1])["status"] == "502"
    photos = site.claim("/p/photo", 20 * MB)  # nobody can say who sends them
    assert photos.status == 502
    assert "119、120、110" in photos.body.decode()


def test_what_a_caller_says_of_itself_is_dropped(site: Deployed) -> None:
    """In place of the dead web server, one that tells what it was told."""
    told: list[dict[str, str]] = []

    class Told(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", site.web_port), Told) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        forged = ("X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example")
        assert site.get("/p/emergency", *forged, "Forwarded: for=6.6.6.6", "X-Real-IP: 6.6.6.6").status == 200
        server.shutdown()
    (headers,) = told
    assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "https")
    assert headers["host"] == "bot.example.com"
    assert not {"x-forwarded-host", "forwarded", "x-real-ip"} & set(headers)
