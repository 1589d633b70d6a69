"""What the converted weights can do, on sentences, voices and rooms that training never had."""

import difflib
import json
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.signal import oaconvolve

from captioner.scoring import split_words
from recipe.microphone import level, ratio
from recipe.scoring import word_errors
from recipe.speech import LANGUAGES, Line, Split
from recipe.words import WordTime

Sound = npt.NDArray[np.float32]
Heads = tuple[tuple[int, int], ...]
"""(decoder layer, head) of each head whose attention tells when a word is said."""
RATE = 16_000
LEAD_S, TAIL_S = 0.2, 0.3
PROMPT = {
    "en": "Okay, I agree. The next meeting is on Friday at two o'clock.",
    "nl": "Oké, ik ben het ermee eens. De volgende vergadering is op vrijdag om twee uur.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A held-out line as a microphone heard it."""

    line: Line
    sound: Sound

    def words(self) -> tuple[WordTime, ...]:
        """On the clock of `sound`."""
        return tuple(
            WordTime(w.text, w.start_s + LEAD_S, w.end_s + LEAD_S) for w in self.line.words
        )


def held_out(work: Path, language: str, count: int, in_rooms: bool) -> list[Heard]:
    """The first `count` lines, clean or each in a room with noise and sometimes another voice."""
    split = Split(work / "speech", f"held-out-{language}")
    chance = random.Random(f"evaluation {language}")
    noise = np.random.default_rng(7)
    with np.load(work / "held-out-rooms.npz") as rooms:
        near, far = rooms["near"], rooms["far"]
    return [
        Heard(line, _heard(split, line, chance, noise, near, far, in_rooms))
        for line in split.lines[:count]
    ]


def training_lines(work: Path, language: str, count: int) -> list[Heard]:
    """Clean lines of training voices with known times, to choose alignment heads on."""
    split = Split(work / "speech", f"train-{language}")
    timed = [line for line in split.lines[: 4 * count] if line.words][:count]
    return [Heard(line, _padded(split, line) * ratio(-23)) for line in timed]


def _padded(split: Split, line: Line) -> Sound:
    lead, tail = (np.zeros(round(s * RATE), np.float32) for s in (LEAD_S, TAIL_S))
    return np.concatenate([lead, split.sound(line), tail])


def _heard(
    split: Split,
    line: Line,
    chance: random.Random,
    noise: np.random.Generator,
    near: npt.NDArray[np.float32],
    far: npt.NDArray[np.float32],
    in_rooms: bool,
) -> Sound:
    sound = _padded(split, line)
    if not in_rooms:
        return np.asarray(sound * ratio(-23), np.float32)
    sound = oaconvolve(sound, chance.choice(near))[: len(sound)].astype(np.float32)
    sound /= level(sound)
    if chance.random() < 0.33:
        voice = oaconvolve(split.sound(chance.choice(split.lines)), chance.choice(far))
        voice = voice[: len(sound)].astype(np.float32)
        sound[: len(voice)] += voice / level(voice) * ratio(-chance.uniform(15, 26))
    white = noise.standard_normal(len(sound)).astype(np.float32)
    hum = np.cumsum(white)
    hum -= np.convolve(hum, np.ones(800) / 800, "same").astype(np.float32)
    mixture = white * 0.5 + hum / (level(hum) + 1e-9) * 0.5
    sound += mixture / level(mixture) * ratio(-chance.uniform(22, 40))
    return np.asarray(sound * ratio(-23 + chance.uniform(-6, 6)), np.float32)


def stock(folder: Path) -> Any:
    from faster_whisper import WhisperModel

    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)


def hear(model: Any, sound: Sound, language: str, **options: Any) -> tuple[str, list[Any]]:
    """Stock faster-whisper, greedy: the text, and its words if they were asked for."""
    segments, _ = model.transcribe(
        sound, language=language, beam_size=1, temperature=0, condition_on_previous_text=False,
        **options,
    )  # fmt: skip
    found = list(segments)
    words = [word for segment in found for word in segment.words or ()]
    return " ".join(segment.text.strip() for segment in found), words


