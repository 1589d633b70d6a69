"""Reading a meeting in other languages, over real sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from captioner.service.running import RunningMeeting
from tests.fakes.open_house import House, open_house
from tests.fakes.recording_viewer import RecordingViewer, sse
from tests.fakes.word_package import install

WORDS = {"one": "een", "two": "twee", "three": "drie", "four": "vier"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    install(tmp_path / "data", "en", "nl", WORDS)
    async with open_house(tmp_path / "data") as house:
        yield house


async def say(house: House, running: RunningMeeting, channel: int, text: str) -> None:
    house.source(channel).say(text)
    house.source(channel).be_silent()
    await house.heard(running)


def translations(viewer: RecordingViewer) -> list[tuple[str, str, str]]:
    return [
        (event["language"], event["text"], event["state"])
        for event in viewer.events
        if event["type"] == "translation"
    ]


async def test_two_viewers_of_one_meeting_read_two_languages(house: House, tmp_path: Path) -> None:
    german = {word: f"{word}-de" for word in WORDS}
    install(tmp_path / "data", "en", "de", german)
    running = await house.begin()
    code = running.meeting.spec.code
    dutch = await house.viewer(code, language="nl")
    german_reader = await house.viewer(code, language="de")
    plain = await house.viewer(code)
    for viewer in (dutch, german_reader, plain):
        await viewer.until_type("hello")
    await say(house, running, 1, "one two")
    found = await dutch.until_type("translation", state="final")
    caption = await dutch.until_type("caption", state="final")
    assert (found["text"], found["utterance"]) == ("een twee", caption["utterance"])
    assert found["rev"] == caption["rev"]
    await german_reader.until_type("translation", text="one-de two-de")
    await say(house, running, 1, "three")
    await plain.until_type("caption", text="three")
    assert translations(plain) == []
    assert {language for language, *_ in translations(dutch)} == {"nl"}


async def test_a_viewer_who_changes_language_in_mid_meeting_gets_the_past_too(house: House) -> None:
    running = await house.begin()
    code = running.meeting.spec.code
    await say(house, running, 1, "one")
    await say(house, running, 1, "two")
    viewer = await house.viewer(code, language="nl", since=0)
    await viewer.until_type("translation", text="een")
    assert [text for _, text, _ in translations(viewer)] == ["twee", "een"]
    await viewer.leave()
    await viewer.join(since=0, language="nl")  # the same again: nothing is translated twice
    await viewer.until_type("translation", text="een")
    assert running.translations.load().made == 2


async def test_what_was_missed_during_a_cut_comes_with_since(house: House) -> None:
    running = await house.begin()
    viewer = await house.viewer(running.meeting.spec.code, language="nl")
    await viewer.until_type("hello")
    await say(house, running, 1, "one")
    await viewer.until_type("translation", text="een")
    await viewer.drop()
    await say(house, running, 1, "two")
    await viewer.join(since=viewer.seq, epoch=viewer.epoch, language="nl")
    await viewer.until_type("translation", text="twee")
    finals = [text for _, text, state in translations(viewer) if state == "final"]
    assert finals == ["een", "twee"]


async def test_a_pair_that_is_not_there_leaves_captions_as_they_were_spoken(house: House) -> None:
    running = await house.begin()
    viewer = await house.viewer(running.meeting.spec.code, language="th,%3Cb%3E")
    await viewer.until_type("hello")
    await say(house, running, 1, "one")
    await viewer.until_type("caption", text="one")
    assert translations(viewer) == []


async def test_server_sent_events_carry_translations_too(house: House) -> None:
    running = await house.begin()
    await say(house, running, 1, "one")
    path = f"/m/{running.meeting.spec.code}/events?language=nl"
    async with sse(house.viewer_port, path) as stream:
        while (event := (await stream.next())[1])["type"] != "translation":
            pass
    assert event["text"] == "een"


async def test_the_hosts_socket_takes_a_language_too(house: House) -> None:
    running = await house.begin()
    await say(house, running, 1, "one")
    host = RecordingViewer(
        f"ws://127.0.0.1:{house.host_port}/api/meetings/{running.meeting.spec.id}/events",
        {"Authorization": f"Bearer {house.service.key}"},
    )
    house.guests.append(host)
    await host.join(language="nl")
    await host.until_type("translation", text="een")


async def test_languages_are_listed_for_viewers_and_host_and_grow_with_a_package(
    house: House, tmp_path: Path
) -> None:
    running = await house.begin()
    path = f"/m/{running.meeting.spec.code}/languages"
    body = (await house.viewers(path)).json
    assert body["pairs"] == [["en", "nl"]]
    assert body["problem"] is None
    by_code = {each["code"]: each for each in body["languages"]}
    assert by_code["nl"] == {
        **{"code": "nl", "name": "Nederlands", "english": "Dutch", "dir": "ltr"},
        **{"spoken": False, "from": ["en"]},
    }
    assert by_code["en"]["spoken"]
    install(tmp_path / "data", "en", "ar", {word: "نعم" for word in WORDS})
    host = (await house.host(f"/api/meetings/{running.meeting.spec.id}/languages")).json
    assert {each["code"]: each["dir"] for each in host["languages"]}["ar"] == "rtl"
    assert (await house.viewers("/m/NOBODY/languages")).status == 404


async def test_a_page_that_was_scrolled_back_asks_for_old_captions(house: House) -> None:
    running = await house.begin()
    path = f"/m/{running.meeting.spec.code}/translations"
    body = {"language": "nl", "utterances": ["u1"]}
    assert (await house.viewers(path, "POST", body)).status == 202
    assert (await house.viewers(path, "POST", {"language": "nl"})).status == 400
    assert (await house.viewers("/m/NOBODY/translations", "POST", body)).status == 404


async def test_a_transcript_is_completed_in_the_language_that_is_asked_for(house: House) -> None:
    running = await house.begin()
    await say(house, running, 1, "one two")
    path = f"/api/meetings/{running.meeting.spec.id}/transcript.txt"
    assert "een twee" in (await house.host(f"{path}?language=nl")).text
    both = (await house.host(f"{path}?language=nl&original=1")).text
    assert "een twee" in both
    assert "one two" in both
    nothing = await house.host(f"{path}?language=th")
    assert nothing.status == 400
    assert "English into Thai" in nothing.json["message"]
    await running.end()
    viewers = f"/m/{running.meeting.spec.code}/transcript.srt?language=nl"
    assert "een twee" in (await house.viewers(viewers)).text


async def test_a_translation_is_in_the_record_and_goes_with_its_caption(house: House) -> None:
    running = await house.begin()
    viewer = await house.viewer(running.meeting.spec.code, language="nl")
    await viewer.until_type("hello")
    await say(house, running, 1, "one")
    found = await viewer.until_type("translation", state="final")
    records = house.meetings.records
    assert records is not None
    meeting = running.meeting.spec.id
    kept = [event.type for event in records.journal.events(meeting)]
    assert kept.count("translation") == 1
    answer = await house.host(f"/api/meetings/{meeting}/utterances/{found['utterance']}", "DELETE")
    assert answer.status == 204
    assert "translation" not in [event.type for event in records.journal.events(meeting)]
    assert b"een" not in records.journal.path.read_bytes()
    late = await house.viewer(running.meeting.spec.code, language="nl")
    await late.until_type("caption", state="deleted")
    assert translations(late) == []


async def test_translations_are_there_again_after_a_crash(tmp_path: Path) -> None:
    """Finals come from the record; nothing is translated again."""
    install(tmp_path / "data", "en", "nl", WORDS)
    async with open_house(tmp_path / "data") as first:
        running = await first.begin()
        viewer = await first.viewer(running.meeting.spec.code, language="nl")
        await viewer.until_type("hello")
        await say(first, running, 1, "one two")
        await viewer.until_type("translation", text="een twee")
        records = first.meetings.records
        assert records is not None
        records.journal.close()  # from here on nothing is written down: as after kill -9
        for source in first.devices.sources.values():
            await source.close()
        async with open_house(tmp_path / "data") as second:
            held = second.meetings.held(running.meeting.spec.id)
            again = await second.viewer(held.meeting.spec.code, language="nl", since=0)
            await again.until_type("translation", text="een twee")
            assert held.translations.load().made == 0
