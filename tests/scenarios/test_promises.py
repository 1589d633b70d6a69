"""The promises of docs/events.md, by number, kept over a whole meeting.

Three people speak at once, one microphone is pulled out, decodes fail, viewers join, drop off and
come back at random moments, over real sockets. Everything that the service said is looked at.
"""

import itertools
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from captioner.captions.roster import ChannelSpec
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, UtteranceId
from captioner.server.new_meeting import NewChannel
from captioner.service.running import RunningMeeting
from tests.fakes.fake_devices import WORDS
from tests.fakes.open_house import House, open_house
from tests.fakes.recording_viewer import RecordingViewer

Json = dict[str, Any]
MICROPHONES = ("mic-1", "mic-2", "mic-3", "mic-4")
DONE = ("final", "edited", "deleted")


async def conduct(house: House, running: RunningMeeting, turn: int) -> None:
    """What a host does meanwhile: private and pause, and a microphone that comes and goes.

    Whatever is unfinished at that moment has been finished: what a private moment throws away is
    in test_e2_… of its own, below.
    """
    host, meeting = house.meetings.conduct, running.meeting.spec.id
    if turn not in (3, 6, 8, 12):
        return
    for channel in (1, 2, 3):
        if house.source(channel).is_open:
            house.source(channel).be_silent(0.9)
    await house.heard(running)
    if turn in (3, 6):
        press = host.make_private if turn == 3 else host.pause
        press(meeting, is_on=True)
        for channel in (1, 2):
            house.source(channel).say("pink pink")
            house.source(channel).be_silent(0.9)
        await house.heard(running)
        press(meeting, is_on=False)
        running.live._deaf_until.clear()  # scripted sound is not on time
        for channel in (1, 2, 3):
            house.source(channel).be_silent(0.9)
        await house.heard(running)
    elif turn == 8:
        await host.add_microphone(meeting, NewChannel("mic-4", ChannelSpec(ChannelId(9), "Dora")))
        host.mark_topic(meeting, "Any other business")
        host.swap(meeting, ChannelId(1), ChannelId(2))
    else:
        await host.remove_microphone(meeting, ChannelId(4))


@dataclass(slots=True)
class Meeting:
    """What became of a whole meeting."""

    running: RunningMeeting
    said: dict[int, list[str]]
    """What was said on each channel, utterance by utterance."""
    entries: list[Json]
    """Every event, superseded ones too, in the order in which they were published."""
    viewers: list[RecordingViewer]
    """As they were at the end, after all they have been through."""

    def revisions(self) -> dict[str, list[Json]]:
        """The captions of each utterance, in order."""
        found = defaultdict(list)
        for event in self.entries:
            if event["type"] == "caption":
                found[event["utterance"]].append(event)
        return found


class Wanderer:
    """A viewer whose Wi-Fi comes and goes."""

    def __init__(self, viewer: RecordingViewer) -> None:
        self.viewer = viewer
        self.is_there = False

    async def wander(self) -> None:
        """Change from here to away, or back."""
        if self.is_there:
            await self.viewer.drop()
        else:
            await self.viewer.come_back()
        self.is_there = not self.is_there


async def hold(house: House, seed: int) -> Meeting:
    chance = random.Random(seed)
    running = await house.begin(channels=3)
    code = running.meeting.spec.code
    entries: list[Json] = []
    watch(running, entries)
    said: dict[int, list[str]] = {1: [], 2: [], 3: [], 4: []}
    wanderers = [
        Wanderer(RecordingViewer(f"ws://127.0.0.1:{house.viewer_port}/m/{code}/events"))
        for _ in range(4)
    ]
    for turn in range(14):
        await conduct(house, running, turn)
        for channel in (1, 2, 3, 4):
            source = house.source(channel)
            is_last = channel == 3 and turn == 10
            if not source.is_open or (chance.random() < 0.3 and not is_last):
                continue
            words = " ".join(chance.choices(WORDS, k=chance.randint(2, 6)))
            said[channel].append(words)
            for word in words.split():
                source.say(word)
                if channel == 1:  # slowly enough for partials
                    await house.heard(running)
            if is_last:
                source.vanish()
            else:
                source.be_silent(chance.choice((0.6, 0.9)))
        house.hearing.engine.failures = chance.choice((0, 0, 0, 2))
        if chance.random() < 0.7:
            await house.heard(running)
        await chance.choice(wanderers).wander()
    # Somebody is still in the middle of a sentence when the host ends the meeting.
    house.source(1).say("thank you")
    said[1].append("thank you")
    await house.source(1).taken()
    await running.end()
    for wanderer in wanderers:
        if not wanderer.is_there:
            await wanderer.wander()
        await wanderer.viewer.until_type("status", state="ended")
    late = await house.viewer(code)
    await late.until_type("status", state="ended")
    viewers = [*(each.viewer for each in wanderers), late]
    house.guests += viewers
    return Meeting(running, said, entries, viewers)


