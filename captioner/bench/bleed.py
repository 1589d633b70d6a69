"""How much of other speakers' voices got into each channel, and what of its own was lost."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE
from captioner.bench.drawing import BarChart
from captioner.bench.script import Line, SpokenWord, spread_words
from captioner.domain import ChannelId
from captioner.scoring import Reference, split_words

Flags = npt.NDArray[np.bool_]

EDGE_FRAMES = 4
"""Frames next to the begin or end of a speaker's own voice are not counted: 0.13 s."""

NEAR_S = 0.5
"""A final may be so far from an utterance and still hold its words."""

FEWEST_WRONG = 2
"""One word in common is chance: everybody says "the"."""


@dataclass(frozen=True, slots=True)
class FrameFigures:
    """Frames by what became of them, summed over all microphones."""

    own: int
    """In which a microphone's speaker spoke and the detector heard a voice."""
    lost: int
    """Of these, left out."""
    worst_lost: float
    """Share lost of the speaker who lost most."""
    others: int
    """In which only others spoke, and the detector heard it in this microphone."""
    leaked: int
    """Of these, let through."""
    spoken: int
    """Moments in which anybody spoke, each counted once for the whole room."""
    wrong: int
    """Of these, with anything lost or leaked in any microphone."""


@dataclass(frozen=True, slots=True)
class WordFigures:
    """Words of a meeting's finals against what was said."""

    words: int
    matched: int
    """Said, and found in a final of the speaker's own channel."""
    suppressed: int
    """Not found, and left out of the sound for at least half of their time."""
    misplaced: int
    """In a final, not said by its speaker, said by another at that time."""
    duplicated: int
    """Finals that hold at least half of an utterance of somebody else, their own words aside."""
    finals: int


def count_frames(truth: Flags, voiced: Flags, passed: Flags) -> FrameFigures:
    """Count what was decided; `truth[microphone, speaker, frame]`, the others without speaker.

    Microphone m is that of speaker m. `voiced`: the detector heard somebody; `passed`: what it
    heard counted as the speaker's own.
    """
    size = len(truth)
    own = truth[range(size), range(size)]
    inside = ~_widen(~own, EDGE_FRAMES) & voiced
    anybody: Flags = np.asarray(truth.any(1))
    alone = _widen(anybody, EDGE_FRAMES) & ~_widen(own, EDGE_FRAMES) & voiced
    lost, leaked = inside & ~passed, alone & passed
    shares = lost.sum(1) / np.maximum(inside.sum(1), 1)
    return FrameFigures(
        own=int(inside.sum()),
        lost=int(lost.sum()),
        worst_lost=float(shares.max(initial=0.0)),
        others=int(alone.sum()),
        leaked=int(leaked.sum()),
        spoken=int((inside | alone).any(0).sum()),
        wrong=int((lost | leaked).any(0).sum()),
    )


def _widen(flags: Flags, frames: int) -> Flags:
    """True also so many frames before and after each True, along the last axis."""
    wide = flags.copy()
    for step in range(1, frames + 1):
        wide[..., step:] |= flags[..., :-step]
        wide[..., :-step] |= flags[..., step:]
    return wide


def count_words(
    references: Sequence[Reference],
    events: Iterable[Mapping[str, Any]],
    left_out: Mapping[int, Collection[int]],
) -> WordFigures:
    """Count the words of a meeting; `left_out` are the frames that each channel's gate held back.

    When a word was said is guessed from its utterance, by letters.
    """
    last = {event["utterance"]: event for event in events if event.get("type") == "caption"}
    finals = [each for each in last.values() if each["state"] == "final" and each["text"]]
    finals.sort(key=lambda final: (final["channel"], final["start"]))
    references = sorted(references, key=lambda each: each.start)
    total = matched = suppressed = misplaced = duplicated = 0
    for channel in {each.channel for each in references} | {each["channel"] for each in finals}:
        own = [word for each in references if each.channel == channel for word in _words_of(each)]
        mine = [each for each in finals if each["channel"] == channel]
        heard = [(at, word) for at, final in enumerate(mine) for word in split_words(final["text"])]
        found = match_words([word.text for word in own], [word for _, word in heard])
        held = left_out.get(channel, ())
        total, matched = total + len(own), matched + len(found)
        suppressed += sum(
            at not in found and _is_left_out(word, held) for at, word in enumerate(own)
        )
        right = set(found.values())
        for at, final in enumerate(mine):
            spare = [word for i, (of, word) in enumerate(heard) if of == at and i not in right]
            wrong, is_whole = _said_by_others(spare, final, references)
            misplaced, duplicated = misplaced + wrong, duplicated + is_whole
    return WordFigures(total, matched, suppressed, misplaced, duplicated, len(finals))


