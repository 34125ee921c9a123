"""Safety questions: the knowledge base comes later, an honest answer now."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from bot.routes import Route


def safety_question(_ctx: Context) -> Reply:
    """Say plainly that questions are not answered yet, and where knowledge is to be had."""
    return Reply(
        "安全问答还没有开通，我们不随便回答，免得说错。\n想学知识可以答题，每题都有讲解和出处。",
        choices=("答题", "求助电话"),
        tail="有危险先拨 119、120、110。",
    )


ROUTES = (
    Route(
        "advice",
        safety_question,
        ("安全问答", "安全知识"),
        "问安全知识（准备中）",
        "safety_question",
        "学安全",
        "安全问答",
    ),
)
