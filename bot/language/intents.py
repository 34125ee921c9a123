"""What a message wants, by words and simple rules."""

from __future__ import annotations

import re
from collections import Counter

import jieba

from bot.language.emergency import danger_in
from bot.language.normalise import normalise

LABELS = (
    "emergency",
    "report_hazard",
    "report_status",
    "hotline",
    "quiz",
    "my_score",
    "ranking",
    "prize",
    "slogan",
    "campaign",
    "safety_question",
    "liaison_register",
    "deadlines",
    "filing",
    "stop_reminders",
    "privacy",
    "human",
    "help",
    "smalltalk",
    "other",
)

#: The words that speak for an intent, each with its weight.
_SAID = {
    "report_hazard": "举报:5 隐患:4 反映:4 投诉:3 违章:3 违规:3 堵:2 锁:2 没戴:2 无证:3 超载:3 飞线:3 占用:2 私拉:3 乱拉:3 坏了:2 没有灭火器:3 安全出口:2 消防通道:3 超员:3 住人:2",
    "report_status": "查询:4 查进展:6 进展:4 处理:3 结果:3 我的举报:7 上次:2 怎么样了:3 查询码:6",
    "hotline": "电话:4 号码:4 打几:6 热线:5 打什么:4 拨打:3 12350:3 举报电话:8",
    "quiz": "答题:6 竞答:6 闯关:6 竞赛:4 测试:3 做题:5 刷题:5 来一题:6 找茬:5 考试:3",
    "my_score": "错题:7 得分:5 成绩:5 我答对:7 证书:5 几分:4 我的分:5",
    "ranking": "排行:6 排名:6 第一名:4 哪个单位第一:7 榜:3",
    "prize": "奖品:6 抽奖:6 中奖:6 奖:3 红包:4 礼品:5 领奖:6",
    "slogan": "标语:6 口号:6 宣传语:6 横幅:4 海报:4 口浩:5",
    "campaign": "主题:6 活动:3 安全月:4 安全生产月:4 万里行:5 宁夏行:5 咨询日:5 公众号:3 通知:3 哪天:2 什么时候开始:3 谁发:3",
    "safety_question": "怎么用:4 怎么办:4 能不能:3 可以吗:2 为什么:2 如何:3 应该:2 多久:2 灭火器:2 油锅:3 急救:3 法:1 规定:2 怎么:2",
    "liaison_register": "联络员:5 登记:5 注册:4 换人:3",
    "deadlines": "什么时候交:7 截止:6 报什么:6 交什么:5 要交:4 要报:4 期限:5 日历:2 哪天交:6 几号前:5",
    "filing": "已报送:8 报送:5 统计表:5 上报:4 提交材料:5 交总结:5 交了:3 报了:3 上传:4",
    "stop_reminders": "提醒:4 别再:4 不要再:4 别发:4 恢复:2 暂停:5 烦:2",
    "privacy": "隐私:7 我的信息:5 泄露:6 保密:6 删除:4 资料:2 知道是我:5 个人信息:6",
    "human": "人工:7 客服:7 工作人员:6 真人:6 找人:3",
    "help": "帮助:6 菜单:6 功能:5 能做什么:7 怎么玩:4 使用说明:6 你会:4 怎么使用:5 怎么用:2",
    "smalltalk": "你好:5 您好:5 谢谢:6 再见:6 早上好:6 晚上好:6 真棒:5 在吗:5 辛苦:5 哈哈:4 嗨:4",
}
_WORDS = {
    label: {word: int(weight) for word, weight in (entry.split(":") for entry in said.split())}
    for label, said in _SAID.items()
}
_DAY = re.compile(r"\d{1,2}月\d{1,2}[日号]")
_CODE = re.compile(r"(?:[A-HJ-NP-Z2-9]{4}[-\s]?){3}[A-HJ-NP-Z2-9]{4}", re.IGNORECASE)
_ENOUGH = 3
_VERBS = {"report_hazard": "举报", "quiz": "答题", "liaison_register": "登记", "report_status": "查询"}


def prepare(folder: str | None = None) -> None:
    """Load the words at the start, so that the first message does not wait; ``folder`` takes jieba's cache."""
    if folder:
        jieba.dt.tmp_dir = folder
    jieba.setLogLevel(60)
    jieba.initialize()
    for words in _WORDS.values():
        for word in words:
            jieba.add_word(word)


def rank(text: str) -> list[tuple[str, int]]:
    """The intents that a text speaks for, the likeliest first, with their weights."""
    plain = normalise(text)
    scores: Counter[str] = Counter()
    if _DAY.search(text):
        scores["campaign"] += 3
    if _CODE.search(text):
        scores["report_status"] += 8
    pieces = set(jieba.cut(plain))
    for label, words in _WORDS.items():
        for word, weight in words.items():
            if word in plain:
                scores[label] += weight + (1 if word in pieces else 0)
    for label, verb in _VERBS.items():
        if plain.startswith((verb, f"我要{verb}")):
            scores[label] += 4
    return scores.most_common()


def label_of(text: str) -> str:
    """The one label of a text."""
    if danger_in(text) == "now":
        return "emergency"
    ranked = rank(text)
    if not ranked or ranked[0][1] < _ENOUGH:
        return "other"
    return ranked[0][0]


def likely(text: str) -> tuple[str, ...]:
    """Up to three intents worth offering; the first alone where it is clear."""
    ranked = [(name, weight) for name, weight in rank(text) if weight >= _ENOUGH]
    if not ranked:
        return ()
    if len(ranked) == 1 or ranked[0][1] >= ranked[1][1] + 2:
        return (ranked[0][0],)
    return tuple(name for name, _ in ranked[:3])
