"""``run`` notices whatever ends by itself, and says so in one sentence."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cli.run import Processes, Stop, _watch
from store.embedded import EmbeddedRedis


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
