from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from captioner.server.hosts import Role
from captioner.server.roles import FOR_ALL, FOR_HELPERS, FOR_HOSTS, LEAST, may
from captioner.server.site import SecureHeaders, create_host_site
from captioner.service.meetings import Meetings
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings


def calls_of_the_site(tmp_path: Path) -> list[str]:
    desk = Meetings(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    site = create_host_site(desk, tmp_path, "key", 5.0)
    assert isinstance(site, SecureHeaders)
    app = site._app
    assert isinstance(app, Starlette)
    calls = []
    for route in app.routes:
        if isinstance(route, WebSocketRoute):
            calls.append(f"WS {route.path}")
        else:
            methods = set(getattr(route, "methods", None) or ()) - {"HEAD"}
            calls += [f"{method} {route.path}" for method in sorted(methods)]  # type: ignore[attr-defined]
    return calls


def test_every_route_of_the_hosts_listener_stands_in_the_table_and_the_reverse(
    tmp_path: Path,
) -> None:
    """A route that is added needs a decision who may call it."""
    calls = calls_of_the_site(tmp_path)
    assert set(calls) == FOR_ALL | FOR_HELPERS | FOR_HOSTS
    assert len(calls) == len(set(calls))
    assert not FOR_ALL & LEAST.keys()
    assert not FOR_HELPERS & FOR_HOSTS


def test_a_helper_corrects_lines_only() -> None:
    assert {call for call in LEAST if may(Role.HELPER, call)} == FOR_HELPERS
    assert [call for call in FOR_HELPERS if not call.startswith(("GET", "WS"))] == [
        "PATCH /api/meetings/{id}/utterances/{utterance}"
    ]


def test_a_host_may_do_everything_that_exists() -> None:
    assert all(may(Role.HOST, call) for call in LEAST)
    assert not may(Role.HOST, "POST /api/nothing")
    assert not may(Role.HELPER, "POST /api/nothing")
