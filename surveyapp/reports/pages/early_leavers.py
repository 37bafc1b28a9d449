"""Early leavers: the share of leavers who go within two years, and what they say beside the others."""

from analytics.chart_style import ChartWords
from analytics.charts import pair_chart
from analytics.disclosure import EvidencedRow
from analytics.tables import Column, PublishedRow, Status
from surveyapp.languages import gettext as _
from surveyapp.reports.pages.operational import Counts, Share, asked_people, share_table, shares
from surveyapp.reports.pages.page import Exhibit, Page, content_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.starters import starter_exhibits
from surveyapp.reports.pages.staying import staying_exhibits
from surveyapp.reports.pages.tables import evidence_of, percent_of, table_of
from surveyapp.reports.selection import By
from surveyapp.reports.wording import window_words

EARLY, LATER = "lt2", "10plus"


def early_page(reading: Reading) -> Page:
    """Leavers with under two years of service: HR's counts, then released reasons by length of service."""
    language, names = reading.language, reading.names
    rows = asked_people(reading)
    by_area = shares(rows, lambda row: row["area"], _early, names.area)
    by_role = shares(rows, lambda row: row["role"], _early, names.role)
    headings = (_("Job role", language), _("Under 2 years", language), _("Leavers asked", language))
    roles = share_table(reading, _("Early leavers by job role", language), headings, by_role, 3)
    areas = share_table(reading, _("Early leavers by Area", language), (_("Area", language), *headings[1:]), by_area, 3)
    reasons = _reasons(reading)
    staying, starters = staying_exhibits(reading), starter_exhibits(reading)
    return Page(
        name="early-leavers",
        title=_title(reading, by_area),
        caption=_("Early leavers", language),
        window=reading.window,
        base=reading.base,
        hidden=_("[c] in the tables", language),
        content=content_of(roles),
        exhibits=(
            *staying,
            *((reasons,) if reasons else ()),
            *starters,
            Exhibit("by-role", roles.title, roles),
            Exhibit("by-area", areas.title, areas),
        ),
        guide=(
            _("An early leaver has under two completed years of service on the last working day.", language),
            _("The shares are of leavers asked, from HR's own records. They are no leaving rates.", language),
            *_how_staying_is_read(language, is_held=bool(staying)),
            *(
                (_("New starters are asked after 1, 3 and 6 months. Each check stands by itself.", language),)
                * bool(starters)
            ),
        ),
        empty=_("No leaver was asked in this window.", language),
    )


def _how_staying_is_read(language: str, *, is_held: bool) -> tuple[str, ...]:
    if not is_held:
        return (_("How long new starters stay needs their numbers by month, which are not held yet.", language),)
    return (
        _("New starters are followed from their first day, each month’s for as long as it has lasted.", language),
        _("“Not resigned” counts resigning as the only way to go. Other ways to leave end the watch.", language),
        _("“Resigned within” is the share who had resigned by then, other ways of leaving allowed for.", language),
    )


def _early(row: Counts) -> int:
    return int(row["invited"]) if row["tenure"] == EARLY else 0


def _title(reading: Reading, listed: list[Share]) -> str:
    base = sum(one.base for one in listed)
    if not base:
        return _("Early leavers", reading.language)
    percent = round(100 * sum(one.n for one in listed) / base)
    return _("%(percent)s%% of leavers go within two years", reading.language, percent=percent)


def _reasons(reading: Reading) -> Exhibit | None:
    """Reasons of the first two years beside those of ten years and more, where the release holds both."""
    language = reading.language
    rows = reading.table(By.TENURE, reason=None).rows
    early = {row.reason: row for row in rows if row.key.level == EARLY and row.status is not Status.HIDDEN}
    later = {row.reason: row for row in rows if row.key.level == LATER and row.status is not Status.HIDDEN}
    codes = [code for code in reading.reasons if code in early and code in later]
    if not codes:
        return None
    title = _("Reasons of early leavers beside those who stayed 10 years or more", language)
    columns = (
        Column("label", _("Reason", language)),
        Column("early", _("Under 2 years", language), "percent"),
        Column("later", _("10 years or more", language), "percent"),
    )
    lines = [_line(reading, early[code], later[code]) for code in codes]
    notes = (_bases(early[codes[0]], later[codes[0]], language),)
    table = table_of(reading, title, columns, lines, notes)
    words = ChartWords(
        "",
        value_axis=_("Percent of leavers", language),
        first=_("10 years or more", language),
        second=_("Under 2 years", language),
    )
    figure = pair_chart(table, words, "label", "later", "early")
    return Exhibit("reasons", title, table, figure, hidden_link=reading.address("hidden", by=By.TENURE.value))


def _line(reading: Reading, early: PublishedRow, later: PublishedRow) -> EvidencedRow:
    cells = (reading.names.reason(early.reason), percent_of(early), percent_of(later))
    return EvidencedRow(cells, evidence_of([early, later]))


def _bases(early: PublishedRow, later: PublishedRow, language: str) -> str:
    return _(
        "%(early)s early leavers and %(later)s others answered, %(window)s.",
        language,
        early=early.base,
        later=later.base,
        window=window_words(early.key.window, language),
    )
