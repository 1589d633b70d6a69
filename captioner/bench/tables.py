"""The figures of a bench as tables, for a terminal and for a document."""

from collections.abc import Mapping, Sequence
from typing import Any

RUN_COLUMNS = (
    ("channels", "channels", 0),
    ("first_text_median", "first text", 2),
    ("first_text_p95", "p95", 2),
    ("final_median", "final", 2),
    ("final_p95", "p95", 2),
    ("erasure", "erasure", 3),
    ("word_error_rate", "words wrong", 3),
    ("lag_at_end", "lag at end", 2),
    ("growth", "growth", 2),
    ("cpu_per_speech", "CPU s / s", 3),
    ("peak_memory_mb", "peak MB", 0),
    ("rows_a_batch", "rows/batch", 2),
    ("shed", "shed", 0),
    ("unfinished", "unfinished", 0),
    ("load", "load", 1),
)
RATIO_COLUMNS = (
    ("channels", "channels", 0),
    ("live", "live CPU s / s", 3),
    ("floor", "floor CPU s / s", 3),
    ("live_to_floor", "live ÷ floor", 2),
    ("usual", "usual CPU s / s", 3),
    ("live_to_usual", "live ÷ usual", 2),
    ("final_p95", "final p95", 2),
    ("usual_final_p95", "usual's", 2),
)
WINDOW_COLUMNS = (
    ("window", "window", 0),
    ("padding", "padding", 0),
    ("clips", "clips", 0),
    ("word_error_rate", "words wrong", 4),
    ("errors", "errors", 0),
    ("cpu_s", "CPU s", 2),
)
BATCH_COLUMNS = (
    ("window_s", "window", 0),
    ("rows", "rows", 0),
    ("encode_ms", "encode ms/row", 1),
    ("generate_ms", "generate ms/row", 1),
)
Columns = Sequence[tuple[str, str, int]]
"""Key, head and decimals of each column."""


def render_table(columns: Columns, rows: Sequence[Mapping[str, Any]]) -> str:
    """A table that reads well in a terminal and in a document alike."""
    heads = [head for _, head, _ in columns]
    cells = [[_cell(row.get(key), decimals) for key, _, decimals in columns] for row in rows]
    widths = [max(len(row[place]) for row in [heads, *cells]) for place in range(len(columns))]
    rule = ["-" * (width - 1) + ":" for width in widths]
    lines = [heads, rule, *cells]
    return "\n".join(
        "| "
        + " | ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )


def render_report(report: Mapping[str, Any]) -> str:
    """Everything in a report of `captioner bench`, table by table."""
    parts = [", ".join(f"{key}: {value}" for key, value in report["machine"].items())]
    for part in report.get("together", []):
        parts.append(f"{part['weights']}, everybody at once, {part['seconds']:.0f} s")
        parts.append(render_table(RUN_COLUMNS, part["live"]))
        if part["usual"]:
            parts.append(f"{part['weights']}, the usual method on the same sound")
            parts.append(render_table(RUN_COLUMNS, part["usual"]))
        parts.append(f"{part['weights']}, side by side")
        parts.append(render_table(RATIO_COLUMNS, part["ratios"]))
        parts += part["notes"]
    if report.get("windows"):
        parts.append(f"{report['windows_weights']}, windows, each utterance alone")
        parts.append(render_table(WINDOW_COLUMNS, report["windows"]))
    for part in report.get("batches", []):
        parts.append(f"{part['weights']}, rows in one call")
        parts.append(render_table(BATCH_COLUMNS, part["rows"]))
        parts.append(f"chosen here: {part['choice']}")
    return "\n\n".join(parts) + "\n"


def _cell(value: Any, decimals: int) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    return f"{value:.{decimals}f}"
