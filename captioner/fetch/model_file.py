"""What a model.bin of CTranslate2 says of itself, before anybody loads it."""

import struct
from dataclasses import dataclass
from pathlib import Path

WHISPER = "WhisperSpec"
TRANSLATOR = "TransformerSpec"

_KNOWN_VERSION = 6
_LFS_POINTER = b"version https://git-lfs"
_HEAD_BYTES = 512


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The head of a model.bin that CTranslate2 could load."""

    kind: str
    """What it is for: WHISPER, TRANSLATOR, or another of CTranslate2's names."""


def read_model_file(path: Path) -> ModelFile:
    """Raises ValueError with what is wrong, as an unfinished sentence about the file.

    One that is not there is a FileNotFoundError.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read, {error.strerror}") from None
    return parse_head(head, path.name)


def parse_head(head: bytes, name: str) -> ModelFile:
    """The first bytes of the file `name`. Raises ValueError like `read_model_file`.

    As CTranslate2 writes it: its version of the format, then the name of what it holds, with its
    length and a zero at the end.
    """
    if not head:
        raise ValueError(f"{name} is empty, so it was not copied or downloaded completely")
    if head.startswith(_LFS_POINTER):
        raise ValueError(
            f"{name} is only a Git LFS pointer; run `git lfs pull` where it was cloned"
        )
    if len(head) < 6:
        raise ValueError(f"{name} ends too early")
    version, length = struct.unpack_from("<IH", head)
    kind = head[6 : 6 + length].removesuffix(b"\0")
    if not 2 <= version <= 100 or not kind.isascii() or not kind.decode("ascii").isidentifier():
        raise ValueError(f"{name} is no model in CTranslate2 form")
    if version > _KNOWN_VERSION:
        raise ValueError(f"{name} was made for a newer CTranslate2 than the one here")
    return ModelFile(kind.decode("ascii"))
