"""What all content is built of: strict frozen values, ids, short names, periods."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
ShortName = Annotated[
    str, Field(min_length=1, max_length=20)
]  # WeChat: a ``thing`` field holds 20 characters
Text = Annotated[str, Field(min_length=1)]


class Model(BaseModel):
    """Frozen, and strict about names: a misspelt key is a fault, not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Period(Model):
    """From the first to the last day, both included; ``assumed`` where the notice leaves an end open."""

    start: date
    end: date
    assumed: bool = False
    quote: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.end < self.start:
            raise ValueError(f"结束日期 {self.end} 早于开始日期 {self.start}")
        return self
