"""What would tell who is speaking is hidden: in names and numbers shown, and in the free text of a report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "端木")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
#: Controls (also those of C1, by which a terminal is steered without ESC), signs of no width and of writing direction.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_GAP = r"[\s.\-—–·－_]{0,3}"
_SPOKEN = "零〇一幺二两三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖腰洞拐勾"
_ORGS = "班|组|车间|工段|科|处室|部门|部|队|宿舍|号楼|单元|室|楼|厂|公司|店|学校|年级|小区|村|工地|项目部"
_ROLES = (
    "员工|职工|工人|临时工|民工|学徒|实习生|保安|保洁|电工|焊工|叉车工|瓦工|木工|架子工|钳工|司机|会计|出纳|"
    "安全员|班长|组长|主任|经理|学生|老师|家长|租户|租客|业主|住户|房东|邻居|居民|护士|医生|厨师|服务员|快递员"
)
_FAMILY = "老公|老婆|丈夫|妻子|爱人|媳妇|爸爸?|妈妈?|父亲|母亲|儿子|女儿|哥哥?|弟弟?|姐姐?|妹妹?|爷爷|奶奶"
_NO_NAME = "(?!了|我|他|她|它|你|您|人|大家|不|来|去|停|过|救|到|保安|老板|物业)"
#: A surname and what follows it, where words that only begin like one are no name.
_FULL = rf"(?!马上|方便|高度|高兴|任何|严重|白天|江边|[于向曾])(?:{'|'.join(_COMPOUND)}|[{_SURNAMES}])[一-鿿]{{1,2}}?"
_STOP = r"(?=[，。,.！!？?；;、：:（(\s\d〔]|$|电话|手机|微信|号码)"
_END = r"(?=[，。,.！!？?；;、：:\s]|$|我|是|在|住|电话|手机|要|想|看|发|报|举)"

_PATTERNS = (
    (re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"), "〔邮箱〕"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])|(?<!\d)\d{15,19}(?!\d)"), "〔证件号〕"),
    (re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)"), "〔电话〕"),
    (re.compile(rf"(?<!\d)0\d{{2,3}}{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)"), "〔电话〕"),
    (re.compile(rf"[{_SPOKEN}]{{11}}"), "〔电话〕"),
    (
        re.compile(
            rf"(?<!\d)[1一幺壹腰]{_GAP}[3-9三四五六七八九叁參肆伍陆陸柒捌玖拐勾](?:{_GAP}[0-9{_SPOKEN}]){{9}}(?!\d)"
        ),
        "〔电话〕",
    ),
    (
        re.compile(
            r"(微信|QQ|qq|V信|v信|VX|vx|wx|WX|加我?[vV])(号码|同号|账号|号|ID|id)?[是为叫:：\s]*[A-Za-z0-9_-]{5,20}"
        ),
        "〔联系方式〕",
    ),
    (
        re.compile(
            rf"(我|本人)(的?(?:名字|姓名)?(?:是叫|叫做|叫|名叫)|的?(?:名字|姓名)是)"
            rf"{_NO_NAME}[一-鿿·]{{2,4}}?{_END}"
        ),
        r"\1\2〔姓名〕",
    ),
    (
        re.compile(rf"((?:联系|举报|反映|投诉)人|姓名|名字)(\s*[:：]\s*)[一-鿿·]{{2,4}}?{_STOP}"),
        r"\1\2〔姓名〕",
    ),
    (
        re.compile(rf"((?:联系|举报|反映|投诉)人|我的(?:名字|姓名)|本人)((?:就?是|叫|为)?\s*){_FULL}{_STOP}"),
        r"\1\2〔姓名〕",
    ),
    (re.compile(rf"(我(?:{_FAMILY}))(就?是|名?叫)?{_FULL}(?:{_STOP}|(?=在|也))"), r"\1\2〔姓名〕"),
    (re.compile(rf"(我(?:{_FAMILY}))(名?叫){_NO_NAME}[一-鿿·]{{2,4}}?{_STOP}"), r"\1\2〔姓名〕"),
    (re.compile(rf"(我|本人)姓(?!名)[一-鿿]{{1,2}}?{_END}"), r"\1姓〔姓名〕"),
    (
        re.compile(
            rf"(我们?|本人)(就?是)(?:[^，。,；;！!？?\n]{{0,12}}?(?:{_ORGS})的(?:老|小|大)?[一-鿿]{{0,3}}?{_END}"
            rf"|[^，。,；;！!？?\n]{{0,10}}?(?:{_ROLES})(?:(?:[老小大阿][一-鿿]|{_FULL}|[{_SURNAMES}]师傅){_END})?)"
        ),
        r"\1\2〔身份〕",
    ),
    (re.compile(rf"(我|本人)(就?是)[{_SURNAMES}][一-鿿]{{1,2}}{_END}"), r"\1\2〔姓名〕"),
    (re.compile(rf"(我|本人)(就?是)[老小阿][{_SURNAMES}](?:师傅)?{_END}"), r"\1\2〔姓名〕"),
    (
        re.compile(
            r"(我们?家?|本人)(家?(?:就|也|一直|现在|目前)?住(?:在)?)(?!院|人|宿|不)[^，。,；;！!？?\n]{2,25}"
        ),
        r"\1\2〔住处〕",
    ),
    (
        re.compile(
            r"(我们?家)((?:就|也)?在)[^，。,；;！!？?\n看有被]{1,20}(?:小区|单元|[号栋幢弄巷村楼室层])\d*[室号]?"
        ),
        r"\1\2〔住处〕",
    ),
)


def mask_name(name: str) -> str:
    """王小明 → 王*: enough to be known by whoever knows already."""
    name = name.strip()
    if not name:
        return ""
    return (name[:2] if name.startswith(_COMPOUND) and len(name) > 2 else name[0]) + "*"


def mask_phone(phone: str) -> str:
    """13800001234 → 138****1234."""
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", phone) if sign.isdigit())
    if len(digits) < 7:
        return "*" * len(digits)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else f"****{digits[-3:]}"


def mask_id(number: str) -> str:
    """An identity number down to its first three and its last sign."""
    plain = unicodedata.normalize("NFKC", number).strip()
    return f"{plain[:3]}{'*' * (len(plain) - 4)}{plain[-1]}" if len(plain) > 6 else "*" * len(plain)


def mask_text(text: str, known: Iterable[str] = ()) -> str:
    """A report's free text without what points at its writer; ``known`` are the writer's own name and number."""
    masked = _plain(text)
    for value in sorted((value.strip() for value in known), key=len, reverse=True):
        if len(value) > 1:
            masked = masked.replace(value, "〔姓名〕" if not value.isdigit() else "〔电话〕")
    for pattern, instead in _PATTERNS:
        masked = pattern.sub(instead, masked)
    return masked


def _plain(text: str) -> str:
    """Every digit as 0–9, and no sign that can't be seen: it could hide a number, and no database takes NUL."""
    seen = _INVISIBLE.sub("", text)
    return "".join(
        str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign for sign in seen
    )
