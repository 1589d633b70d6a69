"""A whole meeting read in other languages, over real sockets, with real packages, by people whose
Wi-Fi comes and goes, while the host corrects and deletes."""

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from captioner.captions.events import CaptionRevised
from captioner.domain import UtteranceId
from captioner.service.running import RunningMeeting
from tests.fakes.fake_devices import WORDS
from tests.fakes.open_house import House, open_house
from tests.fakes.recording_viewer import RecordingViewer, until
from tests.fakes.word_package import install

Json = dict[str, Any]


class Reader:
    """A page that reads in other languages; what it shows of each utterance in each of them."""

    def __init__(self, house: House, code: str, languages: str) -> None:
        self.languages = languages
        self.viewer = RecordingViewer(f"ws://127.0.0.1:{house.viewer_port}/m/{code}/events")
        house.guests.append(self.viewer)
        self.is_there = False

    async def wander(self) -> None:
        """Change from here to away, or back."""
        if self.is_there:
            await self.viewer.drop()
        else:
            place: Json = {"since": self.viewer.seq, "epoch": self.viewer.epoch}
            await self.viewer.join(**place, language=self.languages)
        self.is_there = not self.is_there

    def shown(self) -> dict[tuple[str, str], str]:
        """The finals of translations, as web/shared/timeline.js keeps them."""
        texts: dict[tuple[str, str], str] = {}
        for event in self.viewer.numbered:
            if event["type"] == "translation" and event["state"] == "final":
                texts[event["utterance"], event["language"]] = event["text"]
            if event["type"] == "caption" and event["state"] in ("edited", "deleted"):
                texts = {key: text for key, text in texts.items() if key[0] != event["utterance"]}
        return texts


def expected(running: RunningMeeting, languages: str) -> dict[tuple[str, str], str]:
    timeline = running.meeting.timeline
    return {
        (caption.utterance, language): text
        for caption in timeline.captions()
        for language, text in timeline.translations(caption.utterance).items()
        if language in languages.split(",")
    }


def has_everything(reader: Reader, running: RunningMeeting) -> bool:
    """What came last may be in a language that this reader does not read."""
    mine = running.meeting.timeline.since(0, languages=reader.languages.split(","))
    return reader.viewer.seq == mine[-1].seq


def finals(running: RunningMeeting) -> list[CaptionRevised]:
    return [each for each in running.meeting.timeline.captions() if each.state != "partial"]


async def speak(house: House, running: RunningMeeting, chance: random.Random) -> None:
    """Somebody says something, or the host changes or deletes what was said."""
    channel = chance.choice((1, 2))
    house.source(channel).say(" ".join(chance.choices(WORDS, k=chance.randint(1, 5))))
    house.source(channel).be_silent()
    await house.heard(running)
    said = finals(running)
    if said and chance.random() < 0.3:
        utterance = UtteranceId(chance.choice(said).utterance)
        if chance.random() < 0.5:
            running.publish(lambda at: running.meeting.edit(utterance, "one two three", at))
        else:
            running.publish(lambda at: running.meeting.delete(utterance, at))


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_reader_ends_with_the_translations_of_what_is_shown(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    for language in ("nl", "de"):
        words = {word: f"{word}-{language}" for word in WORDS}
        install(tmp_path, "en", language, words)
    async with open_house(tmp_path) as house:
        running = await house.begin()
        code = running.meeting.spec.code
        readers = [Reader(house, code, languages) for languages in ("nl", "de", "nl,de", "th")]
        for _ in range(30):
            await speak(house, running, chance)
            await chance.choice(readers).wander()
        for reader in readers:
            if not reader.is_there:
                await reader.wander()
        await running.settle()
        await running.end()
        for reader in readers:
            await reader.viewer.until_type("status", state="ended")
            await until(partial(has_everything, reader, running))
            assert reader.shown() == expected(running, reader.languages), reader.languages
            numbers = [event["seq"] for event in reader.viewer.numbered]
            assert numbers == sorted(set(numbers))
        assert len(expected(running, "nl")) == len(finals(running))
        assert running.translations.load().failed == 0
        for text in expected(running, "nl").values():
            assert all(word.endswith("-nl") for word in text.split())
