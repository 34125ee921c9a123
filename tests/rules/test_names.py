"""Names for the boards: what is taken, what is refused and why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import opencc
import pytest

from content.errors import ContentError
from content.names import HEAD, NameWord, name_words
from rules.names import LONGEST, SHORTEST, fault, masked, tidy

#: What people in firms, schools and villages call themselves.
ORDINARY = """
    安全员小李 消防志愿者老王 义务消防队员 小小消防员 未来消防员 微型消防站小张 安检员小陈 安监员老周 班组长老刘 车间主任 仓库管理员 安全管理员小赵
    电焊工阿强 瓦斯检查员 爆破员老马 剧毒品库管员 铲车司机 塔吊司机小何 叉车王师傅 保安老杨 校园小记者 黑猫警长 小熊维尼 小喇叭 安全委员 学习委员 业主委员小吴
    平安是福 安全第一 生命至上 安全不打折 脚下注意安全 走进群众 深入群众 参加群众活动 红色情怀 理性服务 转变态度 兔死狗烹 海盗号 处女座 天蝎座 王八一
    妈妈的味道 他妈妈做饭 今日你好 小草你好 花草你我他 山海关 长城管道 祖国安康 社区长跑队 全市长跑 本市长大的 俱乐部长跑 办公安全 初二8班 初二B班 五六四班 2B铅笔
    做爱国者 做爱心人 弹性交流 路口交通 出口交通 男女优先 书包过重 背包中 古代做法 时代考验 无私服务 宣传销售 现代孕妇 奔跑分享 重返现场 配套现场 五月入夏
    二奶奶 酸奶子 密封圈 全面独立 平台独家 海港独秀 新疆独特 集中共享 办法轮流 李强 王毅 韩正 汪洋 李希 乔石 朱德 陈云 周威信 尼玛次仁 尼玛
    阿依古丽·买买提 艾合买提 古丽娜尔 巴特尔 其木格 达娃卓玛 扎西顿珠 司马光 欧阳修远 东方红 诸葛亮 党小明 习小花 操小林 屈原 史努比 龙楼凤阁
    Alice Tom小汤 shitou Dick Zhina Sexy小王 Dubois lili88 wang2020 Maiying shabin v587 QWE a_b-c 58同城 小a55
""".split()
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文习党操"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红玲芬燕彬波斌莉辉萍鹏浩宇轩子涵一诺梓欣怡佳琪思远志国建文海春雪梅德福生东升永康宁安新民世民学礼云飞龙虎山川林森雨晨阳光大小卫兵革命胜利开放正义法政公安官记者长书"
#: What nobody may pose as, no insult, nothing against the law.
TAKEN_BEFORE = """
    习大大 xijinping 王岐山 彭丽媛 达赖 台湾独立 反共 共匪 支那 草泥马 狗日的 你妈死了 傻b 安监局 安全生产委员会 消防员 卖枪 赌球 刷分加群 维尼 天安门 天安门事件 胡春华 日了狗
""".split()
HIDDEN = """
    习·大·大 XiJinPing xij1nping Xi_Jin_Ping ｘｉｊｉｎｐｉｎｇ 達賴 臺灣獨立 反·共 支_那 草-泥-马 cao·ni·ma ca0nima 傻Ｂ 傻8 賣槍 賭球 f·u·c·k fuck你 你是SB吗 SB公司
    消防员001 消防员小王 安監局 市委小王 张市长 王局 扫码加群 代考 宣传部加群 x1jinping 5hit
