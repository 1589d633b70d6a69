import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from captioner.errors import StoreError
from captioner.server.readiness import Check
from captioner.service.checks import (
    CLIP_S,
    Finding,
    check_addresses,
    check_certificate,
    check_data_folder,
    clip_request,
    demo_clip,
    judge_speed,
    run_check,
)
from captioner.settings import Settings, StoreSettings


def settings(folder: Path) -> Settings:
    return replace(Settings(), store=StoreSettings(data=str(folder)))


async def test_a_check_comes_back_whatever_happens_in_it() -> None:
    async def well() -> str:
        return "fine"

    async def finds() -> Check:
        raise Finding("empty", "Fill it.", "empty", {"left": 0})

    async def fails() -> str:
        raise StoreError("disk_full", "No space: free some.")

    async def breaks() -> str:
        raise ZeroDivisionError("by zero")

    assert await run_check("a", well) == Check("a", True, "fine")
    assert await run_check("b", finds) == Check(
        "b", False, "empty", "Fill it.", "empty", {"left": 0}
    )
    refused = await run_check("c", fails)
    assert (refused.ok, refused.code, refused.fix) == (False, "disk_full", "No space: free some.")
    broken = await run_check("d", breaks)
    assert "ZeroDivisionError" in broken.detail
    assert broken.fix


async def test_a_disk_that_is_nearly_full_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = await check_data_folder(settings(tmp_path / "new"))
    assert (check.ok, check.code) == (True, "disk")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 20_000_000))
    with pytest.raises(Finding) as found:
        await check_data_folder(settings(tmp_path))
    assert (found.value.code, found.value.figures["free_mb"]) == ("disk_nearly_full", 20)
    assert found.value.fix


async def test_reading_needs_no_certificate(tmp_path: Path) -> None:
    check = await check_certificate(settings(tmp_path))
    assert (check.ok, check.code) == (True, "certificate_none")


async def test_addresses_are_named_or_the_network_is_asked_for() -> None:
    check = await run_check("addresses", check_addresses)
    assert check.code in ("on_network", "no_network")
    assert check.ok or check.fix


@pytest.mark.parametrize(
    ("took_s", "words", "code"),
    [(0.3, 12, "engine_warm"), (CLIP_S * 2, 12, "engine_slow"), (0.3, 0, "engine_deaf")],
)
async def test_weights_are_judged_by_how_quickly_and_whether_they_hear(
    took_s: float, words: int, code: str
) -> None:
    async def judge() -> Check:
        return judge_speed("small", took_s, words)

    check = await run_check("weights", judge)
    assert check.code == code
    assert check.ok == (code == "engine_warm")
    assert bool(check.fix) == (not check.ok)


def test_the_clip_is_about_one_utterance() -> None:
    request = clip_request(demo_clip())
    assert request.length_s == pytest.approx(CLIP_S, abs=0.05)
