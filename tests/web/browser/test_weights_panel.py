"""Weights and languages on the host's page, in Chromium, with sources on this machine."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from captioner import resources
from captioner.asr.weights import REPOSITORIES
from tests.fakes.argos_package import argosmodel
from tests.fakes.fake_hub import FakeHub, folder_as_repository
from tests.fakes.fake_source import FakeIndex

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex({"en_nl": argosmodel(), "nl_en": argosmodel("nl", "en")}) as index:
        yield index


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    repository = folder_as_repository(resources.demo_weights_folder())
    del repository["captioner.json"]
    with FakeHub({REPOSITORIES["small"]: repository}) as hub:
        yield hub


@pytest.fixture
def host(hub: FakeHub, index: FakeIndex, tmp_path: Path) -> Iterator[str]:
    """The host's link of a service without weights that hear people."""
    env = hub.environment(tmp_path / "home")
    env["ARGOS_PACKAGE_INDEX"] = f"{index.url}/argos/"
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "captioner", "serve", "--data", str(tmp_path / "data")),
            *("--viewer-address", "127.0.0.1", "--viewer-port", "0", "--host-port", "0"),
        ],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = (
            re.search(r"http://127[.]0[.]0[.]1:\d+/[?]key=\S+", line) for line in process.stdout
        )
        yield next(line[0] for line in lines if line)
        process.terminate()


@pytest.fixture
def page(browser: "Browser", host: str) -> Iterator["Page"]:
    """The page as somebody sees it who has nothing yet: the panel is open by itself."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(host)
    page.wait_for_selector("#stock[open] .stock-list li")
    yield page
    context.close()


def press(page: "Page", name: str) -> None:
    """By the keyboard alone."""
    button = page.get_by_role("button", name=name)
    button.focus()
    page.keyboard.press("Enter")


def said(page: "Page", text: str) -> None:
    page.wait_for_selector(f".stock-said:text({text!r})")


def test_nobody_outside_is_asked_until_the_host_asks_and_a_pair_is_fetched_by_keyboard(
    page: "Page", hub: FakeHub, index: FakeIndex
) -> None:
    assert (hub.requests, index.requests) == ([], [])
    press(page, "Look up which there are")
    page.wait_for_selector("#stock-pair")
    assert page.locator("#stock-pair option").all_inner_texts() == [
        "English → Nederlands",
        "Nederlands → English",
    ]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    said(page, "translate-en_nl is here")
    assert "English → Nederlands" in page.inner_text("#stock .stock-list")


def test_a_download_survives_the_page_is_stopped_and_gone_on_with(
    page: "Page", hub: FakeHub
) -> None:
    hub.hangs = "model.bin"
    press(page, "Fetch: small")
    page.wait_for_selector("#stock-progress:text-matches('small: [1-9]')")
    page.reload()
    page.wait_for_selector("#stock-now:text('Fetching small')")
    if not page.locator("#stock").evaluate("it => it.open"):
        page.locator("#stock > summary").press("Enter")
    press(page, "Stop")
    said(page, "Stopped")
    hub.hangs = None
    press(page, "Go on: small")
    said(page, "small is here")
    assert hub.ranges  # more than one where the first reader of all ran out of patience
    assert "bytes=0-" not in hub.ranges
    page.wait_for_selector("#weights option[value=small]", state="attached")

    press(page, "Remove: small")
    assert page.evaluate("document.activeElement.textContent") == "Remove it"
    page.keyboard.press("Enter")
    said(page, "small is removed")
    page.wait_for_selector("#weights option[value=small]", state="detached")


def test_a_failure_is_told_in_its_own_sentence(page: "Page", hub: FakeHub) -> None:
    hub.status, hub.retry_after = 429, "600"
    page.fill("#stock-other", "small")
    page.press("#stock-other", "Enter")
    page.wait_for_selector("#stock .problem:text('try again in 10 minutes')")
    page.fill("#stock-path", f"{os.sep}nowhere")
    page.press("#stock-path", "Enter")
    page.wait_for_selector("#stock .problem:text('check the path')")


@pytest.mark.parametrize("width", [360, 820, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_fits_and_is_accessible(
    browser: "Browser", host: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="nl-NL"
    )
    page = context.new_page()
    page.goto(host)
    page.wait_for_selector("#stock[open] .stock-list li", timeout=PATIENCE_MS)
    assert page.inner_text("#stock h2 >> nth=0") == "Op deze computer"
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert axe.Axe().run(page).response["violations"] == []
    context.close()
