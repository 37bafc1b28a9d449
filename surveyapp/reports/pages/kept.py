"""Could they have been kept: what leavers say, what would have kept them, and whether HR regrets their leaving."""

from analytics.avoidable import Half, two_by_two
from analytics.disclosure import EvidencedRow
from analytics.report_words import Chapter
from analytics.tables import EVERY, HIDDEN_SYMBOL, Cell, Column, Family, GroupKey, WindowCode
from surveyapp.languages import gettext as _
from surveyapp.reports import queries
from surveyapp.reports.pages.further import (
    Words,
    answers_exhibit,
    further_page,
    places_exhibit,
    rows_about,
    shown_percent,
)
from surveyapp.reports.pages.page import Exhibit, Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import table_of
from surveyapp.reports.pages.waiting import waiting_words
from surveyapp.reports.questions import AVOIDABLE, PREFIX
from surveyapp.reports.wording import window_words

YES = "yes"


def kept_page(reading: Reading) -> Page:
    """Avoidable leaving, the help that was wanted, avoidable beside regretted, and avoidable by Area and role."""
    language, rows = reading.language, rows_about(reading, AVOIDABLE)
    percent = shown_percent(rows, YES)
    title = (
        _("%(percent)s%% of leavers say something could have kept them", language, percent=percent)
        if percent is not None
        else _("Could they have been kept?", language)
    )
    area = _("Something could have kept them, by Area", language)
    role = _("Something could have kept them, by job role", language)
    exhibits = (
        answers_exhibit(reading, AVOIDABLE),
        answers_exhibit(reading, "kept_by", by_size=True),
        regretted_exhibit(reading),
        places_exhibit(reading, AVOIDABLE, YES, Family.AREA, area),
        places_exhibit(reading, AVOIDABLE, YES, Family.ROLE, role),
    )
    words = Words("kept", title, _("Could they have been kept?", language), Chapter.KEPT, _said(reading))
    return further_page(reading, words, exhibits, rows)


def _said(reading: Reading) -> tuple[str, ...]:
    if regretted_exhibit(reading):
        return ()
    waiting = waiting_words(reading, WindowCode.THREE_YEARS)
    beside = _("Beside what HR regrets, this is read over three financial years.", reading.language)
    return (f"{beside} {waiting}",) if waiting else ()


def regretted_exhibit(reading: Reading) -> Exhibit | None:
    """Avoidable (leavers say) by regretted (HR says), for everyone, Areas and roles; three financial years."""
    language = reading.language
    rows = [
        row
        for family in (Family.ORGANISATION_D, Family.AREA_D, Family.ROLE_D)
        for row in queries.rows_of(
            reading.session,
            reading.release,
            PREFIX + AVOIDABLE,
            family,
            reading.asked.selection,
            [WindowCode.THREE_YEARS],
            "regretted",
        )
    ]
    squares = two_by_two(rows, YES)
    if not squares:
        return None
    ordered = sorted(squares, key=lambda one: (one.key.area != EVERY, one.key.role != EVERY, reading.place(one.key)))
    evidence: dict[tuple[str, str], list[GroupKey]] = {}
    for row in rows:
        evidence.setdefault((row.key.area, row.key.role), []).append(row.key)
    lines = [
        EvidencedRow(
            (reading.place(one.key), *_cells(one.regretted), *_cells(one.not_regretted)),
            tuple(dict.fromkeys(evidence[one.key.area, one.key.role])) if one.regretted or one.not_regretted else (),
        )
        for one in ordered
    ]
    title = _("Avoidable leaving beside regretted leaving", language)
    notes = (window_words(ordered[0].key.window, language),)
    return Exhibit("regretted", title, table_of(reading, title, _columns(language), lines, notes))


def _columns(language: str) -> tuple[Column, ...]:
    """For each half of the square: who answered, who could have been kept, and their percentage."""
    halves = (("regretted", _("Regretted", language)), ("not_regretted", _("Not regretted", language)))
    could, answered, share = (_("could be kept", language), _("answered", language), _("percent", language))
    parts = (("base", answered, "people"), ("n", could, "people"), ("percent", share, "percent"))
    made = (Column(f"{code}_{kind}", f"{words}: {said}", unit) for code, words in halves for kind, said, unit in parts)
    return (Column("label", _("Leavers", language)), *made)


def _cells(half: Half | None) -> tuple[Cell, ...]:
    if half is None:
        return (HIDDEN_SYMBOL, None, None)
    return (half.base, int(half.avoidable) if half.avoidable.isdecimal() else half.avoidable, half.percent_avoidable)
