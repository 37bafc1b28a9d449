"""Reasons by protected characteristic: the whole organisation, three financial years, groups of twenty and more."""

from dataclasses import replace
from typing import Any

from analytics.masks import hidden_row
from analytics.report_words import GUIDES, Chapter
from analytics.tables import Family, PublishedRow, Status, WindowCode
from surveyapp.languages import gettext as _
from surveyapp.reports import queries
from surveyapp.reports.pages.hidden_counts import hidden_words
from surveyapp.reports.pages.page import Exhibit, Page, contents_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import grid_table, list_table
from surveyapp.reports.pages.waiting import waiting_words
from surveyapp.reports.questions import EQUALITY
from surveyapp.reports.wording import WINDOWS, window_words

UNSAID = ("not_known", "prefer_not_to_say")


def equality_page(reading: Reading) -> Page:
    """A grid of reasons for each characteristic that may be shown."""
    language = reading.language
    exhibits = [one for code in _characteristics(reading) if (one := _grid(reading, code))]
    rows = [row for code in _characteristics(reading) for row in _rows(reading, code)]
    whole = next((row for row in rows if row.status is not Status.HIDDEN), None)
    over = WindowCode.THREE_YEARS
    nothing = _("Too few people answered these questions to show anything.", language)
    return Page(
        name="equality",
        title=_("Reasons by equality group", language),
        caption=_("Equality", language),
        window=window_words(whole.key.window, language) if whole else _(WINDOWS[over], language),
        base=_("those who answered the equality questions", language),
        hidden=hidden_words([row for row in rows if row.key.level not in UNSAID], language),
        content=contents_of([one.table for one in exhibits[:1]] or [list_table(reading, "", "", [], lambda row: "")]),
        exhibits=tuple(exhibits),
        guide=GUIDES[language][Chapter.EQUALITY],
        empty=waiting_words(reading, over) or nothing,
    )


def _characteristics(reading: Reading) -> dict[str, Any]:
    found: dict[str, Any] = reading.release.questions.get(EQUALITY, {})
    return found


def _rows(reading: Reading, code: str) -> list[PublishedRow]:
    asked = reading.asked
    over = [WindowCode.THREE_YEARS]
    found = queries.rows_of(
        reading.session, reading.release, asked.stored_source, Family.ORGANISATION_D, asked.selection, over, code
    )
    if not found:
        return []
    key, held = found[0].key, {row.key.level for row in found}
    missing = [one["code"] for one in _characteristics(reading)[code]["levels"] if one["code"] not in held]
    hidden = [hidden_row(replace(key, level=level), reason) for level in missing for reason in reading.reasons]
    return [*found, *hidden]


def _grid(reading: Reading, code: str) -> Exhibit | None:
    """Levels in the order they were asked in; who did not say is not shown as a group."""
    language, about = reading.language, _characteristics(reading)[code]
    names = {level["code"]: level.get(language) or level["en"] for level in about["levels"]}
    rows = [row for row in _rows(reading, code) if row.key.level in names]
    if not any(row.status is not Status.HIDDEN for row in rows):
        return None
    order = list(names)
    title = about.get(language) or about["en"]
    columns = {reason: reading.names.reason(reason) for reason in reading.reasons}
    ordered = sorted(rows, key=lambda row: order.index(row.key.level))
    table = grid_table(
        reading, title, _("Group", language), ordered, lambda row: names[row.key.level], columns, lambda row: row.reason
    )
    return Exhibit(code, title, table, shaded=tuple(columns), hidden_link=reading.address("hidden"))
