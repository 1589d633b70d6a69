"""Subtitles: utterances cut into cues that can be read in the time they stand."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from captioner.store.layout import View, text_of
from captioner.store.transcript import Speaker, Topic, Transcript

LINE_WIDTH = 42
"""Narrow characters of a line; wide ones, as of Chinese, count twice. Two lines are a cue."""

CALM_PER_S, FAST_PER_S, HURRIED_PER_S = 17.0, 25.0, 40.0
"""Characters a second: comfortable, still possible, and when people talk over each other."""

SHORTEST_S, LONGEST_S = 1.0, 7.0
LATEST_S = 2.0
"""A cue that is shown so much later than it was said makes those before it hurry."""

TOPIC_S = 2.0
NOBODY = Speaker(0, "", "", "", "und")
"""Speaks the cue of a topic."""

SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।")
CLAUSE_ENDS = (",", ";", ":", "،", "、", "，")
JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Cue:
    """One or two lines on the screen."""

    start: float
    end: float
    speaker: Speaker
    lines: tuple[str, ...]
    language: str
    is_first: bool
    """Whether the utterance begins with it."""

    @property
    def length(self) -> int:
        """In characters."""
        return sum(map(len, self.lines))


def cues_of(transcript: Transcript, view: View, *, with_names: bool = False) -> list[Cue]:
    """Cues by their start; those of several people may stand at the same time.

    With both languages an utterance has the cues of the original, then those of the translation.
    `with_names` leaves room for the speaker's name and a colon before the first line.
    """
    speakers = transcript.by_channel
    cues = []
    for line in transcript.lines:
        for language in view.columns:
            run = text_of(line, language)
            lead = width(speakers[line.channel].name) + 2 if with_names else 0
            parts = cut(run.text, lead)
            lengths = [sum(map(len, part)) for part in parts]
            at, last = line.start, max(line.end, line.start + 0.5)
            for number, (part, length) in enumerate(zip(parts, lengths, strict=True)):
                until = (
                    last
                    if number == len(parts) - 1
                    else at + (last - line.start) * (length / sum(lengths))
                )
                speaker = speakers[line.channel]
                cues.append(Cue(at, until, speaker, part, run.language, number == 0))
                at = until
    cues += [each for topic in transcript.topics for each in _topic_cues(topic, transcript)]
    return sorted(cues, key=lambda cue: (cue.start, cue.speaker.channel))


def _topic_cues(topic: Topic, transcript: Transcript) -> Iterator[Cue]:
    """A topic as cues that nobody speaks; mostly one."""
    at = topic.at
    for number, part in enumerate(cut(f"— {topic.title} —")):
        yield Cue(at, at + TOPIC_S, NOBODY, part, transcript.language, number == 0)
        at += TOPIC_S


def in_turn(cues: Sequence[Cue]) -> list[Cue]:
    """The same cues one after another: players that know one cue at a time lose none.

    A cue waits for the one before it to be read; whoever speaks at the same time is read after it.
    """
    placed: list[Cue] = []
    free_at = 0.0
    for cue, following in zip_longest(cues, cues[1:]):
        start = max(cue.start, free_at)
        rate = FAST_PER_S if start - cue.start < LATEST_S else HURRIED_PER_S
        least = start + max(0.4 if rate == HURRIED_PER_S else 0.8, cue.length / rate)
        wanted = max(cue.end, start + max(SHORTEST_S, min(LONGEST_S, cue.length / CALM_PER_S)))
        end = wanted if following is None else max(least, min(wanted, following.start))
        placed.append(replace(cue, start=start, end=end))
        free_at = end
    return placed


def cut(text: str, lead: int = 0) -> list[tuple[str, ...]]:
    """A text as cues of at most two lines, broken where a sentence or a clause ends if it can.

    `lead` is the width of what is put before the first line; at most half of it is kept free.
    """
    lead = min(lead, LINE_WIDTH // 2)
    atoms = list(_atoms(text))
    parts = []
    while atoms:
        lines, used = _two_lines(atoms, lead)
        if used < len(atoms):
            end = _good_end(atoms, used)
            if end != used:
                lines, used = _two_lines(atoms[:end], lead)
        parts.append(lines)
        atoms, lead = atoms[used:], 0
    return parts


def width(text: str) -> int:
    """How many narrow characters wide."""
    if text.isascii():
        return len(text)
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    if letter.isascii():
        return 1
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def _two_lines(atoms: Sequence[str], lead: int) -> tuple[tuple[str, ...], int]:
    """As much as fits, about as long above as below, and how many atoms that is."""
    first = _fitting(atoms, LINE_WIDTH - lead)
    if first == len(atoms):
        return ("".join(atoms).strip(),), first
    used = first + _fitting(atoms[first:], LINE_WIDTH)
    total = width("".join(atoms[:used]))
    while first > 1:
        above = width("".join(atoms[: first - 1]))
        if (above + lead) * 2 < total + lead or total - above > LINE_WIDTH:
            break
        first -= 1
    lines = "".join(atoms[:first]).strip(), "".join(atoms[first:used]).strip()
    return tuple(line for line in lines if line), used


def _fitting(atoms: Sequence[str], room: int) -> int:
    """How many atoms fit one line; at least one."""
    count = 0
    for atom in atoms:
        room -= width(atom)
        if count and room + (1 if atom.endswith(" ") else 0) < 0:
            break
        count += 1
    return count


def _good_end(atoms: Sequence[str], most: int) -> int:
    """The last end of a sentence, else of a clause, past the first third; else where it is full."""
    for ends in (SENTENCE_ENDS, CLAUSE_ENDS):
        for count in range(most, max(1, most // 3), -1):
            if atoms[count - 1].rstrip().endswith(ends):
                return count
    return most


def _atoms(text: str) -> Iterator[str]:
    """Pieces that are not broken: words with the blank after them, wide characters one by one."""
    word = ""
    for letter, following in zip(text, [*text[1:], ""], strict=True):
        word += letter
        is_full = _width(letter) == 2 or width(word) >= LINE_WIDTH
        if (letter == " " or is_full) and not _clings(letter, following):
            yield word
            word = ""
    if word:
        yield word


def _clings(letter: str, following: str) -> bool:
    """Whether two characters are one sign together: accents, joined emoji, closing marks."""
    if not following:
        return False
    is_mark = unicodedata.category(following) in ("Mn", "Mc", "Me", "Sk", "Po", "Pe", "Pf")
    return letter != " " and (is_mark or JOINER in (letter, following) or following == " ")
