"""How a fault is told to the log: its kind and place, never its message, which may hold what people wrote."""

from __future__ import annotations

import traceback
from pathlib import Path


def where(problem: BaseException) -> str:
    """KeyError at planner.py:12 < runner.py:40"""
    frames = traceback.extract_tb(problem.__traceback__)[-4:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(problem).__name__} at {places}" if places else type(problem).__name__
