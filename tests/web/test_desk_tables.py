"""The desk's tables, row by row."""

from __future__ import annotations

import pytest

from content.loader import load_questions
from rules.item_analysis import Item
from web.desk.tables import ITEM_HEADS, item_row


@pytest.mark.parametrize(
    ("name", "sector"), [("haz-025", "危险化学品"), ("con-010", "城市建设"), ("law-017", "")]
)
def test_a_question_says_its_sector_where_it_has_one(name: str, sector: str) -> None:
    item = Item(load_questions().by_id[name], 40, 0.5, None, 0, None, (), ())
    row = dict(zip(ITEM_HEADS, item_row(item), strict=True))
    assert (row["编号"], row["题型"], row["行业"]) == (name, "单选题", sector)
