"""python -m simulator [FILE]: run a simulator with settings from a JSON file or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.app import serve
from simulator.settings import SimulatorSettings

if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else sys.stdin.read()
    serve(SimulatorSettings.from_json(text))
