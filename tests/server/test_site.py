import asyncio
import http.client
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from captioner.domain import MeetingId
from captioner.server.desk import MeetingHandle
from captioner.server.listener import WebServer, listen
from captioner.server.site import SECURITY_HEADERS, create_host_site, create_viewer_site
from captioner.service.meetings import Meetings
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings
from tests.fakes.recording_viewer import Answer, fetch

KEY = "secret"
PROMISED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)


class BrokenDesk(Meetings):
    """A service with a fault in it."""

    def by_code(self, code: str) -> MeetingHandle:
        if not code:
            return super().by_code(code)
        raise ZeroDivisionError(code)

    def by_id(self, meeting: MeetingId) -> MeetingHandle:
        raise ZeroDivisionError(meeting)


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[tuple[int, int]]:
    web = tmp_path / "web"
    for name in ("viewer/index.html", "viewer/join.html", "host/index.html", "shared/a.js"):
        (web / name).parent.mkdir(parents=True, exist_ok=True)
        (web / name).write_text(f"{name} of a test")
    (tmp_path / "secret.js").write_text("secret")
    desk = BrokenDesk(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    sites = create_viewer_site(desk, web, 5.0), create_host_site(desk, web, KEY, 5.0)
    listening = [listen("127.0.0.1", 0) for _ in sites]
    numbers = [each.getsockname()[1] for each in listening]
    servers = [WebServer(site, each) for site, each in zip(sites, listening, strict=True)]
    for server in servers:
        await server.start()
    yield numbers[0], numbers[1]
    await asyncio.gather(*(server.stop() for server in servers))


def is_secure(answer: Answer) -> bool:
    return all(answer.headers.get(n.lower()) == value for n, value in SECURITY_HEADERS.items())


def test_the_policy_is_the_one_that_is_promised() -> None:
    assert SECURITY_HEADERS["Content-Security-Policy"] == PROMISED
    docs = Path(__file__).parents[2] / "docs" / "host-api.md"
    assert PROMISED in docs.read_text(encoding="utf-8")


VIEWERS_CALLS = (
    ("/", "GET", 200),
    ("/", "HEAD", 200),
    ("/m/ABC234", "GET", 200),
    ("/m/abc-234", "GET", 303),
    ("/assets/shared/a.js", "GET", 200),
    ("/assets/none.js", "GET", 404),
    ("/nowhere", "GET", 404),
    ("/api/meetings", "GET", 404),  # the host's, and not here
    ("/", "POST", 405),
    ("/m/ABC234/signals", "GET", 405),
)


async def test_every_answer_to_a_viewer_has_the_headers(ports: tuple[int, int]) -> None:
    for path, method, status in VIEWERS_CALLS:
        answer = await fetch(ports[0], path, method)
        assert answer.status == status, path
        assert is_secure(answer), path


HOSTS_CALLS = (
    ("/", 401),
    (f"/?key={KEY}", 303),
    ("/healthz", 200),
    ("/api/meetings", 401),
    ("/assets/shared/a.js", 200),
    ("/m/ABC234", 404),  # the viewers', and not here
)


async def test_every_answer_to_the_host_has_the_headers(ports: tuple[int, int]) -> None:
    for path, status in HOSTS_CALLS:
        answer = await fetch(ports[1], path)
        assert answer.status == status, path
        assert is_secure(answer), path


async def test_even_the_answer_to_a_fault_of_ours_has_the_headers(
    ports: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    """Starlette answers a fault outside of all its middleware."""
    viewers = await fetch(ports[0], "/m/ABC234/signals", "POST", {"signal": "slower"})
    host = await fetch(ports[1], "/api/meetings/x", headers={"Authorization": f"Bearer {KEY}"})
    for answer in (viewers, host):
        assert answer.status == 500
        assert is_secure(answer)
        assert "ZeroDivision" not in answer.text
    assert "ZeroDivisionError" in caplog.text


async def test_a_module_is_called_a_module(ports: tuple[int, int]) -> None:
    for port in ports:
        answer = await fetch(port, "/assets/shared/a.js")
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.text == "shared/a.js of a test"


WAYS_OUT = (
    "/assets/../secret.js",
    "/assets/shared/../../secret.js",
    "/assets/%2e%2e/secret.js",
    "/assets/..%2fsecret.js",
    "/assets/%2e%2e%2fsecret.js",
    "/assets/shared/%2e%2e/%2e%2e/secret.js",
    "/assets//etc/passwd",
    "/assets/%2fetc%2fpasswd",
    "/assets/%00.js",
    "/assets/" + "a" * 3000 + ".js",
    "/assets/..%5csecret.js",
    "/assets/%c0%ae%c0%ae/secret.js",
    "/assets/",
)


async def test_no_path_leads_out_of_the_pages(ports: tuple[int, int]) -> None:
    for port in ports:
        for path in WAYS_OUT:
            answer = await fetch(port, path)
            assert answer.status == 404, path
            assert b"secret" not in answer.body
            assert is_secure(answer)


async def test_a_request_may_keep_its_connection(ports: tuple[int, int]) -> None:
    def twice() -> list[int]:
        connection = http.client.HTTPConnection("127.0.0.1", ports[0], timeout=5)
        found = []
        for _ in range(2):
            connection.request("GET", "/")
            with connection.getresponse() as answer:
                answer.read()
                found.append(answer.status)
        connection.close()
        return found

    assert await asyncio.to_thread(twice) == [200, 200]


def test_viewers_are_given_no_way_to_command(tmp_path: Path) -> None:
    """The only calls of theirs that change anything are the three that are published."""
    from captioner.server.pages import PageFolder
    from captioner.server.viewer import ViewerEndpoints

    desk = Meetings(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    routes = ViewerEndpoints(desk, PageFolder(tmp_path), 5.0).routes()
    changing = {
        route.path for route in routes if set(getattr(route, "methods", ())) - {"GET", "HEAD"}
    }
    assert changing == {"/m/{code}/signals", "/m/{code}/messages", "/m/{code}/translations"}
