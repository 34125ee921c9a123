"""The phone half: a page on which people of the simulator hold a phone."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from simulator.acts import Acts


def phone_blueprint(world: Acts) -> Blueprint:
    """Everything that the browser of the person at the simulator calls."""
    blueprint = Blueprint("phone", __name__)

    @blueprint.route("/faults", methods=["GET", "POST"])
    def faults() -> Response:
        if request.method == "POST":
            world.faults.apply(request.get_json(force=True))
        return jsonify(world.faults.as_json())

    return blueprint
