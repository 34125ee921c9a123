"""What the tests of all channels send, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from channels.base import Address, Notification
from channels.templates import Template

NOW = datetime(2020, 6, 16, 6, 20, tzinfo=UTC)
DEADLINE = Notification(
    key="0123456789abcdef0123456789abcdef",
    title="报送提醒",
    fields={
        "matter": "安全生产月工作总结",
        "due": "2020-07-10",
        "unit": "青泉市应急管理局",
        "hint": "还有3天",
    },
    text="安全生产月工作总结，7月10日（周五）前报送。",
    subject="报送提醒：安全生产月工作总结",
    page="deadlines",
)
FIELDS = {"matter": "thing1", "due": "time2", "unit": "thing3", "hint": "thing4"}
TEMPLATES = {"reminder": Template("deadline", FIELDS)}
PERSON = "oWangFang0123456789"
SOMEBODY = Address(openid=PERSON, email="wang.fang@example.cn", last_said=NOW - timedelta(hours=1))


def address(page: str) -> str:
    return f"http://127.0.0.1:9/{page}"
