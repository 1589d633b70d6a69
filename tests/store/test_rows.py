import json
from dataclasses import replace

from captioner.domain import Keeping
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
        *("devices", "glossary", "notice"),
    }
