"""Stretches of time as values: cutting some out of others, and London working hours as moments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from surveyapp.clock import LONDON


@dataclass(frozen=True, order=True)
class Interval:
    """From a moment up to but not including another, both in UTC."""

    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    def overlaps(self, other: "Interval") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def widened(self, before: timedelta, after: timedelta) -> "Interval":
        return Interval(self.starts_at - before, self.ends_at + after)


def london_interval(day: date, starts: time, ends: time) -> Interval | None:
    """Wall-clock hours of a London day as moments; None when the clock change swallows them.

    A stretch that begins in the hour which spring skips begins an hour later by the clock; one that spans the hour
    which autumn repeats lasts an hour longer.
    """
    first, last = _moment(day, starts), _moment(day, ends)
    return Interval(first, last) if first < last else None


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def london_day(day: date) -> Interval:
    """The whole of a London day: 23, 24 or 25 hours."""
    return Interval(_moment(day, time()), _moment(day + timedelta(days=1), time()))


def merged(stretches: Iterable[Interval]) -> list[Interval]:
    """The same time without overlaps, in order; stretches that touch become one."""
    joined: list[Interval] = []
    for one in sorted(stretches):
        if joined and one.starts_at <= joined[-1].ends_at:
            joined[-1] = Interval(joined[-1].starts_at, max(joined[-1].ends_at, one.ends_at))
        else:
            joined.append(one)
    return joined


def without(stretches: Iterable[Interval], taken: Iterable[Interval]) -> Iterator[Interval]:
    """What is left of the stretches when the taken time is cut out of them."""
    cuts = merged(taken)
    for stretch in stretches:
        begins_at = stretch.starts_at
        for cut in cuts:
            if cut.ends_at <= begins_at or cut.starts_at >= stretch.ends_at:
                continue
            if cut.starts_at > begins_at:
                yield Interval(begins_at, cut.starts_at)
            begins_at = max(begins_at, cut.ends_at)
        if begins_at < stretch.ends_at:
            yield Interval(begins_at, stretch.ends_at)
