"""The usual method, as a policy: two hypotheses that agree make words that stay.

LocalAgreement-2 (Macháček et al. 2023), written from its description. What is open of an utterance
is decoded again and again; the longest common beginning of two hypotheses in a row is committed,
and a buffer that grew too long is cut behind the last committed word.
"""

from dataclasses import dataclass, field

from captioner.bench.script import Line, spread_words
from captioner.domain import ChannelId
from captioner.scoring import split_words

TRIM_S = 15.0
"""A buffer longer than this is cut."""

REPAIRED_WORDS = 5
"""After a cut so many words may come again at the seam."""


@dataclass(slots=True)
class LocalAgreement:
    """One utterance under way; times in seconds of the channel."""

    buffer_start_s: float
    committed: list[str] = field(default_factory=list)
    _in_buffer: int = 0
    """Committed words whose sound is still in the buffer."""
    _tail: list[str] = field(default_factory=list)
    """What the hypothesis before said behind the committed words."""
    _was_cut: bool = False

    @property
    def stable(self) -> str:
        """The words that stay."""
        return " ".join(self.committed)

    @property
    def text(self) -> str:
        """All words: those that stay and those that may still change."""
        return " ".join([*self.committed, *self._tail])

    def accept(self, text: str, buffer_end_s: float) -> None:
        """A hypothesis of the whole buffer."""
        words = text.split()
        fresh = words[self._in_buffer :] if not self._was_cut else self._repaired(words)
        agreed = 0
        for one, other in zip(fresh, self._tail, strict=False):
            if split_words(one) != split_words(other):
                break
            agreed += 1
        self.committed += fresh[:agreed]
        self._in_buffer += agreed
        self._tail = fresh[agreed:]
        if buffer_end_s - self.buffer_start_s > TRIM_S:
            self._trim(words, buffer_end_s)

    def finish(self, text: str) -> str:
        """The utterance has ended and this is the last hypothesis: its final text."""
        words = text.split()
        fresh = words[self._in_buffer :] if not self._was_cut else self._repaired(words)
        self._tail = fresh
        return self.text

    def _repaired(self, words: list[str]) -> list[str]:
        """The words behind the committed ones; the seam of a cut may repeat a few."""
        fresh = words[self._in_buffer :]
        if self._in_buffer:
            return fresh
        for count in range(min(REPAIRED_WORDS, len(fresh), len(self.committed)), 0, -1):
            seam = [split_words(word) for word in self.committed[-count:]]
            if seam == [split_words(word) for word in fresh[:count]]:
                return fresh[count:]
        return fresh

    def _trim(self, words: list[str], buffer_end_s: float) -> None:
        """Cut behind the last committed word, by its guessed time; else in the middle."""
        line = Line(ChannelId(0), self.buffer_start_s, buffer_end_s, " ".join(words))
        times = spread_words(line)
        if self._in_buffer and self._in_buffer <= len(times):
            self.buffer_start_s = times[self._in_buffer - 1].end_s
        else:
            self.buffer_start_s = (self.buffer_start_s + buffer_end_s) / 2
        self._in_buffer = 0
        self._was_cut = True
