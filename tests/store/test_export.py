import pytest

from captioner.domain import UtteranceId
from captioner.errors import WireError
from captioner.store.export import FORMATS, RENDERERS, render_transcript
from captioner.store.layout import View
from captioner.store.opening import open_transcript
from captioner.store.transcript import transcript_of
from tests.fakes.sample_meeting import said, started
from tests.fakes.transcripts import long_transcript


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_a_deleted_text_is_in_no_export(ending: str) -> None:
    meeting = started("Anna", "Bram")
    meeting.revise(said("My number is 1234.", "u1"), 2.0)
    meeting.revise(said("Tird.", "u2", start_s=5.0), 6.5)
    meeting.delete(UtteranceId("u1"), 7.0)
    meeting.edit(UtteranceId("u2"), "Third.", 8.0)
    content = FORMATS[ending].render(transcript_of(meeting), View())
    if isinstance(content, str):  # Word's are packed; test_docx.py reads them
        assert "1234" not in content
        assert "Tird" not in content
        assert "Third." in content


def test_there_are_seven_formats_with_a_media_type_each() -> None:
    assert list(FORMATS) == ["txt", "md", "docx", "html", "srt", "vtt", "json"]
    assert len({each.media_type for each in FORMATS.values()}) == 7


def test_an_unknown_format_or_language_is_refused_in_a_sentence() -> None:
    transcript = long_transcript(0.01)
    with pytest.raises(WireError, match=r"no transcript\.pdf; there are: txt, md"):
        render_transcript(transcript, "pdf")
    with pytest.raises(WireError, match="'fr'"):
        render_transcript(transcript, "txt", View("fr"))


def test_a_meeting_keeps_what_all_else_can_be_made_from() -> None:
    assert set(RENDERERS) == {"txt", "json"}
    meeting = started(title="Budget")
    assert RENDERERS["txt"](meeting).startswith(b"Budget\n")
    assert open_transcript(RENDERERS["json"](meeting)) == transcript_of(meeting)


@pytest.mark.parametrize("view", [View(), View("nl", with_original=True)], ids=["one", "both"])
@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_three_hours_of_eight_people_are_written_whole(ending: str, view: View) -> None:
    """What it costs, tools/measure_transcripts.py says."""
    short = render_transcript(long_transcript(0.1), ending, view)
    assert len(render_transcript(long_transcript(), ending, view)) > 2 * len(short)
