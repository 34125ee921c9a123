"""The liaison form of a campaign, asked field by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import readers
from bot.dialogue import ask, match_choice
from bot.errors import Invalid, Unfinished
from bot.language.normalise import normalise
from bot.message import Ask, Reader, Said
from bot.readers import SKIP
from content.models import FormField, LiaisonForm
from handlers import phones
from rules.masking import mask_phone

SKIP_REST = "其余都跳过"
_NOTHING = (SKIP, SKIP_REST, "没有", "无", "不知道")
GENDERS = ("男", "女")
MISSING = "本届通知没有附登记表，下面几项是我们拟的。"
UNPUBLISHED = "登记表的内容没有随通知公布，下面几项是我们拟的。"
UNMARKED = "通知的登记表没有标明必填项，能跳过的都可以不填。"
_LONGEST = {"address": 120}
_NAME = re.compile(r"[^\W\d_]+(?:[ ·.・][^\W\d_]+)*")

Form = dict[str, str]
Asking = Generator[Ask, Any, Form]


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a form says who the person is and how to reach them."""

    name: str
    phone: str
    email: str


def asked_fields(form: LiaisonForm) -> tuple[FormField, ...]:
    """The fields that are asked: all but the unit, which is known by then."""
    return tuple(field for field in form.fields if field.kind != "unit")


def fill(form: LiaisonForm) -> Asking:
    """Ask every field in the order of the form; optional ones may be skipped, singly or all."""
    fields, filled, skip = asked_fields(form), Form(), False
    for n, field in enumerate(fields, start=1):
        if skip and not field.required:
            continue
        head = f"{_preface(form)}第{n}项，共{len(fields)}项。" if n == 1 else f"第{n}项，共{len(fields)}项。"
        value = yield from ask_field(field, f"form-{field.key}", head)
        skip = skip or value == SKIP_REST
        filled[field.key] = "" if value == SKIP_REST else value
    return filled


def ask_field(field: FormField, key: str, head: str = "") -> Generator[Ask, Any, str]:
    """Ask one field; an optional one may be left empty."""
    asked = f"您的{field.label}？" if field.label == "姓名" else f"{field.label}？"
    text = f"{head}{asked}" if field.required else f"{head}{asked}可以不填，回复“{SKIP}”。"
    choices = GENDERS if field.kind == "gender" else ()
    return (yield from ask(key, text, choices=choices, reader=field_reader(field)))


def field_reader(field: FormField) -> Reader[str]:
    """How the answer to one field is read."""
    reader = _READERS.get(field.kind, _plain_text)(field)
    return _required(field, reader) if field.required else _optional(reader)


def _required(field: FormField, reader: Reader[str]) -> Reader[str]:
    """A field that can't be left out; who has no fax hears what to write instead."""

    def read(said: Sequence[Said]) -> str:
        if match_choice(said[-1].text, _NOTHING) is None:
            return reader.read(said)
        other = "没有的话，写能代收的号码也行。" if field.kind == "phone" else ""
        # not Invalid: the word is understood, so nobody looks for something else that it could mean
        raise Unfinished(f"{field.label}是必填项，不能跳过。{other}\n{field.label}？")

    return Reader(read, input=reader.input)


def _optional(reader: Reader[str]) -> Reader[str]:
    """A field that may be skipped, alone or with all that follow."""

    def read(said: Sequence[Said]) -> str:
        word = match_choice(said[-1].text, (SKIP, SKIP_REST))
        if word is None:
            return reader.read(said)
        return SKIP_REST if word == SKIP_REST else ""

    return Reader(read, input=reader.input, buttons=(SKIP, SKIP_REST))


def one_field(form: LiaisonForm) -> Reader[FormField]:
    """Which field is meant, by its label."""
    fields = {field.label: field for field in asked_fields(form)}

    def read(said: Sequence[Said]) -> FormField:
        label = match_choice(said[-1].text, tuple(fields))
        if label is None:
            raise Invalid(f"请写下面的一项：{'、'.join(fields)}。")
        return fields[label]

    return Reader(read, input="text")


def labels(form: LiaisonForm) -> str:
    """What the fields are called, in one line."""
    return "、".join(field.label for field in asked_fields(form))


def told(form: LiaisonForm, filled: Mapping[str, str], *, masked: bool = False) -> str:
    """What is filled in, one line a field."""
    show = _masked if masked else _as_it_is
    return "\n".join(
        f"{field.label}：{show(field, filled[field.key])}"
        for field in asked_fields(form)
        if filled.get(field.key)
    )


