"""`captioner doctor` for people and for programs."""

import io
import json
from pathlib import Path

from captioner.commands.doctor import run_doctor
from captioner.settings import Settings, load_settings


def settings_in(tmp_path: Path) -> Settings:
    """Settings with a data folder of their own, where there are no weights."""
    flags = {"data": str(tmp_path), "viewer_port": 0, "host_port": 0}
    return load_settings({}, {}, flags).settings


async def test_the_json_says_the_same_as_the_exit_status(tmp_path: Path) -> None:
    out = io.StringIO()
    status = await run_doctor(settings_in(tmp_path), True, out)
    body = json.loads(out.getvalue())
    assert body["ok"] is (status == 0)
    assert {"name", "ok", "detail", "fix", "code", "figures"} == set(body["checks"][0])
    assert "weights" in {check["name"] for check in body["checks"] if not check["ok"]}


async def test_without_colour_it_is_plain_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    out = io.StringIO()
    assert await run_doctor(settings_in(tmp_path), False, out) == 1
    assert "wrong  weights" in out.getvalue()
    assert "captioner models pull" in out.getvalue()
