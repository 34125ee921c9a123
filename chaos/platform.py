"""``python -m chaos.platform``: the simulated platform in a process of its own, with doors for the harness.

It reads its settings as one line of JSON, prints its address, and ends when its input does.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request

from simulator.app import Simulator
from simulator.pusher import Push, PushResult
from simulator.settings import SimulatorSettings
from simulator.world import Timing


class Doors:
    """What the harness asks of the platform besides its faults."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._last: dict[str, Push] = {}
        app = simulator.app
        app.add_url_rule("/chaos/people", "people", self.people, methods=["POST"])
        app.add_url_rule("/chaos/say", "say", self.say, methods=["POST"])
        app.add_url_rule("/chaos/again", "again", self.again, methods=["POST"])
        app.add_url_rule("/chaos/arrived", "arrived", self.arrived)

    def people(self) -> Response:
        """Let people live here who follow the account."""
        for openid, name in _wish()["people"]:
            self._simulator.add_person(openid, name)
        return jsonify({})

    def say(self) -> Response:
        """Let somebody say something, and wait for what comes of it."""
        wish = _wish()
        result = self._simulator.push_text(wish["person"], wish["text"])
        self._last[wish["person"]] = result.push
        return _told(result)

    def again(self) -> Response:
        """Deliver somebody's last push once more, as the platform does where it missed the answer."""
        return _told(self._simulator.pusher.deliver(self._last[_wish()["person"]]))

    def arrived(self) -> Response:
        """All that people were shown or sent unasked."""
        state = self._simulator.state
        sent = [
            {
                "to": one.touser,
                "kind": one.kind,
                "words": json.dumps(one.payload, ensure_ascii=False),
                "at": datetime.fromisoformat(one.at).timestamp(),
            }
            for one in state.outbox
            if one.shown
        ]
        world = self._simulator  # a letter bears campaign time, as far as the platform knows it
        ahead = world.clock.time() - world.now()
        mails = [
            {
                "to": to,
                "kind": "mail",
                "words": f"{mail.subject}\n{mail.text}",
                "at": (datetime.fromisoformat(mail.at) - ahead).timestamp(),
            }
            for mail in list(state.mails)
            for to in mail.to
        ]
        return jsonify({"arrived": [*sent, *mails], "posts": state.outbox.posts})


def _wish() -> dict[str, Any]:
    wish: dict[str, Any] = request.get_json(force=True)
    return wish


def _told(result: PushResult) -> Response:
    return jsonify(
        {
            "text": result.text,
            "status": result.status,
            "attempts": result.attempts,
            "heard": result.heard,
            "problem": result.problem,
        }
    )


def main() -> None:
    told = json.loads(sys.stdin.readline())
    timing = Timing(deliveries=tuple(told["deliveries"]), receipt_after=0.1)
    simulator = Simulator(SimulatorSettings.from_json(json.dumps(told["settings"])), timing=timing)
    Doors(simulator)
    simulator.start()
    print(simulator.url, flush=True)
    sys.stdin.read()
    simulator.stop()


if __name__ == "__main__":
    main()
