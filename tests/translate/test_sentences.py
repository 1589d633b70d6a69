import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.translate.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("  ", []),
        ("Good morning.", ["Good morning."]),
        ("Yes. We have three.", ["Yes.", "We have three."]),
        ("Really? No! Well…", ["Really?", "No!", "Well…"]),
        ("It costs 3.5 euros. Fine.", ["It costs 3.5 euros.", "Fine."]),
        ("Dr. Smith is here.", ["Dr. Smith is here."]),
        ("J. Smith, e.g. this one. Next.", ["J. Smith, e.g. this one.", "Next."]),
        ('He said "stop." Then we left.', ['He said "stop."', "Then we left."]),
        ("Mail a.b@c.nl now.", ["Mail a.b@c.nl now."]),
        ("At 10.30 we start", ["At 10.30 we start"]),
        ("… and so on.", ["… and so on."]),
    ],
)
def test_a_caption_is_cut_where_a_sentence_ends(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text(alphabet='aB .!?…"1é', max_size=60))
def test_nothing_is_lost_between_sentences(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())
