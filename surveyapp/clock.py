"""The only source of now: UTC moments, and dates as people in the United Kingdom live them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """The current moment, timezone-aware, in UTC."""
    return _set_to.get() or datetime.now(UTC)


def today() -> date:
    """The current date in London, which is what staff and leavers call today."""
    return now().astimezone(LONDON).date()


@contextmanager
def set_to(moment: datetime | date) -> Iterator[None]:
    """Play a stretch of code at another moment (replayed history, tests); a bare date means 9am in London."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 9, tzinfo=LONDON)
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
