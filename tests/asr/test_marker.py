import re

import pytest

from captioner.asr.engine import WindowFloors
from captioner.asr.marker import Marker, parse_marker


def test_what_is_not_said_is_as_for_weights_that_nobody_measured() -> None:
    assert parse_marker({}) == Marker(is_demo=False, floors=WindowFloors())
    assert parse_marker({"demo": True}).is_demo
    measured = parse_marker({"windows": {"final_s": 7}, "trained": "later"})
    assert measured.floors == WindowFloors(final_s=7.0)


def test_weights_may_name_the_only_languages_they_hear() -> None:
    assert parse_marker({"languages": ["en", "nl"]}).languages == ("en", "nl")
    assert parse_marker({}).languages == ()
    for mistake in ("en", [1], {"en": True}):
        with pytest.raises(ValueError, match="says `languages` without a list of codes"):
            parse_marker({"languages": mistake})


@pytest.mark.parametrize(
    ("windows", "reason"),
    [
        (5, "says `windows` without a list of seconds by name"),
        ({"finals": 5}, "says finals of `windows`; known are partial_s, final_s, margin_s"),
        ({"final_s": 31}, "gives final_s no seconds from 0.5 to 30"),
        ({"final_s": "5"}, "gives final_s no seconds from 0.5 to 30"),
        ({"margin_s": True}, "gives margin_s no seconds from 0.5 to 30"),
        ({"margin_s": float("nan")}, "gives margin_s no seconds from 0.5 to 30"),
    ],
)
def test_a_mistake_is_told_and_never_taken_for_the_default(windows: object, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        parse_marker({"windows": windows})
