"""A made-up vocabulary with the size and the special tokens of Whisper's own.

Byte-level BPE as Whisper has it: 256 bytes, 50,000 merges, an empty token, then the special ones.
The merges are made up, letter by letter, so no word is cut as Whisper would cut it; what counts is
that tokens are looked up and put together at their real cost.
"""

import itertools
import string
from typing import Any

TEXT_TOKENS = 50_256
"""Bytes and merges before the empty token."""

_LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th"
    " ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr"
    " pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt"
    " haw ln ha ba jw su yue"
)
LANGUAGES = tuple(_LANGUAGES.split())
"""In Whisper's order; the last one only in the vocabularies of 51,866 tokens."""

TIMESTAMPS = 1501
END_OF_TEXT = "<|endoftext|>"


def special_tokens(size: int) -> list[str]:
    """Everything behind the text tokens of a vocabulary of `size` tokens, in order."""
    named = [END_OF_TEXT, "<|startoftranscript|>"]
    after = [
        *("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>"),
        *("<|nospeech|>", "<|notimestamps|>"),
    ]
    languages = size - (TEXT_TOKENS + 1) - len(named) - len(after) - TIMESTAMPS
    named += [f"<|{language}|>" for language in LANGUAGES[:languages]]
    stamps = [f"<|{number * 0.02:.2f}|>" for number in range(TIMESTAMPS)]
    return [*named, *after, *stamps]


def text_tokens() -> tuple[list[str], list[tuple[str, str]]]:
    """The text tokens and the merges that make the longer ones of the shorter."""
    tokens = list(_byte_letters())
    merges: list[tuple[str, str]] = []
    stems = ["Ġ", *string.ascii_lowercase]
    while True:
        grown = []
        for stem, letter in itertools.product(stems, string.ascii_lowercase):
            if len(tokens) == TEXT_TOKENS:
                return tokens, merges
            merges.append((stem, letter))
            tokens.append(stem + letter)
            grown.append(stem + letter)
        stems = grown


def vocabulary(size: int) -> list[str]:
    """All tokens by their number, as CTranslate2 wants them: the empty one says multilingual."""
    return [*text_tokens()[0], "", *special_tokens(size)]


def tokenizer_json(size: int) -> dict[str, Any]:
    """What tokenizer.json holds, so that nobody asks the hub for OpenAI's."""
    tokens, merges = text_tokens()
    behind = enumerate(special_tokens(size), TEXT_TOKENS + 1)
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": number, "content": token, **flags, "special": True} for number, token in behind
        ],
        "normalizer": None,
        "pre_tokenizer": {**byte_level, "use_regex": True},
        "post_processor": None,
        "decoder": {**byte_level, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "vocab": {token: number for number, token in enumerate([*tokens, ""])},
            "merges": [f"{left} {right}" for left, right in merges],
        },
    }


def _byte_letters() -> list[str]:
    """GPT-2's letter for each byte: itself where it can be printed, else one from 256 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + n) for n in range(len(others))]
