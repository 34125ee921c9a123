"""Is somebody in danger now? Strict phrases say so, broad cues make us ask."""

from __future__ import annotations

import re
from typing import Literal

Danger = Literal["now", "doubt", "none"]

_STRICT = tuple(
    "着火 起火 失火 发生火灾 烧起来 火势 火苗 冒烟 冒黑烟 浓烟 窜火 自燃了 快来人 救命 "
    "爆炸了 炸了 爆燃 闪爆 一声巨响 "
    "漏气了 正在漏 漏氨 漏氯 往外喷 喷出来 气味很大 刺鼻 呛得 臭鸡蛋味 眼睛睁不开 挖断 挖破 阀门关不住 "
    "被困 被埋 压住 卡住了 夹住 陷进去 掉进 掉井 坠落 坠井 出不来 上不来 没动静 没声音 叫不应 里面还有人 困在 "
    "塌了 塌方 垮了 倒塌 溃坝 垮坝 决口 管涌 冒顶 透水了 突水 滑坡了 泥石流来 "
    "中毒了 晕倒 昏迷 没意识 没呼吸 喘不上气 口吐白沫 抽搐 嘴唇发紫 倒在地上 "
    "触电 被电倒 受伤 流血 大出血 砸到人 压到人 撞到人 绞进 卷进 出人命 死人了 "
    "落水 沉船 翻船 翻车 侧翻 追尾 撞车 掉河里 电梯困人 坠梯 停在半空 持刀 放火 扬言".split()
)
_SAFE = tuple(
    "灭火器 消火栓 消防 火灾隐患 防火 动火 烟感 油烟 烟花 抽烟 吸烟 防爆 放炮员 爆破 逃生 压力表 压力容器 冲压 防毒 "
    "有毒有害 倾倒 翻新 困难 锁死 堵死 卡车 打卡 喷淋 报警器 火锅 火车 火腿".split()
)
_BROAD = re.compile(
    r"着火|火光|冒烟|爆炸|泄漏|漏气|漏油|埋了|塌|垮|坠|触电|晕|昏|中毒|呛|吐血|夹住|翻了|沉了|失联|烧了|烧着"
)
_LOWER = re.compile(
    r"隐患|风险|可能|容易|害怕|怕|担心|万一|如果|要是|防止|预防|避免|演练|演习|培训|考试|知识|案例|视频|上次|去年|以前|昨天|之前|"
    r"瞒报|没上报|怎么|如何|吗|什么|为什么|哪|电影|新闻|题|标语|口号"
)
_CLAUSE = re.compile(r"[，。！？；、,.!?;\s]+")


def danger_in(text: str) -> Danger:
    """Judge a message clause by clause; a word of doubt lowers a cry to a question, never to nothing."""
    found: Danger = "none"
    for clause in _CLAUSE.split(text):
        level = _of_clause(clause)
        if level == "now":
            return "now"
        if level == "doubt":
            found = "doubt"
    return found


def _of_clause(clause: str) -> Danger:
    for word in _SAFE:
        clause = clause.replace(word, "")
    lowered = _LOWER.search(clause) is not None
    if any(word in clause for word in _STRICT):
        return "doubt" if lowered else "now"
    if _BROAD.search(clause) and not lowered:
        return "doubt"
    return "none"
