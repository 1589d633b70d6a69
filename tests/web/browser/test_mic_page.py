"""A phone as a microphone in a real browser: from the page to the caption, over a cut."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from captioner import resources
from tests.fakes.weak_wifi import WeakWifi
from tests.web.browser.test_demo_page import PHONE, keep_picture, open_page, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.browser.conftest import Serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

FIRST_MS = 30_000
RATE = 48_000


@dataclass(frozen=True)
class Spoken:
    """A sound file and what is said in it."""

    file: Path
    starts_s: list[float]
    texts: list[str]
    length_s: float


PAUSE_S = 1.5


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    """Anna's own words in the bundled meeting, as Chromium's fake microphone wants them."""
    folder = resources.demo_meeting_folder()
    meeting = json.loads((folder / "meeting.json").read_text(encoding="utf-8"))
    sound, rate = soundfile.read(str(folder / "anna.ogg"), dtype="float32")
    pause = np.zeros(round(PAUSE_S * rate), np.float32)
    parts, starts_s, texts = [pause], [], []
    for utterance in [each for each in meeting["utterances"] if each["channel"] == 1][:4]:
        starts_s.append(sum(map(len, parts)) / rate)
        texts.append(utterance["text"])
        parts += [sound[round(utterance["start"] * rate) : round(utterance["end"] * rate)], pause]
    whole = np.concatenate(parts)
    length_s = len(whole) / rate
    times = np.arange(round(length_s * RATE)) / RATE
    file = tmp_path_factory.mktemp("spoken") / "anna.wav"
    soundfile.write(str(file), np.interp(times, np.arange(len(whole)) / rate, whole), RATE)
    return Spoken(file, starts_s, texts, length_s)


@pytest.fixture(scope="module")
def listener(spoken: Spoken, open_chromium: Callable[..., "Browser"]) -> Iterator["Browser"]:
    """Chromium whose microphone plays that sound, again and again."""
    opened = open_chromium(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={spoken.file}",
        "--host-resolver-rules=MAP phone.test 127.0.0.1",
    )
    yield opened
    opened.close()


def begin(serving: "Serving", *names: str) -> dict[str, Any]:
    """A meeting whose microphones are phones."""
    channels = [{"device": f"phone:{number}", "name": name} for number, name in enumerate(names, 1)]
    meeting: dict[str, Any] = serving.call(
        "/api/meetings", {"title": "Monday", "weights": "demo", "channels": channels}
    )
    return meeting


def finals(serving: "Serving", meeting: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/api/meetings/{meeting['id']}/transcript.json"
    found: list[dict[str, Any]] = serving.call(path)["utterances"]
    return found


def test_from_the_page_to_the_caption_and_nothing_is_lost_in_a_cut(
    listener: "Browser", serving: "Serving", spoken: Spoken
) -> None:
    """The line is cut in the middle of a sentence and mended three seconds later.

    That every sample came once shows in the times: the utterances lie as far apart in the
    meeting as they do in the sound file.
    """
    meeting = begin(serving, "Anna")
    link = meeting["channels"][0]["phone"]["links"][0]["url"]
    address, _, path = link.removeprefix("http://").partition("/")
    wifi = WeakWifi(int(address.split(":")[1]))
    try:
        page = open_page(listener, f"http://127.0.0.1:{wifi.port}/{path}", PHONE, "dark")
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.get_by_text("The microphone is off.").first.wait_for(timeout=FIRST_MS)
        keep_picture(page, "mic-off")
        page.get_by_role("button", name="Start the microphone").click()
        page.get_by_text("On. You are being captioned.").first.wait_for(timeout=FIRST_MS)
        page.get_by_text("coming").first.wait_for(timeout=FIRST_MS)
        keep_picture(page, "mic-on")
        page.wait_for_timeout(round((PAUSE_S + 0.6) * 1000))
        wifi.cut()
        page.get_by_text("Go on speaking").first.wait_for(timeout=FIRST_MS)
        page.wait_for_timeout(3000)
        keep_picture(page, "mic-cut")
        wifi.mend()
        page.get_by_text("On. You are being captioned.").first.wait_for(timeout=FIRST_MS)
        page.get_by_text("moment").first.wait_for(timeout=FIRST_MS)
        page.wait_for_timeout(1500)
        said = finals(serving, meeting)
        assert len(said) >= len(spoken.texts)
        heard = [words(each["text"]) for each in said[: len(spoken.texts)]]
        wanted = [words(text) for text in spoken.texts]
        right = sum(len(set(one) & set(two)) for one, two in zip(heard, wanted, strict=True))
        assert right >= 0.8 * sum(len(set(each)) for each in wanted)
        for earlier, later in itertools.pairwise(range(len(wanted))):
            apart_s = said[later]["start"] - said[earlier]["start"]
            wanted_s = spoken.starts_s[later] - spoken.starts_s[earlier]
            assert apart_s == pytest.approx(wanted_s, abs=0.15)
        page.get_by_role("button", name="Stop the microphone").click()
        page.get_by_text("The microphone is off.").first.wait_for(timeout=FIRST_MS)
        assert not faults
    finally:
        wifi.close()


def link_of(meeting: dict[str, Any], channel: int = 1) -> str:
    link: str = meeting["channels"][channel - 1]["phone"]["links"][0]["url"]
    return link


def test_over_tls_it_is_the_same_page_on_the_network(
    listener: "Browser", secure_serving: "Serving"
) -> None:
    link = link_of(begin(secure_serving, "Anna"))
    assert link.startswith("https://")
    # Chromium here has no store to put the authority in; that it is to be trusted, OpenSSL says in
    # tests/store/test_certificates.py.
    context = listener.new_context(
        ignore_https_errors=True,
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        device_scale_factor=2,
    )
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Start the microphone").click()
    page.get_by_text("On. You are being captioned.").first.wait_for(timeout=FIRST_MS)
    page.get_by_text("coming").first.wait_for(timeout=FIRST_MS)
    keep_picture(page, "mic-on-light")
    page.get_by_label("Your name").fill("Aisha")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Save").wait_for(state="hidden")
    channels = secure_serving.call("/api/meetings")["meetings"][0]["channels"]
    assert channels[0]["name"] == "Aisha"
    trust = open_page(listener, secure_serving.host.split("/?")[0] + "/trust", PHONE, "dark")
    trust.get_by_text("Its name: captioner on").first.wait_for(timeout=FIRST_MS)
    assert re.fullmatch(r"([0-9A-F]{2} ?){32}", trust.locator("#fingerprint").inner_text())
    keep_picture(trust, "trust")


def test_where_the_address_is_not_secure_the_page_says_so_in_words(
    listener: "Browser", serving: "Serving"
) -> None:
    link = link_of(begin(serving, "Anna")).replace("127.0.0.1", "phone.test")
    page = open_page(listener, link, PHONE, "light")
    page.get_by_text("captioner cert init").first.wait_for(timeout=FIRST_MS)
    assert page.get_by_role("button").count() == 0
    keep_picture(page, "mic-insecure")


def test_a_second_phone_takes_over_and_the_first_says_so(
    listener: "Browser", serving: "Serving"
) -> None:
    link = link_of(begin(serving, "Anna"))
    pages = [open_page(listener, link, PHONE, scheme) for scheme in ("light", "dark")]
    for page in pages:
        page.get_by_role("button", name="Start the microphone").click()
        page.get_by_text("On. You are being captioned.").first.wait_for(timeout=FIRST_MS)
    pages[0].get_by_text("Another phone has become").first.wait_for(timeout=FIRST_MS)
    pages[0].get_by_role("button", name="Start the microphone").wait_for()
    keep_picture(pages[0], "mic-taken-over")


def test_a_host_adds_a_phone_and_gets_its_code(listener: "Browser", serving: "Serving") -> None:
    host = open_page(listener, serving.host, {"width": 1000, "height": 1400}, "light")
    host.locator("#weights option[value='demo']").wait_for(state="attached", timeout=FIRST_MS)
    host.get_by_role("button", name="Add a phone").click()
    host.locator("#setup").get_by_label("Name of the speaker").fill("Anna")
    host.get_by_role("button", name="Start the captions").click()
    host.get_by_text("No phone is connected yet").first.wait_for(timeout=FIRST_MS)
    picture = host.get_by_alt_text("QR code that makes a phone the microphone of Anna")
    picture.wait_for()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth > 0)")
    keep_picture(host, "host-phone")
    link = host.locator(".phone a").first.get_attribute("href")
    assert link is not None
    page = open_page(listener, link, PHONE, "dark")
    page.get_by_role("button", name="Start the microphone").click()
    host.get_by_text("No phone is connected yet").first.wait_for(state="hidden", timeout=FIRST_MS)
    host.get_by_text("coming").first.wait_for(timeout=FIRST_MS)