def with_unit(form: LiaisonForm, filled: Mapping[str, str], unit: str) -> Form:
    """The form with the unit's name in its own field."""
    return {**filled, **{field.key: unit for field in form.fields if field.kind == "unit"}}


def told_required(form: LiaisonForm, asked: str) -> str:
    """Which fields can't be left out: those that are asked about first, by a normalised word, then all."""
    meant = [one for one in form.fields if asked and _is_called(one, asked)]
    must, free = ([one.label for one in meant if one.required is so] for so in (True, False))
    lines = [f"{'、'.join(must)}必填。"] if must else []
    lines += [f"{'、'.join(free)}可以不填。"] if free else []
    every = "、".join(one.label for one in form.fields if one.required)
    rest = "" if all(one.required for one in form.fields) else "，别的都可以不填"
    lines.append(f"登记表里必填的是{every}{rest}。")
    if form.ours or form.required_is_ours:
        lines.append("哪些必填是我们定的，通知没有写。")
    return "\n".join(lines)


def _is_called(field: FormField, asked: str) -> bool:
    """Is a field meant: 微信 for 微信号, 手机号 for 手机?"""
    label = normalise(field.label)
    return asked in label or label in asked


def reach_of(form: LiaisonForm, filled: Mapping[str, str]) -> Reach:
    """Who the person is and how to reach them: the liaison's own fields before those of others in the form."""
    return Reach(
        name=_first(form, filled, "name"),
        phone=_first(form, filled, "mobile") or _first(form, filled, "phone"),
        email=_first(form, filled, "email"),
    )


def asks_email(form: LiaisonForm) -> bool:
    """Has the form a place for an e-mail address?"""
    return any(field.kind == "email" for field in form.fields)


def mask_email(email: str) -> str:
    """limin@126.com → l***@126.com."""
    name, at, home = email.partition("@")
    return f"{name[:1]}***{at}{home}"


def _first(form: LiaisonForm, filled: Mapping[str, str], kind: str) -> str:
    fields = [field for field in form.fields if field.kind == kind and filled.get(field.key)]
    own = [field for field in fields if field.key == kind or "联络员" in field.label]
    return filled[(own or fields)[0].key] if fields else ""


def _preface(form: LiaisonForm) -> str:
    if form.ours:
        return f"{UNPUBLISHED if form.quote else MISSING}\n\n"
    return f"{UNMARKED}\n\n" if form.required_is_ours else ""


def _as_it_is(_field: FormField, value: str) -> str:
    return value


def _masked(field: FormField, value: str) -> str:
    if field.kind in ("mobile", "phone"):
        return mask_phone(value)
    if field.kind == "email":
        return mask_email(value)
    return f"{value[:2]}***" if field.kind == "digits" or "微信" in field.label else value


def _text_of(said: Sequence[Said]) -> str:
    text = unicodedata.normalize("NFKC", said[-1].text).strip()
    if not text:
        raise Invalid("请用文字回答。")
    return text


def _plain_text(field: FormField) -> Reader[str]:
    longest = _LONGEST.get(field.kind, 60)

    def read(said: Sequence[Said]) -> str:
        text = " ".join(said[-1].text.split())
        if not text:
            raise Invalid("请用文字回答。")
        if len(text) > longest:
            raise Invalid(f"写得有点长，请在{longest}字以内。")
        return text

    return Reader(read)


def _name(_field: FormField) -> Reader[str]:
    def read(said: Sequence[Said]) -> str:
        text = _text_of(said)
        if not _NAME.fullmatch(text) or not 2 <= len(text) <= 30:
            raise Invalid("请只写姓名，比如“李敏”。")
        return text

    return Reader(read)


def _digits(field: FormField) -> Reader[str]:
    def read(said: Sequence[Said]) -> str:
        text = _text_of(said)
        if not re.fullmatch(r"[0-9]{4,20}", text):
            raise Invalid(f"{field.label}只有数字，再发一次就行。")
        return text

    return Reader(read)


def _email(_field: FormField) -> Reader[str]:
    mail = readers.mail()
    return Reader(lambda said: mail.read([Said(_text_of(said))]), input=mail.input)


def _gender(_field: FormField) -> Reader[str]:
    def read(_said: Sequence[Said]) -> str:
        raise Invalid(f"请回复“{GENDERS[0]}”或“{GENDERS[1]}”。")

    return Reader(read, input="choice")


_READERS: dict[str, Callable[[FormField], Reader[str]]] = {
    "name": _name,
    "mobile": lambda _field: phones.mobile(),
    "phone": lambda _field: phones.telephone(),
    "email": _email,
    "digits": _digits,
    "gender": _gender,
}
