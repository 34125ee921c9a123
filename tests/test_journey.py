"""What a newcomer does after ``make run``: real processes, a real browser, the simulator's phone."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser import a_browser

ROOT = Path(__file__).resolve().parent.parent
SLOW = 30_000  # milliseconds; a machine under load may be slow, and nothing here measures


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Product:
    """Everything that ``run`` starts."""

    data: Path
    port: int
    simulator: int
    process: subprocess.Popen[str]

    @property
    def phone(self) -> str:
        return f"http://127.0.0.1:{self.simulator}/"

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=20)

    def children(self) -> list[int]:
        """The processes that know our data folder."""
        mine = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"DATA_DIR={self.data}".encode() in (folder / "environ").read_bytes():
                    mine.append(int(folder.name))
            except OSError:
                continue
        return [pid for pid in mine if pid != self.process.pid]


def start(data: Path, port: int, simulator: int) -> Product:
    """Run the product, and wait for the address that it prints."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("WECHAT_", "REDIS_", "DATABASE_"))
    }
    environment |= {"DATA_DIR": str(data), "PORT": str(port), "SIMULATOR_PORT": str(simulator)}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "run"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert f"http://127.0.0.1:{simulator}/" in line, line + process.stdout.read()
    return Product(data, port, simulator, process)


def stop(product: Product) -> None:
    """What Ctrl-C does, and proof that no process stays behind."""
    product.process.send_signal(signal.SIGINT)
    assert product.process.wait(timeout=60) == 0
    assert product.children() == []
    assert not (product.data / "running.json").exists()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = start(tmp_path_factory.mktemp("journey") / "data", free_port(), free_port())
    yield running
    if running.process.poll() is None:
        stop(running)


@pytest.fixture(scope="module")
def page(product: Product) -> Iterator[Page]:
    with a_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(SLOW)
        page.goto(product.phone)
        yield page


