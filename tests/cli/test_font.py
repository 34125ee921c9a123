"""Without a Chinese font production doesn't start, and says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "WECHAT_TOKEN": "testtoken",
    "WECHAT_APP_ID": "wx1234567890abcdef",
    "WECHAT_APP_SECRET": "secret",
    "WECHAT_AES_KEY": "a" * 43,
    "IDENTITY_KEY": "i" * 32,
    "SECRET_KEY": "s" * 32,
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "BASE_URL": "https://bot.example.com",
    "CAMPAIGN": "ningxia-2020",
    "FONT_FILE": "/nowhere/font.ttc",
}


@pytest.mark.parametrize("command", ["web", "scheduler"])
def test_production_does_not_start_without_its_font(command: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PORT": "18437", **SETTINGS}
    ended = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip() == "FONT_FILE 指向的 /nowhere/font.ttc 打不开，或不是字体文件。"
