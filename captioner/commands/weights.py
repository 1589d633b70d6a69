"""The commands about weights and packages: their arguments, and what runs them."""

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from captioner.settings import LoadedSettings

if TYPE_CHECKING:
    from captioner.commands.telling import Teller

_NAMES = "tiny, base, small, medium, turbo, large-v3 …, OWNER/REPOSITORY, or translate-en_nl"


def add_models_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """`models` and what it can do."""
    models = commands.add_parser(
        "models", help="the weights that hear, and translation packages"
    ).add_subparsers(required=True, metavar="list|pull|import|verify|remove")

    def add(name: str, run: Any, help_text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = models.add_parser(
            name, parents=[common], help=help_text, description=help_text
        )
        made.set_defaults(run=run)
        return made

    listing = add("list", _list, "weights and packages on this computer, and what it can hold")
    listing.add_argument(
        "--available", action="store_true", help="ask the Argos index for packages to fetch"
    )
    listing.add_argument(
        "--measure", action="store_true", help="find out which sizes this computer can hold"
    )
    pull = add("pull", _pull, "download weights or a translation package by name")
    pull.add_argument("name", metavar="NAME", help=_NAMES)
    _add_json(pull)
    bring = add("import", _import, "take in weights or a package from a folder, tar or zip file")
    bring.add_argument("path", type=Path, metavar="PATH", help="what was carried in on a stick")
    bring.add_argument("--name", default="", help="call the weights so (default: by the path)")
    _add_json(bring)
    verify = add("verify", _verify, "check every file by its hash, and that it loads")
    verify.add_argument("names", nargs="*", metavar="NAME", help="default: everything")
    _add_json(verify)
    remove = add("remove", _remove, "delete weights or a package")
    remove.add_argument("name", metavar="NAME", help="as `captioner models list` calls it")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON object a line, for programs")
    parser.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)


async def _list(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.models import run_models_list

    _let_ctrl_c_stop_it()
    return run_models_list(
        loaded.settings, sys.stdout, asks_index=options.available, measures=options.measure
    )


async def _pull(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.models import run_models_pull

    return run_models_pull(loaded.settings, options.name, _teller(options))


async def _import(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.models import run_models_import

    return run_models_import(loaded.settings, options.path, options.name, _teller(options))


async def _verify(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.models import run_models_verify

    return run_models_verify(loaded.settings, options.names, _teller(options))


async def _remove(loaded: LoadedSettings, options: argparse.Namespace) -> int:
    from captioner.commands.models import run_models_remove

    return run_models_remove(loaded.settings, options.name, sys.stdout)


def _teller(options: argparse.Namespace) -> "Teller":
    """Who is told; a service that began this process takes it along when it ends."""
    from captioner.commands.models import teller
    from captioner.commands.telling import end_with_input

    _let_ctrl_c_stop_it()
    if options.until_eof:
        end_with_input()
    return teller(options.json, sys.stdout)


def _let_ctrl_c_stop_it() -> None:
    """The event loop would only note it until the next await, and here there is none."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
