"""One connection of a phone that is a microphone, as its endpoint sees it."""

from typing import Protocol


class PhoneCall(Protocol):
    """One connection of a phone that is a microphone."""

    @property
    def next(self) -> int:
        """Number of the first sample that is still wanted."""

    def accept(self, pcm: bytes) -> None:
        """Mono sound as s16le. Raises WireError."""

    def skip_to(self, at: int) -> None:
        """The samples before `at` will never come: the phone slept."""

    async def room(self) -> None:
        """Until more may come."""

    def leave(self, *, on_purpose: bool) -> None:
        """The connection is over; `on_purpose`: the phone was switched off."""
