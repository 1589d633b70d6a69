"""Which language somebody seems to speak: only ever a suggestion to a host, never a switch.

The same sound is decoded as each language that comes into question; weights that have learnt
several are surer of themselves in the right one.
"""

from collections.abc import Sequence

from captioner.domain import Hypothesis

FEWEST_WORDS = 3
"""A name alone sounds like any language."""

SURER_BY = 0.25
"""By how much the mean log probability of a token must be better than in the chosen language. Taken
from what is usual of Whisper, not measured here: the weights that come along know one language."""

SURE_FROM = -0.8
"""Worse than this, and it is noise or another language still."""


def suggest_language(heard: Sequence[Hypothesis], chosen: str) -> str | None:
    """The language to suggest in the place of the chosen one; None: there is nothing to say."""
    sure = {
        each.language: each.average_log_probability
        for each in heard
        if len(each.text.split()) >= FEWEST_WORDS
    }
    if not sure:
        return None
    best = max(sure, key=lambda language: sure[language])
    if best == chosen or sure[best] < SURE_FROM:
        return None
    return best if chosen not in sure or sure[best] - sure[chosen] >= SURER_BY else None