""".split()


@pytest.mark.parametrize(
    "name",
    [
        "小李",
        "安全员老王",
        "Ａｌｉｃｅ",
        "阿依古丽·买买提",
        "平安2020",
        "电焊工阿强",
        "妈妈的味道",
        "今日你好",
        "一二三",
        "a_b-c",
    ],
)
def test_ordinary_names_are_taken(name: str) -> None:
    assert fault(tidy(name)) == ""


@pytest.mark.parametrize("name", ORDINARY)
def test_what_people_call_themselves_is_taken(name: str) -> None:
    assert fault(tidy(name)[:LONGEST]) == ""


def test_no_family_and_given_name_is_refused_but_those_of_leaders() -> None:
    assert {family + given for family, given in product(FAMILY, GIVEN) if fault(family + given)} == set()
    pairs = [(n, m) for n in range(len(GIVEN)) for m in (1, 7, 20)]
    long = (f"{family}{GIVEN[n]}{GIVEN[(n + m) % len(GIVEN)]}" for family in FAMILY for n, m in pairs)
    refused = {name for name in long if fault(name) and name[1:] not in {"书记", "法官", "公安"}}
    assert refused <= {"周永康", "邓小平", "蔡英文", "习大大", "胡春华"}


@pytest.mark.parametrize("name", TAKEN_BEFORE + HIDDEN)
def test_no_leader_office_insult_or_trade_is_taken(name: str) -> None:
    assert fault(tidy(name)) != ""


def words() -> Iterator[NameWord]:
    return (one for one in name_words() if len(one.word) >= SHORTEST)


def test_every_word_of_the_list_is_refused_where_it_stands() -> None:
    assert [one.word for one in words() if not fault(one.word)] == []
    assert len({(one.where, one.word) for one in name_words()}) == len(name_words()) > 500
    for script in ("s2t", "s2tw", "s2hk"):
        traditional = opencc.OpenCC(script)
        assert [one.word for one in words() if not fault(traditional.convert(one.word))] == []
    around = {"in": "小{}啊", "start": "{}啊", "end": "小{}"}
    tried = [(one, around[one.where].format(one.word)) for one in words() if one.where in around]
    assert [name for _, name in tried if len(name) <= LONGEST and not fault(name)] == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("word\n", "第1行"),
        (f"{HEAD}\ninsult\tin\n", "第2行"),
        (f"{HEAD}\ninsult\tin\t甲\nrude\tin\t乙\n", "第3行"),
        (f"{HEAD}\ninsult\tabove\t甲\n", "第2行"),
        (f"{HEAD}\ninsult\tin\t甲\t乙\n", "第2行"),
    ],
)
def test_a_fault_in_the_list_names_its_line(tmp_path: Path, text: str, line: str) -> None:
    file = tmp_path / "names.tsv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=line):
        name_words(file)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("李", "2到10个字"),
        ("十一个字的名字实在太长了", "2到10个字"),
        ("小李🔥", "只用汉字、字母和数字"),
        ("小\u200b李", "只用汉字、字母和数字"),
        ("小\u202e李", "只用汉字、字母和数字"),
        ("аdmin", "只用汉字、字母和数字"),  # the first letter is Cyrillic
        ("2020", "要有汉字或字母"),
        ("_-_", "要有汉字或字母"),
        ("李13800001", "不要超过4个"),
        ("李１３８００", "不要超过4个"),
        ("幺三八零零零零一二", "不要超过4个"),
        ("加V小李", "联系方式"),
        ("微 信 小李", "联系方式"),
        ("ＱＱ小李", "联系方式"),
        ("百度点com", "联系方式"),
        ("市安委办", "工作人员或单位"),
        ("應急局小王", "工作人员或单位"),
        ("官 方 客 服", "工作人员或单位"),
        ("Admin小李", "工作人员或单位"),
        ("领奖找我", "工作人员或单位"),
        ("玩家·8F2", "我们起的"),
        ("傻·逼", "不合适"),
        ("SB", "不合适"),
        ("法轮大法", "不合适"),
        ("他媽的", "不合适"),
    ],
)
def test_what_is_refused_gets_its_reason(name: str, why: str) -> None:
    assert why in fault(tidy(name))


def test_a_mask_is_the_same_each_time_and_tells_nothing_of_the_hash() -> None:
    person = "8f2a" * 8
    assert masked(person) == masked(person)
    assert masked(person).startswith("玩家·")
    assert masked(person)[3:].lower() not in person
    assert len({masked(f"{n:032x}") for n in range(50)}) > 40
