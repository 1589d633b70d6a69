"""How soon a caption is on a reader's screen, and what hours of them cost the page.

    python -m tools.measure_viewers [delay|hour|opening]

A staged meeting (`tools/staged_meeting.py`) of eight people who all speak, the real viewers' site,
Chromium as the one reader who is measured, and a process with any number of light ones beside it.
A caption counts as painted when the first task after its frame has run. It needs chromium and
playwright; what it prints is Markdown for docs/benchmarks.md.
"""

import argparse
import asyncio
import multiprocessing
import os
import random
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.staged_meeting import CODE, NAMES, Stage, growing, sentence

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
PHONE = {"width": 390, "height": 844}
EVERY_S = 0.14
"""Eight speakers at once: a partial of each every 1.5 s, and their finals."""
NETWORKS = {
    "poor Wi-Fi": {"latency": 40, "downloadThroughput": 625_000, "uploadThroughput": 250_000},
    "slow mobile": {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000},
}
"""Milliseconds for each request; bytes a second: 5 Mbit/s down, 1.6 Mbit/s down."""

# Every numbered event is noted with the time at which the frame after it was on the screen.
NOTE_PAINTS = """
(() => {
  window.painted = {};
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({data}) => {
        const found = /"seq":(\\d+)/.exec(data);
        if (!found || data.includes('"hello"')) return;
        requestAnimationFrame(() => {
          const after = new MessageChannel();
          after.port1.onmessage = () => { window.painted[found[1]] = Date.now() / 1000; };
          after.port2.postMessage(0);
        });
      });
    }
  };
})();
"""
NOTE_FIRST = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("#column .row")) return;
  observer.disconnect();
  requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => { window.firstPaintMs = performance.now(); };
    after.port2.postMessage(0);
  });
}).observe(document, {childList: true, subtree: true});
"""


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from an event's being given out to its being painted."""

    viewers: int
    slowed: int
    """How many times slower than this machine the reader's processor is made."""
    of: list[float]
    work_ms: float
    """Processor time of the page's own thread for one event, on this machine at its own speed."""
    served_ms: float
    """Processor time of the service for one event, to all viewers."""

    def row(self) -> str:
        """A row of the table."""
        ordered = sorted(self.of)
        p50, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.99))
        worst = ordered[-1] * 1000
        return (
            f"| {self.viewers} | {self.slowed} x | {len(ordered)}"
            f" | {p50:.0f} | {p99:.0f} | {worst:.0f} | {self.work_ms / self.slowed:.1f}"
            f" | {self.served_ms:.1f} |"
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """What the page takes at one moment of a long meeting."""

    minute: int
    heap_mb: float
    nodes: int
    """All of the page, not only those of captions."""
    utterances: int


@contextmanager
def chromium() -> Iterator["Browser"]:
    """A browser of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=[*FLAGS],
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def crowd(port: int, count: int) -> Iterator[None]:
    """So many readers in a process of their own: they take everything and look at nothing."""
    if count == 0:
        yield
        return
    ready = multiprocessing.Event()
    process = multiprocessing.Process(target=_be_a_crowd, args=(port, count, ready), daemon=True)
    process.start()
    try:
        ready.wait(60)
        yield
    finally:
        process.terminate()
        process.join(10)


def _be_a_crowd(port: int, count: int, ready: Any) -> None:
    asyncio.run(_read_along(port, count, ready))


async def _read_along(port: int, count: int, ready: Any) -> None:
    readers = [asyncio.create_task(_one_reader(port)) for _ in range(count)]
    await asyncio.sleep(1.0 + count / 200)
    ready.set()
    await asyncio.gather(*readers)


async def _one_reader(port: int) -> None:
    await asyncio.sleep(random.random() * 2)
    with suppress(OSError):
        incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
        outgoing.write(
            f"GET /m/{CODE}/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while await incoming.read(65_536):
            pass


class Chatter:
    """Eight people who all speak, utterance after utterance, word by word."""

    def __init__(self, stage: Stage, seed: int = 1) -> None:
        self._stage = stage
        self._chance = random.Random(seed)
        self._turns = [self._turn(channel) for channel in range(1, len(NAMES) + 1)]
        self.utterances = 0

    def step(self) -> None:
        """The next event of somebody."""
        next(self._chance.choice(self._turns))

    def _turn(self, channel: int) -> Iterator[None]:
        while True:
            self.utterances += 1
            text, name = sentence(self._chance), f"c{self.utterances}"
            for part in growing(text, 4):
                self._stage.partial(channel, part, name)
                yield
            self._stage.say(channel, text, utterance=name)
            yield


def open_reader(browser: "Browser", url: str, script: str = "") -> tuple["Page", "CDPSession"]:
    """A phone that reads."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(script)
    session = context.new_cdp_session(page)
    if url:
        page.goto(url)
    return page, session


def measure_delay(browser: "Browser", viewers: int, slowed: int, seconds: float) -> Delays:
    """Eight people speak for `seconds`; every event is one measurement."""
    stage = Stage(NAMES).open()
    try:
        stage.talk(500)
        page, session = open_reader(browser, stage.url, NOTE_PAINTS)
        with crowd(stage.port, viewers):
            page.wait_for_timeout(2000)
            session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
            first = stage.command_result(lambda meeting: meeting.timeline.seq)
            busy_s, served_s = _busy(session), time.process_time()
            chatter, until = Chatter(stage), time.monotonic() + seconds
            while time.monotonic() < until:
                chatter.step()
                page.wait_for_timeout(EVERY_S * 1000 * random.uniform(0.5, 1.5))
            page.wait_for_timeout(500)
            busy_s, served_s = _busy(session) - busy_s, time.process_time() - served_s
            session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            painted = {int(seq): at for seq, at in page.evaluate("window.painted").items()}
        page.context.close()
        sent = {seq: at for seq, at in stage.sent_at.items() if seq > first}
        delays = [painted[seq] - sent[seq] for seq in sent if seq in painted]
        costs = busy_s * 1000 / len(sent), served_s * 1000 / len(sent)
        return Delays(viewers, slowed, delays, *costs)
    finally:
        stage.close()


def _busy(session: "CDPSession") -> float:
    """Seconds that the page's thread has worked, however long it had to wait for a processor."""
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return _metrics(session)["TaskDuration"]


def _metrics(session: "CDPSession") -> dict[str, float]:
    found = session.send("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] for each in found}


def measure_hour(browser: "Browser", events: int, every_s: float) -> list[Cost]:
    """An hour's events one after the other; what the page takes six times on the way."""
    stage = Stage(NAMES).open()
    try:
        page, session = open_reader(browser, stage.url)
        page.get_by_text("Live").first.wait_for()
        chatter = Chatter(stage)
        costs = []
        for tenth in range(1, 7):
            for _ in range(events // 6):
                chatter.step()
                time.sleep(every_s)
            page.wait_for_timeout(500)
            costs.append(_cost(page, session, tenth * 10, chatter.utterances))
        page.context.close()
        return costs
    finally:
        stage.close()


def _cost(page: "Page", session: "CDPSession", minute: int, utterances: int) -> Cost:
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    nodes = int(page.evaluate("document.querySelectorAll('*').length"))
    return Cost(minute, _metrics(session)["JSHeapUsedSize"] / 1e6, nodes, utterances)


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of the page, with nothing of it in the cache."""

    first_ms: float
    """To the first caption on the screen."""
    work_ms: float
    """Processor time of the page's own thread until then, on this machine at its own speed."""


def measure_opening(
    browser: "Browser", history: int, slowed: int, network: str = "slow mobile"
) -> Opening:
    """Open the page of a meeting in which so much was said."""
    stage = Stage(NAMES).open()
    try:
        stage.talk(history)
        page, session = open_reader(browser, "", NOTE_FIRST)
        session.send("Network.enable")
        limits = {"offline": False, **NETWORKS[network]}
        session.send("Network.emulateNetworkConditions", limits)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        busy_s = _busy(session)
        page.goto(stage.url, wait_until="commit")
        page.wait_for_function("() => window.firstPaintMs", timeout=20_000)
        busy_s = _busy(session) - busy_s
        first = float(page.evaluate("window.firstPaintMs"))
        page.context.close()
        return Opening(first, busy_s * 1000 / slowed)
    finally:
        stage.close()


def _print_openings(browser: "Browser") -> None:
    print("| network | processor | utterances | median ms | fastest ms | work ms |")
    for network in NETWORKS:
        for slowed, history in ((1, 10), (4, 10), (4, 1000)):
            each = [measure_opening(browser, history, slowed, network) for _ in range(7)]
            times = sorted(opening.first_ms for opening in each)
            work = statistics.median(opening.work_ms for opening in each)
            print(
                f"| {network} | {slowed} x | {history} | {times[3]:.0f} | {times[0]:.0f}"
                f" | {work:.0f} |",
                flush=True,
            )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=["delay", "hour", "opening"])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--events", type=int, default=12_000)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with chromium() as browser:
        if options.what in (None, "opening"):
            _print_openings(browser)
        if options.what in (None, "delay"):
            print(
                "| viewers beside | processor | events | median ms | p99 ms | worst ms | work ms |"
            )
            for viewers, slowed in ((0, 1), (0, 4), (500, 1), (500, 4)):
                print(measure_delay(browser, viewers, slowed, options.seconds).row(), flush=True)
        if options.what in (None, "hour"):
            for cost in measure_hour(browser, options.events, 0.004):
                print(cost, flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
