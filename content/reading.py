"""YAML text to plain values that remember where they stand: every fault can name its file and line.

Every scalar stays the text that was written (``on``, ``119``, ``18:00`` and ``2020-06-31`` mean themselves);
the models turn texts into dates and numbers and say which of them can't be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Key = tuple[str | int, ...]
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TextLoader(_Base):  # type: ignore[misc]
    """Knows no type but text and nothing: ``~`` or an empty place."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in pairs if tag.endswith(":null")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class Place:
    """Where a value stands; ``order`` sorts the files as they were read."""

    order: int
    file: str
    line: int


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong, for someone who edits the files and needn't program."""

    order: int
    line: int
    path: str
    text: str
    file: str

    def __str__(self) -> str:
        where = f"{self.file} 第{self.line}行" if self.line else self.file
        return f"{where} {self.path}：{self.text}" if self.path else f"{where}：{self.text}"


@dataclass
class Document:
    """The values of one or several files, their places, and what was wrong in reading them."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Key, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    first: str = "campaign.yaml"  # the file that a part should stand in which stands in none

    def add(self, key: Key, text: str) -> None:
        """Note a fault of the value at ``key``, or of the nearest one around it that exists."""
        place = self.place(key)
        self.faults.append(Fault(place.order, place.line, shown(key), text, place.file))

    def place(self, key: Key) -> Place:
        """The place of ``key``, or of what surrounds it."""
        while key and key not in self.places:
            key = key[:-1]
        return self.places.get(key, Place(0, self.first, 0))

    def known(self, loc: Iterable[str | int]) -> Key:
        """A location of Pydantic as a key: the names of union members stand for nothing in the file."""
        key: Key = ()
        rest: Key = ()
        for part in loc:
            if (*key, part) in self.places:
                key, rest = (*key, part), ()
            else:
                rest = (*rest, part)
        return key + rest[-1:] if rest and self._is_mapping(key) else key

    def _is_mapping(self, key: Key) -> bool:
        return isinstance(self.value(key), dict)

    def value(self, key: Key) -> Any:
        """The value at ``key``; nothing if there is none."""
        found: Any = self.data
        for part in key:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def sorted_faults(self) -> list[str]:
        """All faults as sentences, in the order in which one would mend them, none twice."""
        return list(dict.fromkeys(str(fault) for fault in sorted(self.faults)))


def shown(key: Key) -> str:
    """A key as people count: ``obligations.2.due.on`` is the second obligation."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in key)


def entries(document: Document, *name: str | int) -> Iterator[tuple[Key, dict[str, Any]]]:
    """The mappings of the list called ``name``, with their keys; nothing where it isn't such a list."""
    value = document.value(name)
    for number, entry in enumerate(value if isinstance(value, list) else ()):
        if isinstance(entry, dict):
            yield (*name, number), entry


def read(files: Iterable[Path]) -> Document:
    """Read files into one document; each part of it stands in one file only."""
    document = Document()
    for order, file in enumerate(files, start=1):
        document.first = file.name if order == 1 else document.first
        _Reader(document, order, file).read()
    return document


@dataclass
class _Reader:
    """Adds one file to a document."""

    document: Document
    order: int
    file: Path
    seen: set[int] = field(default_factory=set)

    def read(self) -> None:
        node = self._node()
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            self._fault(1, "", "这个文件应该由“名称: 值”组成")
            return
        for name, line, value in self._pairs(node, ()):
            if name in self.document.data:
                self._fault(line, name, "另一个文件里已经有这一部分，只能留一处")
                continue
            self._place((name,), line)
            self.document.data[name] = self._value(value, (name,))

    def _node(self) -> yaml.Node | None:
        try:
            loader = _TextLoader(self.file.read_text(encoding="utf-8-sig"))
            node: yaml.Node | None = loader.get_single_node()
        except OSError:
            self._fault(0, "", "读不到这个文件")
        except UnicodeDecodeError:
            self._fault(0, "", "不是 UTF-8 编码，请另存为 UTF-8")
        except yaml.YAMLError as error:
            self._fault(_line(error), "", f"写法有误，多半是缩进、冒号或引号（{_problem(error)}）")
        else:
            if node is None:
                self._fault(0, "", "是空的")
            return node
        return None

    def _value(self, node: yaml.Node, key: Key) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag.endswith(":null") else node.value
        if id(node) in self.seen:
            self._fault(node.start_mark.line + 1, shown(key), "请写出内容，不要用 & 和 * 引用别处")
            return None
        self.seen.add(id(node))
        return self._list(node, key) if isinstance(node, yaml.SequenceNode) else self._mapping(node, key)

    def _list(self, node: yaml.SequenceNode, key: Key) -> list[Any]:
        values = []
        for number, child in enumerate(node.value):
            self._place((*key, number), child.start_mark.line + 1)
            values.append(self._value(child, (*key, number)))
        return values

    def _mapping(self, node: yaml.Node, key: Key) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, line, child in self._pairs(node, key):
            self._place((*key, name), line)
            values[name] = self._value(child, (*key, name))
        return values

    def _pairs(self, node: yaml.Node, key: Key) -> Iterator[tuple[str, int, yaml.Node]]:
        names: dict[str, int] = {}
        for name_node, child in node.value:
            line = name_node.start_mark.line + 1
            name = name_node.value if isinstance(name_node, yaml.ScalarNode) else "?"
            if name in names:
                self._fault(line, shown((*key, name)), f"这个名称重复了，第{names[name]}行已经写过")
                continue
            names[name] = line
            yield name, line, child

    def _place(self, key: Key, line: int) -> None:
        self.document.places[key] = Place(self.order, self.file.name, line)

    def _fault(self, line: int, path: str, text: str) -> None:
        self.document.faults.append(Fault(self.order, line, path, text, self.file.name))


def _line(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return mark.line + 1 if mark else 0


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]
