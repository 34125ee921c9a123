"""What a simulator is told when it starts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Mode = Literal["plain", "compatible", "safe"]


@dataclass(frozen=True)
class TemplateField:
    """One field of a message template: its name at WeChat, the label people read, the kind of value."""

    name: str
    label: str
    type: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Template:
    """A message template of the account, as it was chosen in WeChat's library."""

    id: str
    title: str
    fields: tuple[TemplateField, ...]


@dataclass(frozen=True)
class SimulatorSettings:
    """The account that is simulated, where its product listens, and where the simulator itself does."""

    token: str
    app_id: str
    app_secret: str
    aes_key: str
    mode: Mode
    callback: str
    base_url: str
    port: int
    smtp_port: int
    demo_key: str
    data_dir: Path | None = None
    templates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    host: str = "127.0.0.1"
    account: str = "gh_safetymonth"
    account_name: str = "安全月助手"

    @classmethod
    def from_json(cls, text: str | bytes) -> SimulatorSettings:
        """Read settings from a JSON object whose keys are the names of the fields."""
        values = json.loads(text)
        if values.get("data_dir"):
            values["data_dir"] = Path(values["data_dir"])
        return cls(**values)

    def template(self, template_id: str) -> Template | None:
        """Find a template of the account by its id."""
        spec = self.templates.get(template_id)
        return None if spec is None else read_template(template_id, spec)


def read_template(template_id: str, spec: Mapping[str, Any]) -> Template:
    """Turn either way of writing a template (a list of fields, or name to type) into a Template."""
    listed = spec.get("fields")
    if listed is None:
        listed = [{"name": name, "type": kind} for name, kind in spec.items() if name != "title"]
    return Template(template_id, str(spec.get("title", "")), tuple(_read_field(entry) for entry in listed))


def _read_field(entry: Mapping[str, Any]) -> TemplateField:
    name = str(entry["name"])
    kind = str(entry.get("type") or re.sub(r"\d+$", "", name))
    return TemplateField(name, str(entry.get("label", name)), kind, tuple(entry.get("values", ())))
