from datetime import UTC, datetime

from captioner.store.retention import choose_old, opened_at

NOW = datetime(2025, 3, 11, 9, 0, tzinfo=UTC)


def test_a_meeting_is_named_by_when_it_was_opened() -> None:
    assert opened_at("20250304-090000-abc123") == datetime(2025, 3, 4, 9, 0, tzinfo=UTC)
    assert opened_at("holiday pictures") is None


def test_what_is_older_than_so_many_days_is_chosen_and_nothing_else() -> None:
    names = ["20250304-085959-a", "20250304-090000-b", "20250311-085959-c", "pictures"]
    assert choose_old(names, NOW, 7) == ["20250304-085959-a"]
    assert choose_old(names, NOW, 0) == names[:3]
    assert choose_old(names, NOW, 8) == []
