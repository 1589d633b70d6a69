"""Who sits at which microphone: names, letters, colours."""

from dataclasses import dataclass, replace

from captioner.captions.palette import colour_names, next_colour
from captioner.domain import ChannelId, ChannelState, Muting
from captioner.errors import MeetingError

JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner."""

LONGEST_NAME = 40
"""Characters of a name: what fits beside a caption on a phone."""


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """A channel as its host describes it; what is empty is chosen."""

    channel: ChannelId
    name: str = ""
    colour: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ChannelEntry:
    """A channel as everybody sees it."""

    channel: ChannelId
    name: str
    letter: str
    colour: str
    language: str
    state: ChannelState
    """Lost goes before muted: a reader is told why nothing can come."""
    muting: Muting = Muting.HEARD


class Roster:
    """The channels of a meeting in the order in which they were described."""

    def __init__(self, specs: list[ChannelSpec]) -> None:
        self._entries: dict[ChannelId, ChannelEntry] = {}
        for spec in specs:
            channel = spec.channel
            if channel in self._entries:
                raise MeetingError("bad_meeting", f"Two channels have the number {channel}.")
            self._put(self._described(spec))

    @property
    def entries(self) -> tuple[ChannelEntry, ...]:
        """All channels in order, those that were removed among them."""
        return tuple(self._entries.values())

    @property
    def present(self) -> tuple[ChannelEntry, ...]:
        """The channels that are in the meeting now."""
        return tuple(each for each in self.entries if each.state is not ChannelState.REMOVED)

    def find(self, channel: ChannelId) -> ChannelEntry:
        """The channel of this number. Raises MeetingError("unknown_channel")."""
        entry = self._entries.get(channel)
        if entry is None:
            raise MeetingError(
                "unknown_channel", f"There is no channel {channel}; there are {len(self._entries)}."
            )
        return entry

    def rename(self, channel: ChannelId, name: str) -> ChannelEntry:
        """Give a channel another name, and the letter that goes with it."""
        checked = _checked_name(name)
        if not checked:
            raise MeetingError("bad_meeting", "A speaker's name cannot be empty.")
        letter = choose_letter(checked, self._taken_letters(channel))
        return self._put(replace(self.find(channel), name=checked, letter=letter))

    def recolour(self, channel: ChannelId, colour: str) -> ChannelEntry:
        """Give a channel another colour of the palette."""
        if not colour:
            raise MeetingError("bad_meeting", f"A colour is one of {', '.join(colour_names())}.")
        return self._put(replace(self.find(channel), colour=_checked_colour(colour)))

    def lose(self, channel: ChannelId) -> ChannelEntry:
        """Note that no sound comes from a channel."""
        return self._put(replace(self.find(channel), state=ChannelState.LOST))

    def regain(self, channel: ChannelId) -> ChannelEntry:
        """Note that sound comes again; a channel that was muted meanwhile is muted still."""
        entry = self.find(channel)
        return self._put(replace(entry, state=_state_of(entry.muting)))

    def mute(self, channel: ChannelId, muting: Muting) -> ChannelEntry:
        """Note whether a channel may be heard; a lost one stays lost."""
        entry = self._present(channel)
        is_lost = entry.state is ChannelState.LOST
        state = ChannelState.LOST if is_lost else _state_of(muting)
        return self._put(replace(entry, muting=muting, state=state))

    def swap(self, first: ChannelId, second: ChannelId) -> tuple[ChannelEntry, ChannelEntry]:
        """Two speakers sit at each other's microphones: their names change places."""
        one, other = self._present(first), self._present(second)
        if first == second:
            raise MeetingError("bad_meeting", "Two speakers are needed to change places.")
        return self._put(_seated(one, other)), self._put(_seated(other, one))

    def add(self, name: str, colour: str, language: str) -> ChannelEntry:
        """One more microphone; its number was never used before."""
        channel = ChannelId(max(self._entries) + 1)
        return self._put(self._described(ChannelSpec(channel, name, colour, language)))

    def remove(self, channel: ChannelId) -> ChannelEntry:
        """Take a microphone out; what was said into it keeps its name."""
        entry = self._present(channel)
        if len(self.present) == 1:
            raise MeetingError(
                "wrong_state", "A meeting needs one microphone: end it, or add another first."
            )
        return self._put(replace(entry, state=ChannelState.REMOVED))

    def restore(self, entry: ChannelEntry, *, is_new: bool = False) -> None:
        """Let a channel be as it was, or come as it came. Raises MeetingError."""
        if not is_new:
            self.find(entry.channel)
        self._put(entry)

    def _present(self, channel: ChannelId) -> ChannelEntry:
        entry = self.find(channel)
        if entry.state is ChannelState.REMOVED:
            raise MeetingError("wrong_state", f"The microphone {channel} was removed.")
        return entry

    def _described(self, spec: ChannelSpec) -> ChannelEntry:
        channel = spec.channel
        name = _checked_name(spec.name) or f"Speaker {channel}"
        return ChannelEntry(
            channel,
            name,
            choose_letter(name, self._taken_letters(channel)),
            _checked_colour(spec.colour) or next_colour(self._taken_colours()),
            spec.language,
            ChannelState.LIVE,
        )

    def _put(self, entry: ChannelEntry) -> ChannelEntry:
        self._entries[entry.channel] = entry
        return entry

    def _taken_letters(self, but: ChannelId) -> set[str]:
        return {entry.letter for entry in self._entries.values() if entry.channel != but}

    def _taken_colours(self) -> list[str]:
        return [entry.colour for entry in self._entries.values()]


def _state_of(muting: Muting) -> ChannelState:
    return ChannelState.LIVE if muting is Muting.HEARD else ChannelState.MUTED


def _seated(entry: ChannelEntry, speaker: ChannelEntry) -> ChannelEntry:
    """A speaker at the microphone of an entry: what is theirs comes with them."""
    return replace(
        entry,
        name=speaker.name,
        letter=speaker.letter,
        colour=speaker.colour,
        language=speaker.language,
    )


def choose_letter(name: str, taken: set[str]) -> str:
    """A tag for a name: its first letter, else its first with a later one, else with a number."""
    letters = [letter for letter in name if letter.isalnum()] or ["?"]
    first = letters[0].upper()
    candidates = [first, *(first + letter.lower() for letter in letters[1:])]
    numbered = (f"{first}{number}" for number in range(2, 1000))
    return next(tag for tag in (*candidates, *numbered) if tag not in taken)


def visible_line(text: str) -> str:
    """The text on one line, without what cannot be seen.

    The joiners stay: Persian and Indic names are misspelled without them, and emoji fall apart.
    """
    seen = (letter if letter.isprintable() or letter in JOINERS else " " for letter in text)
    return " ".join("".join(seen).split())


def _checked_name(name: str) -> str:
    clean = visible_line(name)
    if len(clean) > LONGEST_NAME:
        raise MeetingError(
            "bad_meeting", f"A speaker's name has at most {LONGEST_NAME} characters: {len(clean)}."
        )
    return clean


def _checked_colour(colour: str) -> str:
    if colour and colour not in colour_names():
        raise MeetingError(
            "bad_meeting", f"There is no colour {colour!r}; there are {', '.join(colour_names())}."
        )
    return colour
