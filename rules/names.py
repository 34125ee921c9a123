"""Which name a player may choose for the boards, and how somebody is shown who has chosen none."""

from __future__ import annotations

import hashlib
import re
import unicodedata

SHORTEST, LONGEST = 2, 10
MOST_DIGITS = 4  # 2020 may stand in a name, a number to call may not

#: Han, Latin letters, digits, and the dot of names like 阿依古丽·买买提; nothing that looks like something else.
_SIGNS = re.compile("[\u3007\u3400-\u9fff\U00020000-\U0003134fA-Za-z0-9·_ -]+")
_SPOKEN = re.compile("[零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖腰洞拐勾0-9]{6,}")

#: Written in simplified letters, as ``_plain`` makes the name.
_CONTACTS = (
    "微信", "薇信", "威信", "vx", "v信", "加v", "加我", "加微", "qq", "扣扣", "企鹅号", "公众号", "小程序", "二维码",
    "抖音号", "快手号", "微博号", "电话", "手机号", "热线", "联系我", "http", "www", "网址", "网站", "点com", "点cn",
)  # fmt: skip
_OFFICES = (
    "官方", "客服", "安委", "应急局", "应急厅", "应急办", "应急部", "应急管理", "管理员", "工作人员", "主办", "组委会",
    "系统消息", "系统通知", "公安", "派出所", "警察", "消防局", "消防大队", "消防支队", "消防总队", "消防救援", "监察",
    "检察", "法院", "纪委", "监委", "市委", "县委", "省委", "区委", "党委", "政府", "书记", "省长", "市长", "县长",
    "镇长", "乡长", "局长", "厅长", "主席", "总理", "领导", "记者", "中奖", "抽奖", "领奖", "发奖", "奖品", "红包",
    "12350", "12345", "admin", "official", "wechat", "安全月助手",
)  # fmt: skip
_RUDE = (
    "傻逼", "傻比", "煞笔", "沙比", "傻叉", "操你", "草你", "艹", "他妈的", "尼玛", "tmd", "nmsl",
    "cnm", "fuck", "shit", "王八", "混蛋", "贱人", "婊", "妓", "嫖", "约炮", "裸聊", "色情", "黄片", "赌博", "博彩",
    "毒品", "冰毒", "海洛因", "去死", "杀人", "自杀", "脑残", "智障", "弱智", "狗东西", "滚蛋", "鸡巴", "屌", "屎", "强奸",
)  # fmt: skip
_POLITICS = (
    "习近平", "李克强", "毛泽东", "邓小平", "江泽民", "胡锦涛", "温家宝", "共产党", "国民党", "民进党", "中央委员",
    "法轮", "六四", "台独", "港独", "藏独", "疆独", "纳粹", "希特勒", "邪教", "恐怖组织",
)  # fmt: skip
_WHOLE = ("sb", "wx", "妈的", "你妈", "日你", "系统", "匿名", "管理", "root", "system", "null")
OURS = "玩家"  # begins the names that we give
#: The letters of the lists above that are written otherwise in traditional script.
_SIMPLE = str.maketrans(
    "應廳辦員眾號開電話機聯繫網點馬媽貓嗎雞強賭約裸淚毒殺腦殘滾東狗屬監檢紀黨縣長區廠領導記獎發紅總書務隊警習鄧濤寶國產臺獨輪納組織會統"
    "業聲處罵",
    "应厅办员众号开电话机联系网点马妈猫吗鸡强赌约裸泪毒杀脑残滚东狗属监检纪党县长区厂领导记奖发红总书务队警习邓涛宝国产台独轮纳组织会统"
    "业声处骂",
)


def tidy(name: str) -> str:
    """A name as it is kept: half-width, without blanks around and doubled within."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def fault(name: str) -> str:
    """Why a tidied name can't be taken, as a sentence; empty where it can."""
    if not SHORTEST <= len(name) <= LONGEST:
        return f"名字请写{SHORTEST}到{LONGEST}个字。"
    if not _SIGNS.fullmatch(name):
        return "名字请只用汉字、字母和数字。"
    plain = _plain(name)
    if not any(unicodedata.category(sign)[0] == "L" for sign in plain):
        return "名字里要有汉字或字母。"
    if sum(sign.isdigit() for sign in plain) > MOST_DIGITS or _SPOKEN.search(plain):
        return f"名字里的数字请不要超过{MOST_DIGITS}个，别写电话和证件号。"
    if _holds(plain, _CONTACTS):
        return "名字里请不要留联系方式和网址。"
    if plain.startswith(OURS):
        return f"“{OURS}”开头的名字是我们起的，请换一个。"
    if _holds(plain, _OFFICES):
        return "这个名字容易让人以为是工作人员或单位，请换一个。"
    if plain in _WHOLE or _holds(plain, _RUDE) or _holds(plain, _POLITICS):
        return "这个名字不合适，请换一个。"
    return ""


def masked(person: str) -> str:
    """玩家·8F2: how somebody is shown without a chosen name; from the keyed hash, which it does not tell."""
    return f"{OURS}·{hashlib.sha256(f'mask:{person}'.encode()).hexdigest()[:3].upper()}"


def _plain(name: str) -> str:
    """The name as the lists have it: lower case, simplified, letters and digits only."""
    signs = (sign for sign in tidy(name).casefold() if unicodedata.category(sign)[0] in "LN")
    return "".join(signs).translate(_SIMPLE)


def _holds(plain: str, words: tuple[str, ...]) -> bool:
    return any(word in plain for word in words)
