import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.translate.sentences import join_sentences, split_sentences


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
        ("好。我们开始吧！谁先说？", ["好。", "我们开始吧！", "谁先说？"]),
        ("他说：「好。」然后走了。", ["他说：「好。」", "然后走了。"]),
        ("真的？！好。 一共3.5亿。", ["真的？！", "好。", "一共3.5亿。"]),
        ("会議は10時です。資料", ["会議は10時です。", "資料"]),
    ],
)
def test_a_caption_is_cut_where_a_sentence_ends(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text(alphabet='aB .!?…"1é我。！「」，', max_size=60))
def test_nothing_is_lost_between_sentences(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["", "Yes. We have three.", "好。「我们开始吧！」谁先说"])
def test_sentences_are_put_together_as_they_were(text: str) -> None:
    assert join_sentences(split_sentences(text)) == text
