"""The `captioner` command: arguments become settings, settings become a running program."""

import argparse
import asyncio
import logging
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from captioner import __version__
from captioner.arguments import parse_counts, parse_days, parse_length, parse_speed
from captioner.commands import transcripts, weights
from captioner.errors import CaptionerError, SettingsError
from captioner.settings import LoadedSettings, load_settings, setting_fields

SETTINGS_FILE = "captioner.toml"
SETTING_PREFIX = "setting_"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status. One clear sentence on stderr when it fails."""
    options = build_parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        loaded = read_settings(vars(options), os.environ)
        return int(asyncio.run(options.run(loaded, options)))
    except CaptionerError as error:
        print(error.message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def read_settings(options: Mapping[str, Any], env: Mapping[str, str]) -> LoadedSettings:
    """Settings of this command line: flags, CAPTIONER_* variables, captioner.toml.

    captioner.toml is looked for in the current folder, then in the data folder.
    """
    flags = {
        name.removeprefix(SETTING_PREFIX): value
        for name, value in options.items()
        if name.startswith(SETTING_PREFIX)
    }
    here = Path(SETTINGS_FILE)
    if here.is_file():
        return load_settings(_read_toml(here), env, flags)
    loaded = load_settings({}, env, flags)
    there = loaded.settings.store.folder / SETTINGS_FILE
    return load_settings(_read_toml(there), env, flags) if there.is_file() else loaded


def build_parser() -> argparse.ArgumentParser:
    """Every command with its flags; every setting is a flag of every command."""
    common = _settings_parser()
    parser = argparse.ArgumentParser(
        prog="captioner",
        description="Live captions for a meeting room, offline.",
        epilog="Settings can also be CAPTIONER_* variables or lines of captioner.toml;"
        " `captioner config show` lists them.",
    )
    parser.add_argument("--version", action="version", version=f"captioner {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: Any, help_text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_text, description=help_text, parents=[common])
        made.set_defaults(run=run)
        return made

    demo = add("demo", _demo, "play the bundled meeting live, with captions in a browser")
    demo.add_argument("--headless", action="store_true", help="open no browser, end by itself")
    demo.add_argument("--out", type=Path, metavar="DIR", help="leave events and transcript here")
    transcripts.add_translate_argument(demo)
    serve = add("serve", _serve, "serve meetings to viewers and the host")
    transcripts.add_live_arguments(serve)
    replay = add("replay", _replay, "play a recorded meeting through the live path")
    replay.add_argument("folder", type=Path, metavar="DIR", help="holds meeting.json and sound")
    replay.add_argument(
        "--speed", type=parse_speed, default=1.0, metavar="N", help="times real time, or `max`"
    )
    replay.add_argument("--events", type=Path, metavar="FILE", help="write every event here")
    replay.add_argument("--out", type=Path, metavar="DIR", help="leave events and transcript here")
    replay.add_argument(
        "--glossary", type=Path, metavar="FILE", help="names and terms to put right"
    )
    for command in (serve, replay):
        command.add_argument(
            "--explain",
            type=Path,
            metavar="FILE",
            help="write what was heard and not shown, and why",
        )
    replay.add_argument("--serve", action="store_true", help="serve it to viewers meanwhile")
    transcripts.add_transcript_commands(add)
    transcripts.add_live_arguments(replay)
    transcripts.add_translate_argument(replay)
    devices = add("devices", _devices, "list the microphones with live levels")
    devices.add_argument("--seconds", type=float, help="stop after so many seconds")
    doctor = add("doctor", _doctor, "check everything and say how to mend what is wrong")
    doctor.add_argument("--json", action="store_true", help="for programs")
    purge = add("purge", _purge, "delete what is kept of meetings; alone: what is too old")
    what = purge.add_mutually_exclusive_group()
    what.add_argument("--older-than", type=parse_days, metavar="DAYS", help="all that is older")
    what.add_argument("--meeting", metavar="ID", help="one meeting")
    what.add_argument("--all", action="store_true", help="every meeting")
    weights.add_models_commands(commands, common)
    _add_bench(add("bench", _bench, "cost and latency on this machine, for 1 to N channels"))
    _add_cert(commands, common)
    _add_config(commands, common)
    return parser


def _add_config(commands: Any, common: argparse.ArgumentParser) -> None:
    config = commands.add_parser("config", help="the settings").add_subparsers(
        required=True, metavar="show"
    )
    show = config.add_parser("show", parents=[common], help="every setting and its origin")
    show.set_defaults(run=_config_show)


def _add_cert(commands: Any, common: argparse.ArgumentParser) -> None:
    cert = commands.add_parser(
        "cert", help="the certificate that lets phones be microphones"
    ).add_subparsers(required=True, metavar="init|show")
    init = cert.add_parser("init", parents=[common], help="make a local authority, if none is here")
    init.add_argument("--again", action="store_true", help="make a new one: trust it anew")
    init.set_defaults(run=_cert_init)
    show = cert.add_parser("show", parents=[common], help="the authority and its fingerprint")
    show.set_defaults(run=_cert_show)


def _add_bench(bench: argparse.ArgumentParser) -> None:
    bench.add_argument(
        "part",
        nargs="?",
        default="together",
        choices=("together", "windows", "batch", "all"),
        help="everybody at once (default), the encoder's windows, batches, or everything",
    )
    bench.add_argument(
        "--shape",
        choices=("tiny", "base", "small", "turbo"),
        help="random weights of this shape, words from the script",
    )
    bench.add_argument(
        "--seconds", type=parse_length, metavar="N", help="of each run (default: 60; of `all`: 24)"
    )
    bench.add_argument(
        "--channels", type=parse_counts, default=(1, 2, 4, 8), metavar="LIST", help="1,2,4,8"
    )
    bench.add_argument(
        "--meeting",
        type=Path,
        action="append",
        metavar="DIR",
        help="whose utterances are spoken; may be given several times (default: the bundled one)",
    )
    bench.add_argument(
        "--no-usual", action="store_true", help="leave out the usual method beside it"
    )
    bench.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    bench.add_argument("--svg", type=Path, metavar="FILE", help="draw them here")


def _settings_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("settings")
    for key, (_, item, _) in setting_fields().items():
        group.add_argument(
            f"--{key.replace('_', '-')}",
            dest=SETTING_PREFIX + key,
            default=argparse.SUPPRESS,
            metavar="VALUE",
            help=f"{item.metadata['help']} (default: {item.default!r})",
        )
    return parser


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("bad_settings_file", f"{path} cannot be read: {error}.") from error


async def _demo(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.demo import DemoOptions, run_demo

    demo = DemoOptions(options.headless, options.out, options.translate)
    return await run_demo(loaded, demo, sys.stdout)


async def _serve(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.serve import run_serve

    live = transcripts.live_options(options)
    return await run_serve(loaded.settings, sys.stdout, live=live, explain=options.explain)


async def _replay(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.replay import ReplayOptions, run_replay

    replay = ReplayOptions(
        options.folder,
        options.speed,
        options.events,
        options.out,
        options.serve,
        options.explain,
        options.glossary,
        transcripts.live_options(options),
        options.translate,
    )
    return await run_replay(loaded, replay, sys.stdout)


async def _devices(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.devices import run_devices

    return await run_devices(loaded.settings, options.seconds, sys.stdout)


async def _purge(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.purge import run_purge

    days = 0.0 if options.all else options.older_than
    return run_purge(loaded.settings, days, options.meeting, sys.stdout)


async def _doctor(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.doctor import run_doctor

    return await run_doctor(loaded.settings, options.json, sys.stdout)


async def _bench(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.bench import BenchOptions, BenchPart, run_bench

    bench = BenchOptions(
        part=BenchPart(options.part),
        shape=options.shape,
        seconds=options.seconds,
        channels=options.channels,
        meetings=tuple(options.meeting or ()),
        with_usual=not options.no_usual,
        json_file=options.json,
        svg_file=options.svg,
    )
    return await run_bench(loaded.settings, bench, sys.stdout)


async def _cert_init(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.cert import run_cert_init

    return run_cert_init(loaded.settings, sys.stdout, again=options.again)


async def _cert_show(loaded: LoadedSettings, _: argparse.Namespace) -> int:
    from captioner.commands.cert import run_cert_show

    return run_cert_show(loaded.settings, sys.stdout)


async def _config_show(loaded: LoadedSettings, _: argparse.Namespace) -> int:
    from captioner.commands.config import run_config_show

    return run_config_show(loaded, sys.stdout)
