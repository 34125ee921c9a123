"""``python -m chaos.platform``: the simulated platform in a process of its own, with doors for the harness.

It reads its settings as one line of JSON, prints its address, and ends when its input does.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, jsonify, request

from pictures.canvas import Canvas
from simulator.app import Simulator
from simulator.pusher import Push, PushResult
from simulator.settings import SimulatorSettings
from simulator.world import Timing


class Doors:
    """What the harness asks of the platform besides its faults."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._last: dict[str, Push] = {}
        self._moved: dict[str, Any] = {}
        app = simulator.app
        app.add_url_rule("/chaos/people", "people", self.people, methods=["POST"])
        app.add_url_rule("/chaos/say", "say", self.say, methods=["POST"])
        app.add_url_rule("/chaos/photo", "photo", self.photo, methods=["POST"])
        app.add_url_rule("/chaos/again", "again", self.again, methods=["POST"])
        app.add_url_rule("/chaos/clock", "move", self.move, methods=["POST"])
        app.add_url_rule("/demo/clock", "campaign-time", self.campaign_time)
        app.add_url_rule("/chaos/arrived", "arrived", self.arrived)

    def people(self) -> Response:
        """Let people live here who follow the account."""
        for openid, name in _wish()["people"]:
            self._simulator.add_person(openid, name)
        return jsonify({})

    def say(self) -> Response:
        """Let somebody say something, and wait for what comes of it."""
        wish = _wish()
        return self._came_of(wish["person"], self._simulator.push_text(wish["person"], wish["text"]))

    def photo(self) -> Response:
        """Let somebody send a photo, and wait for what comes of it."""
        person = _wish()["person"]
        return self._came_of(person, self._simulator.push_image(person, a_photo()))

    def again(self) -> Response:
        """Deliver somebody's last push once more, as the platform does where it missed the answer."""
        return _told(self._simulator.pusher.deliver(self._last[_wish()["person"]]))

    def move(self) -> Response:
        """Remember how far campaign time is from machine time."""
        self._moved = _wish()
        return jsonify({})

    def campaign_time(self) -> Response:
        """What a demo would tell of its clock, to commands."""
        now = datetime.now(UTC) + timedelta(seconds=self._moved["seconds"])
        return jsonify({"campaign": {"id": self._moved["campaign"]}, "now": now.isoformat()})

    def _came_of(self, person: str, result: PushResult) -> Response:
        self._last[person] = result.push
        return _told(result)

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


def a_photo() -> bytes:
    """A picture as a phone sends it."""
    return Canvas(640, 480, "#88aa99").png()


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
