"""What changed since the last release: findings that came and went, shares that moved, groups that can now be seen."""

from dataclasses import replace

from analytics.chart_style import ChartWords
from analytics.charts import pair_chart
from analytics.disclosure import EvidencedRow
from analytics.findings import Comparison
from analytics.tables import Column, Status
from surveyapp.languages import gettext as _
from surveyapp.languages.formats import listed
from surveyapp.reports import queries
from surveyapp.reports.pages.page import Exhibit, FileContent, Page, content_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import finding_line
from surveyapp.reports.pages.tables import evidence_of, percent_of, table_of
from surveyapp.reports.selection import By
from surveyapp.reports.wording import period_words

Found = tuple[str, str, str, str]


def changes_page(reading: Reading) -> Page:
    """This release beside the one signed before it; all of it was published already."""
    language = reading.language
    before = release_before(reading)
    if before is None:
        return _first_release(reading)
    old = {_named(one) for one in before.findings}
    new = {_named(one) for one in reading.findings}
    came = [one for one in reading.findings if _named(one) not in old]
    gone = [one for one in before.findings if _named(one) not in new]
    exhibit = _moved(reading, before)
    return Page(
        name="changes",
        title=_title(len(came), len(gone), language),
        caption=_("Since the last release", language),
        window=reading.window,
        base=reading.base,
        hidden=_("[c] in the tables", language),
        content=content_of(exhibit.table),
        sentences=(*_no_longer(before, gone), *_newly_visible(reading, before)),
        findings=tuple(finding_line(reading, one) for one in came),
        exhibits=(exhibit,),
        guide=(
            _("12 months move on by one quarter from release to release, so most shares move little.", language),
            _("A finding that goes has not been proved wrong: it may come back with more answers.", language),
        ),
    )


def release_before(reading: Reading) -> Reading | None:
    """The same reading of the release signed before this one."""
    signed = queries.signed_releases(reading.session, reading.release.agency)
    older = [one for one in signed if one.number < reading.release.number]
    return replace(reading, release=older[0]) if older else None


def _first_release(reading: Reading) -> Page:
    language = reading.language
    return Page(
        name="changes",
        title=_("This is the first release", language),
        caption=_("Since the last release", language),
        window=reading.window,
        base=reading.base,
        hidden=_("nothing", language),
        content=FileContent((), ()),
        empty=_("From the next release on, this page says what changed.", language),
    )


def _named(one: Comparison) -> Found:
    return one.key.area, one.key.role, one.reason, str(one.direction)


def _title(n_came: int, n_gone: int, language: str) -> str:
    if not n_came and not n_gone:
        return _("Nothing new stands out since the last release", language)
    return _("Newly standing out: %(came)s. No longer: %(gone)s.", language, came=n_came, gone=n_gone)


def _no_longer(before: Reading, gone: list[Comparison]) -> tuple[str, ...]:
    language = before.language
    return tuple(
        _("No longer found: %(finding)s.", language, finding=finding_line(before, one).heading) for one in gone
    )


def _newly_visible(reading: Reading, before: Reading) -> tuple[str, ...]:
    """Areas and roles shown now and not in the release before."""
    language, named = reading.language, []
    for by in (By.AREA, By.ROLE):
        shown, old = _visible(reading, by), _visible(before, by)
        named += [name for place, name in shown.items() if place not in old]
    if not named:
        return ()
    return (_("Can be seen for the first time: %(groups)s.", language, groups=listed(named, language)),)


def _visible(reading: Reading, by: By) -> dict[tuple[str, str], str]:
    rows = reading.table(by, reason=None).rows
    return {(row.key.area, row.key.role): reading.place(row.key) for row in rows if row.status is not Status.HIDDEN}


def _moved(reading: Reading, before: Reading) -> Exhibit:
    language = reading.language
    old = {row.reason: row for row in before.organisation}
    now, then = (period_words(one.release.as_of, language) for one in (reading, before))
    columns = (
        Column("label", _("Reason", language)),
        Column("before", _("Release %(number)s", language, number=before.release.number), "percent"),
        Column("now", _("Release %(number)s", language, number=reading.release.number), "percent"),
    )
    lines = [
        EvidencedRow(
            (reading.names.reason(row.reason), percent_of(old.get(row.reason)), percent_of(row)),
            evidence_of([one for one in (old.get(row.reason), row) if one]),
        )
        for row in reading.organisation
    ]
    title = _("Every reason in the whole organisation, %(before)s and %(now)s", language, before=then, now=now)
    table = table_of(reading, title, columns, lines)
    words = ChartWords(
        "",
        value_axis=_("Percent of leavers", language),
        first=_("before", language),
        second=_("now", language),
    )
    return Exhibit("moved", title, table, pair_chart(table, words, "label", "before", "now"))
