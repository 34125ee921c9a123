"""Values are made to fit what WeChat takes (platform page, section 8)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import ChannelError
from channels.templates import fit, has_template, read_templates, template_for
from simulator.values import obeys
from tests.channels.people import DEADLINE, TEMPLATES


@pytest.mark.parametrize(
    ("name", "value", "fitted"),
    [
        ("thing1", "工作总结", "工作总结"),
        ("thing1", "字" * 20, "字" * 20),
        ("thing1", "字" * 21, "字" * 19 + "…"),
        ("thing1", "一\n二\r\n三", "一 二 三"),
        ("thing1", "", "请点开查看"),
        ("thing1", " \n", "请点开查看"),
        ("short_thing3", "一二三四五六", "一二三四…"),
        ("date2", "2020-07-10", "2020年7月10日"),
        ("date2", "2020年07月10日（周五）前", "2020年7月10日"),
        ("date2", "2020-07-10T17:00:00+08:00", "2020年7月10日 17:00"),
        ("date2", "2020年7月10日 9：05", "2020年7月10日 09:05"),
        ("time2", "2020-07-10", "2020年7月10日 23:59"),
        ("time2", "2020年7月10日 17:00", "2020年7月10日 17:00"),
        ("character_string5", "编号 A-1", "A-1"),
        ("number6", "还差 2 篇", "2"),
        ("phrase7", "待报送中请看", "待报送中…"),
    ],
)
def test_a_value_fits_its_field(name: str, value: str, fitted: str) -> None:
    assert fit(name, value) == fitted


@pytest.mark.parametrize("value", ["", "下周五", "2020年13月1日", "2020-02-30"])
@pytest.mark.parametrize("name", ["date2", "time2"])
def test_a_day_that_is_none_is_a_fault_of_the_content(name: str, value: str) -> None:
    with pytest.raises(ChannelError) as problem:
        fit(name, value)
    assert problem.value.kind == "content"


@given(st.text(max_size=60), st.sampled_from(["thing1", "short_thing2", "character_string3", "number4"]))
def test_whatever_is_said_the_platform_takes_it(value: str, name: str) -> None:
    assert obeys(name.rstrip("0123456789"), fit(name, value))


def test_a_template_takes_its_values_by_meaning() -> None:
    assert TEMPLATES["reminder"].fill(DEADLINE) == {
        "thing1": "安全生产月工作总结",
        "time2": "2020年7月10日 23:59",
        "thing3": "青泉市应急管理局",
        "thing4": "还有3天",
    }


def test_a_kind_without_a_template_is_a_fault_of_the_content() -> None:
    with pytest.raises(ChannelError) as problem:
        template_for(TEMPLATES, replace(DEADLINE, kind="escalation"))
    assert problem.value.kind == "content"


def test_the_setting_is_read() -> None:
    text = json.dumps({"reminder": {"id": "T1", "fields": {"matter": "thing1"}}})
    assert read_templates(text)["reminder"].id == "T1"
    assert read_templates("") == {}


def test_whether_there_is_a_template_of_a_kind_is_told() -> None:
    text = json.dumps(
        {"prize": {"id": "T1", "fields": {"result": "phrase1", "due": "date2", "hint": "thing3"}}}
    )
    assert has_template(text, "prize")
    assert not has_template(text, "report")
    assert not has_template("{", "prize")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"reminder": 1}',
        '{"reminder": {}}',
        '{"reminder": {"id": "x"}}',
        '{"reminder": {"id": "x", "fields": {}}}',
        '{"reminder": {"id": "x", "fields": {"matter": 1}}}',
        '{"reminder": {"id": "x", "fields": {"matter": "Thing 1"}}}',
        '{"news": {"id": "x", "fields": {"matter": "thing1"}}}',
        '{"report": {"id": "x", "fields": {"matter": "thing1"}}}',
        '{"prize": {"id": "x", "fields": {"title": "thing1"}}}',
    ],
)
def test_a_setting_with_a_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="templates"):
        read_templates(text)
