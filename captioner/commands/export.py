"""`captioner export`: an old meeting's transcript in other formats."""

from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from captioner.errors import StoreError
from captioner.settings import Settings
from captioner.store.export import FORMATS, render_transcript
from captioner.store.files import write_files
from captioner.store.layout import View
from captioner.store.opening import open_transcript

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
