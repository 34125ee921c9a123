"""What is shipped for running it: units, example settings, alert rules and dashboard name only what is there."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.settings import NEEDED, Settings
from cli.main import COMMANDS
from pictures.clean import MEMORY
from scheduler.audit import Findings
from store.counts import Counted
from store.watch import Queue, Standing
from web.exposition import Sources, expose
from web.front import MOST_IN_HAND

MB = 1024 * 1024
DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus/safety-month.rules.yml").read_text())["groups"]
    for rule in group["rules"]
]
BOARD = json.loads((DEPLOY / "grafana/safety-month.json").read_text())


@pytest.fixture(scope="module")
def told() -> set[str]:
    """The names of all figures, as a query names them."""
    standing = Standing()
    standing.queues["reminders"] = Queue(1, 2.0)
    figures = {name: {"at": 1, "bytes": 1} for name in ("drafts", "audit", "backup")}
    sources = Sources(
        counts=Counted,
        figures=lambda: figures,
        case=lambda: standing,
        identity=Standing,
        workers=lambda: {1: 1},
        folder=DEPLOY,
        build={"version": "1"},
    )
    families = list(text_string_to_metric_families(expose(sources).decode()))
    histograms = {f"{one.name}_{end}" for one in families if one.type == "histogram" for end in ENDS}
    return {one.name + ("_total" if one.type == "counter" else "") for one in families} | histograms


ENDS = ("bucket", "count", "sum")


def named_in(query: str) -> set[str]:
    return set(re.findall(r"safety_month_[a-z_]+", query))


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_an_alert_asks_for_figures_that_are_told_and_says_what_to_do(
    rule: dict[str, Any], told: set[str]
) -> None:
    assert named_in(rule["expr"]) <= told
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["todo"]


def test_alerts_look_at_all_that_somebody_must_be_called_for() -> None:
    text = " ".join(rule["expr"] for rule in RULES)
    for needed in (
        "task_success",
        "task_period",
        "audit_findings_timestamp",
        "queue_age",
        "errors_total",
        "0.95",
        'state="unknown"',
        'deliveries{state="failed"',
        'outbox{state=~"failed|unknown"',
        "disk_free",
        "up{",
    ):
        assert needed in text, needed


def test_each_finding_of_the_audit_calls_somebody() -> None:
    asked = " ".join(rule["expr"] for rule in RULES if "audit_findings{" in rule["expr"])
    for name in Findings().by_name().keys() - {"late_mails", "late_words"}:  # their queues have an alert
        assert re.search(rf"\b{name}\b", asked), name


def test_every_way_in_which_pushes_of_the_platform_are_refused_calls_somebody() -> None:
    """What is refused before the signature is looked at, or lacks one, may be anybody's."""
    source = (DEPLOY.parent / "wechat/codec.py").read_text(encoding="utf-8")
    reasons = {one.partition(":")[0] for one in re.findall(r'BadPush\(f?"([^"]+)"', source)}
    rules = " ".join(rule["expr"] for rule in RULES)
    asked = "|".join(re.findall(r'refused_pushes_total\{why=~?"([^"]+)"', rules))
    assert reasons - {"body too large", "no {name}"} == set(asked.split("|"))


def test_a_phone_page_hides_no_refused_pushes() -> None:
    (rule,) = [rule for rule in RULES if rule["alert"] == "推送总被拒绝"]
    assert 'messages_total{kind!="page"}' in rule["expr"]


def test_each_job_is_watched_by_its_own_period() -> None:
    (rule,) = [rule for rule in RULES if rule["alert"] == "定时任务没有做好"]
    assert set(re.findall(r"\{task(!?=~?)\"([a-z-]+)\"\}", rule["expr"])) == {("!=", "send"), ("=", "send")}
    assert rule["expr"].count("by (task)") == 4


