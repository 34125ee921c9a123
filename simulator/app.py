"""The simulator as a whole, and how it is started and stopped."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flask import Flask
from werkzeug.http import http_date
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator.acts import Acts
from simulator.mailbox import Mailbox
from simulator.phone import phone_blueprint
from simulator.platform import platform_blueprint
from simulator.sending import Sending
from simulator.settings import SimulatorSettings
from simulator.world import Timing, machine_time

SAVE_EVERY = 1.0
UPLOAD_LIMIT = 12 << 20


class Simulator(Acts):
    """A WeChat platform on loopback: ``app`` has its two halves, the methods are what its people do."""

    def __init__(
        self,
        settings: SimulatorSettings,
        now: Callable[[], datetime] = machine_time,
        timing: Timing | None = None,
    ) -> None:
        super().__init__(settings, now, timing)
        self.sending = Sending(self)
        self.app = Flask("simulator")
        self.app.config["MAX_CONTENT_LENGTH"] = UPLOAD_LIMIT
        self.app.register_blueprint(platform_blueprint(self, self.sending))
        self.app.register_blueprint(phone_blueprint(self, self.sending))
        self._server: BaseWSGIServer | None = None
        self._mailbox: Mailbox | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Open the doors: port 0 takes a free one, which ``url`` tells; smtp_port 0 means no post office."""
        host, port = self.settings.host, self.settings.port
        handler = _handler(self.seconds)
        self._server = make_server(host, port, self.app, threaded=True, request_handler=handler)
        self.settings = replace(self.settings, port=self._server.server_port)
        if self.settings.smtp_port:
            self.open_mailbox(self.settings.smtp_port)
        self._threads = [
            threading.Thread(
                target=self._server.serve_forever, args=(0.05,), name="simulator-web", daemon=True
            ),
            threading.Thread(target=self._keep_saving, name="simulator-save", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def open_mailbox(self, port: int) -> None:
        """Take mail on a port."""
        self._mailbox = Mailbox(self, port)
        self._mailbox.start()

    def stop(self) -> None:
        """Close the doors, end what is going on and keep the state."""
        self.stopping.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        if self._mailbox:
            self._mailbox.stop()
        for thread in self._threads:
            thread.join(timeout=5)
        self.close()

    def _keep_saving(self) -> None:
        while not self.stopping.wait(SAVE_EVERY):
            self.state.save()


def _handler(seconds: Callable[[], float]) -> type[WSGIRequestHandler]:
    """A handler whose answers bear the platform's own time, which a test may move."""

    class Handler(_QuietHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            return http_date(seconds() if timestamp is None else timestamp)

    return Handler


class _QuietHandler(WSGIRequestHandler):
    """A request handler that writes no line per request: paths carry tokens."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def serve(settings: SimulatorSettings) -> None:
    """Run a simulator until the process is asked to end."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    simulator = Simulator(settings)
    simulator.start()
    ended.wait()
    simulator.stop()
