"""How hard and how various the training examples are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """Shares are of 1."""

    rooms: float = 0.0
    """Heard through a simulated room."""
    bleed: float = 0.0
    """With a second voice below."""
    noise: float = 0.3
    empty: float = 0.03
    """Without speech."""
    prompts: float = 0.0
    """Behind previous text or hotwords."""
    cuts: float = 0.0
    """Stopped in the middle of a sentence, as partials are."""
    quiet_noise_db: tuple[float, float] = (22.0, 50.0)


CLEAN = Recipe()
ROOMS = Recipe(
    rooms=0.75,
    bleed=0.4,
    noise=0.9,
    empty=0.06,
    prompts=0.3,
    cuts=0.15,
    quiet_noise_db=(17.0, 50.0),
)