def share_wrong(
    model: Any, heard: Sequence[Heard], language: str, **options: Any
) -> tuple[float, list[tuple[str, str]]]:
    """Share of words wrong, and (said, heard) of the lines that are not right."""
    wrong = total = 0
    slips: list[tuple[str, str]] = []
    for each in heard:
        text, _ = hear(model, each.sound, language, **options)
        errors, words = word_errors(each.line.text, text)
        wrong, total = wrong + errors, total + words
        if errors:
            slips.append((each.line.text, text))
    return wrong / total, slips


def language_share(model: Any, heard: Sequence[Heard], language: str) -> float:
    return statistics.fmean(model.detect_language(each.sound)[0] == language for each in heard)


@dataclass(frozen=True, slots=True)
class TimeErrors:
    """Absolute, in seconds."""

    start_median: float
    start_p90: float
    end_median: float
    end_p90: float
    words: int


def time_errors(model: Any, heard: Sequence[Heard], language: str) -> TimeErrors:
    """Of the words that were heard right, against the synthesiser's own times."""
    starts: list[float] = []
    ends: list[float] = []
    for each in heard:
        said = each.words()
        _, words = hear(model, each.sound, language, word_timestamps=True)
        one = [" ".join(split_words(word.text)) for word in said]
        two = [" ".join(split_words(word.word)) for word in words]
        matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
        for block in matcher.get_matching_blocks():
            for index in range(block.size):
                true, found = said[block.a + index], words[block.b + index]
                starts.append(abs(found.start - true.start_s))
                ends.append(abs(found.end - true.end_s))
    if not starts:
        return TimeErrors(9, 9, 9, 9, 0)
    return TimeErrors(
        statistics.median(starts),
        float(np.percentile(starts, 90)),
        statistics.median(ends),
        float(np.percentile(ends, 90)),
        len(starts),
    )


def choose_heads(
    folder: Path, heard: Mapping[str, Sequence[Heard]], layers: int, heads: int
) -> list[tuple[Heads, float]]:
    """Sets of alignment heads by their error, best first: each head alone, then the best ones.

    Leaves the best set in the folder's config.json. Measure on training voices, not on held-out.
    """
    file = folder / "config.json"
    config = json.loads(file.read_text())

    def error(chosen: Heads) -> float:
        config["alignment_heads"] = [list(head) for head in chosen]
        file.write_text(json.dumps(config, indent=2) + "\n")
        model = stock(folder)
        found = [time_errors(model, lines, code) for code, lines in heard.items()]
        return statistics.mean(e.start_median + e.end_median + e.start_p90 for e in found)

    sets: list[Heads] = [((layer, head),) for layer in range(layers) for head in range(heads)]
    measured = sorted(((each, error(each)) for each in sets), key=lambda item: item[1])
    for count in (2, 3):
        together = tuple(head for each, _ in measured[:count] for head in each)
        measured.append((together, error(together)))
    measured.sort(key=lambda item: item[1])
    error(measured[0][0])
    return measured


def noise_texts(model: Any, minutes: float, seed: int = 3) -> list[str]:
    """What stock faster-whisper, without voice detection, makes of noise of several colours."""
    random_ = np.random.default_rng(seed)
    pieces = []
    for index in range(round(minutes * 2)):
        white = random_.standard_normal(30 * RATE).astype(np.float32)
        spectrum = np.fft.rfft(white) / np.maximum(np.fft.rfftfreq(len(white), 1 / RATE), 50.0) ** (
            0.5 * (index % 3)
        )
        piece = np.fft.irfft(spectrum, len(white)).astype(np.float32)
        pieces.append(piece / level(piece) * ratio(-70 + 35 * random_.random()))
    texts = []
    for language in LANGUAGES:
        text, _ = hear(model, np.concatenate(pieces), language)
        texts.append(text)
    return [text for text in texts if text]


