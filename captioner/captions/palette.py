"""The colours of speakers: eight that people can name, told apart also by colour-blind readers.

Colour is only ever the second cue beside name and letter. web/shared/palettes.css is written from
here (`python -m tools.make_palettes`); a test computes every contrast and distance.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType


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
    edge: str
    """Lines that only divide."""
    control: str
    """Lines that show where a control is."""
    accent: str
    accent_ink: str
    warn: str
    warn_ink: str
    warn_edge: str
    level: str
    """Sound that arrives, and a line that is well."""
    place: str
    """Behind the line on which a reader was: quiet, and the text on it as easy to read."""
    is_dark: bool = True


BLACK = "#000000"
WHITE = "#FFFFFF"

DARK = Theme(
    page="#15171A",
    surface="#1E2126",
    text="#F4F3EF",
    quiet="#BDC2CA",
    edge="#3A3F47",
    control="#8B919B",
    accent="#9CC2FF",
    accent_ink="#06122B",
    warn="#3A2C08",
    warn_ink="#FFEFC7",
    warn_edge="#E0AC3C",
    level="#4FD19E",
    place="#2B3340",
)
LIGHT = Theme(
    page="#FAF9F6",
    surface="#FFFFFF",
    text="#17191C",
    quiet="#474C54",
    edge="#C9CBC8",
    control="#767B83",
    accent="#0B4FBF",
    accent_ink=WHITE,
    warn="#FFE9B8",
    warn_ink="#2B1D00",
    warn_edge="#8A5A00",
    level="#006B4A",
    place="#E3EAF4",
    is_dark=False,
)
PITCH_BLACK = Theme(
    page=BLACK,
    surface="#121212",
    text=WHITE,
    quiet="#C8C8C8",
    edge="#3C3C3C",
    control="#949494",
    accent="#A9CBFF",
    accent_ink="#06122B",
    warn="#33270A",
    warn_ink="#FFF2D2",
    warn_edge="#E8B64A",
    level="#57DBA8",
    place="#202A38",
)
YELLOW_ON_BLACK = Theme(
    page=BLACK,
    surface="#141400",
    text="#FFEB3B",
    quiet="#E3D26A",
    edge="#4A4610",
    control="#A89B3A",
    accent="#FFEB3B",
    accent_ink=BLACK,
    warn="#3A2C00",
    warn_ink="#FFF2A8",
    warn_edge="#FFC83D",
    level="#FFEB3B",
    place="#33300A",
)

THEMES: Mapping[str, Theme] = MappingProxyType(
    {"light": LIGHT, "dark": DARK, "black": PITCH_BLACK, "yellow": YELLOW_ON_BLACK}
)
"""By the name that a reader chooses."""

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

# Found by search without regard to names: smallest distance of a pair 16.1 on dark, 17.9 on light.
# What is told apart best is light and dark, so nobody should call these by the names they have.
APART: tuple[Colour, ...] = (
    Colour("blue", Chip("#B887FF", BLACK), Chip("#030077", WHITE)),
    Colour("orange", Chip("#EC8A00", BLACK), Chip("#D87616", BLACK)),
    Colour("green", Chip("#64CEB7", BLACK), Chip("#1F5C87", WHITE)),
    Colour("pink", Chip("#01888F", BLACK), Chip("#A302FC", WHITE)),
    Colour("yellow", Chip("#FDD703", BLACK), Chip("#000002", WHITE)),
    Colour("purple", Chip("#9B2EEA", WHITE), Chip("#550013", WHITE)),
    Colour("red", Chip("#C93C11", WHITE), Chip("#A32A04", WHITE)),
    Colour("turquoise", Chip("#BAFFFD", BLACK), Chip("#6895B3", BLACK)),
)
"""The same names in other colours, for readers who choose what colour-blind people tell best."""


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
