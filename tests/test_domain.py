import dataclasses

import pytest

from captioner import domain
from captioner.domain import (
    ChannelId,
    Decision,
    Hypothesis,
    KnownDevice,
    SamplePos,
    Segment,
    Utterance,
    UtteranceId,
    UtteranceState,
)

VALUES = (
    Segment(ChannelId(1), SamplePos(0), SamplePos(1), SamplePos(0), SamplePos(2)),
    Hypothesis("Hello.", "en", -0.1, 0.0),
    Utterance(
        UtteranceId("u"),
        ChannelId(1),
        1,
        UtteranceState.FINAL,
        "",
        0,
        SamplePos(0),
        SamplePos(1),
        "en",
    ),
    Decision("rejected", "final", ChannelId(1), SamplePos(0), SamplePos(1), "loop"),
    KnownDevice("Anna", "blue", "en", is_chosen=True, channel=1),
)


def test_every_noun_is_in_the_table_above() -> None:
    nouns = {
        value
        for value in vars(domain).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value)
    }
    assert nouns == {type(value) for value in VALUES}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_cannot_be_changed_and_takes_no_other_fields(value: object) -> None:
    assert dataclasses.is_dataclass(value)
    first = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, first, None)
    assert not hasattr(value, "__dict__")


def test_states_go_over_the_wire_as_their_words() -> None:
    assert [f"{state}" for state in UtteranceState] == ["partial", "final", "edited", "deleted"]


def test_an_utterance_says_no_reason_unless_there_is_one() -> None:
    utterance = VALUES[2]
    assert isinstance(utterance, Utterance)
    assert utterance.reason is None
