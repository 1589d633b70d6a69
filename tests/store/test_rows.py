import json
from dataclasses import replace

from captioner.captions.roster import ChannelSpec, Roster
from captioner.domain import ChannelId, Keeping, Muting
from captioner.store.rows import kept_of, render_row
from tests.fakes.sample_meeting import spec


def test_a_row_says_all_that_a_meeting_was() -> None:
    wanted = replace(
        spec("Anna", "\udcff half", demo_weights=True),
        keeping=Keeping.CAPTIONS,
        viewer_transcript=False,
    )
    text = render_row(wanted, {1: "mic-1"}, "Siobhan")
    assert text.isascii()
    row = kept_of(("m1", "ABCD", "e1", wanted.started.isoformat(), text, 7, 2, 1))
    assert row.spec == wanted
    assert (row.setup.devices, row.setup.glossary) == ({1: "mic-1"}, "Siobhan")
    assert (row.reserved, row.run, row.ended) == (7, 2, True)


def test_a_row_has_nothing_in_it_that_was_said() -> None:
    assert set(json.loads(render_row(spec("Anna"), {}, ""))) == {
        *("title", "weights", "demo_weights", "viewer_transcript", "keeping", "channels"),
        *("devices", "glossary", "notice", "roster"),
    }


def test_a_row_knows_who_sat_where_when_it_was_written() -> None:
    roster = Roster([ChannelSpec(ChannelId(1), "\udcff half"), ChannelSpec(ChannelId(4), "Bram")])
    roster.mute(ChannelId(1), Muting.PRIVATE)
    roster.remove(ChannelId(4))
    text = render_row(spec("Anna"), {}, "", roster.entries)
    columns = ("m1", "ABCD", "e1", spec().started.isoformat())
    assert kept_of((*columns, text, 0, 0, 0)).roster == roster.entries
    before = json.loads(text)
    del before["roster"]  # as earlier versions wrote it
    assert kept_of((*columns, json.dumps(before), 0, 0, 0)).roster == ()
