"""How report pages and documents say periods, windows, selections and sources, in English and Welsh."""

from datetime import date

from analytics.lattice import UNDATED
from analytics.tables import Selection, Window, WindowCode
from surveyapp.languages import N_, formats
from surveyapp.languages import gettext as _
from surveyapp.responses.batches import last_day_of

WINDOWS: dict[WindowCode, str] = {
    WindowCode.QUARTER: N_("One quarter"),
    WindowCode.TWELVE_MONTHS: N_("12 months"),
    WindowCode.YEAR: N_("1 financial year"),
    WindowCode.TWO_YEARS: N_("2 financial years"),
    WindowCode.THREE_YEARS: N_("3 financial years"),
    WindowCode.FIVE_YEARS: N_("5 financial years"),
    WindowCode.EVERYTHING: N_("All years"),
}
SELECTIONS: dict[Selection, str] = {
    Selection.RESIGNATION: N_("Resignations"),
    Selection.ALL: N_("All leavers asked"),
}
SOURCES: dict[str, str] = {
    "leaver": N_("What leavers said"),
    "interviewer": N_("What interviewers heard"),
    "hr": N_("What HR recorded"),
}
TENURE: dict[str, str] = {
    "lt2": N_("Under 2 years"),
    "2to4": N_("2 to 4 years"),
    "5to9": N_("5 to 9 years"),
    "10plus": N_("10 years or more"),
    "not_known": N_("Not known"),
}
SHORT_WINDOWS: dict[WindowCode, str] = {
    WindowCode.QUARTER: N_("1 quarter"),
    WindowCode.TWELVE_MONTHS: N_("12 months"),
    WindowCode.YEAR: N_("1 year"),
    WindowCode.TWO_YEARS: N_("2 years"),
    WindowCode.THREE_YEARS: N_("3 years"),
    WindowCode.FIVE_YEARS: N_("5 years"),
    WindowCode.EVERYTHING: N_("all years"),
}


def first_day_of(period: str) -> date:
    """The first day of a quarter or calendar year."""
    if "Q" not in period:
        return date(int(period), 1, 1)
    end = last_day_of(period)
    return date(end.year, end.month - 2, 1)


def final_day_of(period: str) -> date:
    """The last day of a quarter or calendar year."""
    return last_day_of(period) if "Q" in period else date(int(period), 12, 31)


def period_words(period: str, language: str) -> str:
    """'July to September 2026' for a quarter, '2014' for a calendar year."""
    if period == UNDATED:
        return _("without a date", language)
    if "Q" not in period:
        return period
    first, last = first_day_of(period), last_day_of(period)
    start = formats.month(first, language).rsplit(" ", 1)[0]
    return _("%(first)s to %(last)s", language, first=start, last=formats.month(last, language))


def short_period(period: str, language: str) -> str:
    """'Sep 2026': the month a quarter ends in, for the axis of a chart."""
    if "Q" not in period:
        return period
    return formats.short_date(last_day_of(period), language).split(" ", 1)[1]


def window_words(window: Window, language: str) -> str:
    """'1 October 2025 to 30 September 2026'; years alone where only years are known."""
    if UNDATED in (window.first, window.last):
        return _(WINDOWS[WindowCode.EVERYTHING], language)
    if "Q" not in window.last:
        same = window.first == window.last
        years = _("%(first)s to %(last)s", language, first=window.first, last=window.last)
        return window.last if same else years
    return formats.date_range(first_day_of(window.first), last_day_of(window.last), language)


def selection_words(selection: Selection, language: str) -> str:
    return _(SELECTIONS[selection], language)


def window_end(window: Window, language: str) -> str:
    """'3 years to Mar 2026'."""
    words = _(SHORT_WINDOWS[window.code], language)
    if "Q" not in window.last:
        return words
    return _("%(window)s to %(end)s", language, window=words, end=short_period(window.last, language))
