import numpy as np
import pytest

from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.asr.load import (
    MOST_BATCHES,
    MOST_REASONS,
    Load,
    LoadMeter,
    LoadStatus,
    Overload,
)
from captioner.domain import ChannelId, SamplePos, UtteranceId

PARTIAL, FINAL = DecodeKind.PARTIAL, DecodeKind.FINAL


def asked(
    utterance: str = "u1",
    kind: DecodeKind = FINAL,
    *,
    channel: int = 1,
    end_s: float = 1.0,
    attempt: int = 1,
) -> DecodeRequest:
    return DecodeRequest(
        channel=ChannelId(channel),
        utterance=UtteranceId(utterance),
        kind=kind,
        start=SamplePos(0),
        end=SamplePos(round(end_s * 16_000)),
        samples=np.zeros(16, np.float32),
        language="en",
        attempt=attempt,
    )


def report(meter: LoadMeter, now_s: float) -> Load:
    return meter.report(now_s, queue=0, shed=0)


def decode(meter: LoadMeter, *requests: DecodeRequest, at_s: float, took_s: float) -> None:
    meter.accept_started(requests, at_s)
    meter.accept_finished(at_s + took_s)
    for request in requests:
        meter.accept_decoded(request)


def test_a_meeting_in_which_nobody_has_spoken_is_not_behind() -> None:
    assert report(LoadMeter(), 10.0) == Load()
    assert Load().cost == 0.0


def test_lag_is_the_age_of_the_oldest_sound_that_waits() -> None:
    meter = LoadMeter()
    meter.accept_request(asked("u1", channel=1), 1.0)
    meter.accept_request(asked("u2", channel=2), 2.5)
    assert meter.lag_s(4.0) == 3.0
    assert report(meter, 4.0).channel_lags_s == {1: 3.0, 2: 1.5}
    meter.accept_decoded(asked("u1", channel=1))
    assert meter.lag_s(4.0) == 1.5
    assert report(meter, 4.0).channel_lags_s == {2: 1.5}


def test_sound_whose_partial_was_shed_still_waits() -> None:
    """A newer partial in its place must not make the captions look punctual."""
    meter = LoadMeter()
    meter.accept_request(asked("u1", PARTIAL, end_s=1.0), 1.0)
    meter.accept_request(asked("u1", PARTIAL, end_s=2.0), 2.0)
    assert meter.lag_s(3.0) == 2.0
    meter.accept_decoded(asked("u1", PARTIAL, end_s=2.0))
    assert meter.lag_s(3.0) == 0.0


def test_a_partial_leaves_the_later_sound_of_its_utterance_waiting() -> None:
    meter = LoadMeter()
    meter.accept_request(asked("u1", PARTIAL, end_s=1.0), 1.0)
    meter.accept_request(asked("u1", FINAL, end_s=2.0), 2.0)
    meter.accept_decoded(asked("u1", PARTIAL, end_s=1.0))
    assert meter.lag_s(3.0) == 1.0


def test_a_final_settles_all_of_its_utterance_and_nothing_of_the_next() -> None:
    meter = LoadMeter()
    meter.accept_request(asked("u1", PARTIAL, end_s=2.0), 1.0)
    meter.accept_request(asked("u1", FINAL, end_s=1.9), 2.0)  # the silence at its end is cut off
    meter.accept_request(asked("u2", PARTIAL, end_s=4.0), 4.0)
    meter.accept_decoded(asked("u1", FINAL, end_s=1.9))
    assert meter.lag_s(5.0) == 1.0


def test_a_final_that_is_tried_again_has_waited_all_along() -> None:
    meter = LoadMeter()
    meter.accept_request(asked(), 1.0)
    meter.accept_failed(asked(), is_tried_again=True)
    meter.accept_request(asked(attempt=2), 3.0)
    assert meter.lag_s(4.0) == 3.0
    meter.accept_failed(asked(attempt=2), is_tried_again=False)
    assert meter.lag_s(4.0) == 0.0
    figures = report(meter, 4.0)
    assert (figures.failed, figures.finals) == (2, 1)


def test_nothing_waits_when_everything_is_idle_whatever_was_forgotten() -> None:
    """An utterance that is given up without a decode would be late for ever."""
    meter = LoadMeter()
    meter.accept_request(asked(), 1.0)
    meter.accept_idle()
    assert meter.lag_s(100.0) == 0.0


def test_batches_are_measured_over_the_last_minute() -> None:
    meter = LoadMeter()
    decode(meter, asked("old"), at_s=0.0, took_s=9.0)
    for number in range(1, 5):
        requests = [asked(f"{number}-{row}", channel=row) for row in range(number)]
        decode(meter, *requests, at_s=100.0 + number, took_s=number / 10)
    figures = report(meter, 120.0)
    assert figures.batch_size == 2.5
    assert (figures.batch_s_median, figures.batch_s_p95) == pytest.approx((0.3, 0.4))
    assert figures.busy == pytest.approx(1.0 / 60)
    assert figures.batches == 5
    assert figures.decode_s == pytest.approx(10.0)


