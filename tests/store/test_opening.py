import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.errors import StoreError
from captioner.store.export import render_transcript
from captioner.store.opening import open_transcript
from captioner.store.transcript import Topic, Transcript
from tests.fakes.transcripts import line, long_transcript, transcript, transcripts


def body(made: Transcript | None = None) -> dict[str, Any]:
    found = made or transcript(line("Hi.", 1), topics=(Topic(0, "Budget"),))
    parsed: dict[str, Any] = json.loads(render_transcript(found, "json"))
    return parsed


def refused(content: object) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(StoreError) as caught:
        open_transcript(text)
    assert caught.value.code == "bad_transcript"
    assert caught.value.message.count(". ") == 0
    return caught.value.message


@given(transcripts())
def test_what_was_written_is_read_back_the_same(made: Transcript) -> None:
    assert open_transcript(render_transcript(made, "json")) == made


def test_hours_are_read_back_the_same() -> None:
    made = long_transcript()
    assert open_transcript(render_transcript(made, "json")) == made


def test_a_file_of_an_earlier_captioner_opens() -> None:
    """Without what was added since: notices, topics, revisions, translations."""
    old = body()
    for key in ("notices", "topics"):
        del old[key]
    for key in ("rev", "translations"):
        del old["utterances"][0][key]
    old["something new"] = 1
    opened = open_transcript(json.dumps(old))
    assert (opened.lines[0].text, opened.lines[0].rev, opened.topics) == ("Hi.", 1, ())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"format": "captioner-tr', "not JSON, or not the whole"),
        (b"[" * 100_000, "not JSON"),
        ([], "not made by captioner"),
        ({"format": "otter"}, "not made by captioner"),
        ({"format": "captioner-transcript", "version": 2}, "another version"),
    ],
)
def test_a_file_that_is_none_of_ours_gets_one_sentence(content: object, reason: str) -> None:
    assert reason in refused(content)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"utterances": None}, "utterances are no list"),
        ({"utterances": [1]}, "utterances are no list"),
        ({"channels": []}, "not in its list"),
        ({"started": "yesterday"}, "started"),
        ({"started": None}, "started"),
        ({"title": 7}, "title"),
        ({"meeting": None}, "meeting"),
    ],
)
def test_a_damaged_file_gets_one_sentence(change: dict[str, Any], reason: str) -> None:
    assert reason in refused(body() | change)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"start": "1"}, "start"),
        ({"start": True}, "start"),
        ({"start": float("nan")}, "start"),
        ({"start": -1}, "start"),
        ({"end": 1e300}, "end"),
        ({"rev": 1.5}, "rev"),
        ({"channel": 2.5}, "channel"),
        ({"text": None}, "text"),
        ({"state": "deleted"}, "state"),
        ({"state": []}, "state"),
        ({"translations": []}, "translations"),
        ({"translations": {"nl": 1}}, "nl"),
    ],
)
def test_a_damaged_utterance_gets_one_sentence(change: dict[str, Any], reason: str) -> None:
    made = body()
    made["utterances"][0] |= change
    assert reason in refused(made)


def test_two_channels_of_one_number_are_refused() -> None:
    made = body()
    made["channels"].append(made["channels"][0])
    assert "one number" in refused(made)


def test_hostile_characters_are_left_outside() -> None:
    made = body()
    made["title"] = "Plan\n[00:00:00] Anna: no"
    made["utterances"][0] |= {"text": "a\u202e\x07b\ud800", "language": 'en" x="'}
    opened = open_transcript(json.dumps(made))
    assert opened.title == "Plan [00:00:00] Anna: no"
    assert (opened.lines[0].text, opened.lines[0].language) == ("a b", "und")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(st.sampled_from(sorted(body())), anything, st.booleans())
def test_whatever_stands_in_a_field_it_opens_or_says_why(
    key: str, value: object, inside: bool
) -> None:
    made = body()
    if inside:
        fields = sorted(made["utterances"][0])
        made["utterances"][0][fields[len(key) % len(fields)]] = value
    else:
        made[key] = value
    try:
        opened = open_transcript(json.dumps(made))
    except StoreError:
        return
    render_transcript(opened, "html")
    render_transcript(opened, "srt")
