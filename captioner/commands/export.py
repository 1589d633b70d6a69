"""`captioner export`: an old meeting's transcript in other formats."""

from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from captioner.asr.ordinary import ordinary_words
from captioner.errors import StoreError, TranslateError
from captioner.settings import Settings
from captioner.store.completing import completed, lacking
from captioner.store.export import FORMATS, render_transcript
from captioner.store.files import write_files
from captioner.store.layout import View
from captioner.store.opening import open_transcript
from captioner.store.transcript import Transcript
from captioner.translate.argos import ArgosTranslator
from captioner.translate.engine import TranslateRequest, Translator
from captioner.translate.installed import Installed, translator_problem
from captioner.translate.interpreter import Interpreter
from captioner.translate.keeping import names_to_keep
from captioner.translate.languages import name_of

FILE_NAME = "transcript.json"
MEETINGS = "meetings"
"""The folder of the data folder with one folder a meeting."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What `export` was asked for."""

    source: str
    """A meeting of the data folder, or the path of a transcript's json or of its folder."""
    formats: tuple[str, ...]
    view: View
    out: Path
    show: bool = False
    """Print it as text and write nothing."""


def run_export(settings: Settings, options: ExportOptions, out: TextIO) -> int:
    """Write the files and say where they are. Raises StoreError, WireError."""
    path = find_transcript(options.source, settings.store.folder)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(
            "bad_transcript", f"{path} cannot be read ({error.strerror}): change its permissions."
        ) from error
    transcript = open_transcript(content)
    if options.view.language:
        translator = ArgosTranslator(Installed(settings.store.folder))
        transcript = translate_transcript(transcript, options.view.language, translator)
    if options.show:
        print(render_transcript(transcript, "txt", options.view).decode("utf-8"), end="", file=out)
        return 0
    name = path.parent.resolve().name if path.name == FILE_NAME else path.stem
    files = {
        f"{name}.{ending}": render_transcript(transcript, ending, options.view)
        for ending in options.formats or tuple(FORMATS)
    }
    if any((options.out / each).resolve() == path.resolve() for each in files):
        raise StoreError(
            "cannot_write", f"{path} would be written over by itself: choose another --out."
        )
    for written in write_files(options.out, files):
        print(written, file=out)
    return 0


def translate_transcript(
    transcript: Transcript, language: str, translator: Translator
) -> Transcript:
    """What it lacks in a language translated. Raises TranslateError where all of it stays."""
    missing = lacking(transcript, language)
    if not missing:
        return transcript
    problem = translator_problem()
    speakers = [speaker.name for speaker in transcript.speakers]
    requests = [
        TranslateRequest(
            line.language,
            language,
            line.text,
            names_to_keep(speakers, ordinary_words(line.language)),
        )
        for line in missing
    ]
    outcomes = (
        [problem for _ in missing] if problem else Interpreter(translator).translate(requests)
    )
    texts = {
        line.utterance: outcome
        for line, outcome in zip(missing, outcomes, strict=True)
        if isinstance(outcome, str)
    }
    errors = [each for each in outcomes if isinstance(each, TranslateError)]
    if errors and not texts and language not in transcript.languages:
        raise errors[0]
    lost = f"{len(errors)} captions could not be translated into {name_of(language)} and stand as"
    return completed(transcript, language, texts, f"{lost} they were spoken." if errors else "")


def find_transcript(source: str, data: Path) -> Path:
    """The json of a meeting. Raises StoreError, with the meetings that there are."""
    folders = data / MEETINGS
    for candidate in (Path(source), folders / source):
        if candidate.is_file():
            return candidate
        if (candidate / FILE_NAME).is_file():
            return candidate / FILE_NAME
    known = sorted((each.parent.name for each in folders.glob(f"*/{FILE_NAME}")), reverse=True)
    there_are = f"there are: {', '.join(known[:5])}" if known else f"none are kept in {folders}"
    raise StoreError(
        "bad_transcript",
        f"There is no transcript {source}: give a {FILE_NAME}, its folder, or a kept meeting;"
        f" {there_are}.",
    )
