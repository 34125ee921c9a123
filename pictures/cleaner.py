"""Has a photo cleaned by a child process, so that no bomb can take the worker down; needs no Pillow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pictures.limits import one_at_a_time

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 20.0
TURN_S = 30.0  # waited while another photo is cleaned
LARGEST = 10 * 1024 * 1024  # bytes
SAID = 3  # the child's exit status when it refuses with a sentence
TOO_BIG = "这张照片超过10MB，没有保存。压缩一下再发，或换一张。"
NOT_CLEANED = "这张照片的拍摄信息去不掉，为了您的安全没有保存。换一张，或回复“跳过”。"
CUT_SHORT = "这张照片没有处理完，没有保存。请再发一次，还不行就换一张。"


class NotCleaned(ValueError):
    """A photo was refused; its words are for the person who sent it."""


class CutShort(ChildProcessError):
    """The cleaner was ended before it was done: by a bomb, or for want of memory or time; words for the sender."""


def clean_apart(data: bytes, folder: Path, seconds: float = SECONDS, turn_s: float = TURN_S) -> bytes:
    """The photo as a JPEG that holds nothing but the picture, or ``NotCleaned``; never the file as it came.

    Raises ``CutShort`` where the photo may do another time, and ``TimeoutError`` where none can be cleaned at
    present. All that give the same folder, which they can write, clean one photo at a time.
    """
    if len(data) > LARGEST:
        raise NotCleaned(TOO_BIG)
    with one_at_a_time(folder, turn_s) as turn:
        child = _child(data, seconds, turn)
    if child.returncode < 0:
        raise CutShort(CUT_SHORT)
    if child.returncode == SAID:
        raise NotCleaned(child.stderr.decode("utf-8", "replace").strip() or NOT_CLEANED)
    if child.returncode != 0 or not child.stdout.startswith(b"\xff\xd8"):
        raise NotCleaned(NOT_CLEANED)
    return child.stdout


def _child(data: bytes, seconds: float, turn: int) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [sys.executable, "-m", "pictures.clean"],
            input=data,
            capture_output=True,
            timeout=seconds,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},  # no secret goes along
            pass_fds=(turn,),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CutShort(CUT_SHORT) from None
