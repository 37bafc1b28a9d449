"""Our reasons beside the published reasons of the civil service, as context only."""

from analytics.benchmarks import CAVEAT, Benchmarked, beside_published, civil_service_intentions
from analytics.chart_style import ChartWords
from analytics.charts import pair_chart
from analytics.disclosure import EvidencedRow
from analytics.report_words import GUIDES, Chapter
from analytics.tables import Column, Status
from surveyapp.definitions import queries as definitions
from surveyapp.languages import N_
from surveyapp.languages import gettext as _
from surveyapp.reports.pages.page import Exhibit, Page, content_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import evidence_of, percent_of, table_of

# The published table's own headings, which the page shows in its reader's language.
PUBLISHED_HEADINGS = (
    N_("Intention to leave in the Civil Service"),
    N_("Organisation"),
    N_("Response rate 2023"),
    N_("Response rate 2024"),
    N_("Engagement 2023"),
    N_("Engagement 2024"),
    N_("Leave asap 2023"),
    N_("Leave asap 2024"),
    N_("Leave within 12m 2023"),
    N_("Leave within 12m 2024"),
    N_("Stay 3y 2023"),
    N_("Stay 3y 2024"),
)


def benchmarks_page(reading: Reading) -> Page:
    """The whole organisation beside what civil servants who want to leave say."""
    language = reading.language
    ours = _beside(reading)
    intentions = civil_service_intentions()
    elsewhere = Exhibit("intentions", _("Wanting to leave, by organisation", language), intentions)
    return Page(
        name="benchmarks",
        title=_("Our reasons beside those of the civil service", language),
        caption=_("Elsewhere", language),
        window=reading.window,
        base=reading.base,
        hidden=_("[c] in the tables", language),
        content=content_of((ours or elsewhere).table),
        sentences=(CAVEAT[language],),
        exhibits=(*((ours,) if ours else ()), elsewhere),
        guide=GUIDES[language][Chapter.BENCHMARKS],
    )


def nearest_reasons(reading: Reading) -> dict[str, tuple[str, ...]]:
    """Our reason codes and the published ones nearest to them, as the reason list says."""
    listed = definitions.offered(reading.session, "leaver").reasons
    return {one.code: one.civil_service for one in listed.reasons if one.civil_service} if listed else {}


def _beside(reading: Reading) -> Exhibit | None:
    language = reading.language
    nearest = nearest_reasons(reading)
    rows = [row for row in reading.organisation if row.status is not Status.HIDDEN and row.reason in nearest]
    if not rows:
        return None
    columns = (
        Column("label", _("Reason", language)),
        Column("ours", _("Our leavers", language), "percent"),
        Column("wording", _("Published reason", language)),
        Column("published", _("Civil service 2024", language), "percent"),
        Column("median", _("Median organisation 2024", language), "percent"),
    )
    lines = [line for one in beside_published(rows, nearest) for line in _lines(reading, one)]
    title = _("Our leavers beside civil servants who want to leave", language)
    table = table_of(reading, title, columns, lines, (CAVEAT[language],))
    words = ChartWords(
        "",
        value_axis=_("Percent", language),
        first=_("Civil service 2024", language),
        second=_("Our leavers", language),
    )
    figure = pair_chart(table, words, "label", "published", "ours")
    return Exhibit("beside", title, table, figure, hidden_link=reading.address("hidden"))


def _lines(reading: Reading, one: Benchmarked) -> list[EvidencedRow]:
    name = reading.names.reason(one.row.reason)
    return [
        EvidencedRow(
            (
                name if len(one.published) == 1 else f"{name}: {published.wording}",
                percent_of(one.row),
                published.wording,
                published.percent,
                published.median_percent,
            ),
            evidence_of([one.row]),
        )
        for published in one.published
    ]
