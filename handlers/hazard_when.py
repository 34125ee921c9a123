"""When a hazard was seen and whether it is still there, in a person's own words: 昨天下午, 没人管."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.errors import Invalid
from bot.language.normalise import normalise
from bot.message import Reader, Said

TODAY, WEEK, EARLIER = "今天", "近一周", "更早"
STILL, GONE, UNSURE = "还在", "已经没有了", "不清楚"
SEEN_CHOICES, STILL_CHOICES = (TODAY, WEEK, EARLIER), (STILL, GONE, UNSURE)

#: The first that is found says which; 上周 is left out, for it may be more than a week ago.
_SEEN: Mapping[str, str] = {
    EARLIER: "上个?月|月前|半个?月|去年|前年|年前|好久|很久|老早|早就",
    WEEK: "昨|前天|前几天|前两天|这几天|这两天|[两三四五六2-6]天前",
    TODAY: "今天|今早|今晨|今日|今晚|刚刚|刚才|小时前|分钟前|^(?:现在|早上|上午|中午|下午)",
}
_STILL: Mapping[str, str] = {
    UNSURE: "不知道|不晓得|不确定|不好说|说不准|没再去|没去看",
    STILL: "还没|还有|还是|没人管|没人处理|没有人|没处理|没整改|一直",
    GONE: "没有了|没了|不在了|清理了|清走|搬走|拆了|修好|整改了|处理了",
}


def seen() -> Reader[str]:
    """One of ``SEEN_CHOICES``, where the words say which."""
    return _said_as(_SEEN)


def still() -> Reader[str]:
    """One of ``STILL_CHOICES``, where the words say which."""
    return _said_as(_STILL)


def _said_as(words: Mapping[str, str]) -> Reader[str]:
    def read(said: Sequence[Said]) -> str:
        plain = normalise(said[-1].text)
        found = next((choice for choice, pattern in words.items() if re.search(pattern, plain)), None)
        if found is None:
            raise Invalid("请回复选项的编号，或点一个选项。")
        return found

    return Reader(read, input="choice")
