import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings

from captioner.store.formats.docx import render
from captioner.store.layout import ORIGINAL, View
from captioner.store.transcript import NOTICE, Topic, Transcript
from tests.fakes.transcripts import HOSTILE, line, transcript, transcripts


def opened(made: Transcript, view: View = ORIGINAL) -> Any:
    return docx.Document(io.BytesIO(render(made, view)))


def texts(document: Any) -> list[tuple[str, str]]:
    return [(each.style.name, each.text.strip()) for each in document.paragraphs]


def everything() -> Transcript:
    return transcript(
        line("First.", 1, 6),
        line("Second.", 5, channel=2, state="edited"),
        line("שלום", 9, language="he"),
        topics=(Topic(8, "Budget"),),
    )


def test_headings_are_headings_and_a_turn_names_its_speaker() -> None:
    assert texts(opened(everything())) == [
        ("Heading 1", "Planning"),
        ("Subtitle", texts(opened(everything()))[1][1]),
        ("Intense Quote", NOTICE),
        ("Heading 2", "Speakers"),
        ("Heading 2", "Transcript"),
        ("Normal", "Anna (00:00:01): First."),
        ("Normal", "Bram (00:00:05) (overlap): Second. (edited)"),
        ("Heading 3", "Budget"),
        ("Normal", "Anna (00:00:09): שלום"),
    ]


def test_the_speakers_are_a_table_with_a_head() -> None:
    (table,) = opened(everything()).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Tag", "Name", "Language"],
        ["A", "Anna", "en"],
        ["B", "Bram", "en"],
    ]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_every_run_says_its_language_and_direction() -> None:
    last = opened(everything()).paragraphs[-1]
    (language,) = last.runs[-1]._r.rPr.findall(qn("w:lang"))
    assert language.get(qn("w:bidi")) == "he"
    assert last.runs[-1]._r.rPr.find(qn("w:rtl")) is not None
    assert last._p.pPr.find(qn("w:bidi")) is not None


def test_a_mark_behind_a_hebrew_sentence_does_not_turn_it() -> None:
    (made,) = opened(
        transcript(line("שלום עולם, מה שלומך היום?", 1, language="he", state="edited"))
    ).paragraphs[-1:]
    assert made._p.pPr.find(qn("w:bidi")) is not None


def test_both_languages_are_a_table_side_by_side() -> None:
    made = transcript(
        line("Yes.", 0, translations={"nl": "Ja."}),
        line("No.", 9, channel=2),
        topics=(Topic(5, "Budget"),),
    )
    tables = opened(made, View("nl", with_original=True)).tables[1:]
    assert [
        [cell.text.strip() for cell in row.cells] for table in tables for row in table.rows
    ] == [
        ["Speaker", "Original", "nl"],
        ["Anna (00:00:00):", "Yes.", "Ja."],
        ["Speaker", "Original", "nl"],
        ["Bram (00:00:09):", "No.", "No."],
    ]


def test_it_says_nothing_of_the_machine_that_wrote_it() -> None:
    core = opened(everything()).core_properties
    assert (core.title, core.author, core.last_modified_by) == (
        "Planning",
        "captioner",
        "captioner",
    )
    assert core.comments == ""


@settings(max_examples=25, deadline=None)
@given(transcripts())
def test_what_is_hostile_elsewhere_is_text_here(made: Transcript) -> None:
    read = "".join(each.text for each in opened(made).paragraphs)
    assert all(each.text in read for each in made.lines)


def test_all_its_parts_are_well_formed() -> None:
    lines = [line(text, float(number)) for number, text in enumerate(HOSTILE)]
    with zipfile.ZipFile(io.BytesIO(render(transcript(*lines), ORIGINAL))) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))


def test_libreoffice_reads_every_word(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: python-docx alone has read the file back")
    lines = [line(text, float(number)) for number, text in enumerate(HOSTILE)]
    path = tmp_path / "transcript.docx"
    path.write_bytes(render(transcript(*lines), ORIGINAL))
    subprocess.run(
        [
            *(office, "--headless", "--convert-to", "txt:Text (encoded):UTF8"),
            *("--outdir", str(tmp_path), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=100,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    read = path.with_suffix(".txt").read_text(encoding="utf-8-sig")
    assert all(text in read for text in HOSTILE)
