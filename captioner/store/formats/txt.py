"""Plain text: a head, then a paragraph a line, with time and speaker."""

from collections.abc import Iterable

from captioner.store.layout import OVERLAP, Paragraph, Run, View, isolated, lay_out
from captioner.store.transcript import Topic, Transcript, clock_time


def render(transcript: Transcript, view: View) -> str:
    """A second language stands under the first, with its code."""
    head = [isolated(transcript.title), transcript.date, *transcript.notices, ""]
    body = (line for part in lay_out(transcript, view) for line in _lines(part, view))
    return "\n".join([*head, *body, ""])


def _lines(part: Paragraph | Topic, view: View) -> Iterable[str]:
    if isinstance(part, Topic):
        return "", f"== {isolated(part.title)} ==", ""
    name = isolated(part.speaker.name)
    mark = f" ({OVERLAP})" if part.overlaps else ""
    first, *others = part.columns
    return (
        f"[{clock_time(part.start)}] {name}{mark}: {_words(first)}",
        *(
            f"    [{language}] {_words(runs)}"
            for language, runs in zip(view.columns[1:], others, strict=True)
        ),
    )


def _words(runs: tuple[Run, ...]) -> str:
    return " ".join(isolated(run.text) + _mark(run) for run in runs)


def _mark(run: Run) -> str:
    return {"": "", "…": " …"}.get(run.mark, f" ({run.mark})")
