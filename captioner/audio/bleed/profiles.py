"""How loud each speaker is in each microphone, learnt while they speak alone."""

import numpy as np

from captioner.audio.bleed.spectrum import BANDS, Numbers

USUAL_ATTENUATION_DB = -10.0
"""A voice in another's microphone, against its own, where gains are equal: simulated tables have 5
to 16 dB."""

ATTENUATION_SPREAD_DB = 4.0
GAIN_SPREAD_DB = 8.0
"""Standard deviations, before anything is known: of attenuations, and of microphones' gains."""

YOUNG_FRAMES = 5.0
"""A speaker's own profile counts as much as what is known of the others after so many frames."""

MEMORY_FRAMES = 300
"""About 10 s of a speaker's own voice: people turn their heads and move."""

LEVEL_MEMORY = 0.01
"""Least weight of a new frame in the mean level of a speaker."""


class Profiles:
    """Attenuations of every speaker at every microphone, in bands, with how sure they are.

    Gains of microphones are not known and need not be: an attenuation holds the difference of two
    gains. What is not yet known of a speaker is inferred from the gains that the speakers before
    have shown, by least squares.
    """

    def __init__(self) -> None:
        self._ratios: Numbers = np.zeros((BANDS, 0, 0))
        """Summed power: band, microphone, speaker."""
        self.frames: Numbers = np.zeros(0)
        """Frames learnt of each speaker, shape (n,)."""
        self._levels: Numbers = np.zeros(0)
        self._gains: Numbers = np.zeros(0)
        self._current: tuple[Numbers, Numbers] | None = None

    @property
    def size(self) -> int:
        """Microphones known."""
        return len(self.frames)

    def add(self) -> None:
        """One more microphone, the last of them."""
        size, everyone = self.size + 1, np.arange(self.size)
        # How those who are known sound in the new one is not known: they become young again.
        kept = np.minimum(self.frames, YOUNG_FRAMES / 2)
        share = kept / np.maximum(self.frames, 1.0)
        ratios = np.zeros((BANDS, size, size))
        ratios[:, :-1, :-1] = self._ratios * share
        usual = 10 ** (USUAL_ATTENUATION_DB / 10)
        ratios[:, -1, :-1] = usual * ratios[:, everyone, everyone]
        self._ratios = ratios
        self.frames = np.append(kept, 0.0)
        self._levels = np.append(self._levels, np.nan)
        self._current = None

    def learn(self, speaker: int, powers: Numbers, present: Numbers | None = None) -> None:
        """Take a frame in which this speaker alone spoke; powers above the floor, (n, BANDS).

        `present`: 1 for microphones that delivered it, (n,); of the others nothing new is known.
        """
        if present is not None and not present.all():
            known_ratios, _ = self.attenuations()
            expected = known_ratios[:, :, speaker].T * powers[speaker]
            powers = np.where(present[:, None] > 0, powers, expected)
        self._ratios[:, :, speaker] *= 1 - 1 / MEMORY_FRAMES
        self._ratios[:, :, speaker] += powers.T
        level_db = _decibels(float(powers[speaker].sum()))
        known = self.frames[speaker]
        weight = max(1 / (1 + known), LEVEL_MEMORY)
        old_db = level_db if np.isnan(self._levels[speaker]) else self._levels[speaker]
        self._levels[speaker] = old_db + weight * (level_db - old_db)
        self.frames[speaker] += 1
        self._current = None

    def forget(self, speaker: int) -> None:
        """What was learnt of a speaker was somebody else's."""
        self._ratios[:, :, speaker] = 0.0
        self.frames[speaker] = 0.0
        self._levels[speaker] = np.nan
        self._current = None

    def attenuations(self) -> tuple[Numbers, Numbers]:
        """Power ratios (BANDS, microphone, speaker), 1 on the diagonal, and each speaker's spread.

        The spread, shape (n,), is the standard deviation in dB of what a profile predicts.
        """
        if self._current is None:
            self._current = self._infer()
        return self._current

    def usual_levels_db(self) -> Numbers:
        """Level of each speaker in the own microphone, shape (n,), guessed where not known."""
        self.attenuations()
        known = ~np.isnan(self._levels)
        if not known.any():
            return np.full(self.size, -np.inf)
        base = float(np.mean((self._levels - self._gains)[known]))
        guessed = base + self._gains - ATTENUATION_SPREAD_DB
        return np.where(known, self._levels, guessed)

    def _infer(self) -> tuple[Numbers, Numbers]:
        size = self.size
        covariance = self._infer_gains()
        everyone = np.arange(size)
        prior_db = USUAL_ATTENUATION_DB + self._gains[:, None] - self._gains[None, :]
        prior_db[everyone, everyone] = 0.0
        share = 1 / (1 + self.frames / YOUNG_FRAMES)
        own = self._ratios[:, everyone, everyone]  # band, speaker
        typical = np.where(own.any(0), own / np.maximum(self.frames, 1.0), 1.0)
        weight = YOUNG_FRAMES * typical
        prior = 10 ** (prior_db / 10)
        ratios = self._ratios + weight[:, None, :] * prior[None]
        ratios = (ratios + 1e-15) / (own + weight + 1e-15)[:, None, :]
        ratios[:, everyone, everyone] = 1.0
        difference = np.diag(covariance)[:, None] + np.diag(covariance)[None] - 2 * covariance
        mean = difference.sum(0) / max(1, size - 1)
        spread: Numbers = np.sqrt((mean + ATTENUATION_SPREAD_DB**2) * share)
        return ratios, spread

    def _infer_gains(self) -> Numbers:
        """Gains in dB by weighted least squares; their covariance is returned, shape (n, n)."""
        size = self.size
        rows: list[Numbers] = [np.eye(size) / GAIN_SPREAD_DB]
        wanted: list[Numbers] = [np.zeros(size)]
        for speaker in np.flatnonzero(self.frames):
            total = self._ratios[:, :, speaker].sum(0) + 1e-15
            seen_db: Numbers = 10 * np.log10(total / total[speaker])
            sure = self.frames[speaker] / (self.frames[speaker] + YOUNG_FRAMES)
            weight = float(sure) / ATTENUATION_SPREAD_DB
            others = [each for each in range(size) if each != speaker]
            differences = np.eye(size)[others]
            differences[:, speaker] = -1.0
            rows.append(np.multiply(differences, weight))
            wanted.append((seen_db[others] - USUAL_ATTENUATION_DB) * weight)
        system = np.concatenate(rows)
        covariance = np.linalg.inv(system.T @ system).astype(np.float64)
        self._gains = covariance @ (system.T @ np.concatenate(wanted))
        return covariance


def _decibels(power: float) -> float:
    return float(10 * np.log10(max(power, 1e-12)))
