"""What somebody who plays says beside the game: that it is enough, or that two options both seem right.

Such words are short, borrow their signs from those of danger (不…了, 两个都…) and mean none; a list of them needs no learning.
"""

from __future__ import annotations

import re

_WHO = "(?:那|算了|好了|好吧|行了|唉|哎)*(?:我们?|咱们?|俺)?(?:今天|现在|先|暂时|真的?|就|都|也|实在)*"
_DO = "(?:玩游戏|玩|答题|答|做题|做|考试|考|练习|练|闯关|闯|猜|选|继续)"
_STOPS = re.compile(
    rf"{_WHO}(?:不(?:想|愿意?|打算)|懒得)(?:再|接着|继续)*{_DO}(?:下去|这个|题|了|啦|咯|喽|吧|呀|啊)*"
    rf"|{_WHO}不要?(?:再|接着|继续)*{_DO}(?:下去|这个|题)*(?:了|啦|咯|喽|吧)+"
)
_ALL_ALIKE = re.compile(
    "(?:这|那|上面|以上|我(?:觉得|认为|看|选|猜))*(?:[两二三四五六几]|全部?|所有|一)(?:个|项|条|种|句)?(?:选项|答案|说法)?"
    "(?:都|全)?是?(?:不|没)?(?:对|错|正确|选)(?:的|吧|啊|呀|了|呢|嘛)*"
)


def stops(plain: str) -> bool:
    """Does a text, made alike, say that its person wants to play no more?"""
    return _STOPS.fullmatch(plain) is not None


def is_remark(plain: str) -> bool:
    """Is a text, made alike, nothing but such a remark?"""
    return stops(plain) or _ALL_ALIKE.fullmatch(plain) is not None
