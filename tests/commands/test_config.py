import io
import tomllib

import pytest

from captioner.commands.config import run_config_show
from captioner.settings import load_settings, setting_fields


def shown(**flags: object) -> str:
    out = io.StringIO()
    assert run_config_show(load_settings({}, {}, flags), out) == 0
    return out.getvalue()


@pytest.mark.parametrize(
    "flags",
    [
        {},
        {"data": "/srv/captions"},
        {"data": 'C:\\Users\\Anna "A" O\'Neil'},
        {"data": "/srv/😀/é"},  # JSON spells the first in two halves, which TOML refuses
        {"data": "tab\tand\nline"},
        {"viewer_transcript": "no", "stall_s": "1e0", "voice_end_ms": "1e3"},
    ],
)
def test_what_is_shown_can_be_kept_as_a_settings_file(flags: dict[str, object]) -> None:
    table = tomllib.loads(shown(**flags))
    assert table.keys() == setting_fields().keys()
    assert load_settings(table, {}, {}).settings == load_settings({}, {}, flags).settings


def test_every_setting_is_explained() -> None:
    out = shown()
    for key, (_, item, _) in setting_fields().items():
        assert f"# {item.metadata['help']}\n{key} = " in out
