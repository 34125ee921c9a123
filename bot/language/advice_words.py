"""The words of a question of safety knowledge: filler taken out, and what people say for one thing made one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from bot.language.normalise import normalise

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
        "消火栓 消防栓 消防龙头 消防水栓",
        "有限空间 受限空间 密闭空间",
        "危险废物 危废",
        "危险化学品 危化品 危化",
        "触电 电到 被电了 电着了 电了一下 过电",
        "噎住 噎着 噎到 呛到 呛着 卡喉咙 卡住喉咙 喉咙卡",
        "落水 溺水 掉水里 掉河里 掉进河里 淹水",
        "走失 走丢 不见了 找不到了",
        "摔倒 跌倒 滑倒 跌跤 摔跤 摔了一跤 绊倒",
        "流血 出血 血流",
        "烫伤 烫到 烫着 烧伤",
        "抽烟 吸烟 抽根烟 抽支烟",
        "无人机 航拍机",
        "怀孕 孕妇 大肚子 怀娃 怀宝宝 怀了孩子 孕期",
        "喂奶 哺乳",
        "仓库 库房 货仓",
        "隐瞒 瞒报 瞒着",
        "小区 住宅区 社区",
        "未成年 未成年人 没成年",
        "农药 打药 喷药",
        "山火 森林火灾 林火",
        "演练 演习",
        "多少岁 多大年纪 几岁 多大年龄 几周岁",
        "证 证书 资格证 资质 执照 本本",
        "饭店 餐馆 餐厅 饭馆 馆子 火锅店 小吃店",
        "拒绝 不干 不听",
    )
)
_STANDS_FOR = {normalise(word): normalise(line[0]) for line in _ALIKE for word in line[1:]}
_SAME = re.compile("|".join(sorted(map(re.escape, _STANDS_FOR), key=len, reverse=True)))
#: What says nothing of the matter.
_FILLER = re.compile(
    r"问一下啊|麻烦问一哈|咨询一下|想咨询|咨询下|打听一下|打听下|帮我看看|帮忙看看|谁知道|问个问题|问个事|大家好|老师好|我就想知道|问一嘴|书上说|听说|是真的吗|假如|如果|要是|遇到|麻烦问一下|麻烦问下|我想问一下|我想知道|想问一下|想问问|问一下|请问一下|请问|请教|请你告诉我|告诉我|老师布置的问题是|"
    r"按规定|按照规定|根据规定|到底|一般来说|一般|究竟|你好|您好|谢谢|师傅|同志|求问|急问|问哈|那个|就是说|是不是|有没有"
)
_PARTICLES = "吗呢啊呀吧么嘛哦哈啦呗的了"  # at the end of a question they change nothing
_SMALL = frozenset("的了吗呢吧啊呀么是在我你他们个把就都也还又会要想有啦嘛哦噻哈咧不")
_LETTERS = re.compile(r"[a-z]+")


def key(text: str) -> str:
    """The question without what may stand around it: two that have the same key ask the same."""
    return plain(text).rstrip(_PARTICLES)


def plain(text: str) -> str:
    """The question in the words that stand for all others, without filler."""
    bare = normalise(text)
    bare = _FILLER.sub("", bare) or bare
    return _SAME.sub(lambda match: _STANDS_FOR[match.group()], bare)


def telling(said: str) -> set[str]:
    """The characters that tell something; a word in letters (CPR) tells as a whole."""
    return {sign for sign in _LETTERS.sub("", said) if sign not in _SMALL}.union(_LETTERS.findall(said))


def features(text: str, sounds: Mapping[int, str]) -> set[str]:
    """Characters, pairs of characters and pairs of syllables; the first letter names the kind."""
    said = plain(text)
    found = {f"c{sign}" for sign in telling(said)}
    found.update(f"p{one}{other}" for one, other in pairwise(said))
    if sounds:
        found.update(f"s{one}{other}" for one, other in pairwise(said.translate(sounds)))
    return found
