"""The one error of this folder, with all that is wrong in it."""

from __future__ import annotations

from collections.abc import Sequence


class ContentError(Exception):
    """The content stops the start; ``faults`` lists all of them, one sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)
