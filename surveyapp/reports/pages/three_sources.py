"""What leavers said, what interviewers heard and what HR recorded, side by side and never added up."""

from collections.abc import Sequence

from analytics.chart_style import ChartWords
from analytics.charts import pair_chart
from analytics.disclosure import EvidencedRow
from analytics.report_words import GUIDES, Chapter
from analytics.sources import SideBySide, option_list_warning, side_by_side
from analytics.tables import EVERY, Column, PublishedRow, Selection, Status
from surveyapp.cases.policy import leaving_types
from surveyapp.languages import gettext as _
from surveyapp.reports import queries
from surveyapp.reports.pages.page import Exhibit, Page, content_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import evidence_of, list_table, percent_of, table_of
from surveyapp.reports.selection import FAMILIES, By
from surveyapp.reports.sources import HR, INTERVIEWER, LEAVER


def sources_page(reading: Reading) -> Page:
    """For the whole organisation, or the Area or job role asked for."""
    language = reading.language
    rows = {source: _rows(reading, source) for source in (LEAVER, INTERVIEWER, HR)}
    offered = {
        source: frozenset(row.reason for row in rows[source]) for source in (LEAVER, INTERVIEWER) if rows[source]
    }
    matched = side_by_side([*rows[LEAVER], *rows[INTERVIEWER]], offered)
    both, recorded = _both(reading, matched), _recorded(reading, rows[HR])
    exhibits = tuple(one for one in (both, recorded) if one)
    warning = option_list_warning(offered, language)
    return Page(
        name="sources",
        title=_title(reading, matched),
        caption=_("What HR, leavers and interviewers say", language),
        window=reading.window,
        base=reading.base,
        hidden=_("[c] in the tables", language),
        content=content_of(exhibits[0].table if exhibits else table_of(reading, "", (), ())),
        sentences=tuple(filter(None, (warning, _of_hr(reading)))),
        exhibits=exhibits,
        guide=GUIDES[language][Chapter.SOURCES],
        empty=_("No two sources show the same group yet.", language),
    )


def _of_hr(reading: Reading) -> str:
    """What HR's list is, and where to see it when everybody chosen has one and the same leaving type."""
    if reading.asked.selection is Selection.RESIGNATION:
        return _("HR recorded resignations here. Choose all leavers to see every leaving type.", reading.language)
    return _("HR records one leaving type. It is a different list.", reading.language)


def _rows(reading: Reading, source: str) -> list[PublishedRow]:
    asked = reading.asked
    by = By.AREA if reading.area else By.ROLE if reading.role else By.ORGANISATION
    found = queries.rows_of(
        reading.session, reading.release, source, FAMILIES[by], asked.selection, [asked.window_or_default]
    )
    place = (reading.area or EVERY, reading.role or EVERY)
    return [row for row in found if (row.key.area, row.key.role) == place]


def _title(reading: Reading, matched: Sequence[SideBySide]) -> str:
    """The reason on which leavers and interviewers differ most, when both may be shown."""
    language = reading.language
    gaps = [(abs(a - b), one.reason) for one in matched for a, b in [_pair(one)] if a is not None and b is not None]
    if not gaps:
        return _("What HR, leavers and interviewers say", language)
    reason = reading.names.reason(max(gaps)[1])
    return _("Leavers and interviewers differ most on “%(reason)s”", language, reason=reason)


def _pair(one: SideBySide) -> tuple[int | None, int | None]:
    said, heard = one.rows.get(LEAVER), one.rows.get(INTERVIEWER)
    return (said.percent if said else None), (heard.percent if heard else None)


def _both(reading: Reading, matched: Sequence[SideBySide]) -> Exhibit | None:
    language = reading.language
    if not matched:
        return None
    order = {code: at for at, code in enumerate(reading.reasons)}
    columns = (
        Column("label", _("Reason", language)),
        Column("said", _("Leavers said", language), "percent"),
        Column("heard", _("Interviewers heard", language), "percent"),
    )
    lines = [_line(reading, one) for one in sorted(matched, key=lambda one: order.get(one.reason, len(order)))]
    title = _("What leavers said beside what interviewers heard", language)
    table = table_of(reading, title, columns, lines, _bases(reading, matched))
    words = ChartWords(
        "",
        value_axis=_("Percent", language),
        first=_("Leavers said", language),
        second=_("Interviewers heard", language),
    )
    figure = pair_chart(table, words, "label", "said", "heard")
    return Exhibit("said-and-heard", title, table, figure, hidden_link=reading.address("hidden"))


def _line(reading: Reading, one: SideBySide) -> EvidencedRow:
    rows = [one.rows.get(LEAVER), one.rows.get(INTERVIEWER)]
    cells = (reading.names.reason(one.reason), *(percent_of(row) for row in rows))
    return EvidencedRow(cells, evidence_of([row for row in rows if row]))


def _bases(reading: Reading, matched: Sequence[SideBySide]) -> tuple[str, ...]:
    said, heard = matched[0].rows.get(LEAVER), matched[0].rows.get(INTERVIEWER)
    if said is None or heard is None:
        return ()
    return (
        _(
            "%(said)s leavers answered; %(heard)s interviews were written up.",
            reading.language,
            said=said.base,
            heard=heard.base,
        ),
    )


def _recorded(reading: Reading, rows: Sequence[PublishedRow]) -> Exhibit | None:
    """HR's leaving types of the same group, commonest first as HR lists them."""
    visible = [row for row in rows if row.status is not Status.HIDDEN and row.n not in ("", "0")]
    if not visible or reading.asked.selection is Selection.RESIGNATION:
        return None
    language, kinds = reading.language, leaving_types()
    title = _("What HR recorded", language)
    table = list_table(
        reading,
        title,
        _("Leaving type", language),
        visible,
        lambda row: kinds[row.reason].name_in(language) if row.reason in kinds else row.reason,
    )
    return Exhibit("recorded", title, table, hidden_link=reading.address("hidden"))
