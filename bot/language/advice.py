"""A question of safety knowledge to the advice that answers it, or to the three nearest questions.

Each advice is taken for a way of talking: all ways of asking for it, its answer and the facts that bear it.
Words that people use for the same thing are made one first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from itertools import pairwise

from bot.language.classifier import learnt
from bot.language.normalise import normalise
from content.facts import Fact, load_facts
from content.loader import load_advice
from content.models import Advice

NEAREST = 3
THRESHOLD = 3.6  # from here on more than nine answers in ten are right, measured on ways of asking left out
_LEAD = 3.0  # how much the lead over the next advice counts in the confidence
_SMOOTH = 50.0  # how many features of everybody's talk stand beside those of an advice
_ASKED, _ANSWERED, _PROVEN = 1.0, 1.5, 1.0  # how often a way of asking, the answer and its fact count
_ENOUGH = 24.0  # the weight of a question of seven telling characters; a shorter one is less sure
_LENGTH = 0.6  # how much a long advice loses
_KINDS = {"c": 3.0, "p": 0.3, "s": 0.2}  # characters, pairs of characters, pairs of syllables
_SHARES = {"c": 0.82, "p": 0.11, "s": 0.07}  # of each kind in the weight of an ordinary question

#: What people say for one thing: the first word stands for all.
_ALIKE = tuple(
    tuple(line.split())
    for line in (
        "怎么办 咋办 咋整 咋个办 怎么搞 怎么弄 怎么处理 如何处理 怎么处置 该做什么 要做什么 怎么应对 怎样做 如何做 怎么做 咋弄 点算 点办 怎办",
        "怎么 咋个 咋样 怎样 如何 咋 点样",
        "可以 能不能 可不可以 行不行 能否 可否 允许 准不准 让不让 许不许 得不得 可唔可以 得唔得 中不中",
        "多少 几多 好多",
        "多久 多长时间 几久 多长 隔多久",
        "罚款 罚多少钱 罚多少 罚几多 怎么罚 会罚 要罚 处罚 罚钱 被罚",
        "违法 犯法 违规 违不违法",
        "判几年 判多久 怎么判 判多少年 判刑 坐牢 坐监",
        "着火 起火 失火 火灾 烧起来 燃起来 冒火",
        "燃气 煤气 天然气 瓦斯气 天燃气 燃汽 煤汽 管道气",
        "液化气 液化石油气 煤气罐 燃气瓶 煤气瓶 气罐 罐装气 液化汽",
        "电动车 电瓶车 电动自行车 电单车 电驴 小电驴 电摩 电马儿",
        "孩子 小孩 小孩子 娃娃 娃儿 娃 儿童 细路 小朋友 宝宝 小娃 崽崽",
        "老人 老人家 老年人 爷爷奶奶 爸妈 父母 老头老太",
        "电梯 升降机 𨋢 载客电梯",
        "物业 物管 物业公司 管理处",
        "老板 雇主 单位 公司 企业 厂里 厂方 东家 领导 厂子",
        "员工 工人 职工 打工的 劳动者 打工人 工友",
        "工资 薪水 薪资 工钱 人工钱",
        "电话 号码 打几 打什么 打哪个 热线 电话号 打边个",
        "举报 告发 检举 投诉 反映",
        "奖励 奖金 有奖 给钱 奖钱 赏金",
        "消防通道 消防车道 消防车通道 生命通道",
        "楼道 楼梯间 过道 走廊 楼梯口 楼梯",
        "灭火器 灭火瓶 灭火筒",
        "喝酒 酒驾 饮酒 酒后 喝了酒 饮咗酒",
        "手机 电话机 移动电话",
        "开车 驾车 驾驶 揸车",
        "汽车 机动车 小车 轿车",
        "烟花 鞭炮 炮仗 爆竹 烟火 放炮",
        "受伤 负伤 弄伤 伤了",
        "赔偿 赔钱 索赔 赔付 包赔",
        "工伤 因工受伤",
        "救护车 急救车 白车",
        "红绿灯 交通灯 信号灯 红灯",
        "头盔 安全帽 帽盔",
        "校车 接送车 娃娃车 学生车",
        "扣分 记分 扣几分 记几分 扣多少分",
        "报警 报案 打电话报警",
        "扔东西 抛物 丢东西 往下扔 往下丢 抛东西",
        "安全出口 逃生门 逃生出口 疏散出口",
        "锁 上锁 锁上 锁住 锁死 锁着",
        "堵 堵住 挡住 堵塞 占用 堵了 塞住 占着 堵着",
        "辞退 开除 解雇 炒鱿鱼 赶走 炒掉",
        "培训 教育 学习班",
        "检查 检测 检验 年检 巡查 检修",
    )
)
_STANDS_FOR = {normalise(word): normalise(line[0]) for line in _ALIKE for word in line[1:]}
_SAME = re.compile("|".join(sorted(map(re.escape, _STANDS_FOR), key=len, reverse=True)))
#: What says nothing of the matter.
_FILLER = re.compile(
    r"麻烦问一下|麻烦问下|我想问一下|我想知道|想问一下|想问问|问一下|请问一下|请问|请教|请你告诉我|告诉我|老师布置的问题是|"
    r"按规定|按照规定|根据规定|到底|一般来说|一般|究竟|你好|您好|谢谢|师傅|同志|求问|急问|问哈|那个|就是说|是不是|有没有"
)
_PARTICLES = "吗呢啊呀吧么嘛哦哈啦呗的了"  # at the end of a question they change nothing
_SMALL = frozenset("的了吗呢吧啊呀么是在我你他们个把就都也还又会要想有啦嘛哦噻哈咧不")

Ranked = list[tuple[float, int]]  # scores with places in the list of advice, the best first
Postings = list[tuple[int, float]]  # places with how much a feature speaks for them


@dataclass(frozen=True, slots=True)
class Found:
    """What a question led to: an answer where we are sure enough, else only what lies near."""

    answer: Advice | None
    nearest: tuple[Advice, ...]
    confidence: float


class AdviceBase:
    """All advice, ready to be asked.

    Each advice is a way of talking: how likely its words are there, against how likely they are anywhere
    (query likelihood with Dirichlet smoothing). What is left after smoothing is one number a feature and advice.
    """

    def __init__(
        self,
        advice: Sequence[Advice],
        facts: Mapping[str, Fact] | None = None,
        sounds: Mapping[int, str] | None = None,
    ) -> None:
        self._advice = tuple(advice)
        self._facts = facts or {}
        self._sounds = sounds or {}  # each character to a sign for its syllable
        self._exact = {key(ask): one for one in reversed(self._advice) for ask in reversed(one.asks)}
        told = [self._told(one) for one in self._advice]
        self._speaks = _likelihoods(told)
        self._against = [_against(one) for one in told]

    def knows(self, text: str) -> bool:
        """Is a text exactly one of the questions?"""
        return key(text) in self._exact

    def ask(self, text: str) -> Found:
        """The advice for a question, if one of them stands out; the nearest in any case."""
        if exact := self._exact.get(key(text)):
            return Found(exact, (exact,), math.inf)
        best = self.ranked(text)
        if not best:
            return Found(None, (), 0.0)
        sure = confidence([score for score, _ in best])
        nearest = tuple(self._advice[place] for _, place in best)
        return Found(nearest[0] if sure >= THRESHOLD else None, nearest, sure)

    def ranked(self, text: str) -> Ranked:
        """The places of the advice that comes nearest, each with its score, the best first."""
        said = features(text, self._sounds)
        scores: dict[int, float] = {}
        for name in said:
            weight = _KINDS[name[0]]
            for place, speaks in self._speaks.get(name, ()):
                scores[place] = scores.get(place, 0.0) + weight * speaks
        total = max(_ENOUGH, sum(_KINDS[name[0]] for name in said))
        against = self._against
        return nlargest(NEAREST, ((score / total - against[place], place) for place, score in scores.items()))

    def _told(self, advice: Advice) -> dict[str, float]:
        """All that is said of an advice, each feature with how often."""
        told: dict[str, float] = {}
        for count, texts in (
            (_ASKED, advice.asks),
            (_ANSWERED, (advice.answer,)),
            (_PROVEN, [self._facts[name].text for name in advice.facts if name in self._facts]),
        ):
            for text in texts:
                for name in features(text, self._sounds):
                    told[name] = told.get(name, 0.0) + count
        return told


def confidence(scores: Sequence[float]) -> float:
    """How sure the first is: by its own score and by its lead."""
    lead = scores[0] - scores[1] if len(scores) > 1 else scores[0]
    return scores[0] + _LEAD * lead


def _likelihoods(told: Sequence[Mapping[str, float]]) -> dict[str, Postings]:
    """For each feature the advice that holds it, and how much more likely it is there than anywhere."""
    anywhere: dict[str, float] = {}
    for one in told:
        for name, count in one.items():
            anywhere[name] = anywhere.get(name, 0.0) + count
    total = _lengths(anywhere)
    usual = {name: _SMOOTH * count / total[name[0]] for name, count in anywhere.items()}
    found: dict[str, Postings] = {}
    for place, one in enumerate(told):
        for name, count in one.items():
            found.setdefault(name, []).append((place, math.log(1 + count / usual[name])))
    return found


def _against(told: Mapping[str, float]) -> float:
    """What a long advice loses, for holding many features by chance."""
    lengths = _lengths(told)
    return _LENGTH * sum(share * math.log(1 + lengths[kind] / _SMOOTH) for kind, share in _SHARES.items())


def _lengths(told: Mapping[str, float]) -> dict[str, float]:
    """How many features of each kind there are."""
    lengths = dict.fromkeys(_KINDS, 0.0)
    for name, count in told.items():
        lengths[name[0]] += count
    return lengths


@cache
def base() -> AdviceBase:
    """The advice of ``content/advice``, read once; called at the start, so that nobody's question waits for it."""
    return AdviceBase(load_advice(), load_facts(), learnt().sounds)


def key(text: str) -> str:
    """The question without what may stand around it: two that have the same key ask the same."""
    return plain(text).rstrip(_PARTICLES)


def plain(text: str) -> str:
    """The question in the words that stand for all others, without filler."""
    bare = normalise(text)
    bare = _FILLER.sub("", bare) or bare
    return _SAME.sub(lambda match: _STANDS_FOR[match.group()], bare)


def features(text: str, sounds: Mapping[int, str]) -> set[str]:
    """Characters, pairs of characters and pairs of syllables; the first letter names the kind."""
    said = plain(text)
    found = {f"c{sign}" for sign in said if sign not in _SMALL}
    found.update(f"p{one}{other}" for one, other in pairwise(said))
    if sounds:
        found.update(f"s{one}{other}" for one, other in pairwise(said.translate(sounds)))
    return found
