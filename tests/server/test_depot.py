"""The values that the endpoints of weights and packages hand out."""

import json
from dataclasses import asdict

from captioner.server.depot import Errand, ErrandKind, ErrandState


def test_an_errand_is_json_as_it_stands() -> None:
    errand = Errand(1, ErrandKind.PULL, "small")
    assert errand.state is ErrandState.RUNNING
    assert json.loads(json.dumps(asdict(errand)))["kind"] == "pull"
