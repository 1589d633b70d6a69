"""Bars as SVG, readable on light and on dark paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

COLOURS = ("#2f7ebc", "#d9822b", "#7b8794")
"""Told apart by colour-blind readers too, and far enough from both papers."""

HEIGHT, LEFT, TOP, BOTTOM = 220, 56, 62, 44
BAR, GAP, BETWEEN = 34, 4, 30

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1b1f24 }
  .title { font-weight: 600; font-size: 15px }
  .axis { stroke: #8a939c; stroke-width: 1 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }
"""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Groups of bars, one bar for each series; a value that is missing leaves its place empty."""

    title: str
    unit: str
    groups: Sequence[str]
    series: Mapping[str, Sequence[float | None]]


def render_svg(charts: Sequence[BarChart]) -> str:
    """The charts below one another in one picture."""
    total = HEIGHT + TOP + BOTTOM
    width = max([480, *(_width(chart) for chart in charts)])
    drawn = [
        f'<g transform="translate(0 {number * total})">{_chart(chart)}</g>'
        for number, chart in enumerate(charts)
    ]
    height = total * len(charts)
    titles = escape("; ".join(chart.title for chart in charts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" role="img" aria-label="{titles}">\n'
        f"<style>{STYLE}</style>\n" + "\n".join(drawn) + "\n</svg>\n"
    )


def _width(chart: BarChart) -> int:
    return LEFT + len(chart.groups) * (_group_width(chart) + BETWEEN) + BETWEEN


def _group_width(chart: BarChart) -> int:
    return len(chart.series) * (BAR + GAP)


def _chart(chart: BarChart) -> str:
    known = [value for row in chart.series.values() for value in row if value is not None]
    highest = max([*known, 0.0]) or 1.0
    parts = [f'<text class="title" x="{LEFT}" y="20">{escape(chart.title)}</text>']
    parts += _legend(chart)
    ground = TOP + HEIGHT
    right = _width(chart)
    parts.append(f'<line class="axis" x1="{LEFT}" y1="{ground}" x2="{right}" y2="{ground}"/>')
    for place, group in enumerate(chart.groups):
        left = LEFT + BETWEEN + place * (_group_width(chart) + BETWEEN)
        middle = left + _group_width(chart) / 2
        parts.append(
            f'<text x="{middle:.0f}" y="{ground + 20}" text-anchor="middle">{escape(group)}</text>'
        )
        for number, row in enumerate(chart.series.values()):
            value = row[place] if place < len(row) else None
            if value is not None:
                parts += _bar(left + number * (BAR + GAP), value, highest, number)
    return "\n".join(parts)


def _legend(chart: BarChart) -> list[str]:
    parts, at = [], LEFT
    for number, name in enumerate(chart.series):
        colour = COLOURS[number % len(COLOURS)]
        label = f"{name}, {chart.unit}"
        parts.append(f'<rect x="{at}" y="32" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{at + 17}" y="43">{escape(label)}</text>')
        at += 34 + 7 * len(label)
    return parts


def _bar(left: float, value: float, highest: float, number: int) -> list[str]:
    height = max(value, 0.0) / highest * (HEIGHT - 20)
    top = TOP + HEIGHT - height
    colour = COLOURS[number % len(COLOURS)]
    return [
        f'<rect x="{left:.0f}" y="{top:.1f}" width="{BAR}" height="{height:.1f}" fill="{colour}"/>',
        f'<text x="{left + BAR / 2:.0f}" y="{top - 5:.1f}" text-anchor="middle">{value:.2f}</text>',
    ]