def test_the_alerts_fire_when_they_should_and_only_then() -> None:
    """Where Prometheus is installed: the cases stand in rules.test.yml."""
    tool = shutil.which("promtool")
    cases = Path(__file__).with_name("rules.test.yml")
    known = {rule["alert"] for rule in RULES}
    named = set(re.findall(r"alertname: (\S+?),? ?$", cases.read_text(encoding="utf-8"), re.MULTILINE))
    assert named and named <= known
    if tool:
        done = subprocess.run([tool, "test", "rules", str(cases)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_asks_for_figures_that_are_told(told: set[str]) -> None:
    queries = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
    assert set().union(*map(named_in, queries)) <= told
    shown = set().union(*map(named_in, queries))
    assert {"safety_month_messages_total", "safety_month_repeats_total", "safety_month_deliveries"} <= shown
    assert {"safety_month_drafts_open", "safety_month_queue_age_seconds"} <= shown


def test_the_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser


@pytest.mark.parametrize(
    "path", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.stem
)
def test_a_unit_runs_a_command_that_is_there_as_a_user_of_its_own(path: Path) -> None:
    service = unit(path)["Service"]
    called = re.search(r"app\.py ([a-z-]+)", service["ExecStart"])
    assert called is None or called[1] in COMMANDS
    assert service["User"] == "safety-month"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["LimitCORE"] == "0", "a core would hold secrets"


def test_systemd_never_gives_up_on_a_service() -> None:
    """By itself it stops starting what has ended five times in ten seconds, and then it stays dead."""
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        if "Restart=always" in text:
            assert re.search(r"^StartLimitIntervalSec=0$", text.partition("[Service]")[0], re.MULTILINE), (
                unit.name
            )


#: In MB, as measured: the process that keeps the workers, a worker after load, the scheduler, one who draws, the rest of a worker.
KEEPER, WORKER, SCHEDULER, DRAWING, BESIDE = 80, 180, 140, 160, 120


def test_the_units_have_memory_for_all_that_may_be_asked_of_them_at_once() -> None:
    workers = int(re.findall(r"^WEB_WORKERS=(\d+)$", (DEPLOY / ".env.example").read_text(), re.MULTILINE)[0])
    cleaning, forms = MEMORY // MB, MOST_IN_HAND // MB
    web = KEEPER + cleaning + workers * (WORKER + forms + DRAWING + BESIDE)
    scheduler = SCHEDULER + cleaning + DRAWING
    most = {
        name: int(unit(DEPLOY / f"systemd/safety-month-{name}.service")["Service"]["MemoryMax"][:-1]) * 1024
        for name in ("web", "scheduler")
    }
    assert web <= most["web"]
    assert scheduler <= most["scheduler"]
    assert web + scheduler - cleaning <= 4 * 1024 * 0.6, "the machine of the README has four GB"
    told = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert f"| {web} | {scheduler} |" in told
    assert f"{WORKER + forms + DRAWING + BESIDE} MB" in told


def test_one_process_that_is_ended_for_memory_does_not_end_the_service() -> None:
    """By itself systemd would stop all of it."""
    for name in ("web", "scheduler"):
        service = unit(DEPLOY / f"systemd/safety-month-{name}.service")["Service"]
        assert service["OOMPolicy"] == "continue"


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """Where systemd is installed; the paths of the units are those of the machine they are meant for."""
    analyze = shutil.which("systemd-analyze")
    for path in UNITS:
        text = path.read_text(encoding="utf-8").replace("/opt/safety-month/.venv/bin/python", "/bin/true")
        text = text.replace("/usr/bin/redis-server", "/bin/true")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    if analyze:
        command = [analyze, "verify", *(str(path) for path in sorted(tmp_path.iterdir()))]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.stderr == ""
        assert done.returncode == 0


def test_the_example_settings_name_every_setting_of_production_and_no_other() -> None:
    text = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^(#?)([A-Z_]+)=(.*)$", text, re.MULTILINE)
    assert {name for _, name, _ in named} == {
        name.upper() for name in Settings.model_fields if name not in ("demo_key", "simulator_port")
    }
    assert set(NEEDED) <= {name for mark, name, _ in named if not mark}


def test_the_example_settings_hold_no_secret_and_can_be_read() -> None:
    settings = Settings(_env_file=DEPLOY / ".env.example")
    assert set(settings.missing()) == set(NEEDED) - {"BASE_URL", "CAMPAIGN", "REDIS_URL"}
    assert settings.trusted_proxies == 1


def test_redis_keeps_everything_and_throws_nothing_out() -> None:
    lines = (DEPLOY / "redis/safety-month.conf").read_text().splitlines()
    assert {"appendonly yes", "maxmemory-policy noeviction", "port 0"} <= set(lines)
