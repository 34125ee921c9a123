"""The menu is checked here before WeChat refuses it."""

from __future__ import annotations

import pytest

from bot.errors import ContentError
from wechat.menu import Button, build


def address(page: str) -> str:
    return f"https://a.cn/{page}"


LEAF = Button("答题", word="答题")


def test_a_menu_is_written_as_wechat_takes_it() -> None:
    buttons = [Button("学安全", children=(LEAF, Button("排行榜", page="board"))), Button("帮助", word="帮助")]
    assert build(buttons, address) == {
        "button": [
            {
                "name": "学安全",
                "sub_button": [
                    {"type": "click", "name": "答题", "key": "答题"},
                    {"type": "view", "name": "排行榜", "url": "https://a.cn/board"},
                ],
            },
            {"type": "click", "name": "帮助", "key": "帮助"},
        ]
    }


@pytest.mark.parametrize(
    "buttons",
    [
        [],
        [LEAF] * 4,
        [Button("名" * 6, word="x")],
        [Button("", word="x")],
        [Button("  ", word="x")],
        [Button("学安全", children=(LEAF,) * 6)],
        [Button("学安全", children=(Button("名" * 21, word="x"),))],
        [Button("学安全", children=(Button("下", children=(LEAF,)),))],
        [Button("无")],
        [Button("多", word="x", page="y")],
        [Button("多", word="x", children=(LEAF,))],
        [Button("长", word="键" * 43)],
        [Button("长", page="p" * 1024)],
    ],
)
def test_what_wechat_would_refuse_is_named(buttons: list[Button]) -> None:
    with pytest.raises(ContentError) as problem:
        build(buttons, address)
    assert problem.value.faults


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ContentError) as problem:
        build([Button("名" * 6, word="x"), Button("无")], address)
    assert len(problem.value.faults) == 2


@pytest.mark.parametrize(
    "button",
    [
        Button("名" * 5, word="键" * 42),
        Button("学安全", children=(Button("名" * 20, word="x"),) * 5),
        Button("页", page="p" * (1024 - len("https://a.cn/"))),
    ],
)
def test_the_limits_themselves_are_allowed(button: Button) -> None:
    assert build([button] * 3, address)


def test_a_page_without_a_web_address_is_a_fault() -> None:
    with pytest.raises(ContentError):
        build([Button("页", page="board")], lambda page: f"javascript:{page}")