def record_in(folder: Path) -> bytes:
    """The bytes of the record, those of its log too."""
    return b"".join(path.read_bytes() for path in folder.glob("record*"))


def watch(running: RunningMeeting, entries: list[Json]) -> None:
    """See every entry the moment it is made, as an events file does."""

    def sink(entry: Entry) -> None:
        entries.append(json.loads(entry.line))

    running.add_sink(sink)


@asynccontextmanager
async def held(tmp_path: Path, seed: int = 1) -> AsyncIterator[tuple[House, Meeting]]:
    async with open_house(tmp_path, devices=MICROPHONES) as house:
        yield house, await hold(house, seed)


async def test_e1_an_utterance_starts_exactly_once(tmp_path: Path) -> None:
    async with held(tmp_path) as (_, meeting):
        assert len(meeting.revisions()) >= 20
        for revisions in meeting.revisions().values():
            assert [each["rev"] for each in revisions].count(1) == 1
            assert revisions[0]["rev"] == 1


async def test_e2_an_utterance_is_finalised_exactly_once(tmp_path: Path) -> None:
    """Also when its microphone is pulled out, when decodes fail, and when the meeting ends."""
    async with held(tmp_path) as (_, meeting):
        for revisions in meeting.revisions().values():
            assert [each["state"] for each in revisions].count("final") == 1
        finals = defaultdict(list)
        for event in meeting.entries:
            if event.get("state") == "final":
                finals[event["channel"]].append(event["text"])
        assert finals == {channel: texts for channel, texts in meeting.said.items() if texts}
        assert any(event.get("change") == "lost" for event in meeting.entries)


async def test_e3_revisions_come_only_between_the_two_with_a_growing_rev(tmp_path: Path) -> None:
    async with held(tmp_path) as (_, meeting):
        for revisions in meeting.revisions().values():
            numbers = [each["rev"] for each in revisions]
            assert numbers == sorted(set(numbers))
            assert {each["state"] for each in revisions[:-1]} <= {"partial"}
            assert revisions[-1]["state"] == "final"
        assert any(len(revisions) > 1 for revisions in meeting.revisions().values())


async def test_e4_after_the_final_only_a_person_changes_anything(tmp_path: Path) -> None:
    async with held(tmp_path) as (house, meeting):
        final = next(each for each in meeting.entries if each.get("state") == "final")
        utterance = UtteranceId(final["utterance"])
        heard = meeting.running.meeting
        meeting.running.publish(lambda at: heard.edit(utterance, "by hand", at))
        for viewer in meeting.viewers:
            edited = await viewer.until_type("caption", state="edited")
            assert (edited["rev"], edited["text"]) == (final["rev"] + 1, "by hand")
            assert (edited["start"], edited["end"]) == (final["start"], final["end"])
        for revisions in meeting.revisions().values():
            after = [each["state"] for each in revisions if each["state"] != "partial"]
            assert after in (["final"], ["final", "edited"])
        assert house.viewer_port


async def test_e5_ids_are_never_used_again(tmp_path: Path) -> None:
    async with held(tmp_path) as (house, first):
        for number in (1, 2, 3, 4):
            source = house.source(number)
            house.devices.sources[f"mic-{number}"] = type(source)(source.label)
        second = await hold(house, seed=1)
        assert not first.revisions().keys() & second.revisions().keys()
        for meeting in (first, second):
            for revisions in meeting.revisions().values():
                assert len({(each["channel"], each["start"]) for each in revisions}) == 1


async def test_what_a_private_moment_throws_away_keeps_the_promises_too(tmp_path: Path) -> None:
    """E1, E2, E3 and E6: pressed at random moments, in the middle of words and of decodes."""
    chance = random.Random(7)
    async with open_house(tmp_path) as house:
        running = await house.begin(channels=3)
        entries: list[Json] = []
        watch(running, entries)
        viewer = await house.viewer(running.meeting.spec.code)
        for turn in range(40):
            source = house.source(chance.choice((1, 2, 3)))
            source.say(" ".join(chance.choices(WORDS, k=4)))
            if chance.random() < 0.5:
                source.be_silent(0.9)
            if chance.random() < 0.6:
                await house.heard(running)
            is_private = turn % 4 == 3
            house.meetings.conduct.make_private(running.meeting.spec.id, is_on=is_private)
            running.live._deaf_until.clear()  # scripted sound is not on time
        await running.end()
        meeting = Meeting(running, {}, entries, [viewer])
        assert any(event.get("reason") == "private" for event in entries)
        for revisions in meeting.revisions().values():
            assert [each["state"] for each in revisions].count("final") == 1
            assert revisions[-1]["state"] == "final"
            numbers = [each["rev"] for each in revisions]
            assert numbers == list(range(1, len(numbers) + 1))
        late = await house.viewer(running.meeting.spec.code)
        for reader in (viewer, late):
            await reader.until_type("status", state="ended")
            shown = {(start, text) for start, text in reader.shown}
            assert shown == {
                (each.start, each.text) for each in running.meeting.timeline.captions()
            }


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_e6_every_viewer_ends_with_the_same_captions_whatever_became_of_them(
    tmp_path: Path, seed: int
) -> None:
    async with held(tmp_path, seed) as (_, meeting):
        numbers = [event["seq"] for event in meeting.entries]
        assert numbers == list(range(1, len(numbers) + 1))
        moments = [event["at"] for event in meeting.entries]
        assert moments == sorted(moments)
        expected = sorted(
            (caption.start, caption.text) for caption in meeting.running.meeting.timeline.captions()
        )
        for viewer in meeting.viewers:
            assert viewer.shown == expected
            seen = [event["seq"] for event in viewer.numbered]
            assert seen == sorted(set(seen))  # nothing twice, nothing out of turn
            finals = [e["utterance"] for e in viewer.numbered if e.get("state") == "final"]
            assert sorted(finals) == sorted(meeting.revisions())


