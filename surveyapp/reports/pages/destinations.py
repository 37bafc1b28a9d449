"""Where leavers go next, whether they would return, and whether they would recommend working here."""

from analytics.report_words import Chapter
from analytics.tables import Family
from surveyapp.languages import formats
from surveyapp.languages import gettext as _
from surveyapp.reports.pages.further import (
    Words,
    answers_exhibit,
    further_page,
    places_exhibit,
    rows_about,
    shown_percent,
)
from surveyapp.reports.pages.page import Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.questions import RECOMMEND


def destinations_page(reading: Reading) -> Page:
    """Destination, return and recommendation; the last two by Area and job role as well."""
    language = reading.language
    rows = rows_about(reading, RECOMMEND)
    again = _("Would come back one day, by Area", language)
    area = _("Would recommend working here (7 to 10), by Area", language)
    role = _("Would recommend working here (7 to 10), by job role", language)
    exhibits = (
        answers_exhibit(reading, "destination", by_size=True),
        answers_exhibit(reading, "return"),
        places_exhibit(reading, "return", "yes", Family.AREA, again),
        places_exhibit(reading, RECOMMEND, RECOMMEND, Family.AREA, area),
        places_exhibit(reading, RECOMMEND, RECOMMEND, Family.ROLE, role),
    )
    caption = _("Where they go next", language)
    words = Words("next", _title(reading), caption, Chapter.NEXT, _recommended(reading))
    return further_page(reading, words, exhibits, rows or rows_about(reading, "destination"))


def _title(reading: Reading) -> str:
    percent = shown_percent(rows_about(reading, RECOMMEND), RECOMMEND)
    if percent is None:
        return _("Where they go next", reading.language)
    return _("%(percent)s%% of leavers would recommend working here", reading.language, percent=percent)


def _recommended(reading: Reading) -> tuple[str, ...]:
    row = next(iter(rows_about(reading, RECOMMEND)), None)
    if row is None or row.mean is None:
        return ()
    mean = formats.number(row.mean, reading.language)
    return (_("On a scale of 0 to 10 the average is %(mean)s.", reading.language, mean=mean),)
