"""What a liaison is told: before the registration, after it, and of the entry as it stands."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from content.models import Campaign
from handlers import liaison_form
from handlers.deadlines import NOT_REGISTERED, by_when, next_task
from handlers.liaison_form import told
from rules.units import LiaisonView

CONSENT_VERSION = "1"
DECLINED = "好的，没有登记，也没有保存。"
BACK = "您又关注了，提醒恢复了，到时在微信提醒您。"
DATES_STAY = "截止日仍可以看，回复“截止日”。"


def consent_question(campaign: Campaign) -> str:
    """What a person is told before anything is asked."""
    return (
        f"登记前请看：\n谁来用：{campaign.organiser}\n做什么：本届活动的联络和报送提醒\n"
        f"用哪些：登记表里的姓名、单位、电话等\n存多久：活动结束后{campaign.keep_days}天\n"
        "随时回复“删除我的信息”就能撤回。详细的回复“隐私”。"
    )


def consent_record(ctx: Context) -> dict[str, str]:
    """The consent as it is stored: its words, their version, and when it was given."""
    campaign = ctx.campaign
    text = (
        f"我同意{campaign.organiser}为本届活动的联络和报送提醒使用我填写的信息，"
        f"保存到活动结束后{campaign.keep_days}天，可随时撤回。"
    )
    return {"text": text, "version": CONSENT_VERSION, "at": ctx.said_at("consent").isoformat()}


def registered(ctx: Context, entry: LiaisonView) -> Reply:
    """The entry is made: what holds now, and what comes next."""
    if entry.confirmed:
        lines = [f"登记好了：{entry.unit}，{entry.name}。"]
    else:
        by_code = "，有了单位码回复“单位码”也行" if waits_for_code(ctx, entry) else ""
        lines = [f"记下了：{entry.unit}，{entry.name}。等办公室确认{by_code}。"]
        lines += ["确认之前，原来的联络员照样收提醒。"] if entry.replaces else []
    task = next_task(ctx, entry.unit_id, entry.unit, entry.group)
    if task is not None:
        lines.append(f"下一项：{by_when(task, ctx.local.date())}，报{task.name}。")
    if ctx.campaign.obligations:
        lines.append(_how_reminded(ctx, entry))
    return Reply("\n".join([*lines, "换人回复“换联络员”。"]))


def _how_reminded(ctx: Context, entry: LiaisonView) -> str:
    """How reminders will come; mail is spoken of only where it can be sent."""
    if not ctx.stores.sends_mail:
        return "到时在微信提醒您。"
    if entry.email:
        return "到时在微信提醒您，微信送不到就发邮件。"
    if not liaison_form.asks_email(ctx.campaign.liaison_form):
        return "到时在微信提醒您。想改收邮件，回复“改发邮件”。"
    return "到时在微信提醒您。没留邮箱，微信送不到时就提醒不到，可以回复“改登记”补上。"


def shown(ctx: Context, entry: LiaisonView) -> str:
    """An entry as it stands, with numbers masked."""
    state = "已确认" if entry.confirmed else "待办公室确认"
    lines = [f"{entry.unit}，{state}", told(ctx.campaign.liaison_form, entry.form, masked=True)]
    if entry.by_mail:
        lines.append("提醒：只发邮件" if ctx.stores.sends_mail else "提醒：邮件现在发不了，先在微信提醒")
    elif entry.paused_until is not None and entry.paused_until > ctx.now:
        lines.append("提醒：暂停中，回复“恢复提醒”再开")
    return "\n".join(line for line in lines if line)


def instead(what: str) -> Reply:
    """What to do where somebody who is registered wants no second entry."""
    if what == "换联络员":
        return how_to_hand_over()
    return Reply("要改哪些，回复“改登记”。") if what == "改登记" else Reply("好的，登记没有变。")


def how_to_hand_over() -> Reply:
    """What the next liaison has to do."""
    return Reply(
        "请新联络员关注这里，回复“登记”，写同一个单位，再选“换成我”。\n在新联络员确认之前，提醒还发给您。",
        choices=("我的登记", "撤销登记"),
    )


def already(unit: str) -> Reply:
    """There is such an entry."""
    return Reply(f"您已经是{unit}的联络员。", choices=("我的登记", "改登记", "截止日"))


def declined(ctx: Context) -> Reply:
    """Nothing was entered, and what can be had without."""
    if ctx.campaign.obligations:
        return Reply(f"{DECLINED}{DATES_STAY}")
    return Reply(DECLINED, choices=("看活动安排", "答题", "举报隐患"))


def not_registered() -> Reply:
    """There is no entry."""
    return Reply(NOT_REGISTERED, choices=("现在登记", "先看全部截止日"))


def waits_for_code(ctx: Context, entry: LiaisonView) -> bool:
    """Would the code of its unit confirm this entry?"""
    unit = ctx.stores.units.get(entry.unit_id)
    return not entry.confirmed and unit is not None and unit.has_code
