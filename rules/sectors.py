"""The eleven sectors that a report can be filed under, and the words that name them."""

from __future__ import annotations

from dataclasses import dataclass

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector of the notices, with its words and whether the ministry's online platform takes it."""

    key: str
    name: str
    online: bool | None  # None: not on the platform's list, or it depends on the content
    words: tuple[str, ...]


def _sector(key: str, name: str, online: bool | None, words: str) -> Sector:
    return Sector(key, name, online, tuple(sorted(words.split(), key=len, reverse=True)))


SECTORS = (
    _sector(
        "hazchem",
        "危险化学品",
        True,
        "危化品 危险化学品 化工 化学品 反应釜 储罐 罐区 罐车 油罐车 槽车 液氯 液氨 氯碱 氯气 氨气 甲醇 酒精 双氧水 硫酸 盐酸"
        " 硝酸 甲苯 油漆 稀料 天那水 香蕉水 胶水 农药 剧毒 易制爆 易燃液体 加油站 黑加油 流动加油 囤油 柴油 汽油 油库 加气站"
        " 充装 氧气瓶 乙炔 钢瓶 联锁 气体报警 盲板 动火票 勾兑 溶剂",
    ),
    _sector(
        "non_coal_mine",
        "非煤矿山",
        True,
        "矿山 矿井 矿区 采石场 石料厂 露天矿 开矿 采矿 边坡 台阶 采空区 巷道 井下 掘进 放炮 炮工 雷管 炸药 罐笼 罐笼超员 矿车"
        " 提升机 尾矿库 尾矿坝 排土场 选厂 选矿 冒顶 透水 盗采 超层越界",
    ),
    _sector(
        "fire",
        "消防",
        None,
        "消防 灭火器 消火栓 喷淋 烟感 水泵 消控室 疏散 疏散通道 安全出口 逃生 应急灯 指示牌 防火门 卷帘 消防车道 消防通道"
        " 生命通道 三合一 住人 住着人 宿舍 群租 飞线 电动车 电瓶车 充电 堆物 堵死 堵住 上锁 锁住 打不开 封死 铁栅栏 防盗窗 彩钢板"
        " 泡沫板 网吧 KTV 影院 宾馆 酒店 民宿 养老院 幼儿园 商场 九小场所 动火 电焊 油烟管 乱拉电线 楼道 着火 起火",
    ),
    _sector(
        "road_transport",
        "道路运输",
        False,
        "客车 大巴 中巴 校车 包车 公交 出租车 网约车 货车 大货车 半挂 渣土车 运煤车 罐车 油罐车 槽车 危货 挂靠 超载 超员 超速"
        " 飙车 疲劳驾驶 疲劳 开十几个小时 改装 拼装 报废车 刹车 轮胎 客运站 站外上客 押运 GPS 两客一危 护栏 标线 急弯 公路",
    ),
    _sector(
        "traffic_fishery",
        "交通运输和渔业船舶",
        False,
        "渡船 渡口 轮渡 客渡 游船 快艇 砂石船 船员 船老大 船长 船证 船检 码头 港口 航道 桥墩 抛锚 救生衣 三无船舶 渔船 渔港 出海"
        " 捕捞 休渔 北斗 AIS 海上 内河 地铁 轨道 铁路 机场",
    ),
    _sector(
        "urban_construction",
        "城市建设",
        False,
        "工地 施工 塔吊 升降机 施工电梯 脚手架 架子 模板 基坑 支护 临边 吊篮 高处作业 高空 安全带 安全帽 拆除 隧道 市政 管廊"
        " 路面塌陷 井盖 窨井 污水井 化粪池 清淤 有限空间 违建 加层 承重墙 砸墙 危房 外墙 幕墙 广告牌 燃气 煤气 天然气 液化气"
        " 瓶装气 煤气罐 灶具 热水器 围挡 配电箱 临时用电",
    ),
    _sector(
        "industrial_park",
        "工业园区等功能区",
        None,
        "园区 工业园 工业小区 开发区 化工园区 产业园 科技园 厂中厂 园中园 租赁厂房 出租厂房 二房东 多家企业 十几家小厂 企业混杂"
        " 管委会 封闭管理 标准厂房",
    ),
    _sector(
        "hazardous_waste",
        "危险废物",
        False,
        "危废 危险废物 危废仓库 危废间 废机油 废矿物油 废酸 废碱 废溶剂 废桶 油漆渣 油泥 电镀泥 污泥 飞灰 废活性炭 废电瓶 铅酸电池"
        " 医废 医疗废物 针头 联单 暂存间 防渗 倾倒 偷倒 偷埋 渗滤液 无资质",
    ),
    _sector(
        "warehouse_logistics",
        "仓储物流",
        None,
        "仓库 大仓 库房 仓储 冷库 货架 堆垛 堆到顶 物流 快递 分拣 中转 集装箱 堆场 云仓 酒水仓 粮库 粮仓 筒仓 液氨制冷 保温层"
        " 聚氨酯 月台 装卸 混存 混放 寄递",
    ),
    _sector(
        "pipeline",
        "油气长输管道",
        None,
        "输油管 输气管 长输管道 油气管道 天然气管线 天然气管道 管线 占压 标志桩 警示桩 黄桩 打孔 盗油 阀室 站场 管道上方 管道旁边"
        " 管道保护区 高后果区",
    ),
    _sector(
        "special_equipment",
        "特种设备",
        None,
        "电梯 扶梯 货梯 施工电梯 锅炉 司炉 压力容器 压力管道 气瓶 安全阀 压力表 起重机 行车 天车 龙门吊 吊车 叉车 叉车载人 观光车"
        " 游乐设施 大摆锤 过山车 索道 缆车 滑索 年检 检验合格 检验标志 使用登记 未检验 超期 维保 困人 钢丝绳 限位",
    ),
)
NAMES = {sector.key: sector.name for sector in SECTORS} | {OTHER: "其他"}
KEYS = {name: key for key, name in NAMES.items()}
_ONLINE = {sector.key: sector.online for sector in SECTORS}
_WEIGHTS = {"叉车": 3.0, "罐笼": 5.0, "锅炉": 3.0, "货梯": 3.0}  # words that say more than their length


def scores(text: str) -> dict[str, float]:
    """How much of a text speaks for each sector; a longer word says more, and each stretch counts once."""
    found = {sector.key: _score(text, sector.words) for sector in SECTORS}
    return {key: score for key, score in found.items() if score}


def taken_online(key: str) -> bool | None:
    """Does the ministry's online platform take this sector? None where its list doesn't say."""
    return _ONLINE.get(key)


def _score(text: str, words: tuple[str, ...]) -> float:
    total, rest = 0.0, text.upper()
    for word in words:
        if word in rest:
            total += _WEIGHTS.get(word, float(len(word)))
            rest = rest.replace(word, "\0")
    return total
