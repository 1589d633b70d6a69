import pytest

from captioner.audio.sources.track_names import speaker_names


@pytest.mark.parametrize(
    ("stems", "names", "who"),
    [
        (["anna", "bram"], ["Anna", "Bram"], "plain files"),
        (["audioAnnaSmith11234567890", "audioBram21234567890"], ["Anna Smith", "Bram"], "Zoom"),
        (
            [
                "riverside_anna_x_planning_0021_raw-audio",
                "riverside_bram_y_planning_0022_raw-audio",
            ],
            ["Anna X", "Bram Y"],
            "Riverside",
        ),
        (["Planning - 01 Anna", "Planning - 02 Bram"], ["Anna", "Bram"], "a recorder's numbers"),
        (["01", "02"], ["Speaker 1", "Speaker 2"], "nothing but numbers"),
        (["same", "same"], ["Speaker 1", "Speaker 2"], "nothing that tells them apart"),
        (["Planning of today"], ["Planning of today"], "one file alone"),
        (["anna_de_vries", "bram_de_boer"], ["Anna Vries", "Bram Boer"], "a shared word goes"),
    ],
)
def test_names_come_from_the_files(stems: list[str], names: list[str], who: str) -> None:
    assert speaker_names(stems) == names, who


def test_a_name_fits_beside_a_caption() -> None:
    assert len(speaker_names(["x" * 100])[0]) == 40
