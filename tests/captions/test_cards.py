from captioner.captions.cards import card_of, changed, entry_of
from captioner.captions.roster import ChannelEntry
from captioner.domain import ChannelId, ChannelState, Muting


def test_a_channel_comes_back_from_the_wire_as_it_was() -> None:
    for muting in Muting:
        entry = ChannelEntry(ChannelId(2), "Bram", "B", "red", "nl", ChannelState.LOST, muting)
        event = changed(entry, "lost", 7, 1.5, "Unplugged.")
        assert entry_of(event) == entry
        assert (event.seq, event.at, event.message) == (7, 1.5, "Unplugged.")
        assert card_of(entry).muting == (None if muting is Muting.HEARD else muting)
