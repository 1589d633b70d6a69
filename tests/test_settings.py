import difflib
from dataclasses import fields

import pytest

from captioner.errors import SettingsError
from captioner.settings import (
    LoadedSettings,
    Origin,
    Settings,
    StoreSettings,
    load_settings,
    setting_fields,
)

NUMBERS = [
    (name, item, kind) for name, (_, item, kind) in setting_fields().items() if kind in (int, float)
]


def loaded(
    toml: dict[str, object] | None = None,
    env: dict[str, str] | None = None,
    flags: dict[str, object] | None = None,
) -> LoadedSettings:
    return load_settings(toml or {}, env or {}, flags or {})


def refused(
    toml: dict[str, object] | None = None,
    env: dict[str, str] | None = None,
    flags: dict[str, object] | None = None,
) -> SettingsError:
    with pytest.raises(SettingsError) as raised:
        loaded(toml, env, flags)
    return raised.value


def test_without_anything_every_setting_is_its_default() -> None:
    result = loaded()
    assert result.settings == Settings()
    assert set(result.origins.values()) == {Origin.DEFAULT}
    assert set(result.origins) == set(setting_fields())


def test_a_flag_beats_a_variable_which_beats_the_file_which_beats_the_default() -> None:
    toml: dict[str, object] = {"voice_end_ms": 600, "voice_start_ms": 128, "beam_size": 2}
    env = {"CAPTIONER_VOICE_END_MS": "700", "CAPTIONER_VOICE_START_MS": "160"}
    result = loaded(toml, env, {"voice_end_ms": 800})
    assert result.settings.audio.voice_end_ms == 800
    assert result.settings.audio.voice_start_ms == 160
    assert result.settings.asr.beam_size == 2
    assert result.settings.audio.pre_roll_ms == 300
    assert result.origins["voice_end_ms"] is Origin.FLAG
    assert result.origins["voice_start_ms"] is Origin.VARIABLE
    assert result.origins["beam_size"] is Origin.FILE
    assert result.origins["pre_roll_ms"] is Origin.DEFAULT


def test_variables_of_other_programs_are_none_of_ours() -> None:
    env = {"PATH": "/bin", "CAPTION_BEAM_SIZE": "9", "BEAM_SIZE": "9"}
    assert loaded(env=env).settings == Settings()


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ({"toml": {"voice_end": 1}}, "Did you mean voice_end_ms?"),
        ({"env": {"CAPTIONER_VIEWER_PROT": "1"}}, "Did you mean CAPTIONER_VIEWER_PORT?"),
        ({"flags": {"beam_sise": 1}}, "Did you mean --beam-size?"),
    ],
    ids=["file", "variable", "flag"],
)
def test_an_unknown_setting_is_refused_with_the_nearest_one_in_the_same_spelling(
    source: dict[str, dict[str, object]], hint: str
) -> None:
    error = refused(**source)  # type: ignore[arg-type]
    assert error.code == "unknown_setting"
    assert hint in error.message
    assert "captioner config show" in error.message


def test_an_unknown_setting_with_nothing_near_gets_no_hint() -> None:
    assert not difflib.get_close_matches("zzz", setting_fields())
    error = refused(toml={"zzz": 1})
    assert "There is no setting zzz (from: captioner.toml)." in error.message
    assert "Did you mean" not in error.message


@pytest.mark.parametrize(("name", "item", "kind"), NUMBERS, ids=[each[0] for each in NUMBERS])
def test_bounds_are_inclusive_and_nothing_lies_beyond(name: str, item: object, kind: type) -> None:
    metadata = item.metadata  # type: ignore[attr-defined]
    low, high = metadata["low"], metadata["high"]
    assert low is not None, "a number without bounds"
    assert high is not None, "a number without bounds"
    step = 1 if kind is int else 0.001
    for beyond in (low - step, high + step):
        error = refused(toml={name: beyond})
        assert error.code == "bad_setting"
        assert f"{name} must lie between" in error.message
    for bound in (low, high):
        if name not in ("voice_threshold", "voice_end_threshold"):
            room = setting_fields()[name][0]
            value = getattr(getattr(loaded(toml={name: bound}).settings, room), name)
            assert value == bound
            assert type(value) is kind