def write_meeting(folder: Path, heard: Sequence[Heard], language: str) -> None:
    """One channel in which the lines follow one another, 1.2 s apart."""
    folder.mkdir(parents=True, exist_ok=True)
    pause = np.random.default_rng(5).standard_normal(round(1.2 * RATE)).astype(np.float32) * 1e-4
    pieces, utterances, at = [pause], [], len(pause)
    for each in heard:
        start = at / RATE + LEAD_S
        end = start + each.line.length / RATE
        utterances.append({"channel": 1, "start": start, "end": end, "text": each.line.text})
        pieces += [each.sound, pause]
        at += len(each.sound) + len(pause)
    soundfile.write(folder / "ch1.flac", np.clip(np.concatenate(pieces), -1, 1), RATE)
    channel = {"channel": 1, "speaker": "Anna", "language": language, "file": "ch1.flac"}
    meeting = {"title": "Held out", "channels": [channel], "utterances": utterances}
    (folder / "meeting.json").write_text(json.dumps(meeting, ensure_ascii=False))


def live_share_wrong(work: Path, weights: Path, heard: Sequence[Heard], language: str) -> float:
    """Through `captioner replay` on the simulated clock: share of words wrong in the finals."""
    folder = work / "evaluation" / language
    write_meeting(folder, heard, language)
    events = folder / "events.jsonl"
    command = [sys.executable, "-m", "captioner", "replay", str(folder), "--speed", "max"]
    command += ["--model", str(weights), "--language", language, "--events", str(events)]
    subprocess.run([*command, "--data", str(folder / "data")], check=True, capture_output=True)
    finals = {
        event["utterance"]: event
        for event in map(json.loads, events.read_text().splitlines())
        if event["type"] == "caption" and event["state"] == "final"
    }
    told = " ".join(e["text"] for e in sorted(finals.values(), key=lambda e: e["start"]))
    errors, words = word_errors(" ".join(each.line.text for each in heard), told)
    return errors / words


def table(work: Path, weights: Path, count: int, noise_minutes: float) -> Iterator[str]:
    """Rows of the card, each as soon as it is known."""
    model = stock(weights)
    slips: list[str] = []
    yield "| | English | Dutch |"
    yield "|---|---|---|"
    for name, in_rooms in (("clean", False), ("in simulated rooms", True)):
        heard = {code: held_out(work, code, count, in_rooms) for code in LANGUAGES}
        figures: dict[str, list[str]] = {
            "stock": [],
            "live": [],
            "prompt": [],
            "language": [],
            "start": [],
            "end": [],
        }
        for code in LANGUAGES:
            wrong, found = share_wrong(model, heard[code], code)
            slips += [f"{name} {code}: {said} | {got}" for said, got in found]
            figures["stock"].append(f"{wrong:.2%}")
            figures["live"].append(f"{live_share_wrong(work, weights, heard[code], code):.2%}")
            prompted, _ = share_wrong(model, heard[code], code, initial_prompt=PROMPT[code])
            figures["prompt"].append(f"{prompted:.2%}")
            figures["language"].append(f"{language_share(model, heard[code], code):.1%}")
            times = time_errors(model, heard[code], code)
            figures["start"].append(
                f"{times.start_median * 1000:.0f} ms, {times.start_p90 * 1000:.0f} ms"
            )
            figures["end"].append(
                f"{times.end_median * 1000:.0f} ms, {times.end_p90 * 1000:.0f} ms"
            )
        for key, label in (
            ("stock", "words wrong, stock faster-whisper"),
            ("live", "words wrong, live path"),
            ("prompt", "words wrong, stock, behind a previous text"),
            ("language", "language recognised"),
            ("start", "word starts off by (median, 90th percentile)"),
            ("end", "word ends off by (median, 90th percentile)"),
        ):
            yield f"| {label}, {name} | {figures[key][0]} | {figures[key][1]} |"
    texts = noise_texts(model, noise_minutes)
    label = f"{noise_minutes:g} minutes of noise, stock without voice detection"
    yield f"| {label} | {texts or 'silent'} | |"
    yield ""
    yield from (f"    {slip}" for slip in slips)
