"""The colours of the pages are those of the palette, all of them."""

from tools.make_palettes import STYLE_SHEET, render_palettes


def test_style_sheet_is_what_the_palette_makes() -> None:
    said = "run: python -m tools.make_palettes"
    assert STYLE_SHEET.read_text(encoding="utf-8") == render_palettes(), said


def test_every_theme_has_its_own_rule_and_every_speaker_a_chip() -> None:
    made = render_palettes()
    for name in ("light", "dark", "black", "yellow"):
        assert f':root[data-theme="{name}"] {{' in made
        assert f':root[data-chips][data-theme="{name}"] {{' in made
    assert made.count("--turquoise-chip:") == 2 * (2 + 4)
