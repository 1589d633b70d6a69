"""Contrast and distance of the speakers' colours are computed here, not asserted by taste."""

from itertools import combinations

import pytest

from captioner.captions.palette import (
    APART,
    DARK,
    LIGHT,
    PALETTE,
    THEMES,
    Chip,
    Colour,
    Theme,
    colour_names,
    contrast_ratio,
    linear_rgb,
    next_colour,
)

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
SIGHT: dict[str, Matrix] = {
    "full": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# Ottosson's OKLab, from linear RGB.
TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def chips_of(palette: tuple[Colour, ...], theme: Theme) -> dict[str, Chip]:
    return {each.name: each.dark if theme.is_dark else each.light for each in palette}


EVERY = [
    pytest.param(theme, chips_of(palette, theme), id=f"{kind}-{name}")
    for kind, palette in (("standard", PALETTE), ("apart", APART))
    for name, theme in THEMES.items()
]


def apply(matrix: Matrix, vector: Vector) -> Vector:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def seen(colour: str, sight: str) -> Vector:
    """OKLab x 100 of a colour as somebody with this sight sees it."""
    red, green, blue = (
        min(1.0, max(0.0, part)) for part in apply(SIGHT[sight], linear_rgb(colour))
    )
    long, middle, short = (part ** (1 / 3) for part in apply(TO_CONES, (red, green, blue)))
    light, first, second = (100 * part for part in apply(TO_LAB, (long, middle, short)))
    return light, first, second


def distance(first: str, second: str, sight: str) -> float:
    pairs = zip(seen(first, sight), seen(second, sight), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


@pytest.mark.parametrize(("theme", "chips"), EVERY)
def test_chip_stands_out_from_page_and_cards(theme: Theme, chips: dict[str, Chip]) -> None:
    for name, chip in chips.items():
        assert contrast_ratio(chip.fill, theme.page) >= 3, name
        assert contrast_ratio(chip.fill, theme.surface) >= 3, name


@pytest.mark.parametrize(("theme", "chips"), EVERY)
def test_letter_on_chip_can_be_read(theme: Theme, chips: dict[str, Chip]) -> None:
    assert theme.page
    for name, chip in chips.items():
        assert contrast_ratio(chip.fill, chip.ink) >= 4.5, name


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_text_has_the_highest_grade_of_contrast(theme: Theme) -> None:
    for back in (theme.page, theme.surface):
        assert contrast_ratio(theme.text, back) >= 7
        assert contrast_ratio(theme.quiet, back) >= 7
    assert contrast_ratio(theme.text, theme.place) >= 7
    assert contrast_ratio(theme.warn_ink, theme.warn) >= 7


@pytest.mark.parametrize("sight", list(SIGHT))
@pytest.mark.parametrize(("theme", "chips"), EVERY)
def test_every_pair_is_told_apart_with_any_sight(
    theme: Theme, chips: dict[str, Chip], sight: str
) -> None:
    assert theme.page
    for (name, chip), (other, other_chip) in combinations(chips.items(), 2):
        assert distance(chip.fill, other_chip.fill, sight) >= 7, (name, other)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast_ratio("#FFFFFF", "#FFFFFF") == pytest.approx(1)


def test_colours_are_given_out_in_order_and_repeat_only_when_all_are_taken() -> None:
    taken: list[str] = []
    for _ in range(16):
        taken.append(next_colour(taken))
    assert tuple(taken[:8]) == colour_names()
    assert tuple(taken[8:]) == colour_names()
    assert next_colour(["blue", "green"]) == "orange"


def test_a_colour_outside_the_palette_takes_nothing() -> None:
    assert next_colour(["silver"]) == "blue"


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("accent", "page", 4.5),
        ("accent", "surface", 4.5),
        ("accent_ink", "accent", 4.5),
        ("warn_edge", "page", 3.0),
        ("control", "page", 3.0),
        ("control", "surface", 3.0),
        ("control", "place", 3.0),
        ("level", "surface", 3.0),
    ],
)
@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_other_colours_can_be_told(theme: Theme, front: str, back: str, least: float) -> None:
    assert contrast_ratio(getattr(theme, front), getattr(theme, back)) >= least


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("sight", list(SIGHT))
def test_readers_who_need_it_get_chips_twice_as_far_apart(theme: Theme, sight: str) -> None:
    chips = chips_of(APART, theme).values()
    nearest = min(distance(a.fill, b.fill, sight) for a, b in combinations(chips, 2))
    assert nearest >= 14


def test_both_palettes_have_the_same_names() -> None:
    assert [each.name for each in APART] == [each.name for each in PALETTE]