@pytest.mark.parametrize(
    ("raw", "value"),
    [(True, True), (False, False), ("true", True), ("FALSE", False), ("1", True), ("no", False)],
)
def test_a_yes_or_no_is_understood_in_the_usual_spellings(raw: object, value: bool) -> None:
    result = loaded(toml={"viewer_transcript": raw})
    assert result.settings.server.viewer_transcript is value


@pytest.mark.parametrize(
    ("key", "raw", "reason"),
    [
        ("viewer_transcript", "perhaps", "true or false"),
        ("viewer_transcript", [True], "true or false"),
        ("beam_size", 1.5, "a whole number"),
        ("beam_size", "2.5", "a whole number"),
        ("beam_size", True, "a whole number"),
        ("beam_size", "many", "a whole number"),
        ("beam_size", "", "a whole number"),
        ("beam_size", "inf", "a whole number"),
        ("beam_size", "nan", "a whole number"),
        ("beam_size", 10**400, "a whole number"),
        ("beam_size", [1], "a whole number"),
        ("heartbeat_s", "soon", "a number"),
        ("heartbeat_s", False, "a number"),
        ("heartbeat_s", "nan", "must lie between"),
        ("heartbeat_s", "1e999", "must lie between"),
        ("model", 3, "a text"),
        ("model", True, "a text"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_and_named(key: str, raw: object, reason: str) -> None:
    error = refused(toml={key: raw})
    assert error.code == "bad_setting"
    assert key in error.message
    assert reason in error.message


@pytest.mark.parametrize("raw", [3, 3.0, "3", " 3 ", "3.0"])
def test_a_whole_number_may_be_spelled_as_people_do(raw: object) -> None:
    assert loaded(toml={"beam_size": raw}).settings.asr.beam_size == 3


def test_a_message_spells_the_setting_as_its_origin_does() -> None:
    assert "--beam-size" in refused(flags={"beam_size": 99}).message
    assert "CAPTIONER_BEAM_SIZE" in refused(env={"CAPTIONER_BEAM_SIZE": "x"}).message


def test_a_voice_must_pause_below_where_it_starts() -> None:
    error = refused(toml={"voice_threshold": 0.3, "voice_end_threshold": 0.3})
    assert "voice_end_threshold must be below voice_threshold" in error.message


def test_a_device_is_one_of_three() -> None:
    assert "auto, cpu or cuda" in refused(flags={"device": "tpu"}).message


def test_keys_are_unique_over_all_rooms() -> None:
    """Flags and variables know no rooms; a key in two rooms would set one of them only."""
    names = [
        item.name for room in fields(Settings) for item in fields(getattr(Settings(), room.name))
    ]
    assert sorted(names) == sorted(setting_fields())


def test_every_setting_has_help_and_a_default_within_its_bounds() -> None:
    for name, (_, item, kind) in setting_fields().items():
        assert len(item.metadata["help"].split()) >= 2, name
        assert isinstance(item.default, kind), name
    everything: dict[str, object] = {
        name: item.default for name, (_, item, _) in setting_fields().items()
    }
    assert loaded(toml=everything).settings == Settings()


def test_what_is_kept_has_two_levels() -> None:
    assert loaded(env={"CAPTIONER_KEEP": "captions"}).settings.store.keep == "captions"
    assert "transcript or captions" in refused(flags={"keep": "everything"}).message


def test_the_data_folder_is_the_chosen_one_or_the_users_own() -> None:
    assert str(StoreSettings(data="/srv/captions").folder) == "/srv/captions"
    assert "~" not in str(StoreSettings(data="~/captions").folder)
    assert StoreSettings().folder.name == "captioner"


def test_a_data_folder_of_somebody_unknown_is_one_clear_sentence() -> None:
    with pytest.raises(SettingsError, match="data is no folder"):
        load_settings({}, {}, {"data": "~nobody-of-that-name/x"})
