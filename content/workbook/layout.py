"""Which sheets the workbook has, and what stands in their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Path = tuple[str, ...]  # with @ where it says to what a row belongs, not what it is

GUIDE, NOTICE, CHECKLIST = "说明", "通知原文", "待确认"
YES, NO = "是", "否"


@dataclass(frozen=True)
class Column:
    """One column (or, on the first sheet, one row): where its value stands, and how it is written."""

    title: str
    path: Path
    kind: str = "text"  # text, long, date, time, number, yes_no, choice, lines, day
    required: bool = False
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)  # the value and what people read
    blank: bool | None = None  # the yes or no that an empty cell stands for

    @property
    def head(self) -> str:
        return self.title + ("*" if self.required else "")


@dataclass(frozen=True)
class Sheet:
    """One sheet: a list of things of one kind, one a row."""

    title: str
    path: Path
    about: str
    columns: tuple[Column, ...]
    parent: Column | None = None  # says to which thing of another sheet a row belongs
    parent_sheet: str = ""
    always: bool = False  # the list is there even if it is empty

    @property
    def heads(self) -> tuple[Column, ...]:
        return ((self.parent,) if self.parent else ()) + self.columns


_DUE = {"fixed": "固定日期", "weekly": "每周", "monthly": "每月", "undated": "不定期"}
_WEEKDAYS = dict(
    zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), (f"周{x}" for x in "一二三四五六日"), strict=True)
)
_FIELDS = {
    "name": "姓名", "text": "文字", "unit": "单位", "mobile": "手机", "phone": "电话",
    "email": "邮箱", "digits": "数字", "gender": "性别", "address": "地址",
}  # fmt: skip
_BLANKS = {"number": "数字", "text": "文字", "yes_no": "是或否"}
_SUGGEST = {"quiz_rounds": "答题人次", "quiz_people": "答题人数"}
_TO = {"liaison": "联络员", "unit": "单位"}
_VALUES = {"drand": "drand 随机数", "ssq": "双色球", "fc3d": "福彩3D"}

_ID = "小写英文字母、数字和短横线，比如 month-summary；定了就不要再改。"
_QUOTE = "照抄通知里的原话，一个字也不要改。"
_SURE = "通知写明了这个日期选“否”，我们推定的选“是”。"
_ONE_A_LINE = "有几个就写几行（在单元格里按 Alt+Enter 换行）。"

FORM = Sheet(
    "基本情况",
    (),
    "每行一项，只改“内容”这一列。带 * 的必须填。",
    (
        Column("编号", ("id",), required=True, hint="文件夹的名称，比如 ningxia-2020。"),
        Column("活动名称", ("name",), required=True, hint="比如：宁夏 2020"),
        Column("地区", ("region",), required=True),
        Column("时区", ("zone",), hint="一般是 Asia/Shanghai。"),
        Column("主办单位", ("organiser",), required=True, hint="谁使用联络员的资料。"),
        Column("举报转交给", ("reports_to",), required=True),
        Column("资料保存天数", ("keep_days",), "number", hint="活动结束后保存多少天，不填是90天。"),
        Column("通知没有日期时从哪天算起", ("opens",), "date"),
        Column("通知标题", ("notice", "title"), "long", required=True, hint=_QUOTE),
        Column("文号", ("notice", "number"), hint="没有就空着。"),
        Column("发文日期", ("notice", "issued"), "date", hint="没有就空着。"),
        Column("发文单位", ("notice", "issuers"), "lines", required=True, hint=_ONE_A_LINE),
        Column("发给谁", ("notice", "audience"), "long", required=True, hint="通知抬头写的单位。"),
        Column("第几个安全生产月", ("notice", "edition"), "number"),
        Column("原文存为", ("notice", "file"), hint="一般不用改。换上本届通知的原文，会自动改成 notice.txt。"),
        Column("主题", ("theme", "text"), required=True),
        Column("主题的原话", ("theme", "quote"), "long", required=True, hint=_QUOTE),
        Column("安全生产月开始", ("month", "start"), "date", required=True),
        Column("安全生产月结束", ("month", "end"), "date", required=True),
        Column("月的起止是推定的", ("month", "assumed"), "yes_no", hint=_SURE, blank=False),
        Column("月的原话", ("month", "quote"), "long", hint=_QUOTE),
        Column("月后活动", ("programme", "name"), hint="比如安全生产万里行；没有就把月后活动各行都空着。"),
        Column("月后活动在本地的名称", ("programme", "local_name"), hint="比如安全生产宁夏行。"),
        Column("月后活动开始", ("programme", "period", "start"), "date"),
        Column("月后活动结束", ("programme", "period", "end"), "date"),
        Column("月后活动的起止是推定的", ("programme", "period", "assumed"), "yes_no", hint=_SURE, blank=False),
        Column("月后活动起止的原话", ("programme", "period", "quote"), "long", hint=_QUOTE),
        Column("月后活动的内容", ("programme", "text"), "long", hint="用我们自己的话讲。"),
        Column("月后活动的原话", ("programme", "quote"), "long", hint=_QUOTE),
        Column("没有拿到的附件", ("missing",), "lines", hint=_ONE_A_LINE),
        Column("标语的标题", ("slogans", "title"), required=True),
        Column("标语是通知附的", ("slogans", "own"), "yes_no", required=True, hint="用全国标语代替的选“否”。"),
        Column("联络员表的标题", ("liaison_form", "title"), required=True),
        Column("整张联络员表是我们拟的", ("liaison_form", "ours"), "yes_no", blank=False),
        Column("必填项是我们定的", ("liaison_form", "required_is_ours"), "yes_no", blank=False),
        Column("联络员表的原话", ("liaison_form", "quote"), "long", hint=_QUOTE),
        Column("欢迎词里的称呼", ("welcome", "audience"), required=True, hint="您好，这里是“…”安全生产月助手。"),
        Column("第三栏菜单", ("welcome", "third_menu"), hint="最多4个字，不填是“联络员”。"),
        Column("每天最多开始几轮", ("quiz", "rounds_a_day"), "number", hint="上排行榜的；不填不限，练习、每日一答和找隐患不算。"),
        Column("闯关从哪天开", ("quiz", "levels_from"), "date", hint="不填从第一天就能闯。"),
        Column("闯关每天开一关", ("quiz", "levels_daily"), "yes_no", hint="还是要先过前一关。", blank=False),
        Column("排行榜从哪天", ("quiz", "boards", "start"), "date", hint="这几天答完的才计入排行榜和抽奖；不填不限。"),
        Column("排行榜到哪天", ("quiz", "boards", "end"), "date"),
        Column("排行榜的起止是推定的", ("quiz", "boards", "assumed"), "yes_no", hint=_SURE, blank=False),
        Column("排行榜起止的原话", ("quiz", "boards", "quote"), "long", hint=_QUOTE),
        Column("几点发提醒", ("reminders", "at"), "time", hint="比如 09:00。"),
        Column("提醒最早几点", ("reminders", "earliest"), "time"),
        Column("提醒最晚几点", ("reminders", "latest"), "time"),
    ),
)  # fmt: skip

LISTS = (
    Sheet(
        "活动",
        ("activities",),
        "每项活动一行。有一天的填“日期”，有起止的填“开始”“结束”，通知没有写的都空着。",
        (
            Column("编号", ("id",), required=True, hint=_ID),
            Column("名称", ("title",), required=True),
            Column("内容", ("text",), "long", required=True, hint="用我们自己的话讲。"),
            Column("日期", ("on",), "date"),
            Column("日期是推定的", ("assumed",), "yes_no", hint=_SURE, blank=False),
            Column("开始", ("period", "start"), "date"),
            Column("结束", ("period", "end"), "date"),
            Column("起止是推定的", ("period", "assumed"), "yes_no", hint=_SURE, blank=False),
            Column("起止的原话", ("period", "quote"), "long", hint=_QUOTE),
            Column("地点", ("where",)),
            Column("谁负责", ("responsible",), "long"),
            Column("原话", ("quote",), "long", required=True, hint=_QUOTE),
        ),
    ),
    Sheet(
        "标语",
        ("slogans", "items"),
        "每条标语一行，空格是断句的地方。",
        (Column("标语", (), "long", required=True),),
        always=True,
    ),
    Sheet(
        "报送事项",
        ("obligations",),
        "每件要报送的事一行。先选“截止方式”，再填它后面对应的几栏，其余空着。没有要报送的就整张表空着。",
        (
            Column("编号", ("id",), required=True, hint=_ID),
            Column("事项", ("title",), "long", required=True),
            Column(
                "提醒里的名称", ("name",), required=True, hint="填好后最多20个字；{n} 是第几次，{month} 是几月。"
            ),
            Column("提醒谁", ("to",), "choice", hint="报联络员的那一次选“单位”。", choices=_TO),
            Column("截止方式", ("due", "kind"), "choice", required=True, choices=_DUE),
            Column("固定日期", ("due", "on"), "date"),
            Column("每周：星期几", ("due", "weekday"), "choice", choices=_WEEKDAYS),
            Column("每周：从哪天", ("due", "period", "start"), "date"),
            Column("每周：到哪天", ("due", "period", "end"), "date"),
            Column("每周：起止是推定的", ("due", "period", "assumed"), "yes_no", hint=_SURE, blank=False),
            Column("每周：起止的原话", ("due", "period", "quote"), "long", hint=_QUOTE),
            Column("每月：第一个月", ("due", "first"), "date", hint="这个月里的任何一天。"),
            Column("每月：最后一个月", ("due", "last"), "date", hint="这个月里的任何一天。"),
            Column("每月：几号", ("due", "day"), "day", hint="1到31，或者“最后一天”。"),
            Column("截止日是推定的", ("due", "assumed"), "yes_no", hint=_SURE),
            Column("只限哪些分组", ("groups",), "lines", hint="都要报就空着。" + _ONE_A_LINE),
            Column("报到哪里", ("where",)),
            Column("原话", ("quote",), "long", required=True, hint=_QUOTE),
        ),
    ),
    Sheet(
        "报送材料",
        ("items",),
        "每件事要交的材料，一样一行；“事项编号”从“报送事项”表里选。",
        (
            Column("编号", ("id",), required=True, hint=_ID),
            Column("名称", ("name",), required=True, hint="最多20个字。"),
            Column("说明", ("text",), "long"),
            Column("至少几份", ("at_least",), "number", hint="不填是1份。"),
            Column("最多字数", ("max_characters",), "number"),
            Column("格式", ("formats",), "lines", hint="比如 mp4；有几种就写几行。"),
            Column("最小宽（像素）", ("min_width",), "number"),
            Column("最小高（像素）", ("min_height",), "number"),
            Column("尺寸要正好", ("exact_size",), "yes_no", blank=False),
            Column("统计表编号", ("table",), hint="交的是统计表才填，从“统计表”表里选。"),
            Column("是联络员表", ("form",), "yes_no", blank=False),
        ),
        Column("事项编号", (), required=True),
        "报送事项",
    ),
    Sheet(
        "联络员表",
        ("liaison_form", "fields"),
        "联络员登记时要填的栏目，一栏一行。",
        (
            Column("编号", ("key",), required=True, hint=_ID),
            Column("栏目", ("label",), required=True),
            Column("必填", ("required",), "yes_no", required=True),
            Column("种类", ("kind",), "choice", choices=_FIELDS),
        ),
        always=True,
    ),
    Sheet(
        "统计表",
        ("tables",),
        "通知附的统计表，一张一行；里面的内容写在后面两张表里。",
        (
            Column("编号", ("id",), required=True, hint=_ID),
            Column("标题", ("title",), required=True),
            Column("哪个附件", ("annex",), required=True),
            Column("表头", ("head",), "lines", hint=_ONE_A_LINE),
        ),
    ),
    Sheet(
        "统计表的行",
        ("rows",),
        "统计表的每一行；同一组的“第几组”写同一个数字。句子里要填空的地方写 {填空的编号}。",
        (
            Column("第几组", ("@group",), "number", required=True),
            Column("组的标题", ("@group_title",)),
            Column("第几行", ("@number",), "number", required=True, hint="在这张统计表里从1数起。"),
            Column("行的标题", ("title",), "long", required=True),
            Column("内容要求", ("requirement",), "long"),
            Column("要填的句子", ("text",), "long", required=True),
            Column("填空是我们拟的", ("ours",), "yes_no", blank=False),
        ),
        Column("统计表编号", (), required=True),
        "统计表",
    ),
    Sheet(
        "统计表的填空",
        ("blanks",),
        "统计表里的每一个填空；“第几行”和“统计表的行”里的一样。",
        (
            Column("第几行", ("@row",), "number", required=True),
            Column("编号", ("id",), required=True, hint=_ID),
            Column("填什么", ("label",), required=True),
            Column("种类", ("kind",), "choice", hint="不填是数字。", choices=_BLANKS),
            Column("计量单位", ("measure",), hint="场次、人次、个……"),
            Column(
                "可以参考的数", ("suggest",), "choice", hint="联络员报送时，把本单位在这里答题的数给他参考；一般不填。", choices=_SUGGEST
            ),
            Column("只算哪个竞赛", ("contest",), hint="只要一个竞赛的数才填，写“竞赛”表里的编号。"),
        ),
        Column("统计表编号", (), required=True),
        "统计表",
    ),
    Sheet(
        "竞赛",
        ("quiz", "contests"),
        "通知要求组织参与的竞赛，一个一行，没有就整张表空着。在这里答的填“题目类别”，只在别处办的空着，在“别处由谁办”里写清楚。",
        (
            Column("编号", ("id",), required=True, hint=_ID),
            Column("名称", ("title",), required=True, hint="最多20个字，也是大家回复的词。"),
            Column("别的叫法", ("words",), "lines", hint=_ONE_A_LINE),
            Column("题目类别", ("topics",), "lines", hint="题库里类别的编号，比如 hazchem。" + _ONE_A_LINE),
            Column("一轮几题", ("count",), "number", hint="不填是10题。"),
            Column("从哪天", ("period", "start"), "date", hint="不填一直可以答。"),
            Column("到哪天", ("period", "end"), "date"),
            Column("起止是推定的", ("period", "assumed"), "yes_no", hint=_SURE, blank=False),
            Column("起止的原话", ("period", "quote"), "long", hint=_QUOTE),
            Column("别处由谁办", ("elsewhere",), "long", hint="通知说的竞赛不是我们办的，写明是谁办、入口通知写没写。"),
            Column("原话", ("quote",), "long", required=True, hint=_QUOTE),
        ),
    ),
    Sheet(
        "抽奖",
        ("prizes",),
        "每次抽奖一行，没有抽奖就整张表空着。条件填了几项就要几项都达到，每人一张票；转发、关注不能当条件。",
        (
            Column("编号", ("id",), required=True, hint=_ID),
            Column("名称", ("name",), required=True, hint="最多20个字。"),
            Column("从哪天", ("period", "start"), "date", required=True, hint="这期间答完的才算。"),
            Column("到哪天", ("period", "end"), "date", required=True),
            Column("起止是推定的", ("period", "assumed"), "yes_no", hint=_SURE, blank=False),
            Column("起止的原话", ("period", "quote"), "long", hint=_QUOTE),
            Column("闯过几关", ("needs", "levels"), "number"),
            Column("考试满几分", ("needs", "exam"), "number", hint="满分100分，一次考试达到就行。"),
            Column("答题几天", ("needs", "days"), "number", hint="有几天答完过题。"),
            Column("答完几轮", ("needs", "rounds"), "number"),
            Column("公开数值", ("source", "kind"), "choice", required=True, choices=_VALUES),
            Column("轮次或期号", ("source", "ref"), required=True, hint="drand 写轮次，彩票写7位期号。"),
            Column("哪天公布", ("source", "known_on"), "date", required=True, hint="在“到哪天”之后。"),
            Column("几点公布", ("source", "known_at"), "time", required=True, hint="比如 21:15。"),
            Column("几天内领奖", ("claim_days",), "number", required=True, hint="过期没有领的，抽给下一位。"),
            Column("在哪里领", ("claim_where",), "long", required=True),
            Column("名单公布在哪里", ("published",), "long", required=True, hint="封存的名单和结果都在这里公布。"),
            Column("原话", ("quote",), "long", hint=_QUOTE),
        ),
    ),
    Sheet(
        "抽奖的奖品",
        ("kinds",),
        "每次抽奖的奖品，一种一行，最好的写在最前面；“抽奖编号”从“抽奖”表里选。",
        (
            Column("奖品", ("title",), required=True, hint="最多20个字。"),
            Column("几份", ("count",), "number", required=True),
        ),
        Column("抽奖编号", (), required=True),
        "抽奖",
    ),
    Sheet(
        "电话",
        ("hotlines",),
        "可以打的电话，一个一行。没有核实开通的选“否”，不会显示。",
        (
            Column("号码", ("number",), required=True),
            Column("做什么用", ("purpose",), required=True),
            Column("紧急电话", ("emergency",), "yes_no", blank=False),
            Column("已核实", ("confirmed",), "yes_no", hint="不填是“是”。", blank=True),
            Column("来源", ("source",), required=True, hint="通知里有的写“通知”。"),
            Column("原话", ("quote",), "long", hint=_QUOTE),
        ),
        always=True,
    ),
    Sheet(
        "联系人",
        ("contacts",),
        "主办单位的联系人，一人一行，照抄通知里的写法。通知没有就空着。",
        (
            Column("姓名", ("name",)),
            Column("电话", ("phone",)),
            Column("邮箱", ("email",)),
            Column("传真", ("fax",)),
            Column("原话", ("quote",), "long", hint=_QUOTE),
        ),
    ),
    Sheet(
        "账号",
        ("accounts",),
        "主办单位的网站、公众号、微博等，一个一行。",
        (
            Column("平台", ("platform",), required=True),
            Column("名称", ("name",), required=True),
            Column("原话", ("quote",), "long", hint=_QUOTE),
        ),
    ),
    Sheet(
        "欢迎词",
        ("welcome", "lines"),
        "欢迎词里的几行，二到五行；“回复什么”要是助手认得的词，比如 答题、举报、登记、活动、安全问答。",
        (
            Column("怎么说", ("label",), required=True),
            Column("回复什么", ("word",), required=True),
        ),
        always=True,
    ),
    Sheet(
        "提醒",
        ("reminders", "leads"),
        "什么时候提醒，一次一行，两栏填一栏：提前几天（0是当天），或者过了截止日第几个工作日。",
        (
            Column("提前几天", ("days_before",), "number"),
            Column("过后第几个工作日", ("working_days_after",), "number"),
        ),
    ),
)  # fmt: skip
SHEETS = (FORM, *LISTS)


def sheet(title: str) -> Sheet:
    """The sheet of that title."""
    return next(one for one in SHEETS if one.title == title)
