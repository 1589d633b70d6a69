import json
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from hypothesis import given

from captioner.store.formats.json import render
from captioner.store.layout import ORIGINAL
from captioner.store.transcript import Topic, Transcript
from tests.fakes.transcripts import line, long_transcript, transcript, transcripts

SCHEMA = Path(__file__).parents[3] / "docs" / "transcript.schema.json"
validate = fastjsonschema.compile(json.loads(SCHEMA.read_text(encoding="utf-8")))


def parsed(made: Transcript) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(render(made, ORIGINAL))
    return body


def test_an_utterance_has_everything_that_is_known_of_it() -> None:
    made = transcript(line("Hi.", 1, 2, translations={"nl": "Hoi."}), topics=(Topic(0, "Budget"),))
    body = parsed(made)
    assert body["utterances"] == [
        {
            "utterance": "u1-1",
            "channel": 1,
            "speaker": "Anna",
            "start": 1,
            "end": 2,
            "language": "en",
            "state": "final",
            "rev": 1,
            "text": "Hi.",
            "translations": {"nl": "Hoi."},
        }
    ]
    assert body["topics"] == [{"at": 0, "title": "Budget"}]
    assert [entry["speaker"] for entry in body["channels"]] == ["Anna", "Bram"]
    assert (body["format"], body["version"], body["ended"]) == ("captioner-transcript", 1, True)
    assert body["started"] == "2025-03-04T09:00:00+00:00"


@given(transcripts())
def test_it_is_what_its_schema_says(made: Transcript) -> None:
    validate(parsed(made))


def test_hours_of_it_are_what_the_schema_says() -> None:
    validate(parsed(long_transcript(0.2)))


def test_the_schema_would_see_a_field_that_is_missing() -> None:
    body = parsed(transcript(line("Hi.", 1)))
    del body["utterances"][0]["rev"]
    with pytest.raises(fastjsonschema.JsonSchemaException, match="rev"):
        validate(body)
