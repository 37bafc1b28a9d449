"""Two Areas side by side: every reason in both, from the same window of the same release."""

from analytics.chart_style import ChartWords
from analytics.charts import pair_chart
from analytics.disclosure import EvidencedRow
from analytics.tables import Column, PublishedRow, Status
from surveyapp.languages import gettext as _
from surveyapp.reports.pages.hidden_counts import hidden_words
from surveyapp.reports.pages.page import Exhibit, Page, content_of
from surveyapp.reports.pages.places import NoSuchPlace
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import evidence_of, percent_of, table_of
from surveyapp.reports.selection import By


def compare_page(reading: Reading) -> Page:
    """The Areas `a` and `b` of the address; without them the first two that can be shown. Errors: NoSuchPlace."""
    language, names = reading.language, reading.names
    rows = reading.table(By.AREA, reason=None).rows
    a, b = two_areas(reading)
    if not {a, b} <= {row.key.area for row in rows}:
        raise NoSuchPlace(f"{a} {b}")
    first = {row.reason: row for row in rows if row.key.area == a}
    second = {row.reason: row for row in rows if row.key.area == b}
    exhibit = _exhibit(reading, names.area(a), names.area(b), first, second)
    gap = _widest(reading, first, second)
    title = _("%(a)s and %(b)s side by side", language, a=names.area(a), b=names.area(b))
    return Page(
        name="compare",
        title=_("%(a)s and %(b)s differ most on “%(reason)s”", language, a=names.area(a), b=names.area(b), reason=gap)
        if gap
        else title,
        caption=_("Two Areas side by side", language),
        window=reading.window,
        base=_bases(reading, first, second),
        hidden=hidden_words([*first.values(), *second.values()], language),
        content=content_of(exhibit.table),
        exhibits=(exhibit,),
        guide=(
            _("A difference between two Areas is often chance. Look at the number of leavers first.", language),
            _("The roles in an Area shape its reasons: an Area’s own page says what is expected of it.", language),
        ),
    )


def two_areas(reading: Reading) -> tuple[str, str]:
    """The Areas asked for; where one is missing, the first that can be shown and is not the other."""
    rows = reading.table(By.AREA, reason=None).rows
    visible = list(dict.fromkeys(row.key.area for row in rows if row.status is not Status.HIDDEN))
    every = [*visible, *(row.key.area for row in rows)]
    a = reading.a or next((code for code in every if code != reading.b), "")
    return a, reading.b or next((code for code in every if code != a), "")


def _bases(reading: Reading, first: dict[str, PublishedRow], second: dict[str, PublishedRow]) -> str:
    bases = [next((str(row.base) for row in side.values() if row.base is not None), "[c]") for side in (first, second)]
    return _("%(a)s and %(b)s answered", reading.language, a=bases[0], b=bases[1])


def _widest(reading: Reading, first: dict[str, PublishedRow], second: dict[str, PublishedRow]) -> str:
    gaps = [
        (abs(one.percent - other.percent), reason)
        for reason, one in first.items()
        if (other := second.get(reason)) and one.percent is not None and other.percent is not None
    ]
    return reading.names.reason(max(gaps)[1]) if gaps else ""


def _exhibit(
    reading: Reading, a: str, b: str, first: dict[str, PublishedRow], second: dict[str, PublishedRow]
) -> Exhibit:
    language = reading.language
    columns = (
        Column("label", _("Reason", language)),
        Column("a", a, "percent"),
        Column("b", b, "percent"),
    )
    lines = [
        EvidencedRow(
            (reading.names.reason(code), percent_of(first.get(code)), percent_of(second.get(code))),
            evidence_of([row for row in (first.get(code), second.get(code)) if row]),
        )
        for code in reading.reasons
    ]
    title = _("Percent of leavers giving each reason", language)
    table = table_of(reading, title, columns, lines)
    words = ChartWords("", value_axis=_("Percent of leavers", language), first=a, second=b)
    figure = pair_chart(table, words, "label", "a", "b")
    return Exhibit("two-areas", title, table, figure, hidden_link=reading.address("hidden"))
