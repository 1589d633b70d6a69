import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.captions.palette import colour_names
from captioner.captions.roster import LONGEST_NAME, ChannelSpec, Roster, choose_letter
from captioner.domain import ChannelId, ChannelState, Muting
from captioner.errors import MeetingError

ONE, TWO = ChannelId(1), ChannelId(2)


def roster(*names: str) -> Roster:
    return Roster([ChannelSpec(ChannelId(number), name) for number, name in enumerate(names, 1)])


def letters(of: Roster) -> list[str]:
    return [entry.letter for entry in of.entries]


def test_what_a_host_leaves_open_is_chosen() -> None:
    entry = roster("").find(ONE)
    assert (entry.name, entry.letter, entry.colour) == ("Speaker 1", "S", colour_names()[0])
    assert (entry.language, entry.state) == ("en", ChannelState.LIVE)


def test_letters_are_short_and_tell_speakers_apart() -> None:
    assert letters(roster("Anna", "Bram", "Chen")) == ["A", "B", "C"]
    assert letters(roster("Anna", "Arno", "Amir")) == ["A", "Ar", "Am"]
    assert letters(roster("éva", "Élan", "李")) == ["É", "Él", "李"]


def test_equal_names_get_different_letters() -> None:
    assert letters(roster(*["Jo"] * 5)) == ["J", "Jo", "J2", "J3", "J4"]


def test_a_name_without_a_letter_gets_one() -> None:
    assert letters(roster("!!", "??")) == ["?", "?2"]


@given(names=st.lists(st.text(max_size=LONGEST_NAME), min_size=1, max_size=12))
def test_letters_are_unique_whatever_the_names(names: list[str]) -> None:
    found = roster(*names)
    assert len(set(letters(found))) == len(names)
    for entry in found.entries:
        assert entry.letter
        assert entry.name == " ".join(entry.name.split())
        assert entry.name.isprintable()
        entry.name.encode("utf-8")


def test_renaming_keeps_the_own_letter_free() -> None:
    two = roster("Anna", "Bram")
    assert two.rename(ONE, "Amir").letter == "A"
    assert two.rename(TWO, "Ada").letter == "Ad"
    assert two.find(TWO).name == "Ada"


def test_colours_are_given_in_order_and_a_chosen_one_is_not_given_again() -> None:
    first, second, third = colour_names()[:3]
    chosen = Roster([ChannelSpec(ONE, colour=second), ChannelSpec(TWO), ChannelSpec(ChannelId(3))])
    assert [entry.colour for entry in chosen.entries] == [second, first, third]


def test_a_name_with_line_ends_and_invisible_characters_becomes_one_plain_line() -> None:
    name = roster("  An\nna\u202e\x00  Bos\t").find(ONE).name
    assert name == "An na Bos"


def test_a_name_with_markup_stays_what_was_typed() -> None:
    assert roster("<b>Anna</b>").find(ONE).name == "<b>Anna</b>"


def refused(code: str = "bad_meeting") -> "pytest.RaisesExc[MeetingError]":
    return pytest.raises(MeetingError, check=lambda error: error.code == code)


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    two = roster("Anna", "Bram")
    with refused("unknown_channel"):
        two.find(ChannelId(3))
    with refused("unknown_channel"):
        two.rename(ChannelId(3), "Chen")
    with refused():
        two.rename(ONE, " \n ")
    with refused():
        two.rename(ONE, "x" * (LONGEST_NAME + 1))
    with refused():
        two.recolour(ONE, "beige")
    with refused():
        Roster([ChannelSpec(ONE), ChannelSpec(ONE)])
    with refused():
        Roster([ChannelSpec(ONE, colour="beige")])
    assert [entry.name for entry in two.entries] == ["Anna", "Bram"]


def test_a_channel_cannot_be_left_without_a_colour() -> None:
    """An empty colour is `choose one` when a meeting is made; as a change it once took the colour
    away, and the pages had no chip to paint."""
    one = roster("Anna")
    with refused():
        one.recolour(ONE, "")
    assert one.find(ONE).colour == colour_names()[0]


def test_states_are_noted() -> None:
    one = roster("Anna")
    assert one.lose(ONE).state is ChannelState.LOST
    assert one.find(ONE).state is ChannelState.LOST
    assert one.regain(ONE).state is ChannelState.LIVE


def test_a_microphone_that_was_muted_while_it_was_lost_comes_back_muted() -> None:
    one = roster("Anna")
    assert one.mute(ONE, Muting.PRIVATE).state is ChannelState.MUTED
    one.lose(ONE)
    assert one.mute(ONE, Muting.MUTED).state is ChannelState.LOST
    assert one.regain(ONE).state is ChannelState.MUTED
    assert one.mute(ONE, Muting.HEARD).state is ChannelState.LIVE


def test_a_letter_that_is_taken_gives_way_to_the_next_that_is_not() -> None:
    assert choose_letter("Bob", {"B", "Bo", "Bb"}) == "B2"


@pytest.mark.parametrize("name", ["نرگس‌خانم", "👩‍🔧 Ada", "क्‍ष"])
def test_joiners_stay_in_names(name: str) -> None:
    roster = Roster([ChannelSpec(ChannelId(1), name)])
    assert roster.find(ChannelId(1)).name == name


def test_two_speakers_change_places_with_all_that_is_theirs() -> None:
    both = Roster([ChannelSpec(ONE, "Anna", "red", "en"), ChannelSpec(TWO, "Bram", "green", "nl")])
    both.mute(TWO, Muting.MUTED)
    first, second = both.swap(ONE, TWO)
    assert (first.name, first.letter, first.colour, first.language) == ("Bram", "B", "green", "nl")
    assert (second.name, second.colour, second.language) == ("Anna", "red", "en")
    # What is the microphone's stays with the microphone.
    assert (first.muting, second.muting) == (Muting.HEARD, Muting.MUTED)
    assert both.swap(ONE, TWO)[0].name == "Anna"
    with pytest.raises(MeetingError):
        both.swap(ONE, ONE)


def test_a_number_is_never_used_again() -> None:
    growing = roster("Anna", "Bram")
    assert growing.add("Chen", "", "en").channel == 3
    assert growing.remove(ChannelId(3)).state is ChannelState.REMOVED
    again = growing.add("Chen", "", "en")
    assert (again.channel, again.letter) == (4, "Ch")  # what Chen said before has the C
    assert [entry.channel for entry in growing.present] == [1, 2, 4]
    assert len(growing.entries) == 4


def test_the_last_microphone_stays() -> None:
    growing = roster("Anna", "Bram")
    growing.remove(ONE)
    with pytest.raises(MeetingError, match="needs one"):
        growing.remove(TWO)
    for command in (
        lambda: growing.remove(ONE),
        lambda: growing.mute(ONE, Muting.MUTED),
        lambda: growing.swap(ONE, TWO),
    ):
        with pytest.raises(MeetingError, match="was removed"):
            command()
    assert growing.rename(ONE, "Ada").state is ChannelState.REMOVED
