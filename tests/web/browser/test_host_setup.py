"""From nothing to captions, as a host does it: in a browser, with four virtual microphones.

Counted in actions (a key that is pressed, a field that is filled, a button that is clicked) and in
seconds. Then three people's mistakes, and next week.
"""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from captioner.scoring import split_words, word_distance
from tests.fakes.sound_table import MICROPHONES, SoundTable, laid_table
from tests.sound.conftest import missing as missing_for_sound
from tests.web.browser.conftest import Serving
from tests.web.browser.test_demo_page import keep_picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

TOP = str(Path(__file__).parents[3])
NAMES = ("Anna", "Bram", "Chen", "Daan")
SENTENCE = "We need to check the contract and then move the invoice."
PATIENCE_MS = 20_000


@pytest.fixture
def table(tmp_path: Path) -> Iterator[SoundTable]:
    missing = missing_for_sound() or ("" if shutil.which("espeak-ng") else "espeak-ng")
    if missing:
        pytest.skip(f"needs {missing}")
    with laid_table(tmp_path / "sound") as table:
        yield table


@contextmanager
def serving_at(table: SoundTable, data: Path) -> Iterator[Serving]:
    """`captioner serve` on this table's sound server, with the demo weights."""
    command = [
        *(sys.executable, "-m", "captioner", "serve", "--model", "demo", "--data", str(data)),
        *("--viewer-address", "127.0.0.1", "--viewer-port", "0", "--host-port", "0"),
    ]
    environment = {**table.environment, "PYTHONPATH": TOP}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            found = (re.match(r"Host:\s+(\S+)", line) for line in process.stdout)
            yield Serving(process, next(match[1] for match in found if match), data)
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def room(table: SoundTable, tmp_path: Path) -> Iterator[Serving]:
    with serving_at(table, tmp_path / "data") as serving:
        yield serving


