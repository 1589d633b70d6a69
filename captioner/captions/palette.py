"""The colours of speakers: eight that people can name, told apart also by colour-blind readers.

Colour is only ever the second cue beside name and letter. The same values stand in
web/shared/tokens.css; a test compares them and computes every contrast and distance.
"""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """A filled tag on a page of one theme, as #RRGGBB."""

    fill: str
    ink: str
    """Colour of the letter on the fill."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour that a channel can have."""

    name: str
    """What goes over the wire and what people call it, also on a piece of tape."""
    dark: Chip
    light: Chip


@dataclass(frozen=True, slots=True)
class Theme:
    """What captions stand on, as #RRGGBB."""

    page: str
    surface: str
    """Bars and cards on the page."""
    text: str
    quiet: str
    """Text that is not a caption."""


DARK = Theme(page="#15171A", surface="#1E2126", text="#F4F3EF", quiet="#BDC2CA")
LIGHT = Theme(page="#FAF9F6", surface="#FFFFFF", text="#17191C", quiet="#474C54")

BLACK = "#000000"
WHITE = "#FFFFFF"

# Found by search within the hues of each name: smallest distance of a pair, under three kinds of
# colour blindness, 10.9 on dark and 7.6 on light (OKLab x 100).
PALETTE: tuple[Colour, ...] = (
    Colour("blue", Chip("#315EF9", WHITE), Chip("#1338E0", WHITE)),
    Colour("orange", Chip("#FF771C", BLACK), Chip("#BC5500", WHITE)),
    Colour("green", Chip("#08B677", BLACK), Chip("#005B3D", WHITE)),
    Colour("pink", Chip("#EC93C6", BLACK), Chip("#E0309F", BLACK)),
    Colour("yellow", Chip("#F6E174", BLACK), Chip("#AB8C00", BLACK)),
    Colour("purple", Chip("#8A5CA5", WHITE), Chip("#5C11A5", WHITE)),
    Colour("red", Chip("#CD3D21", WHITE), Chip("#A3000B", WHITE)),
    Colour("turquoise", Chip("#8CE8FE", BLACK), Chip("#008183", WHITE)),
)


def colour_names() -> tuple[str, ...]:
    """The names of the palette, in the order in which they are given out."""
    return tuple(colour.name for colour in PALETTE)


def next_colour(taken: Collection[str]) -> str:
    """The first colour that nobody has; beyond eight, the first of those that fewest have."""
    given = list(taken)
    return min(colour_names(), key=given.count)


def contrast_ratio(first: str, second: str) -> float:
    """Contrast of two #RRGGBB colours as WCAG 2.2 defines it, 1 to 21."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def linear_rgb(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of a #RRGGBB colour as shares of light, 0 to 1."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    red, green, blue = linear_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
