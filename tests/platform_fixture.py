"""A simulated WeChat platform for tests: real HTTP on loopback, safe mode, quick timings."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator.app import Simulator
from simulator.settings import SimulatorSettings
from simulator.world import Timing

TEMPLATES = {
    "deadline": {
        "title": "报送提醒",
        "fields": [
            {"name": "thing1", "label": "报送事项"},
            {"name": "time2", "label": "截止时间", "type": "date"},
            {"name": "thing3", "label": "报送单位"},
            {"name": "thing4", "label": "提示"},
        ],
    },
    "news": {
        "title": "办理进展提醒",
        "fields": [
            {"name": "character_string1", "label": "编号"},
            {"name": "phrase2", "label": "当前状态"},
            {"name": "thing3", "label": "提示"},
        ],
    },
    "prize": {
        "title": "抽奖结果通知",
        "fields": [
            {"name": "phrase1", "label": "结果"},
            {"name": "date2", "label": "领奖截止"},
            {"name": "thing3", "label": "提示"},
        ],
    },
}
SETTINGS = SimulatorSettings(
    token="testtoken",
    app_id="wx1234567890abcdef",
    app_secret="0123456789abcdef0123456789abcdef",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    mode="safe",
    callback="http://127.0.0.1:9/wechat",
    base_url="http://127.0.0.1:9",
    port=0,
    smtp_port=0,
    demo_key="demo-key",
    templates=TEMPLATES,
)
QUICK = Timing(answer_within=5.0, deliveries=(0.0, 0.02, 0.04), receipt_after=0.0, silence=0.0)


@dataclass
class Shift:
    """The platform's machine time, which a test may move on."""

    by: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by

    def forward(self, seconds: float) -> None:
        """Move time on."""
        self.by += timedelta(seconds=seconds)


@dataclass
class Platform:
    """A running simulator: ``sim`` acts and remembers, ``url`` is where the product calls it."""

    sim: Simulator
    time: Shift
    _servers: list[BaseWSGIServer] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address for WECHAT_API_BASE; add /open and /mp for the other two halves."""
        return self.sim.url

    @property
    def settings(self) -> SimulatorSettings:
        """The settings in force."""
        return self.sim.settings

    def connect(self, base_url: str, path: str = "/wechat") -> None:
        """Tell the platform where a product listens."""
        self.sim.connect(callback=base_url + path, base_url=base_url)

    def host(self, app: Callable[..., Any], path: str = "/wechat") -> str:
        """Serve a WSGI application as the product on a free port, connect it, and tell its address."""
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self._servers.append(server)
        base_url = f"http://127.0.0.1:{server.server_port}"
        self.connect(base_url, path)
        return base_url

    def open_mailbox(self) -> int:
        """Take mail on a free port, and tell it; mails are in ``sim.state.mails``."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.sim.open_mailbox(port)
        return port

    def close(self) -> None:
        """Stop the platform and the products it hosts."""
        self.sim.stop()
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A simulator on a free port, with nobody listening behind its callback yet."""
    time = Shift()
    running = Platform(Simulator(SETTINGS, now=time, timing=QUICK), time)
    running.sim.start()
    yield running
    running.close()
