"""Word: real headings, a real table of speakers, language and direction marked on every run."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor

from captioner.store.layout import OVERLAP, Paragraph, Run, View, is_right_to_left, lay_out
from captioner.store.transcript import UNKNOWN_LANGUAGE, Topic, Transcript, clock_time

QUIET = RGBColor(0x47, 0x4C, 0x54)
EAST_ASIAN = ("zh", "ja", "ko", "yue")


def render(transcript: Transcript, view: View) -> bytes:
    """Both languages side by side are a table with a head that is repeated on every page."""
    document: Any = docx.Document()
    _describe(document, transcript)
    document.add_heading(level=1)
    _add(document.paragraphs[-1], transcript.title, transcript.language)
    document.add_paragraph(transcript.date, style="Subtitle")
    for notice in transcript.notices:
        document.add_paragraph(notice, style="Intense Quote")
    document.add_heading("Speakers", level=2)
    _add_speakers(document, transcript)
    document.add_heading("Transcript", level=2)
    laid_out = lay_out(transcript, view)
    if len(view.columns) == 1:
        _add_paragraphs(document, laid_out)
    else:
        _add_table(document, laid_out, view)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: Any, transcript: Transcript) -> None:
    core = document.core_properties
    core.title = transcript.title[:255]
    core.author = core.last_modified_by = "captioner"
    core.comments = ""
    core.language = transcript.language
    core.created = core.modified = transcript.started.replace(tzinfo=None)


def _add_speakers(document: Any, transcript: Transcript) -> None:
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    _head(table.rows[0], ("Tag", "Name", "Language"))
    for speaker in transcript.speakers:
        cells = table.add_row().cells
        language = "" if speaker.language == UNKNOWN_LANGUAGE else speaker.language
        texts = (speaker.letter, speaker.name, language)
        for cell, text in zip(cells, texts, strict=True):
            _add(cell.paragraphs[0], text, "")


def _add_paragraphs(document: Any, laid_out: Iterable[Paragraph | Topic]) -> None:
    body = document.element.body
    end = body.sectPr
    for part in laid_out:
        if isinstance(part, Topic):
            heading = document.add_heading(level=3)
            _add(heading, part.title, "")
            continue
        paragraph = OxmlElement("w:p")
        _fill(paragraph, _text_runs(part.columns[0]), before=_speaker_runs(part))
        end.addprevious(paragraph)


def _add_table(document: Any, laid_out: Iterable[Paragraph | Topic], view: View) -> None:
    table = None
    for part in laid_out:
        if isinstance(part, Topic):
            _add(document.add_heading(level=3), part.title, "")
            table = None
            continue
        if table is None:
            table = document.add_table(rows=1, cols=3, style="Table Grid")
            _head(table.rows[0], ("Speaker", "Original", view.language))
        cells = [_speaker_runs(part), *(_text_runs(runs) for runs in part.columns)]
        table._tbl.append(_row(cells))


def _row(cells: Sequence[Sequence[Any]]) -> Any:
    row = OxmlElement("w:tr")
    for runs in cells:
        cell, paragraph = OxmlElement("w:tc"), OxmlElement("w:p")
        _fill(paragraph, runs)
        cell.append(paragraph)
        row.append(cell)
    return row


def _head(row: Any, titles: Sequence[str]) -> None:
    repeated = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(repeated)
    for cell, title in zip(row.cells, titles, strict=True):
        cell.paragraphs[0].add_run(title).bold = True


def _add(paragraph: Any, text: str, language: str) -> None:
    _fill(paragraph._p, [_run(text, language)])


def _fill(paragraph: Any, runs: Sequence[Any], before: Sequence[Any] = ()) -> None:
    """Runs into a paragraph, which turns where the longest of `runs` does."""
    texts = [each.text or "" for run in runs for each in run.iter(qn("w:t"))]
    if is_right_to_left(max(texts, key=len, default="")):
        paragraph.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in (*before, *runs):
        paragraph.append(run)


def _speaker_runs(part: Paragraph) -> list[Any]:
    mark = f" ({OVERLAP})" if part.overlaps else ""
    return [
        _run(part.speaker.name, "", is_bold=True),
        _run(f" ({clock_time(part.start)}){mark}: ", "en", is_quiet=True),
    ]


def _text_runs(runs: Iterable[Run]) -> list[Any]:
    made = []
    for run in runs:
        made.append(_run(run.text + " ", run.language))
        if run.mark:
            mark = "… " if run.mark == "…" else f"({run.mark}) "
            made.append(_run(mark, "en", is_quiet=True))
    return made


def _run(text: str, language: str, *, is_bold: bool = False, is_quiet: bool = False) -> Any:
    """A run; the order of what describes it is that of the standard."""
    run, about, content = OxmlElement("w:r"), OxmlElement("w:rPr"), OxmlElement("w:t")
    turns = is_right_to_left(text)
    if is_bold:
        about.append(OxmlElement("w:b"))
        about.append(OxmlElement("w:bCs"))
    if is_quiet:
        about.append(_element("w:color", **{"w:val": str(QUIET)}))
    if turns:
        about.append(OxmlElement("w:rtl"))
    if language:
        place = "w:bidi" if turns else "w:eastAsia" if language in EAST_ASIAN else "w:val"
        about.append(_element("w:lang", **{place: language}))
    content.text = text
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(about)
    run.append(content)
    return run


def _element(name: str, **values: str) -> Any:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(key), value)
    return element
