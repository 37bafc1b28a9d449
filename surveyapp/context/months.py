"""Months as "2026-03": next, before, ranges. Pure."""

from calendar import monthrange
from datetime import date


def month_of(day: date) -> str:
    """The month of a day."""
    return f"{day:%Y-%m}"


def later(month: str, by: int = 1) -> str:
    """The month so many months later (or earlier, when negative)."""
    at = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{at // 12}-{at % 12 + 1:02d}"


def between(first: str, last: str) -> list[str]:
    """Every month from the first to the last, both included."""
    return [later(first, n) for n in range(distance(first, last) + 1)]


def distance(first: str, last: str) -> int:
    """How many months lie from the first to the last."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])


def last_day(month: str) -> date:
    """The month's last day."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])
