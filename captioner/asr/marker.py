"""What weights say of themselves in the `captioner.json` beside them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from captioner.asr.engine import CAUTIOUS, WindowFloors
from captioner.asr.window import LONGEST_S

MARKER = "captioner.json"


@dataclass(frozen=True, slots=True)
class Marker:
    """`{"demo": true, "windows": {"partial_s": 5, "final_s": 5, "margin_s": 1},
    "languages": ["en", "nl"]}`; all optional."""

    is_demo: bool = False
    """Whether they hear synthetic voices only."""
    floors: WindowFloors = CAUTIOUS
    """How short windows may be, measured by `captioner bench windows`."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes of all that they hear; empty: whatever Whisper knows."""


def parse_marker(value: Mapping[str, object]) -> Marker:
    """Raises ValueError with what is wrong, to follow on the file's name.

    Keys that are not known are left alone; those of `windows` are seconds, and one that is not
    known there is a mistake.
    """
    windows = value.get("windows", {})
    if not isinstance(windows, dict):
        raise ValueError("says `windows` without a list of seconds by name")
    seconds = asdict(CAUTIOUS)
    for key, given in windows.items():
        if key not in seconds:
            raise ValueError(f"says {key} of `windows`; known are {', '.join(seconds)}")
        is_number = isinstance(given, int | float) and not isinstance(given, bool)
        if not is_number or not 0.5 <= given <= LONGEST_S:
            raise ValueError(f"gives {key} no seconds from 0.5 to {LONGEST_S:.0f}")
        seconds[key] = float(given)
    languages = value.get("languages", [])
    if not isinstance(languages, list) or not all(isinstance(code, str) for code in languages):
        raise ValueError("says `languages` without a list of codes such as en")
    return Marker(value.get("demo") is True, WindowFloors(**seconds), tuple(languages))
