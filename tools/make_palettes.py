"""Writes web/shared/palettes.css, the colours of every page, from captioner/captions/palette.py.

    python -m tools.make_palettes

A test compares the file with what this makes: colours stand in one place only.
"""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from captioner.captions.palette import APART, PALETTE, THEMES, Colour, Theme

STYLE_SHEET = Path(__file__).parents[1] / "web" / "shared" / "palettes.css"
HEAD = "/* Written by tools/make_palettes.py: edit captioner/captions/palette.py instead. */\n"


def main() -> None:
    """Write the file."""
    STYLE_SHEET.write_text(render_palettes(), encoding="utf-8")


def render_palettes() -> str:
    """Light unless the device is dark; by name for readers who choose; other chips likewise."""
    light, dark = THEMES["light"], THEMES["dark"]
    parts = [
        HEAD,
        _rule(":root", _theme(light)),
        _in_the_dark(_rule(":root", _theme(dark))),
        *(_rule(f':root[data-theme="{name}"]', _theme(theme)) for name, theme in THEMES.items()),
        _rule(":root[data-chips]", _chips(APART, is_dark=False)),
        _in_the_dark(_rule(":root[data-chips]", _chips(APART, is_dark=True))),
        *(
            _rule(f':root[data-chips][data-theme="{name}"]', _chips(APART, theme.is_dark))
            for name, theme in THEMES.items()
        ),
    ]
    return "".join(parts)


def _theme(theme: Theme) -> list[str]:
    colours = [
        f"--{field.name.replace('_', '-')}: {getattr(theme, field.name)};"
        for field in fields(theme)
        if field.name != "is_dark"
    ]
    scheme = "color-scheme: dark;" if theme.is_dark else "color-scheme: light;"
    return [scheme, *colours, *_chips(PALETTE, theme.is_dark)]


def _chips(palette: Sequence[Colour], is_dark: bool) -> list[str]:
    chips = [(each.name, each.dark if is_dark else each.light) for each in palette]
    return [f"--{name}-chip: {chip.fill}; --{name}-ink: {chip.ink};" for name, chip in chips]


def _rule(selector: str, lines: Sequence[str]) -> str:
    return f"{selector} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def _in_the_dark(rule: str) -> str:
    return f"@media (prefers-color-scheme: dark) {{\n{rule}}}\n"


if __name__ == "__main__":
    main()
