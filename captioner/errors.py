"""Everything that can go wrong and is told to a person: a stable code and one clear sentence."""

from typing import ClassVar


class CaptionerError(Exception):
    """Base of all errors a host or viewer is told about.

    `code` never changes once published; the message is one sentence that says what to do.
    """

    codes: ClassVar[dict[str, str]] = {}
    """The codes that this class may carry, each with its meaning."""

    def __init__(self, code: str, message: str) -> None:
        if code not in type(self).codes:
            raise ValueError(f"{type(self).__name__} has no code {code!r}")
        super().__init__(message)
        self.code = code
        self.message = message


class SettingsError(CaptionerError):
    """A setting that cannot be used."""

    codes: ClassVar[dict[str, str]] = {
        "unknown_setting": "a variable or line of captioner.toml that is no setting",
        "bad_setting": "a setting with a value of the wrong kind or out of its bounds",
        "bad_settings_file": "captioner.toml cannot be read",
    }


class AudioError(CaptionerError):
    """Sound that cannot be had."""

    codes: ClassVar[dict[str, str]] = {
        "bad_recording": "a recorded meeting that cannot be read",
        "no_portaudio": "the PortAudio library is missing",
        "no_device": "a microphone that is not there",
        "device_failed": "a microphone that could not be opened",
        "device_lost": "a microphone that vanished or went silent as a device",
    }


class WeightsError(CaptionerError):
    """Weights that are missing or do not load."""

    codes: ClassVar[dict[str, str]] = {
        "no_weights": "no weights were chosen and none are installed",
        "unknown_weights": "weights of this name are not installed",
        "bad_weights": "a folder that holds no usable weights",
        "weights_in_use": "weights or a package that a running captioner uses",
    }


class PackageError(CaptionerError):
    """A translation package that is missing or cannot be used."""

    codes: ClassVar[dict[str, str]] = {
        "unknown_package": "no translation package of this name is here, or none can be had",
        "bad_package": "a file or folder that holds no usable translation package",
    }


class FetchError(CaptionerError):
    """Something that could not be fetched from elsewhere, or put in its place."""

    codes: ClassVar[dict[str, str]] = {
        "source_unreachable": "a source that this computer cannot reach",
        "source_busy": "a source that wants to be left alone for a while",
        "source_failed": "a source that answers wrongly, or breaks off again and again",
        "not_at_source": "something that the source does not have, or does not give out",
        "bad_source": "an address that nothing is fetched from",
        "damaged_download": "something that did not arrive as it was sent",
        "unusable_download": "something that arrived whole and is not what was wanted",
        "already_fetching": "something that another captioner is fetching into the same folder",
        "bad_archive": "a tar or zip file that is damaged, or that nobody should unpack",
    }


class DecodeError(CaptionerError):
    """A decode that failed."""

    codes: ClassVar[dict[str, str]] = {
        "decode_failed": "the engine could not decode a stretch",
        "gpu_failed": "the GPU failed at a decode; the CPU takes over",
    }


class TranslateError(CaptionerError):
    """A text that cannot be had in another language."""

    codes: ClassVar[dict[str, str]] = {
        "no_translator": "the library that translates is not installed",
        "no_package": "no translation package leads from one language to the other",
        "package_fails": "a translation package that does not load or does not translate",
        "not_translated": "a translation that failed, took too long or made no sense",
    }


class MeetingError(CaptionerError):
    """A command that the meeting cannot follow."""

    codes: ClassVar[dict[str, str]] = {
        "unknown_meeting": "no meeting has this code or number, or it is over and gone",
        "unknown_channel": "the meeting has no such channel",
        "wrong_state": "the meeting is not in a state that allows this",
        "bad_meeting": "a meeting that was described wrongly",
    }


class StaleEditError(CaptionerError):
    """Two people correct one caption: who comes second is shown what it says now."""

    codes: ClassVar[dict[str, str]] = {
        "stale_edit": "somebody else has changed this caption meanwhile",
    }

    def __init__(self, text: str, rev: int, state: str) -> None:
        message = "Somebody else has changed this caption meanwhile: look at it, then decide."
        super().__init__("stale_edit", message)
        self.text = text
        self.rev = rev
        self.state = state


class WireError(CaptionerError):
    """A message from outside that is not understood."""

    codes: ClassVar[dict[str, str]] = {
        "bad_message": "a message that is not what the endpoint expects",
        "too_large": "a message above the size limit",
    }


class AccessError(CaptionerError):
    """Somebody who may not do this."""

    codes: ClassVar[dict[str, str]] = {
        "not_host": "the host key is missing or wrong",
        "not_allowed": "the host has not allowed this",
        "taken_over": "another phone has become the microphone of this channel",
        "too_many": "too many requests in a short time",
    }


class AddressError(CaptionerError):
    """A network address that cannot be used."""

    codes: ClassVar[dict[str, str]] = {
        "port_in_use": "another program listens on the port",
        "bad_address": "an address that this machine does not have",
    }


class CertificateError(CaptionerError):
    """A certificate that cannot be used or made."""

    codes: ClassVar[dict[str, str]] = {
        "bad_certificate": "a certificate and key that cannot be read or do not belong together",
        "no_certificate": "no certificate has been made yet",
    }


class StoreError(CaptionerError):
    """A file that cannot be written, or one of ours that cannot be read."""

    codes: ClassVar[dict[str, str]] = {
        "bad_transcript": "a file that is no transcript of captioner's, or a damaged one",
        "cannot_write": "a folder or file that cannot be written",
        "disk_full": "no space left for it",
        "record_in_use": "another captioner has the record of this data folder open",
        "newer_record": "the record was written by a newer captioner",
        "broken_record": "the record is damaged",
    }


class ResourceError(CaptionerError):
    """A file that should have come with captioner and is not there."""

    codes: ClassVar[dict[str, str]] = {
        "bad_installation": "a file that comes with captioner is missing from the installation",
    }


def error_table() -> dict[str, str]:
    """Every error code with its meaning; docs/errors.md is compared with it."""
    table: dict[str, str] = {}
    for kind in CaptionerError.__subclasses__():
        table.update(kind.codes)
    return table