class Hand:
    """Somebody at the host's page; every action counts."""

    def __init__(self, browser: "Browser", host: str, locale: str = "en-GB") -> None:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=locale)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.actions = 0
        self.began = time.monotonic()
        self.page.goto(host)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def microphone(self, name: str) -> "Locator":
        return self.page.locator(f"[data-device='Pulse: {name}']")

    def click(self, what: "Locator") -> None:
        self.actions += 1
        what.click()

    def sit(self, who: str, name: str) -> None:
        """Type a name beside a microphone."""
        self.actions += 1
        self.microphone(name).get_by_label("Name of the speaker").fill(who)

    def press(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def until(self, text: str) -> None:
        self.page.get_by_text(text).locator("visible=true").first.wait_for()


def wait_for_caption(hand: Hand, table: SoundTable) -> None:
    """Somebody speaks at the first microphone, and it can be read."""
    hand.page.locator("#running").wait_for()
    table.say(1, SENTENCE)
    hand.page.get_by_role("log").get_by_text("invoice").wait_for()
    hand.page.get_by_role("log").get_by_text("Anna").first.wait_for()


def test_from_nothing_to_captions_with_four_microphones_and_next_week_in_two_clicks(
    browser: "Browser", table: SoundTable, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with serving_at(table, data) as serving:
        assert not list(data.glob("*.json")), "an empty data folder"
        hand = Hand(browser, serving.host)
        for number, who in zip(MICROPHONES, NAMES, strict=True):
            hand.microphone("usb1").get_by_text("Sound arrives").wait_for()
            speaking = table.say(number, f"Hello. I am {who}, and this is my microphone here.")
            best = hand.page.locator(".device[data-best]")
            hand.page.locator(f".device[data-best][data-device='Pulse: usb{number}']").wait_for()
            assert best.count() == 1
            hand.sit(who, f"usb{number}")
            speaking.wait(20)
        keep_picture(hand.page, "host-start")
        hand.press("Start the captions")
        wait_for_caption(hand, table)
        assert hand.page.locator("#view-meeting").inner_text() == "The meeting"
        print(f"first time: {hand.actions} actions, {hand.seconds:.1f} s")  # noqa: T201
        assert hand.actions == 5, "four names and one button"
        assert hand.seconds < 180
        heard = hand.page.get_by_role("log").locator(".said").first.inner_text()
        assert word_distance(split_words(SENTENCE), split_words(heard)) <= 2, heard
        assert hand.faults == []
    with serving_at(table, data) as serving:
        hand = Hand(browser, serving.host)
        hand.press("Use “Our room”")
        assert hand.microphone("usb4").get_by_label("Name of the speaker").input_value() == "Daan"
        hand.press("Start the captions")
        wait_for_caption(hand, table)
        print(f"next week: {hand.actions} actions, {hand.seconds:.1f} s")  # noqa: T201
        assert hand.actions == 2
        meeting = serving.call("/api/meetings")["meetings"][0]
        assert [each["name"] for each in meeting["channels"]] == list(NAMES)
        assert [each["letter"] for each in meeting["channels"]] == ["A", "B", "C", "D"]
        assert hand.faults == []


def test_the_keyboard_alone_leads_to_captions(
    browser: "Browser", table: SoundTable, room: Serving
) -> None:
    hand = Hand(browser, room.host)
    hand.microphone("usb1").get_by_text("Sound arrives").wait_for()
    keyboard = hand.page.keyboard
    wanted = "#" + (hand.microphone("usb1").locator("input").get_attribute("id") or "")
    for _ in range(30):
        keyboard.press("Tab")
        if hand.page.evaluate("document.activeElement.id") == wanted[1:]:
            break
    keyboard.type("Anna")
    for _ in range(60):
        keyboard.press("Tab")
        focused = hand.page.locator(":focus")
        box = focused.bounding_box()
        assert box is not None
        assert box["height"] >= 24, "nothing that is focused is hidden or too small"
        if focused.get_attribute("id") == "start":
            break
    keyboard.press("Enter")
    wait_for_caption(hand, table)
    assert hand.faults == []


def test_a_wrong_microphone_is_told_and_put_right(
    browser: "Browser", table: SoundTable, room: Serving
) -> None:
    """Anna's name is at the microphone in front of Chen."""
    hand = Hand(browser, room.host)
    card = hand.microphone("usb1")
    card.get_by_text("Sound arrives").wait_for()
    hand.sit("Anna", "usb1")
    table.say(3, "Hello, my name is Anna, and I sit here at this table.")
    hand.until("“USB-PnP-3” hears this voice best, and nobody sits at it.")
    keep_picture(hand.page, "host-wrong-microphone")
    hand.click(card.get_by_role("button", name="Try it: say your name"))
    hand.until("Anna, say your name now…")
    hand.page.locator(".device[data-best]").wait_for(state="detached")
    table.say(3, "Anna. Hello, my name is Anna, and I sit here.")
    hand.until("Not this one: “USB-PnP-3” hears Anna better.")
    hand.press("Move Anna to “USB-PnP-3”")
    right = hand.microphone("usb3")
    assert right.get_by_label("Name of the speaker").input_value() == "Anna"
    assert card.get_by_label("Name of the speaker").input_value() == ""
    hand.click(right.get_by_role("button", name="Try it: say your name"))
    hand.page.locator(".device[data-best]").wait_for(state="detached")
    table.say(3, "Anna. Hello, my name is Anna, and I sit here.")
    hand.until("Right: this microphone hears Anna best.")
    assert hand.faults == []


def test_one_microphone_under_two_names_is_told_before_everything_is_captioned_twice(
    browser: "Browser", table: SoundTable, room: Serving
) -> None:
    """A webcam that the system lists twice, say."""
    table.add("webcam", 1, "Webcam")
    hand = Hand(browser, room.host)
    hand.sit("Anna", "usb1")
    hand.sit("Bram", "webcam")
    hand.until("This is the same microphone as Bram: everything would be captioned twice.")
    hand.until("This is the same microphone as Anna: everything would be captioned twice.")
    keep_picture(hand.page, "host-same-microphone")
    hand.press("Ready?")
    hand.until("2 things to mend.")
    hand.press("Back")
    hand.press("Start the captions")
    hand.until("Mend it, or press Start again to go on all the same.")
    assert hand.page.locator("#running").is_hidden()
    hand.sit("", "webcam")
    hand.page.locator("#problem").filter(has_text="same").wait_for(state="detached")
    assert hand.page.get_by_text("the same microphone").locator("visible=true").count() == 0
    hand.press("Start the captions")
    hand.page.locator("#running").wait_for()
    assert hand.faults == []


def test_a_microphone_that_the_computer_itself_has_muted_is_told_before_and_during_a_meeting(
    browser: "Browser", table: SoundTable, room: Serving
) -> None:
    table.mute("usb2", True)
    hand = Hand(browser, room.host)
    hand.sit("Bram", "usb2")
    words = "Muted in the sound settings of this computer: switch it on there."
    hand.microphone("usb2").get_by_text(words).wait_for()
    keep_picture(hand.page, "host-muted")
    hand.press("Start the captions")
    hand.until(f"Bram: {words} Mend it, or press Start again")
    table.mute("usb2", False)
    hand.microphone("usb2").get_by_text(words).wait_for(state="hidden")
    hand.press("Start the captions")
    hand.page.locator("#running").wait_for()
    table.mute("usb2", True)
    hand.page.locator("#channels").get_by_text(words).wait_for()
    hand.press("Ready?")
    hand.page.locator("#check-microphones").get_by_text(words).wait_for()
    assert hand.faults == []


def test_a_microphone_that_is_missing_since_last_week_is_told_and_replaced(
    browser: "Browser", table: SoundTable, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with serving_at(table, data) as serving:
        hand = Hand(browser, serving.host)
        hand.microphone("usb1").get_by_text("Sound arrives").wait_for()
        hand.sit("Anna", "usb1")
        hand.sit("Bram", "usb2")
        hand.press("Start the captions")
        hand.page.locator("#running").wait_for()
    table.remove("usb2")
    with serving_at(table, data) as serving:
        hand = Hand(browser, serving.host)
        hand.press("Use “Our room”")
        hand.until("The microphone of Bram (“USB-PnP-2”) is not here.")
        keep_picture(hand.page, "host-missing")
        assert hand.page.locator("#start-summary").inner_text() == "1 microphone: Anna"
        hand.press("Start the captions")
        hand.until("Mend it, or press Start again to go on all the same.")
        hand.page.get_by_label("Another microphone for Bram").select_option(label="USB-PnP-3")
        hand.press("Use it")
        assert hand.microphone("usb3").get_by_label("Name of the speaker").input_value() == "Bram"
        hand.microphone("usb3").get_by_text("Sound arrives").wait_for()
        hand.press("Start the captions")
        hand.page.locator("#running").wait_for()
        assert hand.faults == []
