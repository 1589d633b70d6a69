import xml.etree.ElementTree as ElementTree

from captioner.bench.drawing import HEIGHT, BarChart, render_svg

CHART = BarChart(
    "Cost & lag", "s", ["1", "2", "4"], {"live": [1.0, 2.0, 4.0], "usual": [2.0, None, 0.0]}
)
SVG = "{http://www.w3.org/2000/svg}"


def bars(root: ElementTree.Element) -> list[float]:
    heights = [float(each.get("height", "0")) for each in root.iter(f"{SVG}rect")]
    return [height for height in heights if height != 12]  # those are of the legend


def test_bars_are_as_high_as_their_values() -> None:
    highest = HEIGHT - 20
    found = bars(ElementTree.fromstring(render_svg([CHART])))
    assert found == [highest / 4, highest / 2, highest / 2, highest, 0.0]


def test_everything_is_labelled() -> None:
    root = ElementTree.fromstring(render_svg([CHART, CHART]))
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert texts.count("Cost & lag") == 2
    assert {"live, s", "usual, s", "4.00"} <= set(texts)


def test_it_is_readable_on_dark_paper() -> None:
    assert "prefers-color-scheme: dark" in render_svg([CHART])


def test_nothing_to_draw_is_an_empty_picture() -> None:
    empty = BarChart("Nothing", "s", [], {})
    assert bars(ElementTree.fromstring(render_svg([empty]))) == []
