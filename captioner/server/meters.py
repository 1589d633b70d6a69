"""What a host's socket carries besides the viewers' events: levels, load, the number of viewers."""

import json
from typing import Any

from captioner.audio.advice import WHAT_TO_DO, Advice
from captioner.domain import MeetingState
from captioner.server.desk import MeetingHandle

LEVELS_EVERY_S = 0.2
LOAD_EVERY_S = 1.0
PACE_EVERY_S = 2.0


class Meters:
    """Asked for lines again and again, it gives each kind at its own pace."""

    def __init__(self, handle: MeetingHandle) -> None:
        self._handle = handle
        self._viewers = -1
        self._last_at: dict[str, float] = {}

    def lines(self) -> list[str]:
        """What is due now, as lines of JSON."""
        found: list[dict[str, Any]] = []
        if self._handle.viewers != self._viewers:
            self._viewers = self._handle.viewers
            found.append({"type": "viewers", "count": self._viewers})
        if self._is_due("levels", LEVELS_EVERY_S):
            found.append(self._levels())
        is_over = self._handle.meeting.state is MeetingState.ENDED
        if not is_over and self._is_due("load", LOAD_EVERY_S):
            found.append(self._load())
        if not is_over and self._is_due("speaking", PACE_EVERY_S):
            found.append(self._speaking())
        return [json.dumps(each) for each in found]

    def _is_due(self, kind: str, every_s: float) -> bool:
        now_s = self._handle.now_s
        last_at = self._last_at.get(kind)
        # The clock falls once, when the first sound starts it.
        if last_at is not None and last_at <= now_s < last_at + every_s:
            return False
        self._last_at[kind] = now_s
        return True

    def _levels(self) -> dict[str, Any]:
        levels = [
            {
                "channel": level.channel,
                "rms_db": round(level.rms_db, 1),
                "peak_db": round(level.peak_db, 1),
                "voice": level.voice,
                "source": level.source,
                "gap_s": round(level.gap_s, 2),
                **_advice(level.advice),
            }
            for level in self._handle.levels()
        ]
        return {"type": "levels", "at": round(self._handle.now_s, 3), "levels": levels}

    def _speaking(self) -> dict[str, Any]:
        pace = self._handle.pace()
        speakers = [
            {
                "channel": speaker.channel,
                "wpm": speaker.words_per_minute,
                "overlap": speaker.overlap,
                "fast": speaker.is_fast,
            }
            for speaker in pace.speakers
        ]
        return {
            "type": "speaking",
            "at": round(self._handle.now_s, 3),
            "channels": speakers,
            "break_due": pace.is_break_due,
        }

    def _load(self) -> dict[str, Any]:
        load = self._handle.load()
        channels = [
            {
                "channel": entry.channel,
                "lag_s": round(load.channel_lags_s.get(entry.channel, 0.0), 2),
            }
            for entry in self._handle.meeting.roster.entries
        ]
        return {
            "type": "load",
            "at": round(self._handle.now_s, 3),
            "lag_s": round(load.lag_s, 2),
            "channels": channels,
            "queue": load.queue,
            "batch": round(load.batch_size, 2),
            "decode_s": round(load.batch_s_median, 3),
            "busy": round(load.busy, 3),
            "shed": load.shed,
            "finals": load.finals,
            "rejected": dict(load.rejected),
            "problem": load.problem,
        }


def _advice(advice: Advice | None) -> dict[str, dict[str, str]]:
    """Left out where there is nothing to do."""
    if advice is None:
        return {}
    return {"advice": {"code": advice.value, "message": WHAT_TO_DO[advice]}}
