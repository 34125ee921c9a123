"""Telephone numbers in a text as links that dial; everything else in it escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from content.models import Campaign

EVERYWHERE = ("119", "120", "110", "122", "12350")
_COUNTED = "个米字题号名人分天元页条次岁年月日平层楼张项份千万亿毫厘公伏安瓦吨度克升斤秒小℃"


def linker(campaign: Campaign) -> Callable[[str], Markup]:
    """What links the numbers that this campaign shows, and no other digits."""
    numbers = {*EVERYWHERE, *(line.number for line in campaign.hotlines if line.confirmed)}
    numbers |= {contact.phone for contact in campaign.contacts if contact.phone}
    pattern = _pattern(numbers)

    def link(text: str) -> Markup:
        pieces = pattern.split(text)
        return Markup("").join(_dial(piece) if n % 2 else escape(piece) for n, piece in enumerate(pieces))

    return link


def _pattern(numbers: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(re.escape(number) for number in sorted(numbers, key=len, reverse=True))
    return re.compile(rf"(?<![\dA-Za-z.\-第共])({either})(?![\d.\-%]|\s?[A-Za-z{_COUNTED}])")


def _dial(number: str) -> Markup:
    return Markup('<a class="tel num" href="tel:{}">{}</a>').format(number, number)
