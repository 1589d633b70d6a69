"""By how much each pair of microphones is out of step, learnt from the voices themselves.

Devices have latencies of their own that nobody knows. Between two microphones every voice has one
lag: that of the one's own speaker lies at one end, that of the other's at the other, all others in
between. So the middle between the ends is the lag of nobody: what the two devices are out of step.
"""

import numpy as np
import numpy.typing as npt

from captioner.audio.bleed.spectrum import Numbers

BIN_SAMPLES = 8
"""0.5 ms: a voice's lag is steady to less than that."""

MOST_OUT_OF_STEP = 1600
"""Samples: 0.1 s. Devices further apart are told apart by loudness alone."""

WIDEST = 480
"""Samples between the two ends: two microphones 5 m apart."""

NARROWEST = 24
"""Samples between the two ends under which they may be one voice: microphones 0.25 m apart."""

SEEN_OFTEN = 4.0
"""Comparisons that make a lag a voice's: half a second of speech."""

FADING = 0.999
"""From comparison to comparison: half is forgotten after a minute and a half of speech."""

_BINS = 2 * MOST_OUT_OF_STEP // BIN_SAMPLES + 1


class PairOffsets:
    """Offsets of all pairs of channels; NaN where nothing is known yet."""

    def __init__(self) -> None:
        self._seen = np.zeros((0, 0, _BINS))
        self._is_exact = np.zeros(0, np.bool_)
        self.offsets: Numbers = np.zeros((0, 0))
        """Samples by which the column hears everything later than the row, shape (n, n)."""

    def add(self, *, is_exact: bool) -> None:
        """One more channel; exact ones are in step with each other by contract."""
        size = len(self._is_exact) + 1
        seen, offsets = np.zeros((size, size, _BINS)), np.full((size, size), np.nan)
        seen[:-1, :-1], offsets[:-1, :-1] = self._seen, self.offsets
        self._seen, self._is_exact = seen, np.append(self._is_exact, is_exact)
        offsets[-1, -1] = 0.0
        if is_exact:
            offsets[-1, self._is_exact] = offsets[self._is_exact, -1] = 0.0
        self.offsets = offsets

    def restart(self, channel: int, *, is_exact: bool) -> None:
        """A channel's sound begins anew, perhaps from another device."""
        self._is_exact[channel] = is_exact
        self._seen[channel] = self._seen[:, channel] = 0.0
        known = np.where(self._is_exact & is_exact, 0.0, np.nan)
        self.offsets[channel] = self.offsets[:, channel] = known
        self.offsets[channel, channel] = 0.0

    def shifted(self, channel: int) -> bool:
        """A channel's device lost sound, or the others' did: its offsets are learnt anew.

        False where they cannot have shifted: all channels share one clock.
        """
        shared = self._is_exact & self._is_exact[channel]
        if shared.all():
            return False
        self._seen[channel, ~shared] = self._seen[~shared, channel] = 0.0
        self.offsets[channel, ~shared] = self.offsets[~shared, channel] = np.nan
        self.offsets[channel, channel] = 0.0
        return True

    def delays(self) -> npt.NDArray[np.intp]:
        """Samples by which each channel must wait for the latest, shape (n,); 0 if not known."""
        if not len(self.offsets):
            return np.zeros(0, np.intp)
        reference = int((~np.isnan(self.offsets)).sum(1).argmax())
        late = np.nan_to_num(self.offsets[reference])
        delays: npt.NDArray[np.intp] = np.round(late.max() - late).astype(np.intp)
        return delays

    def accept(self, rows: npt.NDArray[np.intp], peaks: Numbers) -> None:
        """Take the lag of each pair of the channels `rows` in one comparison, NaN if unclear."""
        for first, one in enumerate(rows):
            for second, other in enumerate(rows):
                is_known = self._is_exact[one] and self._is_exact[other]
                if second <= first or is_known or np.isnan(peaks[first, second]):
                    continue
                seen = self._seen[one, other]
                seen *= FADING
                seen[round((peaks[first, second] + MOST_OUT_OF_STEP) / BIN_SAMPLES)] += 1
                offset = _middle(seen)
                if not np.isnan(offset):
                    self.offsets[one, other], self.offsets[other, one] = offset, -offset


def _middle(seen: Numbers) -> float:
    """Between the ends of the lags that were seen often; NaN while they may be one voice's."""
    smooth = np.convolve(seen, np.ones(3), "same")
    main = int(smooth.argmax())
    often = np.flatnonzero(smooth >= SEEN_OFTEN)
    often = often[np.abs(often - main) <= WIDEST // BIN_SAMPLES]
    if not len(often) or (often[-1] - often[0] - 2) * BIN_SAMPLES < NARROWEST:
        return float("nan")
    return float((often[0] + often[-1]) / 2 * BIN_SAMPLES - MOST_OUT_OF_STEP)
