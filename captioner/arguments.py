"""Words of the command line that are more than texts."""

import argparse

from captioner.translate.codes import clean_code


def parse_speed(text: str) -> float | None:
    """Times real time; None: as fast as it can be decoded."""
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.1 <= speed <= 100:
        raise argparse.ArgumentTypeError(f"a number from 0.1 to 100, or max: {text}")
    return speed


def parse_length(text: str) -> float:
    """Seconds of a measurement."""
    seconds = float(text)
    if not 5 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"a number from 5 to 3600: {text}")
    return seconds


def parse_counts(text: str) -> tuple[int, ...]:
    """Numbers of channels."""
    counts = tuple(int(part) for part in text.split(","))
    if not all(1 <= count <= 64 for count in counts):
        raise argparse.ArgumentTypeError(f"numbers from 1 to 64: {text}")
    return counts


def parse_days(text: str) -> float:
    """How many days old; 0: everything that is over."""
    days = float(text)
    if not 0 <= days <= 3650:
        raise argparse.ArgumentTypeError(f"a number from 0 to 3650: {text}")
    return days


def parse_languages(text: str) -> tuple[str, ...]:
    """Codes of languages to read in."""
    codes = tuple(clean_code(part) for part in text.split(","))
    if not all(codes):
        raise argparse.ArgumentTypeError(f"codes of languages, such as nl,de: {text}")
    return tuple(dict.fromkeys(codes))
