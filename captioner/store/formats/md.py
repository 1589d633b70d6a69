"""Markdown (CommonMark, with tables of GitHub's kind): headings, one paragraph a turn."""

import re
from collections.abc import Iterable

from captioner.store.layout import OVERLAP, Paragraph, Run, View, isolated, lay_out
from captioner.store.transcript import Topic, Transcript, clock_time

_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|$^=#{}])")


def render(transcript: Transcript, view: View) -> str:
    """Both languages side by side are a table."""
    head = [f"# {escape(transcript.title)}", "", transcript.date, ""]
    for notice in transcript.notices:
        head += [f"> {escape(notice)}", ""]
    laid_out = lay_out(transcript, view)
    render_body = _paragraphs if len(view.columns) == 1 else _tables
    return "\n".join([*head, *render_body(laid_out, view)])


def escape(text: str) -> str:
    """A text of somebody else, as nothing but text."""
    return isolated(_SPECIAL.sub(r"\\\1", text))


def _paragraphs(laid_out: Iterable[Paragraph | Topic], _: View) -> Iterable[str]:
    for part in laid_out:
        if isinstance(part, Topic):
            yield f"## {escape(part.title)}\n"
            continue
        yield f"{_speaker(part)}: {_words(part.columns[0])}\n"


def _tables(laid_out: Iterable[Paragraph | Topic], view: View) -> Iterable[str]:
    head = f"| Speaker | Original | {escape(view.language)} |\n|---|---|---|"
    is_open = False
    for part in laid_out:
        if isinstance(part, Topic):
            yield f"\n## {escape(part.title)}\n"
            is_open = False
            continue
        if not is_open:
            yield head
        is_open = True
        cells = " | ".join(_words(runs) for runs in part.columns)
        yield f"| {_speaker(part)} | {cells} |"
    yield ""


def _speaker(part: Paragraph) -> str:
    mark = f" _({OVERLAP})_" if part.overlaps else ""
    return f"**{escape(part.speaker.name)}** ({clock_time(part.start)}){mark}"


def _words(runs: tuple[Run, ...]) -> str:
    return " ".join(escape(run.text) + _mark(run) for run in runs)


def _mark(run: Run) -> str:
    return {"": "", "…": " …"}.get(run.mark, f" _({run.mark})_")
