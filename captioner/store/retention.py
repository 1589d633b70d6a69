"""What has been kept long enough."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

NAMED_BY = "%Y%m%d-%H%M%S"
"""How the name of a meeting begins: when it was opened, UTC."""


def opened_at(name: str) -> datetime | None:
    """When a meeting of this name was opened; None: that is no name of a meeting."""
    try:
        return datetime.strptime(name[:15], NAMED_BY).replace(tzinfo=UTC)
    except ValueError:
        return None


def choose_old(names: Iterable[str], now: datetime, days: float) -> list[str]:
    """Those of these meetings that were opened more than so many days ago."""
    limit = now - timedelta(days=days)
    return [name for name in names if (opened := opened_at(name)) and opened < limit]
