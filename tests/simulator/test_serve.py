"""The simulator as a process: started with settings on standard input, ended by a signal, its state kept."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import requests

from simulator.settings import SimulatorSettings
from tests.platform_fixture import SETTINGS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> SimulatorSettings:
    """Settings with two free ports and a folder."""
    with ExitStack() as probes:
        ports = [probes.enter_context(socket.socket()) for _ in range(2)]
        for probe in ports:
            probe.bind(("127.0.0.1", 0))
        web, mail = (int(probe.getsockname()[1]) for probe in ports)
    return replace(SETTINGS, port=web, smtp_port=mail, data_dir=tmp_path)


@pytest.fixture
def process(settings: SimulatorSettings) -> Iterator[subprocess.Popen[str]]:
    """A running simulator."""
    command = [sys.executable, "-m", "simulator"]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdin
    process.stdin.write(json.dumps(asdict(settings) | {"data_dir": str(settings.data_dir)}))
    process.stdin.close()
    process.stdin = None
    yield process
    process.kill()
    process.wait()


def wait_for(url: str, process: subprocess.Popen[str]) -> None:
    """Wait until the simulator answers."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(requests.ConnectionError):
            requests.get(url, timeout=5)
            return
    pytest.fail("the simulator did not start")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_runs_until_a_signal_and_writes_no_secrets(
    settings: SimulatorSettings, process: subprocess.Popen[str], number: signal.Signals
) -> None:
    url = f"http://127.0.0.1:{settings.port}"
    wait_for(url, process)
    wish = {"grant_type": "client_credential", "appid": settings.app_id, "secret": settings.app_secret}
    token = requests.post(url + "/cgi-bin/stable_token", json=wish, timeout=5).json()["access_token"]
    menu = {"button": [{"type": "click", "name": "学安全", "key": "k"}]}
    requests.post(f"{url}/cgi-bin/menu/create?access_token={token}", json=menu, timeout=5)
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert (process.returncode, output) == (0, "")
    assert settings.data_dir
    kept = json.loads((settings.data_dir / "simulator.json").read_text(encoding="utf-8"))
    assert kept["menu"] == menu
