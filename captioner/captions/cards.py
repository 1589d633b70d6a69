"""A channel as its roster knows it, as the wire says it, and back."""

from captioner.captions.events import ChannelCard, ChannelChanged
from captioner.captions.roster import ChannelEntry
from captioner.domain import ChannelState, Muting


def card_of(entry: ChannelEntry) -> ChannelCard:
    """What a newcomer is told of a channel."""
    return ChannelCard(
        channel=entry.channel,
        name=entry.name,
        letter=entry.letter,
        colour=entry.colour,
        language=entry.language,
        state=entry.state,
        muting=None if entry.muting is Muting.HEARD else entry.muting,
    )


def changed(
    entry: ChannelEntry, change: str, seq: int, at: float, message: str | None = None
) -> ChannelChanged:
    """What everybody is told when a channel has become like this."""
    card = card_of(entry)
    return ChannelChanged(
        seq=seq,
        at=at,
        channel=card.channel,
        change=change,
        name=card.name,
        letter=card.letter,
        colour=card.colour,
        language=card.language,
        state=card.state,
        muting=card.muting,
        message=message,
    )


def entry_of(event: ChannelChanged) -> ChannelEntry:
    """The channel as an event left it."""
    return ChannelEntry(
        channel=event.channel,
        name=event.name,
        letter=event.letter,
        colour=event.colour,
        language=event.language,
        state=ChannelState(event.state),
        muting=Muting.HEARD if event.muting is None else Muting(event.muting),
    )