async def test_e7_one_utterance_of_a_channel_takes_in_sound_at_a_time(tmp_path: Path) -> None:
    async with held(tmp_path) as (_, meeting):
        for channel in (1, 2, 3, 4):
            finals = [
                event
                for event in meeting.entries
                if event.get("channel") == channel and event.get("state") == "final"
            ]
            starts = [event["start"] for event in finals]
            assert starts == sorted(starts)
            for before, after in itertools.pairwise(finals):
                assert before["end"] <= after["start"]
            begun = [
                event["utterance"]
                for event in meeting.entries
                if event["type"] == "caption" and event["channel"] == channel and event["rev"] == 1
            ]
            assert begun == [event["utterance"] for event in finals]


async def test_e8_a_deleted_text_is_nowhere(tmp_path: Path) -> None:
    async with held(tmp_path) as (house, meeting):
        secret = max(
            (e for e in meeting.entries if e.get("state") == "final"), key=lambda e: len(e["text"])
        )
        utterance, text = UtteranceId(secret["utterance"]), secret["text"]
        heard = meeting.running.meeting
        away = meeting.viewers[0]
        await away.drop()
        meeting.running.publish(lambda at: heard.edit(utterance, f"{text} again", at))
        meeting.running.publish(lambda at: heard.delete(utterance, at))
        for viewer in meeting.viewers[1:]:
            await viewer.until_type("caption", state="deleted")
            assert text not in [shown for _, shown in viewer.shown]
        came = len(away.events)
        await away.come_back()
        await away.until_type("caption", state="deleted")
        newcomer = await house.viewer(heard.spec.code)
        await newcomer.until_type("caption", state="deleted")
        assert text not in json.dumps([away.events[came:], newcomer.events])
        path = f"/m/{heard.spec.code}/transcript"
        for ending in ("txt", "json"):
            assert text not in (await house.viewers(f"{path}.{ending}")).text
        assert text not in [shown for _, shown in away.shown]
        assert len(newcomer.shown) == len(meeting.revisions()) - 1
        assert text.encode() not in record_in(tmp_path)


async def test_a_deleted_message_is_nowhere_either(tmp_path: Path) -> None:
    """What somebody typed, and that it was they."""
    async with open_house(tmp_path) as house:
        running = await house.begin(1)
        house.source(1).say("one")
        house.source(1).be_silent()
        await house.heard(running)
        code, meeting = running.meeting.spec.code, running.meeting.spec.id
        reader = await house.viewer(code)
        body = {"name": "Eva", "text": "Mine is 0612", "id": "evas-first"}
        assert (await house.viewers(f"/m/{code}/messages", "POST", body)).status == 202
        await reader.until_type("message", text="Mine is 0612")
        assert "Mine is 0612" in (await house.host(f"/api/meetings/{meeting}/transcript.txt")).text
        path = f"/api/meetings/{meeting}/messages/evas-first"
        assert (await house.host(path, "DELETE")).status == 204
        gone = await reader.until_type("message", state="deleted")
        assert (gone["message"], gone["name"], gone["text"]) == ("evas-first", "", "")
        assert (await house.host(path, "DELETE")).status == 409
        # The sender's page may try once more: it is not said again.
        assert (await house.viewers(f"/m/{code}/messages", "POST", body)).status == 202
        newcomer = await house.viewer(code)
        await newcomer.until_type("message", state="deleted")
        await running.end()
        left = [await house.viewers(f"/m/{code}/transcript.{each}") for each in ("txt", "json")]
        everywhere = json.dumps(newcomer.events) + "".join(each.text for each in left)
        assert "0612" not in everywhere
        assert "Eva" not in everywhere
        assert b"0612" not in record_in(tmp_path)
        deletions = (await house.host("/api/record")).json["deletions"]
        assert [each["what"] for each in deletions] == ["message"]