def match_words(said: Sequence[str], heard: Sequence[str]) -> dict[int, int]:
    """The longest common run of words in order: place in `said` to place in `heard`."""
    best = [[0] * (len(heard) + 1) for _ in range(len(said) + 1)]
    for i in reversed(range(len(said))):
        for j in reversed(range(len(heard))):
            same = best[i + 1][j + 1] + 1 if said[i] == heard[j] else 0
            best[i][j] = max(same, best[i + 1][j], best[i][j + 1])
    found, i, j = {}, 0, 0
    while i < len(said) and j < len(heard):
        if said[i] == heard[j] and best[i][j] == best[i + 1][j + 1] + 1:
            found[i] = j
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _words_of(reference: Reference) -> list[SpokenWord]:
    text = " ".join(split_words(reference.text))
    line = Line(ChannelId(reference.channel), reference.start, reference.end, text)
    return spread_words(line)


def _is_left_out(word: SpokenWord, held: Collection[int]) -> bool:
    first, last = (int(at * SAMPLE_RATE / FRAME_SAMPLES) for at in (word.start_s, word.end_s))
    frames = range(first, last + 1)
    return 2 * sum(frame in held for frame in frames) >= len(frames)


def _said_by_others(
    spare: Sequence[str], final: Mapping[str, Any], references: Sequence[Reference]
) -> tuple[int, bool]:
    """How many of a final's spare words others said about then; whether half an utterance is."""
    left, wrong, is_whole = list(spare), 0, False
    for each in references:
        is_near = each.start < final["end"] + NEAR_S and each.end > final["start"] - NEAR_S
        if each.channel == final["channel"] or not is_near:
            continue
        words = split_words(each.text)
        places = set(match_words(words, left).values())
        if len(places) < min(FEWEST_WRONG, len(words)):
            continue
        left = [word for place, word in enumerate(left) if place not in places]
        wrong += len(places)
        is_whole |= 2 * len(places) >= len(words)
    return wrong, is_whole


FRAME_COLUMNS = (
    ("condition", "condition", 0),
    ("overlap", "overlap %", 0),
    ("bleed_db", "bleed dB", 0),
    ("leaked", "leaked %", 1),
    ("lost", "lost %", 1),
    ("worst_lost", "worst %", 1),
    ("wrong", "wrong %", 1),
)
WORD_COLUMNS = (
    ("words", "words", 0),
    ("finals", "finals", 0),
    ("duplicated", "duplicated", 0),
    ("misplaced", "wrong channel", 0),
    ("suppressed", "suppressed", 0),
    ("wer", "live wrong %", 1),
    ("wer_alone", "alone wrong %", 1),
)
"""Of the tables, by the keys of a row."""


def join_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One row of several runs of a condition: numbers of things are summed, shares are averaged.

    Of `worst_lost` it is the worst.
    """
    joined: dict[str, Any] = dict(rows[0])
    for key, value in rows[0].items():
        if isinstance(value, str) or value is None:
            continue
        values = [row[key] for row in rows]
        summed = sum(values)
        joined[key] = summed if isinstance(value, int) else summed / len(values)
    if "worst_lost" in joined:
        joined["worst_lost"] = max(row["worst_lost"] for row in rows)
    return joined


def bleed_charts(rows: Sequence[Mapping[str, Any]]) -> list[BarChart]:
    """The rows as bars: frames above, words below, in two halves so that they fit on a page."""
    half = (len(rows) + 1) // 2
    halves = [part for part in (rows[:half], rows[half:]) if part]
    frames = ("leaked", "others' voices let through"), ("lost", "own voice left out")
    words = ("wer", "live"), ("wer_alone", "each utterance alone")
    return [
        BarChart(
            title,
            "%",
            [row["condition"] for row in part],
            {name: [row.get(key) for row in part] for key, name in series},
        )
        for title, series in (("Frames attributed wrongly", frames), ("Words wrong", words))
        for part in halves
    ]
