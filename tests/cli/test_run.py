"""``run`` notices whatever ends by itself, and says so in one sentence."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cli.run import Processes, Stop, _watch
from store.embedded import EmbeddedRedis

ROOT = Path(__file__).resolve().parents[2]


def a_child(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code])


def test_a_redis_that_is_killed_ends_the_run_in_one_sentence(tmp_path: Path) -> None:
    redis = EmbeddedRedis(tmp_path / "redis")
    redis.start()
    web = a_child("import time; time.sleep(60)")
    killing = threading.Timer(0.2, redis.kill)
    try:
        assert not redis.ended()
        killing.start()
        with pytest.raises(Stop, match=re.escape(f"Redis 意外停止，原因见 {tmp_path}/redis/redis.log。")):
            _watch(Processes(io.BytesIO(), {"网页服务": web}), redis, tmp_path)
    finally:
        web.kill()
        web.wait()
        redis.stop()
    assert not redis.ended()


def test_another_part_that_ends_is_named(tmp_path: Path) -> None:
    web = a_child("")
    with pytest.raises(Stop, match=re.escape(f"网页服务意外停止，原因见 {tmp_path}/run.log。")):
        _watch(Processes(io.BytesIO(), {"网页服务": web}), None, tmp_path)


def test_a_redis_that_dies_during_the_start_is_told_in_one_sentence(tmp_path: Path) -> None:
    web, simulator = free_port(), free_port()
    settings = {"DATA_DIR": str(tmp_path), "PORT": str(web), "SIMULATOR_PORT": str(simulator)}
    run = subprocess.Popen(
        [sys.executable, "app.py", "run"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        os.kill(wait_for_redis(run.pid), signal.SIGKILL)
        _, told = run.communicate(timeout=120)
    finally:
        run.terminate()
        run.wait(timeout=60)
    assert told.strip() == f"Redis 意外停止，原因见 {tmp_path}/redis/redis.log。"
    assert run.returncode == 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_redis(parent: int) -> int:
    """The process id of the Redis that a run has started, once it answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for child in children:
            name = Path(f"/proc/{child}/comm").read_text()
            if name.startswith(("redis", "valkey")) and len(children) > 1:  # the next part has been started
                return int(child)
        time.sleep(0.02)
    raise AssertionError("no Redis was started")
