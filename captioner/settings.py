"""All settings: one typed, frozen table.

A flag beats a CAPTIONER_* variable, which beats captioner.toml, which beats the default.
"""

import difflib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import platformdirs

from captioner.domain import Keeping
from captioner.errors import SettingsError

Value = str | int | float | bool


def setting(
    default: Value, help_text: str, *, low: float | None = None, high: float | None = None
) -> Any:
    """A dataclass field that is a setting: default, one line of help, bounds (inclusive)."""
    return field(default=default, metadata={"help": help_text, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """When a voice starts and ends."""

    voice_threshold: float = setting(
        0.5, "probability of speech at which a voice is taken to start", low=0.05, high=0.99
    )
    voice_end_threshold: float = setting(
        0.35, "probability of speech under which a voice is taken to pause", low=0.01, high=0.98
    )
    voice_start_ms: int = setting(
        96, "milliseconds of voice before an utterance opens", low=32, high=1000
    )
    voice_end_ms: int = setting(
        500, "milliseconds of silence that end an utterance", low=100, high=3000
    )
    pre_roll_ms: int = setting(
        300, "milliseconds before a voice that are decoded with it", low=0, high=2000
    )
    post_roll_ms: int = setting(
        300, "milliseconds after a voice that are decoded with it", low=0, high=2000
    )
    long_utterance_s: float = setting(
        5.0, "seconds after which a shorter pause ends an utterance", low=2, high=28
    )
    long_voice_end_ms: int = setting(
        224, "milliseconds of silence that end an utterance that is long already", low=96, high=3000
    )
    longest_utterance_s: float = setting(
        14.0, "seconds after which a long utterance is cut at its quietest place", low=5, high=28
    )
    bleed: bool = setting(True, "whether a voice that belongs to another microphone is left out")
    stall_s: float = setting(
        2.0, "seconds without any block after which a microphone counts as lost", low=0.5, high=30
    )


@dataclass(frozen=True, slots=True)
class AsrSettings:
    """How speech becomes words."""

    model: str = setting("", "weights: a name, a folder, `demo`, `demo-en-nl`; empty: the best")
    device: str = setting("auto", "auto, cpu or cuda")
    cpu_threads: int = setting(
        0, "threads of one decode on a CPU; 0: as many as pay", low=0, high=64
    )
    beam_size: int = setting(1, "beams of a final decode", low=1, high=10)
    partial_interval_s: float = setting(
        1.0, "seconds of new speech between two partial captions", low=0.2, high=10
    )
    hotwords: bool = setting(
        False, "whether the weights are told the glossary; small weights may hear worse by it"
    )
    decode_timeout_s: float = setting(
        20.0,
        "seconds, at least, after which a decode that does not come back is started anew",
        low=5,
        high=600,
    )
    language: str = setting("en", "spoken language, or a list of one per channel: en,nl,en")


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where things lie."""

    data: str = setting("", "the folder for everything kept; empty: the user's data folder")
    keep: str = setting(
        "transcript", "what is kept of a meeting: transcript, or captions (nothing that is said)"
    )
    keep_days: int = setting(7, "days after which a meeting is deleted", low=1, high=3650)

    @property
    def folder(self) -> Path:
        """The data folder, chosen or default."""
        return (
            Path(self.data).expanduser()
            if self.data
            else Path(platformdirs.user_data_dir("captioner"))
        )


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Who can reach it, and where."""

    viewer_address: str = setting("0.0.0.0", "address on which viewers are served")
    viewer_port: int = setting(
        8080, "port on which viewers are served; 0: any free", low=0, high=65535
    )
    host_address: str = setting("127.0.0.1", "address of the host page; keep it on this machine")
    host_port: int = setting(8081, "port of the host page; 0: any free", low=0, high=65535)
    tls_cert: str = setting(
        "", "certificate (PEM) of the secure address; empty: that of `captioner cert init`"
    )
    tls_key: str = setting("", "key (PEM, without a password) of that certificate")
    tls_address: str = setting("0.0.0.0", "address on which phones as microphones are served")
    tls_port: int = setting(8443, "port of the secure address; 0: any free", low=0, high=65535)
    heartbeat_s: float = setting(5.0, "seconds between two heartbeats to a viewer", low=0.1, high=8)
    viewer_transcript: bool = setting(
        True, "whether viewers may download the transcript at the end"
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, by the room that uses it. Keys are unique over all rooms."""

    audio: AudioSettings = field(default_factory=AudioSettings)
    asr: AsrSettings = field(default_factory=AsrSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    server: ServerSettings = field(default_factory=ServerSettings)


class Origin(StrEnum):
    """Where a setting's value came from."""

    DEFAULT = "default"
    FILE = "captioner.toml"
    VARIABLE = "variable"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings with the origin of each key."""

    settings: Settings
    origins: Mapping[str, Origin]


VARIABLE_PREFIX = "CAPTIONER_"

_ROOMS = {
    "audio": AudioSettings,
    "asr": AsrSettings,
    "store": StoreSettings,
    "server": ServerSettings,
}


def setting_fields() -> dict[str, tuple[str, "Field[Any]", type]]:
    """Every key with its room, its field and its type."""
    table = {}
    for room, kind in _ROOMS.items():
        hints = get_type_hints(kind)
        for item in fields(kind):
            table[item.name] = (room, item, hints[item.name])
    return table


def load_settings(
    toml: Mapping[str, object], env: Mapping[str, str], flags: Mapping[str, object]
) -> LoadedSettings:
    """Merge the three sources over the defaults.

    `env` may hold anything; only CAPTIONER_* is read. `flags` holds only flags that were given.
    Raises SettingsError for an unknown key or an unusable value, naming the key and a likely fix.
    """
    variables = {
        name.removeprefix(VARIABLE_PREFIX).lower(): value
        for name, value in env.items()
        if name.startswith(VARIABLE_PREFIX)
    }
    table = setting_fields()
    chosen: dict[str, dict[str, Value]] = {room: {} for room in _ROOMS}
    origins = dict.fromkeys(table, Origin.DEFAULT)
    for source, origin in (
        (toml, Origin.FILE),
        (variables, Origin.VARIABLE),
        (flags, Origin.FLAG),
    ):
        for key, raw in source.items():
            if key not in table:
                raise _unknown(key, origin, table)
            room, item, kind = table[key]
            chosen[room][key] = _checked(item, kind, raw, origin)
            origins[key] = origin
    rooms = {room: kind(**chosen[room]) for room, kind in _ROOMS.items()}
    settings = Settings(**rooms)
    _check_together(settings)
    return LoadedSettings(settings, origins)


def _spelled(key: str, origin: Origin) -> str:
    if origin is Origin.VARIABLE:
        return VARIABLE_PREFIX + key.upper()
    return f"--{key.replace('_', '-')}" if origin is Origin.FLAG else key


def _unknown(key: str, origin: Origin, table: Mapping[str, object]) -> SettingsError:
    near = difflib.get_close_matches(key, table, n=1)
    hint = f" Did you mean {_spelled(near[0], origin)}?" if near else ""
    return SettingsError(
        "unknown_setting",
        f"There is no setting {_spelled(key, origin)} (from: {origin}).{hint}"
        " `captioner config show` lists all.",
    )


def _checked(item: "Field[Any]", kind: type, raw: object, origin: Origin) -> Value:
    name = _spelled(item.name, origin)
    value = _converted(kind, raw)
    if value is None:
        raise SettingsError("bad_setting", f"{name} must be {_kind_in_words(kind)}: {raw!r}.")
    low, high = item.metadata["low"], item.metadata["high"]
    if low is not None and isinstance(value, int | float) and not low <= value <= high:
        raise SettingsError("bad_setting", f"{name} must lie between {low} and {high}: {value}.")
    return value


def _converted(kind: type, raw: object) -> Value | None:
    """`raw` as `kind`, or None where it is not one."""
    if kind is str:
        return raw if isinstance(raw, str) else None
    if kind is bool:
        if isinstance(raw, bool):
            return raw
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
            str(raw).lower()
        )
    if isinstance(raw, bool):
        return None
    try:
        number = float(raw) if isinstance(raw, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    if number is None:
        return None
    if kind is int:
        return int(number) if number.is_integer() else None
    return number


def _kind_in_words(kind: type) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false"}.get(kind, "a text")


def _check_together(settings: Settings) -> None:
    if settings.store.keep not in tuple(Keeping):
        raise SettingsError(
            "bad_setting", f"keep must be transcript or captions: {settings.store.keep!r}."
        )
    audio = settings.audio
    if audio.voice_end_threshold >= audio.voice_threshold:
        raise SettingsError(
            "bad_setting",
            "voice_end_threshold must be below voice_threshold: "
            f"{audio.voice_end_threshold} is not below {audio.voice_threshold}.",
        )
    try:
        _ = settings.store.folder
    except RuntimeError as error:  # ~somebody who has no home here
        raise SettingsError("bad_setting", f"data is no folder: {settings.store.data}.") from error
    if bool(settings.server.tls_cert) != bool(settings.server.tls_key):
        raise SettingsError(
            "bad_setting", "tls_cert and tls_key belong together: give both, or neither."
        )
    if settings.asr.device not in ("auto", "cpu", "cuda"):
        raise SettingsError(
            "bad_setting", f"device must be auto, cpu or cuda: {settings.asr.device}."
        )
