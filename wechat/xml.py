"""The XML of a push, read so that nobody can slip a second sender into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers.expat import ExpatError, ParserCreate

#: Characters that XML doesn't know but people send (platform page, section 3).
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_NONCHARACTERS = re.compile("[\ufffe\uffff]")
_DEEPEST = 8

#: Elements that decide who said what; each is plain text or the push is refused.
_PLAIN = frozenset(
    {"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Content", "MediaId", "Encrypt"}
    | {"Event", "EventKey", "MsgID"}
)

#: A text message as the platform writes it, which doesn't escape what people say: their words stand between the first
#: Content and the last end of one, with nothing of theirs before or behind.
_TEXT = re.compile(
    r"\s*<xml>\s*<ToUserName><!\[CDATA\[(?P<ToUserName>[\w@.-]{1,128})\]\]></ToUserName>"
    r"\s*<FromUserName><!\[CDATA\[(?P<FromUserName>[\w@.-]{1,128})\]\]></FromUserName>"
    r"\s*<CreateTime>(?P<CreateTime>\d{1,12})</CreateTime>"
    r"\s*<MsgType><!\[CDATA\[(?P<MsgType>text)\]\]></MsgType>"
    r"(?:\s*<MsgId>(?P<before>\d{1,20})</MsgId>)?"
    r"\s*<Content><!\[CDATA\[(?P<Content>.*)\]\]></Content>"
    r"(?:\s*<MsgId>(?P<behind>\d{1,20})</MsgId>)?(?:\s*<\w{1,20}>[\w-]{0,64}</\w{1,20}>){0,8}\s*</xml>\s*",
    re.ASCII | re.DOTALL,
)
#: The two that come by the thousand, exactly as the platform writes them; whatever differs goes through the parser.
_ENVELOPE = re.compile(
    rb"\s*<xml>\s*<ToUserName><!\[CDATA\[[\w@.-]{1,128}\]\]></ToUserName>"
    rb"\s*<Encrypt><!\[CDATA\[(?P<Encrypt>[\w+/=]+)\]\]></Encrypt>\s*</xml>\s*",
    re.ASCII,
)
_ENCRYPT = re.compile(rb"<Encrypt><!\[CDATA\[([\w+/=]+)\]\]></Encrypt>", re.ASCII)
_USUAL = re.compile(
    r"<xml><ToUserName><!\[CDATA\[(?P<ToUserName>[\w@.-]{1,128})\]\]></ToUserName>"
    r"\s*<FromUserName><!\[CDATA\[(?P<FromUserName>[\w@.-]{1,128})\]\]></FromUserName>"
    r"\s*<CreateTime>(?P<CreateTime>\d{1,12})</CreateTime>"
    r"\s*<MsgType><!\[CDATA\[(?P<MsgType>text)\]\]></MsgType>"
    r"\s*<Content><!\[CDATA\[(?P<Content>[^\]\r]*)\]\]></Content>"
    r"\s*<MsgId>(?P<MsgId>\d{1,20})</MsgId>\s*</xml>",
    re.ASCII,
)
_TEXT_NAMES = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "Content")


class XmlError(Exception):
    """The body isn't what the platform sends; ``forged`` where no person's odd character explains it."""

    def __init__(self, reason: str, forged: bool = False) -> None:
        super().__init__(reason)
        self.forged = forged


class Fields:
    """What a push says: plain elements by name, nested ones as leaves in their order."""

    __slots__ = ("leaves", "plain")

    def __init__(self) -> None:
        self.plain: dict[str, str] = {}
        self.leaves: list[tuple[str, str]] = []

    def get(self, name: str) -> str:
        """The text of one plain element, empty where it is absent."""
        return self.plain.get(name, "")

    def leaf(self, path: str) -> str:
        """The text of the first nested element with this path, such as ``ScanCodeInfo/ScanResult``."""
        return next((value for name, value in self.leaves if name == path), "")

    def items(self, path: str) -> Iterator[dict[str, str]]:
        """Each element of a list that may have one or several (platform page, section 5)."""
        item: dict[str, str] = {}
        for name, value in self.leaves:
            if name == path:
                yield item
                item = {}
            elif name.startswith(path + "/"):
                item[name[len(path) + 1 :]] = value


class _Reader:
    """What expat tells, kept flat."""

    __slots__ = ("fields", "nested", "path", "seen", "text")

    def __init__(self) -> None:
        self.fields = Fields()
        self.path: list[str] = []
        self.text: list[str] = []
        self.seen: set[str] = set()
        self.nested = False

    def start(self, name: str, _: dict[str, str]) -> None:
        path, text = self.path, self.text
        path.append(name)
        depth = len(path)
        if depth == 2:
            if name in self.seen:
                raise XmlError("repeated element")
            self.seen.add(name)
            self.nested = False
        elif depth > 2:
            self._descend(depth)
        elif name != "xml":
            raise XmlError("not a message")
        if text:
            text.clear()

    def _descend(self, depth: int) -> None:
        if depth > _DEEPEST or self.path[1] in _PLAIN:
            raise XmlError("nested element")
        self.nested = True

    def end(self, name: str) -> None:
        path = self.path
        depth = len(path)
        if depth == 2 and not self.nested:
            self.fields.plain[name] = "".join(self.text).strip()
        elif depth > 2:
            self.fields.leaves.append(("/".join(path[1:]), "".join(self.text).strip()))
        path.pop()
        self.text.clear()

    def doctype(self, *_: object) -> None:
        raise XmlError("DOCTYPE", forged=True)


def read(body: bytes) -> Fields:
    """The fields of ``<xml>…</xml>``; raises ``XmlError`` and nothing else."""
    text = _clean(body)
    if usual := _USUAL.fullmatch(text):
        fields = Fields()
        fields.plain = usual.groupdict()
        fields.plain["Content"] = fields.plain["Content"].strip()
        return fields
    body = text.encode()
    reader = _Reader()
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.append
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(body, True)
    except (ExpatError, ValueError):
        return _spoilt_text(text)
    return reader.fields


def _spoilt_text(text: str) -> Fields:
    """The fields of a text message whose words end their own CDATA (``]]>``).

    Whoever writes elements into their words can't be taken for somebody else: the sender stands before the words.
    """
    found = _TEXT.fullmatch(text)
    number = (found["before"] or found["behind"]) if found else None
    if not found or not number or "]]>" not in found["Content"]:
        raise XmlError("not XML")
    fields = Fields()
    fields.plain = {name: found[name].strip() for name in _TEXT_NAMES} | {"MsgId": number}
    return fields


def encrypted(body: bytes, *, with_words: bool = False) -> tuple[str, ...]:
    """What may be the envelope's ``Encrypt``, empty if nothing is; raises ``XmlError`` and nothing else.

    In compatible mode a person's words stand in the envelope too (``with_words``) and may break it, or hold an element of
    that name. So there may be two, one before and one behind the words: whose signature is right is the platform's.
    """
    if usual := _ENVELOPE.fullmatch(body):
        return (usual["Encrypt"].decode(),)
    try:
        found = read(body).get("Encrypt")
        return (found,) if found else ()
    except XmlError as problem:
        parts = (
            []
            if problem.forged or not with_words
            else [match[1].decode() for match in _ENCRYPT.finditer(body)]
        )
        if not parts:
            raise
    return tuple(dict.fromkeys((parts[0], parts[-1])))


def _clean(body: bytes) -> str:
    """The body without the characters that a strict parser would stumble over."""
    try:
        text = body.translate(None, _CONTROLS).decode()
    except UnicodeDecodeError:
        raise XmlError("not UTF-8", forged=True) from None
    return _NONCHARACTERS.sub("", text)
