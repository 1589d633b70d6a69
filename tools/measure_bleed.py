"""How much bleed gets into captions, where the truth is known.

    python -m tools.measure_bleed --into docs                 (about ten minutes on one core)
    python -m tools.measure_bleed --only base,walks         (nothing is written)
    python -m tools.measure_bleed --offsets                   (channels that are late, frames only)
    python -m tools.measure_bleed --call FOLDER               (a recorded call, frames only)

Simulated rooms (tests/rooms), one thing changed at a time around a base case; each meeting goes
through the live path with the demo weights on a simulated clock, and what the gates decided is
compared with who really spoke. Needs espeak-ng and `pip install captioner[test]`. Run it where the
repository is. --into writes the tables and the picture of docs/benchmarks.md.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from captioner.asr.engine import GenerateOptions
from captioner.asr.weights import Weights, find_weights
from captioner.asr.whisper import WhisperEngine
from captioner.audio.frame import SAMPLE_RATE
from captioner.audio.vad import SileroDetector, SileroModel
from captioner.bench.bleed import (
    FRAME_COLUMNS,
    WORD_COLUMNS,
    FrameFigures,
    bleed_charts,
    count_words,
    join_rows,
)
from captioner.bench.drawing import render_svg
from captioner.bench.material import Material
from captioner.bench.script import Line, Script
from captioner.bench.tables import render_table
from captioner.captions.roster import ChannelSpec
from captioner.captions.timeline import Entry
from captioner.clock import SimulatedClock
from captioner.domain import ChannelId
from captioner.scoring import score_events, split_words, word_distance
from captioner.service.meetings import Meetings
from captioner.service.microphones import NoDevices
from captioner.service.replay import play_simulated
from captioner.settings import AsrSettings, AudioSettings, Settings
from tests.rooms.call import mix_call, read_call
from tests.rooms.dry import has_espeak, speak_sentence
from tests.rooms.listening import listen, watched_gates
from tests.rooms.simulator import Condition, Simulated, simulate_room

BASE = Condition()
HARD = Condition("all of it", 6, 0.5, 0.6, 10.0, 20.0, 0.3)
WITHOUT = "not handled"
"""The base case with the setting `bleed` off."""

CONDITIONS = (
    BASE,
    replace(BASE, name=WITHOUT),
    *(replace(BASE, name=f"{n} speakers", speakers=n) for n in (2, 6, 8)),
    *(replace(BASE, name=f"{metres} m", distance_m=metres) for metres in (0.15, 0.6)),
    *(replace(BASE, name=f"RT60 {seconds} s", rt60_s=seconds) for seconds in (0.2, 0.7)),
    *(replace(BASE, name=f"gains {db} dB", gains_db=db) for db in (10, 20)),
    *(replace(BASE, name=f"noise {db} dB", snr_db=db) for db in (20, 10)),
    *(replace(BASE, name=f"overlap {n} %", overlap=n / 100) for n in (0, 30, 50)),
    replace(BASE, name="one softer", quiet_db=8.0),
    replace(BASE, name="one walks off", moves="leaves"),
    replace(BASE, name="one walks past", moves="passes"),
    replace(BASE, name="one leans back", moves="leans"),
    HARD,
)

OFFSETS_MS = (0, 1, 2, 5, 20, 60)
GAINS_DB = (0, 10)
LEVELS_DB = (-3, -6, -10, -15)
OFFSET_COLUMNS = (("offset", "late by ms", 0), ("gains", "gains dB", 0), *FRAME_COLUMNS[3:])
CALL_COLUMNS = (("level", "bleed dB", 0), *OFFSET_COLUMNS)
Row = dict[str, Any]


class Measurement:
    """Weights and detector, loaded once."""

    def __init__(self) -> None:
        self.silero = SileroModel()
        self.silero.load()
        self.weights: Weights = find_weights("demo", Path())
        self.engine = WhisperEngine(self.weights, "cpu", 1)
        self.engine.load()

    def condition(self, condition: Condition, seed: int) -> Row:
        """One meeting, frames and words."""
        meeting = simulate_room(condition, seed, speak_sentence)
        with watched_gates() as watched:
            events = asyncio.run(self._events(meeting, is_handled=condition.name != WITHOUT))
        words = count_words(meeting.references(), events, watched.left_out())
        score = score_events(meeting.references(), events)
        row: Row = {"condition": condition.name, "overlap": 100 * meeting.overlap}
        row |= {"bleed_db": meeting.bleed_db} | shares(watched.count(meeting.truth))
        row |= asdict(words) | {"wer": 100 * score.word_error_rate}
        row |= {"wer_alone": 100 * self._alone(meeting), "missed": score.missed}
        return row

    async def _events(self, meeting: Simulated, *, is_handled: bool) -> list[Row]:
        lines = [
            Line(ChannelId(each.channel), each.start, each.end, each.text)
            for each in meeting.references()
        ]
        material = Material(Script(lines), meeting.sounds())
        asr = AsrSettings(model="demo", device="cpu", cpu_threads=1)
        settings = Settings(audio=AudioSettings(bleed=is_handled), asr=asr)
        clock = SimulatedClock()
        entries: list[Entry] = []
        meetings = Meetings(settings, NoDevices(), clock=clock)
        specs = [ChannelSpec(each.channel, each.speaker) for each in material.channels]
        try:
            running = await meetings.prepare(
                self.weights, material.title, specs, epoch="bench", sinks=[entries.append]
            )
            await play_simulated(material, running.live, clock)
        finally:
            await meetings.close()
        return [json.loads(entry.line) for entry in entries]

    def _alone(self, meeting: Simulated) -> float:
        """Share of words wrong when each utterance is decoded by itself, nobody else speaking."""
        errors = total = 0
        for each in meeting.said:
            first = max(0, each.start - round(0.3 * SAMPLE_RATE))
            sound = meeting.alone[each.speaker][first : each.end + round(0.3 * SAMPLE_RATE)]
            window_s = len(sound) / SAMPLE_RATE + 1.0
            options = GenerateOptions(longest_s=window_s)
            heard = self.engine.generate([self.engine.encode(sound, window_s)], ["en"], options)
            said = split_words(each.text)
            errors += word_distance(said, split_words(heard[0].text))
            total += len(said)
        return errors / max(total, 1)

    def offset(self, offset_ms: int, gains_db: int, seed: int) -> Row:
        """The base case with channels that are late, frames only."""
        condition = replace(BASE, offset_ms=offset_ms, gains_db=gains_db)
        meeting = simulate_room(condition, seed, speak_sentence)
        watched = listen(meeting.microphones, lambda _: SileroDetector(self.silero), is_exact=False)
        place = {"offset": str(offset_ms), "gains": str(gains_db)}
        return place | shares(watched.count(meeting.truth))

    def call(self, folder: Path, level: int, gain: int, late: int) -> Row:
        """A call with one side mixed into the other."""
        microphones, truth = mix_call(read_call(folder), level, gain_db=gain, late_ms=late)
        watched = listen(microphones, lambda _: SileroDetector(self.silero), is_exact=not late)
        place = {"level": str(level), "offset": str(abs(late)), "gains": str(gain)}
        return place | shares(watched.count(truth))


def shares(frames: FrameFigures) -> Row:
    """In per cent."""
    return {
        "leaked": 100 * frames.leaked / max(frames.others, 1),
        "lost": 100 * frames.lost / max(frames.own, 1),
        "worst_lost": 100 * frames.worst_lost,
        "wrong": 100 * frames.wrong / max(frames.spoken, 1),
    }


def chosen_conditions(names: str) -> list[Condition]:
    """Those with these words in their names, or all."""
    wanted = [each.strip() for each in names.split(",") if each.strip()]
    return [each for each in CONDITIONS if not wanted or any(part in each.name for part in wanted)]


def measure_rooms(measurement: Measurement, names: str, seeds: Iterable[int]) -> list[Row]:
    """Every condition, told as it is done."""
    rows = []
    for condition in chosen_conditions(names):
        began = time.process_time()
        row = join_rows([measurement.condition(condition, seed) for seed in seeds])
        took = time.process_time() - began
        columns = [*FRAME_COLUMNS[1:], *WORD_COLUMNS]
        figures = ", ".join(f"{head} {row[key]:.1f}" for key, head, _ in columns)
        print(f"{condition.name}: {figures} ({took:.0f} s)", flush=True)
        rows.append(row)
    return rows


def measure_offsets(measurement: Measurement, seeds: Sequence[int]) -> list[Row]:
    """Channels that are late by a constant, with equal and with unequal gains."""
    return [
        join_rows([measurement.offset(offset, gains, seed) for seed in seeds])
        for gains in GAINS_DB
        for offset in OFFSETS_MS
    ]


def measure_call(measurement: Measurement, folder: Path) -> list[Row]:
    """Every level; and late by a constant, on either side, at one level."""
    tries = [(level, gain, 0) for level in LEVELS_DB for gain in GAINS_DB]
    tries += [(-10, gain, late) for gain in GAINS_DB for late in OFFSETS_MS[3:]]
    rows = []
    for level, gain, late in tries:
        turned = [(gain, late)] if not gain and not late else [(gain, late), (gain, -late)]
        if gain:
            turned += [(-each, when) for each, when in turned]
        found = [measurement.call(folder, level, *each) for each in dict.fromkeys(turned)]
        rows.append(join_rows(found))
        print(rows[-1], flush=True)
    return rows


def replace_tables(page: Path, tables: dict[str, str]) -> None:
    """Put each table between `<!-- NAME -->` and `<!-- end -->`."""
    text = page.read_text(encoding="utf-8")
    for name, table in tables.items():
        before, mark, rest = text.partition(f"<!-- {name} -->\n")
        if not mark:
            sys.exit(f"{page} has no place for {name}: put <!-- {name} --> and <!-- end --> there.")
        _, end, after = rest.partition("<!-- end -->")
        text = f"{before}{mark}\n{table}\n\n{end}{after}"
    page.write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="NAMES", help="conditions, parts of names")
    parser.add_argument("--seeds", type=int, default=3, help="meetings for each condition")
    parser.add_argument("--offsets", action="store_true", help="only channels that are late")
    parser.add_argument("--call", type=Path, metavar="FOLDER", help="only this recorded call")
    parser.add_argument("--into", type=Path, metavar="DOCS", help="write tables and picture there")
    chosen = parser.parse_args()
    if not has_espeak():
        sys.exit("espeak-ng is missing: install it (on Debian and Ubuntu, apt install espeak-ng).")
    measurement, seeds = Measurement(), range(1, chosen.seeds + 1)
    tables = {}
    if chosen.call:
        rows = measure_call(measurement, chosen.call)
        tables["bleed: a call"] = render_table(CALL_COLUMNS, rows)
    if not chosen.call and not chosen.offsets:
        rows = measure_rooms(measurement, chosen.only, seeds)
        tables["bleed: frames"] = render_table(FRAME_COLUMNS, rows)
        tables["bleed: words"] = render_table((FRAME_COLUMNS[0], *WORD_COLUMNS), rows)
        if chosen.into:
            picture = chosen.into / "pictures" / "bleed.svg"
            # Its bars of 100 % would flatten all the others.
            drawn = [row for row in rows if row["condition"] != WITHOUT]
            picture.write_text(render_svg(bleed_charts(drawn)), encoding="utf-8")
    if chosen.offsets or not (chosen.call or chosen.only):
        rows = measure_offsets(measurement, seeds)
        tables["bleed: late channels"] = render_table(OFFSET_COLUMNS, rows)
    for name, table in tables.items():
        print(f"\n{name}\n\n{table}")
    if chosen.into:
        replace_tables(chosen.into / "benchmarks.md", tables)
    return 0


if __name__ == "__main__":
    sys.exit(main())
