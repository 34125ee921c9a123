"""A post office that takes every mail and delivers none: people read it in the simulator."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from simulator.world import World


class _Clerk:
    """Takes one mail after another."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """Keep the mail, unless the post office was told to refuse."""
        if self._world.faults.refuse_mail:
            self._world.log(f"邮件 → {envelope.rcpt_tos[0]}", "heed", "退回")
            return "451 4.3.0 try again later"
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        if isinstance(message, EmailMessage):
            self._keep(message, tuple(envelope.rcpt_tos))
        return "250 OK"

    def _keep(self, message: EmailMessage, to: tuple[str, ...]) -> None:
        body = message.get_body(("plain", "html"))
        files = tuple(part.get_filename() or "附件" for part in message.iter_attachments())
        at = self._world.clock.time().isoformat(timespec="seconds")
        words = str(body.get_content()) if body else ""
        self._world.state.post(
            str(message["From"] or ""), to, str(message["Subject"] or ""), words, files, at
        )
        self._world.log(f"邮件 → {'、'.join(to)}", "done", "已发")


class Mailbox:
    """The SMTP server of the simulator, on a thread of its own."""

    def __init__(self, world: World, port: int) -> None:
        self._controller = Controller(
            _Clerk(world),
            hostname=world.settings.host,
            port=port,
            authenticator=lambda *_: AuthResult(success=True),
            auth_require_tls=False,
        )

    def start(self) -> None:
        """Begin to take mail."""
        self._controller.start()

    def stop(self) -> None:
        """Close the post office."""
        self._controller.stop()
