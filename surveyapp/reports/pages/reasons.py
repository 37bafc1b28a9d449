"""One reason's page: where it stands out, by Area, by job role, and over the quarters."""

from analytics.finding_sentences import summary
from analytics.report_words import GUIDES, Chapter
from analytics.tables import Family, Status
from surveyapp.languages import gettext as _
from surveyapp.reports.files import theme_columns, theme_records
from surveyapp.reports.pages.breakdowns import percent_chart, place_links
from surveyapp.reports.pages.hidden_counts import hidden_words
from surveyapp.reports.pages.page import Exhibit, FileContent, Page
from surveyapp.reports.pages.quarters import quarter_exhibit
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import finding_line, in_sentence, reason_heading, told_once
from surveyapp.reports.pages.tables import list_table
from surveyapp.reports.selection import By


class NoSuchReason(LookupError):
    """The release's list holds no reason of this code."""


def reason_page(reading: Reading, code: str) -> Page:
    """One reason of the release's list. Errors: NoSuchReason."""
    language, names = reading.language, reading.names
    if code not in {one["code"] for one in reading.release.reasons}:
        raise NoSuchReason(code)
    found = told_once((one for one in reading.findings if one.reason == code), reading.window_of(By.AREA))
    by_area, by_role = reading.table(By.AREA, reason=code), reading.table(By.ROLE, reason=code)
    rows = (*by_area.rows, *by_role.rows)
    quarters = quarter_exhibit(reading, code)
    records = (*theme_records(by_area), *theme_records(by_role))
    areas = [one for one in found if one.family is Family.AREA]
    family = Family.AREA if areas else Family.ROLE
    return Page(
        name=f"reason/{code}",
        title=reason_heading(reading, code, found, family),
        caption=names.reason(code),
        window=reading.window,
        base=reading.base,
        hidden=hidden_words(rows, language),
        content=FileContent(theme_columns(By.AREA), records),
        sentences=tuple(filter(None, (_organisation(reading, code), summary(len(found), language)))),
        findings=tuple(finding_line(reading, one) for one in found),
        exhibits=(
            _exhibit(reading, code, By.AREA, _("Area", language), "by-area"),
            _exhibit(reading, code, By.ROLE, _("Job role", language), "by-role"),
            *((quarters,) if quarters else ()),
        ),
        guide=(*GUIDES[language][Chapter.BY_AREA], *GUIDES[language][Chapter.BY_ROLE][:1]),
    )


def _organisation(reading: Reading, code: str) -> str:
    row = next((row for row in reading.organisation if row.reason == code), None)
    if row is None or row.status is not Status.SHOWN:
        return ""
    said = in_sentence(reading.names.reason(code))
    return _(
        "%(n)s of %(base)s leavers gave “%(reason)s”: %(percent)s%%.",
        reading.language,
        n=row.n,
        base=row.base,
        reason=said,
        percent=row.percent,
    )


def _exhibit(reading: Reading, code: str, by: By, heading: str, id: str) -> Exhibit:
    language = reading.language
    rows = reading.table(by, reason=code).rows
    said = in_sentence(reading.names.reason(code))
    title = (
        _("“%(reason)s” by Area", language, reason=said)
        if by is By.AREA
        else _("“%(reason)s” by job role", language, reason=said)
    )
    table = list_table(reading, title, heading, rows, lambda row: reading.place(row.key))
    is_compared = any(column.code == "expected" for column in table.columns)
    why = reading.address("hidden", by=by.value, reason=code)
    chart = percent_chart(reading, table, is_compared)
    return Exhibit(id, title, table, chart, links=place_links(reading, rows), hidden_link=why)
