"""One HTML file that needs nothing else: for screens, screen readers and paper, light and dark.

It is well-formed XML too. No script, and its own policy forbids any.
"""

from collections.abc import Iterable
from html import escape

from captioner.captions.palette import DARK, LIGHT, PALETTE, Theme
from captioner.store.layout import OVERLAP, Paragraph, Run, View, lay_out
from captioner.store.transcript import Topic, Transcript, clock_time

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_STYLE = """
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 46rem; background: var(--page);
  color: var(--text); font: 1.125rem/1.6 system-ui, "Noto Sans", Arial, sans-serif; }
body.wide { max-width: 72rem; }
h1 { font-size: 1.6rem; line-height: 1.3; overflow-wrap: anywhere; }
h2, h3 { font-size: 1.25rem; margin-top: 2.5rem; overflow-wrap: anywhere; }
.notice { border-inline-start: .3rem solid var(--quiet); padding-inline-start: .8rem;
  margin: .6rem 0; }
.quiet, .mark, time { color: var(--quiet); font-size: .85em; }
ul.speakers { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; }
.chip { display: inline-block; min-width: 1.5em; padding: 0 .25em; border-radius: .3em;
  text-align: center; font-weight: 700; background: var(--fill, var(--text));
  color: var(--ink, var(--page)); print-color-adjust: exact; }
.turn { margin: 1rem 0; break-inside: avoid; content-visibility: auto;
  contain-intrinsic-size: auto 5rem; }
.turn p { margin: .1rem 0; overflow-wrap: anywhere; }
.columns { display: grid; gap: 0 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); }
@media print { .turn { content-visibility: visible; } body { font-size: 11pt; max-width: none; } }
"""


def render(transcript: Transcript, view: View) -> str:
    """Both languages stand side by side where there is room, else one under the other."""
    title = escape(transcript.title)
    notices = "\n".join(f'<p class="notice">{escape(text)}</p>' for text in transcript.notices)
    speakers = "\n".join(
        f'<li data-colour="{escape(each.colour)}"><span class="chip" aria-hidden="true">'
        f'{escape(each.letter)}</span> <bdi lang="">{escape(each.name)}</bdi></li>'
        for each in transcript.speakers
    )
    turns = "\n".join(_parts(lay_out(transcript, view)))
    wide = ' class="wide"' if len(view.columns) > 1 else ""
    date = transcript.started.astimezone().isoformat(timespec="minutes")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}" />
<meta name="robots" content="noindex" />
<title>{title}</title>
<style>{_colours()}{_STYLE}</style>
</head>
<body{wide}>
<main>
<h1 lang="{transcript.language}" dir="auto">{title}</h1>
<p><time datetime="{date}">{transcript.date}</time></p>
{notices}
<h2>Speakers</h2>
<ul class="speakers">
{speakers}
</ul>
<h2>Transcript</h2>
{turns}
</main>
</body>
</html>
"""


def _parts(laid_out: Iterable[Paragraph | Topic]) -> Iterable[str]:
    for part in laid_out:
        yield (
            f'<h3 dir="auto">{escape(part.title)}</h3>' if isinstance(part, Topic) else _turn(part)
        )


def _turn(part: Paragraph) -> str:
    speaker, clock = part.speaker, clock_time(part.start)
    overlap = f' <span class="mark">({OVERLAP})</span>' if part.overlaps else ""
    texts = "".join(f'<p dir="auto">{_words(runs)}</p>' for runs in part.columns)
    body = f'<div class="columns">{texts}</div>' if len(part.columns) > 1 else texts
    return (
        f'<div class="turn" data-colour="{escape(speaker.colour)}"><p>'
        f'<span class="chip" aria-hidden="true">{escape(speaker.letter)}</span> '
        f'<b><bdi lang="">{escape(speaker.name)}</bdi>:</b> <time>{clock}</time>{overlap}</p>'
        f"{body}</div>"
    )


def _words(runs: tuple[Run, ...]) -> str:
    return " ".join(
        f'<span lang="{run.language}">{escape(run.text)}</span>{_mark(run)}' for run in runs
    )


def _mark(run: Run) -> str:
    return {"": "", "…": " …"}.get(run.mark, f' <span class="mark">({run.mark})</span>')


def _colours() -> str:
    dark = _theme(DARK, [(each.name, each.dark.fill, each.dark.ink) for each in PALETTE])
    light = _theme(LIGHT, [(each.name, each.light.fill, each.light.ink) for each in PALETTE])
    return (
        f"\n:root {{ color-scheme: light dark; }}\n{light}"
        f"@media screen and (prefers-color-scheme: dark) {{\n{dark}}}"
    )


def _theme(theme: Theme, chips: Iterable[tuple[str, str, str]]) -> str:
    rules = "".join(
        f'[data-colour="{name}"] {{ --fill: {fill}; --ink: {ink}; }}\n' for name, fill, ink in chips
    )
    root = f"--page: {theme.page}; --text: {theme.text}; --quiet: {theme.quiet};"
    return f":root {{ {root} }}\n{rules}"
