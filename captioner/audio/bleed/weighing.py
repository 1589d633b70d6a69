"""How likely each set of speakers is in one frame: by loudness, by lags, by the voice detector."""

from dataclasses import dataclass

import numpy as np

from captioner.audio.bleed.lags import Nearness
from captioner.audio.bleed.mixing import Explained, explain_frame
from captioner.audio.bleed.profiles import YOUNG_FRAMES, Profiles
from captioner.audio.bleed.speaker_sets import SpeakerSets
from captioner.audio.bleed.spectrum import Numbers
from captioner.domain import ChannelId

QUIET_DB = 6.0
QUIET_SLOPE_DB = 5.0
QUIETEST = 6.0
"""A speaker more than 6 dB under their usual level is unlikely, by a normal law of 5 dB, up to
six deviations."""

NEWCOMER_COSTS = 3.0
"""Log-likelihood in each frame of a pair with somebody who has not yet spoken alone."""

TWO_LAGS_COST = 0.3
"""Log-likelihood in each frame: of two who speak at once now one, now the other is heard first."""

VOICELESS_COSTS = 0.7
"""Log-likelihood in each frame of a speaker in whose microphone the detector hears no voice. It is
little: in an insensitive microphone it hears none at 20 dB above the noise."""

AWAY_COSTS = 1e6
"""Nobody speaks into a microphone that is not heard."""


@dataclass(frozen=True, slots=True)
class HeardFrame:
    """What is to be explained; n channels are known, those in `channels` delivered."""

    frame: int
    channels: tuple[ChannelId, ...]
    present: Numbers
    """1 for channels that delivered, else 0: shape (n,)."""
    powers: Numbers
    floors: Numbers
    """Shape (n, BANDS)."""
    voices: Numbers
    """The detector's probabilities, shape (n,)."""
    nearness: Nearness


def weigh_sets(
    sets: SpeakerSets, profiles: Profiles, heard: HeardFrame
) -> tuple[Numbers, Explained]:
    """Log-likelihood of every set in this frame, shape (sets,), and what it explains."""
    members, powers = sets.members, heard.powers
    ratios, spread_db = profiles.attenuations()
    is_there = heard.present > 0
    if not is_there.all():  # a microphone that is not heard says nothing for or against
        powers = np.where(is_there[:, None], powers, heard.floors)
        ratios = np.where(is_there[None, :, None], ratios, 1e-9)
    explained = explain_frame(powers, heard.floors, ratios, spread_db, members)
    under_db = profiles.usual_levels_db() - QUIET_DB - explained.levels_db
    under = np.clip(under_db / QUIET_SLOPE_DB, 0.0, QUIETEST)
    young = 1 / (1 + profiles.frames / YOUNG_FRAMES)
    scores = heard.nearness.scores[None]
    lags = np.where(members > 0, scores, -np.inf).max(1, initial=-np.inf)
    weighed: Numbers = (
        explained.likelihoods
        - (members * under**2).sum(1) / 2
        - NEWCOMER_COSTS * sets.is_pair * (members @ young)
        - VOICELESS_COSTS * (members @ (1 - heard.voices))
        - AWAY_COSTS * (members @ (1 - heard.present))
        - TWO_LAGS_COST * sets.is_pair
        + np.where(sets.counts > 0, lags, 0.0)
    )
    return weighed, explained
