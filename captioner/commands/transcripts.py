"""The commands about transcripts: their arguments, and what runs them."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from captioner.arguments import parse_languages
from captioner.settings import LoadedSettings, Origin

if TYPE_CHECKING:
    from captioner.service.live_export import LiveExportOptions


class AddCommand(Protocol):
    """Makes a command of the command line."""

    def __call__(self, name: str, run: Any, help_text: str) -> argparse.ArgumentParser:
        """Its parser; `run` is called with settings and options."""


def add_transcript_commands(add: AddCommand) -> None:
    """`export` and `transcribe`."""
    _add_export(add("export", _export, "write an old meeting's transcript in other formats"))
    _add_transcribe(add("transcribe", _transcribe, "make a transcript of recorded tracks"))


def add_live_arguments(parser: argparse.ArgumentParser) -> None:
    """Where captions go, besides the readers, while they are spoken; nowhere by themselves."""
    group = parser.add_argument_group("captions for other programs, as they come")
    group.add_argument("--live-text", type=Path, metavar="FILE", help="add every final here")
    group.add_argument("--webhook", default="", metavar="URL", help="POST every final here as JSON")
    group.add_argument(
        "--zoom", default="", metavar="URL", help="the caption URL of a Zoom meeting"
    )
    group.add_argument(
        "--youtube", default="", metavar="URL", help="the captions ingestion URL of a live stream"
    )


def add_translate_argument(parser: argparse.ArgumentParser) -> None:
    """Languages that are asked for as a viewer would."""
    parser.add_argument(
        "--translate",
        type=parse_languages,
        default=(),
        metavar="LIST",
        help="into these languages too, as if somebody read them: nl,de",
    )


def live_options(options: argparse.Namespace) -> "LiveExportOptions":
    """What these arguments say."""
    from captioner.service.live_export import LiveExportOptions

    return LiveExportOptions(options.live_text, options.webhook, options.zoom, options.youtube)


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument(
        "source", metavar="MEETING", help="a kept meeting, a transcript.json, or its folder"
    )
    _add_formats(export)
    export.add_argument(
        "--translation",
        default="",
        metavar="CODE",
        help="in this language; what it lacks is translated first (--language does the same)",
    )
    export.add_argument(
        "--original", action="store_true", help="and the original beside the translation"
    )
    export.add_argument("--show", action="store_true", help="print it as text, write nothing")
    export.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="where to (default: here)"
    )


def _add_transcribe(transcribe: argparse.ArgumentParser) -> None:
    transcribe.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILES",
        help="a sound file for each person, their folder, or one file with many inputs",
    )
    transcribe.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="leave the transcript here"
    )
    _add_formats(transcribe)
    transcribe.add_argument("--title", default="", help="of the meeting (default: the file's name)")
    transcribe.add_argument(
        "--glossary", type=Path, metavar="FILE", help="names and terms to put right"
    )


def _add_formats(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        type=lambda text: tuple(text.split(",")),
        default=(),
        metavar="LIST",
        help="txt,md,docx,html,srt,vtt,json (default: all)",
    )


async def _export(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.export import ExportOptions, run_export
    from captioner.store.layout import View

    # Nothing is heard here, so that the language can only be the one to read.
    is_meant = loaded.origins["language"] is Origin.FLAG
    language = options.translation or (loaded.settings.asr.language if is_meant else "")
    view = View(language, options.original)
    export = ExportOptions(options.source, options.format, view, options.out, options.show)
    return run_export(loaded.settings, export, sys.stdout)


async def _transcribe(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.transcribe import TranscribeOptions, run_transcribe

    transcribe = TranscribeOptions(
        tuple(options.files), options.out, options.format, options.title, options.glossary
    )
    return await run_transcribe(loaded, transcribe, sys.stdout)
