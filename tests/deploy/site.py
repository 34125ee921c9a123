"""The site of ``deploy/`` as it is shipped, in front of a real web server; only ports, paths and certificate are ours."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.pushes import Account

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "bot.example.com"
FRAME = """
pid {folder}/nginx.pid;
error_log {folder}/main.log;
daemon off;
{user}
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def find_nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def production(account: Account, data: Path, redis_url: str) -> dict[str, str]:
    """The settings of a product in production, with a platform that nobody reaches."""
    return {
        **account.environment(),
        "WECHAT_MODE": "safe",
        "WECHAT_API_BASE": "http://127.0.0.1:9",
        "REDIS_URL": redis_url,
        "DATA_DIR": str(data),
        "DATABASE_URL": "",
        "IDENTITY_DATABASE_URL": "",
        "CAMPAIGN": "ningxia-2020",
        "BASE_URL": "https://bot.example.com",
        "IDENTITY_KEY": "i" * 32,
        "SECRET_KEY": "s" * 32,
        "METRICS_TOKEN": "",
        "DEMO_KEY": "",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Answer:
    """One answer over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Deployed:
    """nginx, the web server behind it, and what was written down."""

    folder: Path
    account: Account
    port: int
    web_port: int
    web: subprocess.Popen[bytes]
    nginx: subprocess.Popen[bytes]

    @property
    def access_log(self) -> str:
        return (self.folder / "safety-month.access.log").read_text()

    @property
    def logs(self) -> str:
        """All that nginx has written down."""
        time.sleep(0.05)
        return "".join(file.read_text() for file in sorted(self.folder.glob("*.log")))

    def push(self, user: str, text: str, *headers: str) -> Answer:
        ours = "\r\n".join((f"Host: {NAME}", *headers))
        return self.send(self.account.push(user, text).replace(b"Host: 127.0.0.1", ours.encode()))

    def get(self, path: str, *headers: str) -> Answer:
        return self.send(_request("GET", path, *headers))

    def claim(self, path: str, length: int, *headers: str) -> Answer:
        """Begin a request whose body would be so long."""
        return self.send(_request("POST", path, f"Content-Length: {length}", *headers))

    def post(self, path: str, body: bytes, *headers: str) -> Answer:
        return self.send(_request("POST", path, f"Content-Length: {len(body)}", *headers) + body)

    def send(self, raw: bytes) -> Answer:
        with self.connect() as connection:
            with suppress(OSError):  # refused before all was sent: the answer is there
                connection.sendall(raw)
            return read_answer(connection)

    def connect(self, name: str = NAME) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        trusting = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        return trusting.wrap_socket(plain, server_hostname=name)

    def stop_web(self) -> None:
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait()

    def stop(self) -> None:
        for process in (self.nginx, self.web):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


def deploy(folder: Path, environment: dict[str, str], account: Account, nginx: str) -> Deployed:
    """Start the web server and nginx, and wait for both."""
    web_port = free_port()
    with (folder / "web.out").open("ab") as log:
        web = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "web"],
            env={**os.environ, **environment, "PORT": str(web_port), "TRUSTED_PROXIES": "1"},
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    port, proxy = start_nginx(folder, web_port, nginx)
    deployed = Deployed(folder, account, port, web_port, web, proxy)
    try:
        _wait_for(port, proxy)
        _wait_for(web_port, web)
    except BaseException:
        deployed.stop()
        raise
    return deployed


def start_nginx(folder: Path, web_port: int, nginx: str) -> tuple[int, subprocess.Popen[bytes]]:
    """Start nginx with the shipped site in front of whatever listens on a port."""
    port = free_port()
    _make_certificate(folder)
    site = render((ROOT / "deploy/nginx/safety-month.conf").read_text(), folder, port, free_port(), web_port)
    (folder / "site.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder, user=user))
    command = [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with (folder / "nginx.out").open("ab") as log:
        return port, subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def render(site: str, folder: Path, port: int, plain: int, web_port: int) -> str:
    """The shipped site on our ports and paths; each replacement has to find its place."""
    for pattern, ours in (
        (r"listen 80;", f"listen 127.0.0.1:{plain};"),
        (r"listen 443 ", f"listen 127.0.0.1:{port} "),
        (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{web_port};"),
        (r"/etc/letsencrypt/live/bot\.example\.com/", f"{folder}/"),
        (r"/var/log/nginx/", f"{folder}/"),
        (r"/var/www/safety-month", f"{folder}/www"),
    ):
        site, places = re.subn(pattern, ours, site)
        assert places, f"the site does not hold {pattern}"
    return site


def _request(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", f"Host: {NAME}", *headers, "", "")).encode()


def read_answer(connection: ssl.SSLSocket) -> Answer:
    """What comes back on a connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        assert part, f"the connection ended after {data!r}"
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers: dict[str, str] = {}
    for name, value in (line.split(": ", 1) for line in rest):
        headers[name.lower()] = ", ".join(filter(None, (headers.get(name.lower()), value)))
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    while headers.get("transfer-encoding") == "chunked" and not body.endswith(b"0\r\n\r\n"):
        body += connection.recv(65536)
    return Answer(int(first.split()[1]), headers, body)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "it ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


def _make_certificate(folder: Path) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    shape = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(*shape))
