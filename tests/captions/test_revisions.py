from captioner.audio.frame import SAMPLE_RATE
from captioner.captions.revisions import SAMPLES_A_SECOND, caption_of
from tests.fakes.sample_meeting import said


def test_a_second_of_captions_is_a_second_of_sound() -> None:
    assert SAMPLES_A_SECOND == SAMPLE_RATE


def test_an_utterance_is_told_with_its_times_in_seconds() -> None:
    caption = caption_of(said("good morning", "u7", rev=3, start_s=1.25), 9, 4.0)
    assert (caption.utterance, caption.rev, caption.seq, caption.at) == ("u7", 3, 9, 4.0)
    assert (caption.start, caption.end, caption.state) == (1.25, 2.25, "final")
