"""A browser, and a demo that plays meanwhile."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True)
class Demo:
    """A demo in another process, and where its pages are."""

    process: "subprocess.Popen[str]"
    viewer: str
    host: str
    out: Path


@pytest.fixture(scope="session")
def playwright() -> Iterator["Playwright"]:
    """What drives browsers: one at a time, however many browsers it opens."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def open_chromium(
    playwright: "Playwright", tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., "Browser"]:
    """Opens Chromium, with a home of its own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs chromium")

    def launch(*more_flags: str) -> "Browser":
        return playwright.chromium.launch(
            executable_path=chromium,
            args=[*CHROMIUM_FLAGS, *more_flags],
            env={**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))},
        )

    return launch


@pytest.fixture(scope="session")
def browser(open_chromium: Callable[..., "Browser"]) -> Iterator["Browser"]:
    """Chromium as viewers and hosts have it."""
    opened = open_chromium()
    yield opened
    opened.close()


@dataclass(frozen=True)
class Serving:
    """A service in another process, for whoever has the host key."""

    process: "subprocess.Popen[str]"
    host: str
    data: Path

    def call(self, path: str, body: object = None) -> Any:
        """GET, or POST with a body, as the host."""
        base, _, key = self.host.partition("/?key=")
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            base + path, sent, {"Authorization": f"Bearer {key}", "Connection": "close"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """`captioner serve` with the demo weights."""
    yield from serve(tmp_path)


@pytest.fixture
def secure_serving(tmp_path: Path) -> Iterator[Serving]:
    """The same after `captioner cert init`."""
    init = (sys.executable, "-m", "captioner", "cert", "init", "--data", str(tmp_path / "data"))
    subprocess.run(init, check=True, stdout=subprocess.DEVNULL)
    yield from serve(tmp_path)


def serve(tmp_path: Path) -> Iterator[Serving]:
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "captioner", "serve", "--model", "demo"),
            *("--data", str(tmp_path / "data"), "--viewer-address", "127.0.0.1"),
            *("--viewer-port", "0", "--host-port", "0"),
            *("--tls-address", "127.0.0.1", "--tls-port", "0"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        host = next(
            found[1] for line in process.stdout if (found := re.match(r"Host:\s+(\S+)", line))
        )
        try:
            yield Serving(process, host, tmp_path / "data")
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """The bundled meeting, playing from now on."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "captioner", "demo", "--headless"),
            *("--out", str(tmp_path / "out"), "--data", str(tmp_path / "data")),
            *("--viewer-port", "0", "--host-port", "0"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        links: dict[str, str] = {}
        for line in process.stdout:
            if found := re.match(r"(Viewers on this computer|Host):\s+(\S+)", line):
                links[found[1]] = found[2]
            if len(links) == 2:
                break
        try:
            yield Demo(process, links["Viewers on this computer"], links["Host"], tmp_path / "out")
        finally:
            process.terminate()
            process.wait(20)
