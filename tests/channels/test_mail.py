"""Mail against a server of the test's own, at every point where it can fail."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from channels import mail
from channels.base import Address, ChannelError
from channels.mail import MailChannel, message_id, read_server
from tests.channels.people import DEADLINE, NOW, SOMEBODY, address

SENDER = "安全月办公室 <office@example.gov.cn>"
LETTER = "LETTER"


@dataclass
class PostOffice:
    """Answers each command as a test says: a line, or "cut"."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    letters: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def answer(self, command: str) -> str:
        usual = {"BEGIN": "220 ready", "EHLO": "250-here\r\n250 AUTH PLAIN LOGIN", "DATA": "354 go on"}
        usual |= {"QUIT": "221 bye", "AUTH": "235 ok"}
        return self.answers.get(command, usual.get(command, "250 ok"))

    def letter(self) -> EmailMessage:
        return message_from_bytes(self.letters[-1], policy=policy.default)


class _Handler(socketserver.StreamRequestHandler):
    office: PostOffice

    def handle(self) -> None:
        if not self._say("BEGIN"):
            return
        for line in self.rfile:
            command = line.decode("latin-1").split()[0].upper()
            self.office.commands.append(command)
            if not self._say(command):
                return
            if command == "DATA" and self.office.answer("DATA").startswith("354"):
                self.office.letters.append(self._read_letter())
                if not self._say(LETTER):
                    return

    def _say(self, command: str) -> bool:
        answer = self.office.answer(command)
        if answer == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return True

    def _read_letter(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    built = PostOffice()
    handler = type("Handler", (_Handler,), {"office": built})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    built.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield built
    server.shutdown()
    server.server_close()
    thread.join(5)


def a_channel(port: int, login: str = "") -> MailChannel:
    return MailChannel(read_server(f"smtp://{login}127.0.0.1:{port}"), SENDER, address, lambda: NOW)


def failure(channel: MailChannel, to: Address = SOMEBODY) -> ChannelError:
    with pytest.raises(ChannelError) as problem:
        channel.send(to, DEADLINE)
    assert problem.value.__context__ is None and problem.value.__cause__ is None
    for secret in ("wang.fang", "office@", "PASSWORD", "127.0.0.1"):
        assert secret not in repr(problem.value)
    return problem.value


def test_a_letter_says_everything(office: PostOffice) -> None:
    receipt = a_channel(office.port).send(SOMEBODY, DEADLINE)
    letter = office.letter()
    assert letter["Subject"] == "报送提醒：安全生产月工作总结"
    assert letter["To"] == "wang.fang@example.cn"
    assert letter["From"].addresses[0].display_name == "安全月办公室"
    assert letter["Message-ID"] == receipt
    assert letter["Date"].datetime == NOW
    assert letter["Auto-Submitted"] == "auto-generated"
    content = letter.get_content()
    assert content.startswith(DEADLINE.text) and "http://127.0.0.1:9/deadlines" in content
    assert all(len(line) < 998 and line.endswith(b"\r\n") for line in office.letters[-1].splitlines(True))


def test_a_repeat_bears_the_same_message_id_and_another_key_another() -> None:
    assert message_id("a", "x@b.cn") == message_id("a", "x@b.cn") != message_id("b", "x@b.cn")
    assert message_id("a", "x@b.cn").endswith("@b.cn>")


def test_the_login_is_used(office: PostOffice) -> None:
    a_channel(office.port, login="us%40er:PASS%3AWORD@").send(SOMEBODY, DEADLINE)
    assert "AUTH" in office.commands and office.letters


@pytest.mark.parametrize(
    ("where", "answer", "kind"),
    [
        ("BEGIN", "cut", "unsent"),
        ("BEGIN", "421 too busy", "retry"),
        ("EHLO", "cut", "unsent"),
        ("AUTH", "535 5.7.8 bad credentials PASSWORD", "alarm"),
        ("AUTH", "454 4.7.0 later", "retry"),
        ("EHLO", "250 here", "alarm"),
        ("MAIL", "cut", "unsent"),
        ("MAIL", "550 5.7.1 office@example.gov.cn may not", "alarm"),
        ("RCPT", "cut", "unsent"),
        ("RCPT", "450 4.2.0 greylisted", "retry"),
        ("RCPT", "550 5.1.1 wang.fang@example.cn unknown", "permanent"),
        ("DATA", "451 4.3.0 later", "retry"),
        ("DATA", "554 5.0.0 no", "permanent"),
        ("DATA", "cut", "ambiguous"),
        (LETTER, "cut", "ambiguous"),
        (LETTER, "451 4.3.0 later", "retry"),
        (LETTER, "552 5.2.2 wang.fang@example.cn is full", "permanent"),
    ],
)
def test_what_goes_wrong_is_sorted(office: PostOffice, where: str, answer: str, kind: str) -> None:
    office.answers[where] = answer
    problem = failure(a_channel(office.port, login="user:PASSWORD@"))
    assert problem.kind == kind
    if answer[:1] in "45":
        assert problem.code == int(answer[:3])


def test_a_goodbye_that_fails_does_not_matter(office: PostOffice) -> None:
    office.answers["QUIT"] = "cut"
    assert a_channel(office.port).send(SOMEBODY, DEADLINE)


def test_a_refused_connection_was_surely_not_sent() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert failure(a_channel(port)).kind == "unsent"


def test_a_silent_server_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert failure(a_channel(silent.getsockname()[1])).kind == "unsent"


@pytest.mark.parametrize(
    "email",
    [
        "nobody",
        "@",
        "a@",
        "a@b.cn\r\nBcc: c@d.cn",
        "王芳@example.cn",
        "a@b.cn, c@d.cn",
        "<a@b.cn>",
        "a b@c.cn",
    ],
)
def test_what_is_no_address_is_never_tried(office: PostOffice, email: str) -> None:
    problem = failure(a_channel(office.port), Address(email=email))
    assert problem.kind == "permanent" and office.commands == []


def test_a_subject_stays_on_its_line(office: PostOffice) -> None:
    a_channel(office.port).send(SOMEBODY, replace(DEADLINE, subject="一\r\nBcc: c@d.cn"))
    assert office.letter()["Subject"] == "一 Bcc: c@d.cn" and office.letter()["Bcc"] is None


def test_a_password_never_goes_in_the_open(monkeypatch: pytest.MonkeyPatch, office: PostOffice) -> None:
    monkeypatch.setattr(mail, "_LOCAL", frozenset())
    assert failure(a_channel(office.port, login="user:PASSWORD@")).kind == "alarm"
    assert "AUTH" not in office.commands


def test_mail_reaches_whoever_gave_an_address(office: PostOffice) -> None:
    assert a_channel(office.port).reaches(SOMEBODY, NOW)
    assert not a_channel(office.port).reaches(Address(openid="o"), NOW)


@pytest.mark.parametrize("url", ["", "http://a", "smtp://", "smtp://u:SECRET@h:port", "smtp:///x"])
def test_a_wrong_setting_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL") as problem:
        read_server(url)
    assert "SECRET" not in str(problem.value)


def test_a_setting_is_read_and_keeps_its_password_to_itself() -> None:
    server = read_server("smtps://us%40er:PASS%2FWORD@mail.example.cn")
    assert (server.host, server.port, server.wrapped) == ("mail.example.cn", 465, True)
    assert (server.user, server.password) == ("us@er", "PASS/WORD")
    assert "PASS" not in repr(server)
    assert read_server("smtp://mail.example.cn").port == 587
