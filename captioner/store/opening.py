"""The transcript in a json that an earlier meeting left, checked: it may come from anybody."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from captioner.captions.roster import visible_line
from captioner.domain import UtteranceState
from captioner.errors import StoreError
from captioner.store.formats.json import FORMAT, VERSION
from captioner.store.transcript import Line, Speaker, Topic, Transcript, language_code

LONGEST_S = 30 * 24 * 3600.0
Part = TypeVar("Part")
SHOWN_STATES = (UtteranceState.PARTIAL, UtteranceState.FINAL, UtteranceState.EDITED)


def open_transcript(content: bytes | str) -> Transcript:
    """The transcript of a json file. Raises StoreError("bad_transcript"), one sentence."""
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad("it is not JSON, or not the whole of it") from error
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise _bad("it was not made by captioner")
    if body.get("version") != VERSION:
        raise _bad("it was made by another version of captioner, which can open it")
    speakers = _all(body, "channels", _speaker)
    channels = [speaker.channel for speaker in speakers]
    if len(set(channels)) != len(channels):
        raise _bad("two of its channels have one number")
    lines = [line for line in _all(body, "utterances", _line) if line.text]
    if not {line.channel for line in lines} <= set(channels):
        raise _bad("somebody speaks in it who is not in its list of channels")
    return Transcript(
        meeting=_text(body, "meeting"),
        title=_text(body, "title"),
        started=_moment(body.get("started")),
        ended=body.get("ended") is True,
        weights=_text(body, "weights", ""),
        demo_weights=body.get("demo_weights") is True,
        speakers=tuple(speakers),
        lines=tuple(sorted(lines, key=lambda line: (line.start, line.channel, line.utterance))),
        topics=tuple(sorted(_all(body, "topics", _topic, []), key=lambda topic: topic.at)),
        notice=_text(body, "notice", ""),
    )


def _speaker(entry: Mapping[str, Any]) -> Speaker:
    channel = _number(entry, "channel", int)
    name = _text(entry, "speaker") or f"Speaker {channel}"
    letter = _text(entry, "letter", "") or name[0].upper()
    language = language_code(_text(entry, "language", ""))
    return Speaker(channel, name, letter, _text(entry, "colour", ""), language)


def _line(entry: Mapping[str, Any]) -> Line:
    state = entry.get("state", UtteranceState.FINAL)
    if state not in SHOWN_STATES:
        raise _bad(f"it has an utterance in the state {visible_line(str(state))[:20]!r}")
    start, end = _number(entry, "start", float), _number(entry, "end", float)
    translations = entry.get("translations", {})
    if not isinstance(translations, dict):
        raise _bad("the translations of an utterance are no object")
    return Line(
        utterance=_text(entry, "utterance"),
        channel=_number(entry, "channel", int),
        start=start,
        end=max(start, end),
        language=language_code(_text(entry, "language", "")),
        text=_text(entry, "text"),
        state=UtteranceState(state),
        rev=_number(entry, "rev", int, 1),
        translations={language_code(key): _text(translations, key) for key in translations},
    )


def _topic(entry: Mapping[str, Any]) -> Topic:
    return Topic(_number(entry, "at", float), _text(entry, "title"))


def _all(
    body: Mapping[str, Any],
    key: str,
    read: Callable[[Mapping[str, Any]], Part],
    default: list[Any] | None = None,
) -> list[Part]:
    entries = body.get(key, default)
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise _bad(f"its {key} are no list of objects")
    return [read(entry) for entry in entries]


def _text(entry: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = entry.get(key, default)
    if not isinstance(value, str):
        raise _bad(f"{visible_line(key)[:20]} is missing in it, or is no text")
    return visible_line(value)


def _number(entry: Mapping[str, Any], key: str, kind: type, default: int | None = None) -> Any:
    value = entry.get(key, default)
    is_number = isinstance(value, int | kind) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= LONGEST_S:  # neither is not-a-number
        raise _bad(f"{key} is missing in it, or is no usable number")
    return kind(value)


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        aware.astimezone()  # year 1 has none before it
    except (TypeError, ValueError, OverflowError) as error:
        raise _bad("started is missing in it, or is no date") from error
    return aware


def _bad(reason: str) -> StoreError:
    return StoreError(
        "bad_transcript",
        f"This file cannot be opened: {reason}; choose a transcript.json that captioner left.",
    )
