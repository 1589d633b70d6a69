import numpy as np
import pytest

from captioner.audio.bleed.spatial import KNOWN_FRAMES, SpatialProfiles, Spectra, covariance_of

BINS, MICROPHONES = 40, 3
ONE, TWO = 0, 1
EVERYTHING = np.ones(BINS)
NOTHING = np.zeros(BINS)


class Voices:
    """Each arrives at all microphones in its own way: as 1 at its own, as less elsewhere."""

    def __init__(self) -> None:
        self._chance = np.random.default_rng(5)
        self.arrivals = 0.4 * self._complex(MICROPHONES, BINS, MICROPHONES)
        for speaker in range(MICROPHONES):
            self.arrivals[speaker, :, speaker] = 1.0

    def _complex(self, *shape: int) -> np.ndarray:
        draws = self._chance.normal(size=(*shape, 2)) / np.sqrt(2)
        return np.asarray(draws[..., 0] + 1j * draws[..., 1])

    def said(self) -> np.ndarray:
        """What one speaker says in one frame, shape (bins,)."""
        return self._complex(BINS)

    def heard(self, speaker: int, said: np.ndarray) -> Spectra:
        """With a little noise, shape (microphones, bins)."""
        noise = 0.01 * self._complex(MICROPHONES, BINS)
        arriving = (self.arrivals[speaker] * said[:, None]).T
        return np.asarray(arriving + noise, np.complex64)

    def frame(self, speaker: int) -> Spectra:
        return self.heard(speaker, self.said())


def learnt(voices: Voices, *speakers: int, frames: int = 200) -> SpatialProfiles:
    profiles = SpatialProfiles(MICROPHONES, BINS)
    for speaker in speakers:
        for _ in range(frames):
            profiles.learn(speaker, voices.frame(speaker))
    return profiles


def let_through_db(voices: Voices, weights: np.ndarray, speaker: int) -> np.ndarray:
    """Of a voice, against what the first microphone hears of it, each bin."""
    passed = np.abs(np.einsum("kn,kn->k", weights.conj(), voices.arrivals[speaker]))
    return np.asarray(20 * np.log10(passed / np.abs(voices.arrivals[speaker, :, ONE]) + 1e-9))


def test_a_filter_lets_one_voice_through_and_stops_the_other() -> None:
    voices = Voices()

    weights = learnt(voices, ONE, TWO).filter(ONE, [TWO])

    assert np.abs(let_through_db(voices, weights, ONE)).max() < 1.0
    assert np.median(let_through_db(voices, weights, TWO)) < -15.0


def test_who_was_never_alone_is_kept_and_the_other_stopped() -> None:
    voices = Voices()

    weights = learnt(voices, TWO).filter(ONE, [TWO])

    assert np.median(let_through_db(voices, weights, TWO)) < -15.0
    assert np.median(let_through_db(voices, weights, ONE)) > -4.0


def test_a_stretch_shows_how_a_voice_arrives_that_was_never_alone() -> None:
    voices = Voices()
    profiles = learnt(voices, TWO)
    both = [voices.frame(ONE) + voices.frame(TWO) for _ in range(200)]
    stretch = np.asarray(np.mean([covariance_of(each) for each in both], axis=0), np.complex64)

    shown = profiles.filter(ONE, [TWO], stretch)
    blind = profiles.filter(ONE, [TWO])

    def bent(weights: np.ndarray) -> float:
        return float(np.abs(let_through_db(voices, weights, ONE)).mean())

    assert bent(shown) < 0.5 * bent(blind)
    assert np.median(let_through_db(voices, shown, TWO)) < -15.0


def test_nobody_is_filtered_out_before_they_are_known() -> None:
    voices = Voices()

    assert learnt(voices, TWO, frames=int(KNOWN_FRAMES) - 1).known([ONE, TWO]) == []
    assert learnt(voices, TWO, frames=int(KNOWN_FRAMES)).known([ONE, TWO]) == [TWO]


def test_what_was_somebody_elses_voice_is_forgotten() -> None:
    profiles = learnt(Voices(), ONE, TWO)

    profiles.forget(TWO)

    assert profiles.known([ONE, TWO]) == [ONE]
    assert profiles.is_young(TWO)
    assert not profiles.is_young(ONE)


def test_of_two_who_speak_only_the_bands_that_one_fills_teach() -> None:
    voices = Voices()
    moved = Voices()
    moved.arrivals = moved.arrivals.copy()
    moved.arrivals[TWO] = 0.4 * voices.arrivals[2]
    moved.arrivals[TWO, :, TWO] = 1.0
    filled = np.where(np.arange(BINS) < BINS // 2, EVERYTHING, NOTHING)
    profiles = learnt(voices, ONE, TWO)

    for _ in range(900):
        profiles.learn_mixed(TWO, moved.frame(TWO), filled)
    weights = profiles.filter(ONE, [TWO])

    stopped = let_through_db(moved, weights, TWO)
    assert np.median(stopped[: BINS // 2]) < -12.0
    assert np.median(stopped[BINS // 2 :]) > -6.0


def test_a_stranger_learns_nothing_while_others_speak() -> None:
    voices = Voices()
    profiles = learnt(voices, ONE)

    for _ in range(20):
        profiles.learn_mixed(TWO, voices.frame(TWO), EVERYTHING)

    assert profiles.known([TWO]) == []


def test_a_noisy_microphone_counts_for_little() -> None:
    voices = Voices()
    quiet, noisy = learnt(voices, ONE, TWO), learnt(voices, ONE, TWO)
    chance = np.random.default_rng(3)
    for _ in range(100):
        noise = chance.normal(size=(MICROPHONES, BINS)) * np.array([[0.01], [0.01], [3.0]])
        noisy.learn_noise(np.asarray(noise, np.complex64))

    def third(profiles: SpatialProfiles) -> float:
        return float(np.abs(profiles.filter(ONE, [TWO])[:, 2]).mean())

    assert third(noisy) < 0.2 * third(quiet)


@pytest.mark.parametrize("level", [0.0, 1e-6, 1.0])
def test_silence_breaks_no_filter(level: float) -> None:
    profiles = SpatialProfiles(MICROPHONES, BINS)
    sound = np.full((MICROPHONES, BINS), level, np.complex64)
    for _ in range(10):
        profiles.learn_noise(sound)
        profiles.learn(TWO, sound)

    for stretch in (None, covariance_of(sound)):
        assert np.isfinite(profiles.filter(ONE, [TWO], stretch)).all()
