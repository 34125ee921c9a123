"""Mail, for whoever can't be reached in WeChat; the standard library's SMTP."""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from channels.base import Address, ChannelError, Kind, Notification

TIMEOUT = 8.0  # seconds, for each step
_LOCAL = {"127.0.0.1", "::1", "localhost"}
_ENHANCED = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as SMTP_URL names it."""

    host: str
    port: int
    wrapped: bool = False  # smtps: TLS from the first byte
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def local(self) -> bool:
        """On this machine, where nobody listens in between."""
        return self.host in _LOCAL


def read_server(url: str) -> Server:
    """The server in ``smtp://user:pass@host:587`` or ``smtps://…``; the ``ValueError`` repeats nothing of it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("SMTP_URL: not an address") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("SMTP_URL: has to begin with smtp:// or smtps:// and name a host")
    wrapped = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, port or (465 if wrapped else 587), wrapped, user, password)


class MailChannel:
    """Sends the full text by mail; a repeat bears the same Message-ID, which many servers drop."""

    name = "mail"
    repeatable = False

    def __init__(
        self, server: Server, sender: str, address: Callable[[str], str], now: Callable[[], datetime]
    ) -> None:
        self._server = server
        self._name, self._from = parseaddr(sender)
        if "@" not in self._from:
            raise ValueError("MAIL_FROM: not a mail address")
        self._address = address
        self._now = now

    def reaches(self, to: Address, now: datetime) -> bool:  # noqa: ARG002
        """Whoever gave an address."""
        return bool(to.email) and to.allows_channel(self.name)

    def send(self, to: Address, notification: Notification) -> str:
        """Send and return the Message-ID."""
        letter = self._letter(to, notification)
        conversation = _Conversation(_opened(self._server, self._from.rpartition("@")[2]))
        conversation.deliver(self._from, to.email, letter.as_bytes(policy=SMTP))
        return str(letter["Message-ID"])

    def _letter(self, to: Address, notification: Notification) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = Mailbox(_line(self._name), addr_spec=self._from)
        letter["To"] = _mailbox(to.email)
        letter["Subject"] = _line(notification.subject or notification.title)
        letter["Date"] = format_datetime(self._now())
        letter["Message-ID"] = message_id(notification.key, self._from)
        letter["Auto-Submitted"] = "auto-generated"
        page = f"\n\n打开：{self._address(notification.page)}" if notification.page else ""
        letter.set_content(f"{notification.text}{page}\n", cte="base64")
        return letter


def message_id(key: str, sender: str) -> str:
    """The same for every attempt at the same notification."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def _line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _mailbox(address: str) -> Mailbox:
    try:
        known = Mailbox(addr_spec=address) if address.isascii() and "@" in address else None
    except Exception:  # the parser of the standard library raises errors of its own for odd addresses
        known = None
    if known is None:
        raise ChannelError("permanent", 0, "not a mail address")
    return known


class _Conversation:
    """What is said to a mail server once it is open, each step with its own meaning of failure."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def deliver(self, sender: str, to: str, letter: bytes) -> None:
        """Hand the letter over; raises ``ChannelError`` where it was not taken."""
        try:
            _accepted(self._step(lambda: self._smtp.mail(sender)), refusal="alarm")
            _accepted(self._step(lambda: self._smtp.rcpt(to)), refusal="permanent")
            _accepted(self._hand_over(letter), refusal="permanent")
        finally:
            with suppress(OSError):
                self._smtp.quit()

    def _step(self, call: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
        try:
            return call()
        except (OSError, ValueError):
            return 0, b""

    def _hand_over(self, letter: bytes) -> tuple[int, bytes]:
        """An answer lost after the letter leaves open whether it was taken."""
        try:
            return self._smtp.data(letter)
        except smtplib.SMTPDataError as problem:
            return problem.smtp_code, _bytes(problem.smtp_error)
        except OSError:
            pass
        raise ChannelError("ambiguous", 0, "no answer to the letter")


def _opened(server: Server, our_name: str) -> smtplib.SMTP:
    """A connection, enciphered and logged in where the server wants it."""
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _connected(server, our_name)
        _log_in(smtp, server)
    except smtplib.SMTPResponseException as problem:
        error = _refusal((problem.smtp_code, _bytes(problem.smtp_error)), "alarm")
    except ssl.SSLCertVerificationError:
        error = ChannelError("alarm", 0, "mail server's certificate not valid")
    except (smtplib.SMTPNotSupportedError, ValueError):
        error = ChannelError("alarm", 0, "mail server takes no such login")
    except OSError:  # smtplib's own exceptions are of this kind too
        error = ChannelError("unsent", 0, "no connection to the mail server")
    else:
        return smtp
    if smtp is not None:
        smtp.close()
    raise error  # outside of the handlers: the first exception, which may hold credentials, is no context


def _connected(server: Server, our_name: str) -> smtplib.SMTP:
    host, port, context = server.host, server.port, ssl.create_default_context()
    if server.wrapped:
        return smtplib.SMTP_SSL(host, port, our_name, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(host, port, our_name, timeout=TIMEOUT)


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    smtp.ehlo_or_helo_if_needed()
    if not (server.wrapped or server.local):
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
        elif server.user:
            raise smtplib.SMTPNotSupportedError("the password would go in the open")
    if server.user:
        smtp.login(server.user, server.password)


def _accepted(answer: tuple[int, bytes], refusal: Kind) -> None:
    if not 200 <= answer[0] < 300:
        raise _refusal(answer, refusal)


def _refusal(answer: tuple[int, bytes], refusal: Kind) -> ChannelError:
    """Only codes are kept of the server's words, which often repeat the address."""
    code, words = answer
    if code <= 0:
        return ChannelError("unsent", 0, "mail server went away")
    found = _ENHANCED.search(words.decode("ascii", "replace"))
    reason = f"mail refused {found[0]}" if found else "mail refused"
    return ChannelError(refusal if code >= 500 else "retry", code, reason)


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()
