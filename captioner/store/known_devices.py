"""What a host chose for each microphone last time, kept in the data folder."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from captioner.domain import KnownDevice
from captioner.errors import StoreError
from captioner.store.files import write_files

logger = logging.getLogger(__name__)

FILE = "devices.json"
_MOST = 200
"""Devices that are remembered; the ones longest unused are forgotten."""


def load_known(folder: Path) -> dict[str, KnownDevice]:
    """By the device's id, the last used last. A file that cannot be read is forgotten."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
        return {str(key): _known(value) for key, value in json.loads(text)["devices"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        logger.warning("what is remembered of microphones cannot be read, forgotten: %s", error)
        return {}


def remember(folder: Path, chosen: Mapping[str, KnownDevice]) -> None:
    """Keep these, and that no other is in use now; a disk that refuses is logged, no more."""
    known = {
        device: KnownDevice(each.name, each.colour, each.language, False, each.channel)
        for device, each in load_known(folder).items()
        if device not in chosen
    }
    kept = dict(list({**known, **chosen}.items())[-_MOST:])
    body = {device: describe_known(each) for device, each in kept.items()}
    try:
        write_files(folder, {FILE: json.dumps({"devices": body}, ensure_ascii=False, indent=1)})
    except StoreError as error:
        logger.warning("the choice of microphones is not remembered: %s", error.message)


def describe_known(device: KnownDevice) -> dict[str, Any]:
    """As it stands in the file, and as a host's page gets it."""
    return {
        "name": device.name,
        "colour": device.colour,
        "language": device.language,
        "chosen": device.is_chosen,
        "channel": device.channel,
    }


def _known(fields: Any) -> KnownDevice:
    return KnownDevice(
        name=str(fields["name"]),
        colour=str(fields["colour"]),
        language=str(fields["language"]),
        is_chosen=fields["chosen"] is True,
        channel=int(fields["channel"]),
    )
