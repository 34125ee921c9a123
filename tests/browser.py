"""The browser of the tests: a real Chromium, without the things that would reach for a network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import missing

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --lang=zh-CN"
).split()


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium, ended with the block; the test is skipped where there is none."""
    program = which("chromium") or which("google-chrome")
    if program is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