class Handset:
    """The phone in the browser, in one person's hand."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def hand_to(self, name: str) -> None:
        self.page.locator("#people").get_by_text(name, exact=True).click()
        expect(self.page.locator("#acting")).to_contain_text(name, timeout=SLOW)

    def says(self, text: str, *answered: str) -> None:
        """Type something and wait for an answer with these words."""
        field = self.page.locator("#foot input[name=text], #foot textarea")
        if not field.count():
            self.page.get_by_label("写消息").click()
        before = self.bubbles()
        field.fill(text)
        field.press("Enter")
        self._answered(before, answered)

    def taps(self, top: str, entry: str, *answered: str) -> None:
        if self.page.get_by_label("菜单").count():
            self.page.get_by_label("菜单").first.click()
        before = self.bubbles()
        self.page.locator("#foot").get_by_role("button", name=top).click()
        self.page.get_by_role("button", name=entry, exact=True).click()
        self._answered(before, answered)

    def does(self, act: str, *answered: str) -> None:
        before = self.bubbles()
        self.page.locator(f"[data-act={act}]").click()
        if act == "photo":
            self.page.locator("#sample").click()
        if act == "place":
            self.page.locator("#place button.btn-primary").click()
        self._answered(before, answered)

    def bubbles(self) -> int:
        return self.page.locator("#chat .msg:not(.me), #chat article").count()

    def last(self) -> str:
        return self.page.locator("#chat .msg:not(.me)").last.inner_text()

    def _answered(self, before: int, words: tuple[str, ...]) -> None:
        answers = self.page.locator("#chat .msg:not(.me), #chat article")
        expect(answers).to_have_count(before + 1, timeout=SLOW)
        for word in words:
            expect(answers.last).to_contain_text(word, timeout=SLOW)


@pytest.fixture(scope="module")
def phone(page: Page) -> Handset:
    return Handset(page)


def test_everything_is_ready(product: Product) -> None:
    assert product.get("/healthz").text == "ok"
    until = time.monotonic() + 60
    while (found := product.get("/readyz")).status_code != 200 and time.monotonic() < until:
        time.sleep(0.5)
    assert found.json() == {
        "ready": True,
        "parts": dict.fromkeys(("case database", "identity database", "redis", "scheduler", "token"), "ok"),
    }


def command(product: Product, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the office beside what runs, with nothing set but the data folder."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *words],
        env={**kept, "DATA_DIR": str(product.data)},
        cwd=product.data.parent,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_offices_commands_work_beside_it(product: Product) -> None:
    assert (product.data / "running.json").stat().st_mode & 0o777 == 0o600
    until = time.monotonic() + 60
    while (shown := command(product, "boards", "show")).returncode and time.monotonic() < until:
        time.sleep(0.5)  # the boards are put together first
    assert (shown.returncode, shown.stderr) == (0, "")
    examined = command(product, "doctor")
    assert "✓ 需要的设置都有。" in examined.stdout
    assert "✗" not in examined.stdout, examined.stdout


def test_the_calendar_starts_on_the_day_of_the_notice(page: Page) -> None:
    expect(page.locator("#calendar header")).to_contain_text("2020年5月20日 周三", timeout=SLOW)


def test_a_resident_follows_and_is_greeted(phone: Handset) -> None:
    phone.hand_to("王秀兰")
    phone.does("follow", "消除事故隐患，筑牢安全防线", "119", "12350")


def test_the_menu_gives_a_slogan(phone: Handset) -> None:
    phone.taps("学安全", "安全标语", "共28条")


def some_answer(asked: str) -> str:
    """An answer that the question takes: a letter, two of them, or all in an order."""
    order = re.search("按先后回复，如([A-E]+)", asked)
    if order:
        return order.group(1)
    return "AB" if "（多选，" in asked else "A"


def test_a_quiz_round_is_played_to_its_end(phone: Handset) -> None:
    phone.taps("学安全", "开始答题", "第1题，共5题")
    for n in range(2, 6):
        phone.says(some_answer(phone.last()), "依据：", f"第{n}题，共5题")
    phone.says(some_answer(phone.last()), "答完了：5题对")


def test_a_hazard_is_reported_with_a_place_and_a_photo(phone: Handset, product: Product) -> None:
    phone.hand_to("马建国")
    phone.taps("报隐患", "我要举报", "为您保密", "正在发生吗", "12350")
    phone.says("没有", "在哪里")
    phone.does("place", "是哪个单位或场所")
    phone.says("不知道", "看到了什么")
    phone.says("仓库里设了员工宿舍，出口堆满纸箱", "什么时候看到的")
    phone.says("今天", "现在还在吗")
    phone.says("还在", "哪一类")
    phone.says("1", "有现场照片吗")
    phone.does("photo", "收到第1张")
    phone.says("完成", "愿意让我们联系您吗")
    phone.says("只在这里联系", "请看一遍", "照片：1张")
    phone.says("提交", "查询码：", "尚未转交，请同时拨打 12350")
    code = re.search(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}", phone.last())
    assert code
    phone.hand_to("王秀兰")
    phone.says(code.group(), "已收到您反映的情况", "尚未转交")
    until = time.monotonic() + 60  # the scheduler fetches it
    while not (photos := list((product.data / "photos").glob("*.jpg"))) and time.monotonic() < until:
        time.sleep(0.2)
    assert len(photos) == 1
    assert b"Exif" not in photos[0].read_bytes()


def test_the_office_is_told_by_mail_without_who_or_what(product: Product) -> None:
    mails: list[dict[str, str]] = []
    until = time.monotonic() + 60
    while not mails and time.monotonic() < until:
        found = requests.get(f"{product.phone}mails", timeout=10).json()
        mails = [
            mail
            for mail in (found if isinstance(found, list) else found["mails"])
            if "隐患线索" in mail["subject"]
        ]
        time.sleep(0.5)
    assert len(mails) == 1
    assert "reports show" in mails[0]["text"]
    assert "宿舍" not in mails[0]["text"]


def test_a_liaison_registers_and_is_confirmed_by_the_units_code(phone: Handset) -> None:
    phone.hand_to("李敏")
    phone.taps("联络员", "登记或更换", "登记前请看", "自治区安委会办公室")
    phone.says("同意", "哪个单位")
    phone.says("青泉市安委会", "您的姓名")
    phone.says("李敏", "性别")
    phone.says("其余都跳过", "手机")
    phone.says("1380013800", "手机号是11位数字，刚才是10位")
    phone.says("13800138000", "单位码")
    phone.says("QQ-2020", "请看一遍")
    phone.says("登记", "登记好了：青泉市安委会")


def test_on_the_eve_of_a_deadline_the_reminder_arrives_as_a_card(
    phone: Handset, page: Page, product: Product
) -> None:
    before = phone.bubbles()
    page.get_by_role("button", name="跳到下一个截止日前一天").click()
    card = page.locator("#chat article").last
    expect(card).to_contain_text("报送提醒", timeout=SLOW)
    for words in ("联络员表、活动方案", "2020年5月31日", "青泉市安委会", "明天截止"):
        expect(card).to_contain_text(words)
    assert phone.bubbles() == before + 1
    phone.says("收到", "联络员表、活动方案", "已报送")
    phone.says("已报送", "报了哪一项")
    phone.says("1", "记下了：联络员表、活动方案已报送")


def test_the_reminders_page_opens_inside_the_phone(page: Page) -> None:
    page.locator("#chat article").last.click()
    frame = page.frame_locator("#page iframe")
    frame.get_by_role("button").last.click()
    expect(frame.locator("main")).to_contain_text("6月30日", timeout=SLOW)
    page.locator("#page-close").click()


def test_the_log_holds_no_person_and_no_secret(product: Product) -> None:
    log = (product.data / "run.log").read_text(encoding="utf-8")
    for marked in ("oSim", "13800138000", "李敏", "宿舍", "openid=", "signature="):
        assert marked not in log
    for secret in re.findall(r'"([^"]{20,})"', (product.data / "demo.json").read_text()):
        assert secret not in log
    assert '"level": "error"' not in log


def run_beside(port: int, data: Path) -> subprocess.CompletedProcess[str]:
    """A second ``run``, as long as it lasts."""
    environment = {**os.environ, "PORT": str(port), "SIMULATOR_PORT": str(free_port()), "DATA_DIR": str(data)}
    command = [sys.executable, str(ROOT / "app.py"), "run"]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_a_second_run_on_the_same_port_is_refused_in_one_sentence(product: Product) -> None:
    done = run_beside(port=product.port, data=product.data.parent / "second")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        f"端口 {product.port} 已被占用。请先停掉占用它的程序，或换一个端口，比如：PORT={product.port + 10} make run"
    ]


def test_a_second_run_on_the_same_data_is_refused(product: Product) -> None:
    done = run_beside(port=free_port(), data=product.data)
    assert done.returncode == 1
    assert "正在被另一个 run 使用" in done.stderr


def test_a_restart_finds_everything_again_and_no_process_stays_behind_a_stop_or_a_kill(
    product: Product, page: Page
) -> None:
    stop(product)
    again = start(product.data, product.port, product.simulator)
    try:
        page.goto(again.phone)
        phone = Handset(page)
        expect(page.locator("#calendar header")).to_contain_text("2020年5月30日", timeout=SLOW)
        phone.hand_to("李敏")
        phone.says("我的登记", "青泉市安委会")
        assert len(again.children()) >= 3, "a server, a scheduler and a Redis"
    finally:
        again.process.kill()
        again.process.wait()
    until = time.monotonic() + 60
    while again.children() and time.monotonic() < until:
        time.sleep(0.2)
    assert again.children() == []
