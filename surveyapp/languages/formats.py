"""Dates, times, numbers and lists as they are written in English (en_GB) and Welsh."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from surveyapp.languages.texts import WELSH, gettext

LOCALES: Final = {"en": "en_GB", "cy": "cy"}
LONDON: Final = ZoneInfo("Europe/London")
NO_BREAK: Final = "\N{NO-BREAK SPACE}"


def locale_of(language: str) -> str:
    return LOCALES[language]


def long_date(day: date, language: str) -> str:
    """21 November 2026."""
    return format_date(day, "d MMMM y", locale_of(language))


def weekday_date(day: date, language: str) -> str:
    """Saturday 21 November 2026."""
    return format_date(day, "EEEE d MMMM y", locale_of(language))


def weekday(day: date, language: str) -> str:
    """ "Mon", "Llun": the head of a calendar's column."""
    return format_date(day, "EEE", locale_of(language))


def short_date(day: date, language: str) -> str:
    """21 Nov 2026, for tables."""
    return format_date(day, "d MMM y", locale_of(language))


def month(day: date, language: str) -> str:
    """November 2026."""
    return format_date(day, "MMMM y", locale_of(language))


def clock_time(moment: datetime | time, language: str) -> str:
    """10:30am; midday and midnight as words. An aware moment is shown in London time."""
    local = london(moment) if isinstance(moment, datetime) else moment
    if local.minute == 0 and local.hour in (0, 12):
        return gettext("midday", language) if local.hour else gettext("midnight", language)
    morning, afternoon = ("yb", "yp") if language == WELSH else ("am", "pm")
    hour = (local.hour - 1) % 12 + 1
    return f"{hour}:{local.minute:02d}{morning if local.hour < 12 else afternoon}"


def long_moment(moment: datetime, language: str) -> str:
    """21 November 2026 at 10:30am, London time."""
    local = london(moment)
    return gettext("%(date)s at %(time)s", language, date=long_date(local, language), time=clock_time(local, language))


def short_moment(moment: datetime, language: str) -> str:
    """21 Nov 2026, 10:30am, London time, for tables: a narrow cell breaks it between the day and the time alone."""
    local = london(moment)
    day, at = (text.replace(" ", NO_BREAK) for text in (short_date(local, language), clock_time(local, language)))
    return f"{day}, {at}"


def london(moment: datetime) -> datetime:
    """The moment in London; a naive one is taken to be London time already."""
    return moment.astimezone(LONDON) if moment.tzinfo else moment


def date_range(first: date, last: date, language: str) -> str:
    """1 April 2025 to 31 March 2026."""
    return gettext("%(first)s to %(last)s", language, first=long_date(first, language), last=long_date(last, language))


def number(value: float | int, language: str) -> str:
    """7,600."""
    return format_decimal(value, locale=locale_of(language))


def percent(value: float | int, language: str) -> str:
    """46%: the value is already a percentage, the sign has no space before it."""
    return f"{format_decimal(value, locale=locale_of(language))}%"


def listed(items: Iterable[str], language: str) -> str:
    """a, b and c; in Welsh "ac" stands before a vowel."""
    *firsts, last = [*items] or [""]
    if not firsts:
        return last
    joint = "and" if language != WELSH else "ac" if last[:1].lower() in set("aeiouwyâêîôûŵŷ") else "a"
    return f"{', '.join(firsts)} {joint} {last}"
