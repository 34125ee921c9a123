"""Which name a player may choose for the boards, and how somebody is shown who has chosen none."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping

from content.names import Kind, NameWord, name_words

SHORTEST, LONGEST = 2, 10
MOST_DIGITS = 4  # 2020 may stand in a name, a number to call may not

#: Han, Latin letters, digits, and the dot of names like 阿依古丽·买买提; nothing that looks like something else.
_SIGNS = re.compile("[\u3007\u3400-\u9fff\U00020000-\U0003134fA-Za-z0-9·_ -]+")
_SPOKEN = re.compile("[零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖腰洞拐勾0-9]{6,}")
_UNFIT = "这个名字不合适，请换一个。"
#: Why a name that holds a word of a kind can't be taken; the first that fits is said.
_REASONS: Mapping[Kind, str] = {
    "contact": "名字里请不要留联系方式和网址。",
    "office": "这个名字容易让人以为是工作人员或单位，请换一个。",
    "leader": _UNFIT,
    "politics": _UNFIT,
    "insult": _UNFIT,
    "sex": _UNFIT,
    "trade": _UNFIT,
    "advert": "名字里请不要打广告，请换一个。",
}
_PLACES = {"in": "{}", "start": "^{}", "end": "{}$", "whole": "^{}$", "word": "(?<![a-z]){}(?![a-z])"}
OURS = "玩家"  # begins the names that we give
#: What stands for a letter in fuck written f4ck; 1 is i or l. Only words of so many Latin letters are looked for so.
_FOR_LETTERS = tuple(str.maketrans("01345789", f"o{one}eastbg") for one in "il")
_LATIN = re.compile("[a-z]{4,}")
#: The letters of the words that are written otherwise in traditional script.
_SIMPLE = str.maketrans(
    "萬醜業東絲兩喪個豐麗麼義樂習鄉書買亂亞產親倉價衆優會傘傳倫體債兒兌黨蘭關養獸內寫軍農減幾鳳兇擊劉劍辦務動區華協單賣佔臥衛廳縣發變臺葉號後嗎聽吳員圍國聖場"
    "牆壯處復頭獎奧婦媽婭孫寧寶實審憲導幣帶幹莊慶庫應廢開張彈強錄懷態總慘戰戶執掃報擬掛揮搖斷無時晉機殺雜條來楊槍檢樓殘氣匯漢滬澤濤漲溫灣滾滿滅災點熱愛爺犢獨"
    "獄豬瑪環電瘋癡癱監盜礦碼禪種稅穩窮竊筆籌類糧緊紅約級紀紗納線練組織經結絕統維罌網羣聾職聯腎腦脫臘蘋莖薦蕩藥薩蔣虛襲裝視計討記論訪證評詐試話該財敗賬貨質販"
    "貪購賤貸費賊資賭賴賺賽贊趙車輪輔輝邊達過運進連鄧郵裏釣鈔錢銀銷鋒錦鎮鎔長門閃間隊陽陰際陳僱頁頒領頻題風飛馬驢騙騷魚鱉雞鴉鵝麥黃齡龜繫孃姦製髮眾睪裡衞貓淚"
    "屬廠聲罵逹廰",
    "万丑业东丝两丧个丰丽么义乐习乡书买乱亚产亲仓价众优会伞传伦体债儿兑党兰关养兽内写军农减几凤凶击刘剑办务动区华协单卖占卧卫厅县发变台叶号后吗听吴员围国圣场"
    "墙壮处复头奖奥妇妈娅孙宁宝实审宪导币带干庄庆库应废开张弹强录怀态总惨战户执扫报拟挂挥摇断无时晋机杀杂条来杨枪检楼残气汇汉沪泽涛涨温湾滚满灭灾点热爱爷犊独"
    "狱猪玛环电疯痴瘫监盗矿码禅种税稳穷窃笔筹类粮紧红约级纪纱纳线练组织经结绝统维罂网群聋职联肾脑脱腊苹茎荐荡药萨蒋虚袭装视计讨记论访证评诈试话该财败账货质贩"
    "贪购贱贷费贼资赌赖赚赛赞赵车轮辅辉边达过运进连邓邮里钓钞钱银销锋锦镇镕长门闪间队阳阴际陈雇页颁领频题风飞马驴骗骚鱼鳖鸡鸦鹅麦黄龄龟系娘奸制发众睾里卫猫泪"
    "属厂声骂达厅",
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
    if plain.startswith(OURS):
        return f"“{OURS}”开头的名字是我们起的，请换一个。"
    return next((why for kind, why in _REASONS.items() if _holds(plain, kind)), "")


def masked(person: str) -> str:
    """玩家·8F2: how somebody is shown without a chosen name; from the keyed hash, which it does not tell."""
    return f"{OURS}·{hashlib.sha256(f'mask:{person}'.encode()).hexdigest()[:3].upper()}"


def _plain(name: str) -> str:
    """The name as the lists have it: lower case, simplified, letters and digits only."""
    signs = (sign for sign in tidy(name).casefold() if unicodedata.category(sign)[0] in "LN")
    return "".join(signs).translate(_SIMPLE)


def _holds(plain: str, kind: Kind) -> bool:
    """Does a name hold a word of that kind, also with digits for its Latin letters?"""
    every, latin = _WORDS[kind]
    return bool(every.search(plain)) or any(latin.search(plain.translate(digits)) for digits in _FOR_LETTERS)


def _sought(words: Iterable[NameWord]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What to look for in a name as it is, and in one whose digits were taken for letters."""
    every = [(one.word, _PLACES[one.where].format(re.escape(one.word))) for one in words]
    latin = [sought for word, sought in every if _LATIN.fullmatch(word)]
    return re.compile("|".join(sought for _, sought in every)), re.compile("|".join(latin) or "(?!)")


def _by_kind(words: Iterable[NameWord]) -> Mapping[Kind, tuple[re.Pattern[str], re.Pattern[str]]]:
    found = list(words)
    return {kind: _sought(one for one in found if one.kind == kind) for kind in _REASONS}


#: Read as the program starts.
_WORDS = _by_kind(name_words())