def test_a_batch_that_does_not_come_back_is_seen_while_it_is_in_hand() -> None:
    meter = LoadMeter()
    meter.accept_started([asked()], 10.0)
    assert report(meter, 40.0).busy == pytest.approx(0.75)
    assert report(meter, 400.0).busy == 1.0


def test_a_batch_counts_only_with_what_lies_in_the_last_minute() -> None:
    meter = LoadMeter()
    decode(meter, asked(), at_s=0.0, took_s=100.0)
    assert report(meter, 130.0).busy == pytest.approx(30.0 / 60)


def test_cost_is_decoding_per_second_of_speech_partials_included() -> None:
    meter = LoadMeter()
    decode(meter, asked("u1", PARTIAL, end_s=2.0), at_s=2.0, took_s=0.2)
    assert report(meter, 3.0).cost == 0.0
    decode(meter, asked("u1", FINAL, end_s=4.0), at_s=4.0, took_s=0.6)
    figures = report(meter, 5.0)
    assert figures.cost == pytest.approx(0.2)
    assert (figures.partials, figures.finals, figures.speech_s) == (1, 1, 4.0)


def test_rejections_are_counted_by_reason() -> None:
    meter = LoadMeter()
    for reason in ("loop", "silence", "loop", None):
        meter.accept_decoded(asked(), reason, fallbacks=2 if reason else 0)
    figures = report(meter, 1.0)
    assert figures.rejected == {"loop": 2, "silence": 1}
    assert figures.fallbacks == 6


def test_memory_is_bounded_however_long_the_meeting() -> None:
    meter = LoadMeter()
    for number in range(3 * MOST_BATCHES):
        decode(meter, asked(f"u{number}"), at_s=number / 100, took_s=0.001)
        meter.accept_decoded(asked(), f"reason {number}")
    assert len(meter._recent) == MOST_BATCHES
    assert not meter._waiting
    rejected = report(meter, 60.0).rejected
    assert len(rejected) == MOST_REASONS
    assert sum(rejected.values()) == 3 * MOST_BATCHES


def test_a_batch_that_nobody_started_is_no_batch() -> None:
    meter = LoadMeter()
    meter.accept_finished(1.0)
    assert report(meter, 1.0).batches == 0


def told(lags: list[tuple[float, float]]) -> list[tuple[float, bool, float]]:
    """What readers are told of (second, lag) pairs: when, whether overloaded, the lag."""
    overload = Overload()
    found = []
    for now_s, lag_s in lags:
        status = overload.choose_status(lag_s, now_s)
        if status is not None:
            found.append((now_s, status.is_overloaded, status.lag_s))
    return found


def test_a_moment_of_delay_is_not_worth_a_word() -> None:
    assert told([(0.0, 4.0), (0.9, 4.9), (1.0, 2.9), (1.1, 4.0), (2.0, 4.9)]) == []
    assert told([(float(now), 3.0) for now in range(100)]) == []


def test_readers_are_told_when_captions_stay_behind_and_when_they_have_caught_up() -> None:
    lags = [(0.0, 3.5), (1.0, 4.5), (2.0, 1.4), (4.9, 0.0), (5.0, 0.0), (9.0, 0.0)]
    assert told(lags) == [(1.0, True, 4.5), (5.0, False, 0.0)]


def test_catching_up_for_a_moment_is_not_enough() -> None:
    lags = [(0.0, 4.0), (1.0, 4.0), (2.0, 0.0), (4.0, 2.0), (4.5, 0.0), (6.0, 0.0), (7.5, 0.0)]
    assert told(lags) == [(1.0, True, 4.0), (7.5, False, 0.0)]


def test_a_growing_lag_is_told_again_but_not_all_the_time() -> None:
    lags = [(now / 2, 4.0 + now / 4) for now in range(30)]
    times = [(now_s, lag_s) for now_s, _, lag_s in told(lags)]
    assert times == [(1.0, 4.5), (6.0, 7.0), (11.0, 9.5)]


def test_a_lag_that_stays_the_same_is_not_told_again() -> None:
    assert len(told([(now / 2, 4.0 + now % 2 * 0.9) for now in range(100)])) == 1


def test_no_shrinking_lag_is_told_that_is_about_to_be_well_again() -> None:
    lags = [(0.0, 6.0), (1.0, 6.0), (6.0, 1.0), (7.0, 1.0), (9.0, 1.0)]
    assert told(lags) == [(1.0, True, 6.0), (9.0, False, 1.0)]


def test_the_policy_remembers_what_readers_know() -> None:
    overload = Overload()
    overload.choose_status(4.0, 0.0)
    assert not overload.is_on
    assert overload.choose_status(4.0, 1.0) == LoadStatus(True, 4.0)
    assert overload.is_on
