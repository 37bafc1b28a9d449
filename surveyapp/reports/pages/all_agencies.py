"""All agencies together as a page: the sum, then each agency's own published figures beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from analytics.chart_style import ChartWords
from analytics.charts import dot_chart
from analytics.disclosure import ALL_AGENCIES_FROM, EvidencedRow, released_table
from analytics.tables import Column, PublishedRow, ReleasedTable, Status
from surveyapp.directory import queries as directory
from surveyapp.languages import formats, ngettext
from surveyapp.languages import gettext as _
from surveyapp.reports.files import THEME_COLUMNS, theme_record
from surveyapp.reports.pages.page import Exhibit, FileContent, Page
from surveyapp.reports.pages.sentences import first_upper, in_sentence
from surveyapp.reports.pages.tables import evidence_of, number_columns, numbers_of, percent_of
from surveyapp.reports.together import AskedOfAll, Member, Together, agencies_together, reason_names
from surveyapp.reports.wording import WINDOWS, selection_words, window_words

EVERY_AGENCY = "*"


@dataclass(frozen=True)
class Told:
    """The sum in one language: what agencies and reasons are called, and where each agency's own pages are."""

    together: Together
    language: str
    agencies: Mapping[str, str]
    reasons: Mapping[str, str]
    addresses: Mapping[str, str]

    def agency(self, member: Member) -> str:
        return self.agencies[member.release.agency]

    def listed(self, codes: Sequence[str], names: Mapping[str, str]) -> str:
        return formats.listed([names.get(code, code) for code in codes], self.language)

    @property
    def releases(self) -> str:
        """'3, 9 and 12'."""
        numbers = [str(number) for number in sorted(one.release.number for one in self.together.members)]
        return formats.listed(numbers, self.language) or _("none", self.language)


def told_of(session: Session, asked: AskedOfAll, language: str) -> Told:
    """What the agencies' signed releases give for that question, with the names that a language has for it."""
    found = agencies_together(session, asked)
    releases = [*(one.release for one in found.members), *found.left_out]
    return Told(
        found,
        language,
        {one.code: one.name_in(language) for one in directory.agencies(session)},
        reason_names(found.members, language),
        {one.agency: f"/themes?release={one.number}" for one in releases},
    )


def all_agencies_page(told: Told) -> Page:
    """One question to all agencies; without a sum it says what is there and what is wanted."""
    together, language = told.together, told.language
    rows = together.rows
    return Page(
        name="all-agencies",
        title=_title(told),
        caption=_("All agencies together", language),
        window=_window(told),
        base=_base(told),
        hidden=_hidden(told),
        content=FileContent(THEME_COLUMNS, tuple(_records(told))),
        sentences=tuple(_sentences(told)),
        exhibits=(_added_up(told), _side_by_side(told)) if rows else (),
        guide=_guide(language),
        empty=_nothing(told),
    )


def _title(told: Told) -> str:
    language = told.language
    first = next((row for row in told.together.rows if row.status is Status.SHOWN), None)
    if first is None:
        return _("All agencies together", language)
    reason = first_upper(told.reasons[first.reason])
    return _("“%(reason)s” is given most in all agencies together", language, reason=reason)


def _window(told: Told) -> str:
    row = next(iter(told.together.rows), None)
    asked = told.together.asked
    return window_words(row.key.window, told.language) if row else _(WINDOWS[asked.window], told.language)


def _base(told: Told) -> str:
    words = selection_words(told.together.asked.selection, told.language)
    row = next(iter(told.together.rows), None)
    if row is None or row.base is None:
        return words
    n = formats.number(row.base, told.language)
    return _("%(selection)s, %(n)s answered", told.language, selection=words, n=n)


def _hidden(told: Told) -> str:
    n = len(told.together.not_added)
    if not n:
        return _("nothing", told.language)
    return ngettext("%(n)s reason, not shown by all", "%(n)s reasons, not shown by all", n, told.language)


def _sentences(told: Told) -> list[str]:
    """Who is in the sum, who is not, and which reasons could not be added up."""
    together, language = told.together, told.language
    if not together.rows:
        return []
    within = _("Added up: %(agencies)s.", language, agencies=told.listed(_codes(together.members), told.agencies))
    said = [_commonest(told), within]
    if together.left_out:
        names = told.listed([one.agency for one in together.left_out], told.agencies)
        said.append(
            _("Left out, because its figures for this window are not shown: %(agencies)s.", language, agencies=names)
        )
    if together.not_added:
        names = told.listed(together.not_added, {code: in_sentence(name) for code, name in told.reasons.items()})
        said.append(_("Not added up, because not every agency shows it: %(reasons)s.", language, reasons=names))
    return [one for one in said if one]


def _commonest(told: Told) -> str:
    shown = [row for row in told.together.rows if row.status is Status.SHOWN][:3]
    named = [f"{in_sentence(told.reasons[row.reason])} ({row.percent}%)" for row in shown]
    listed = formats.listed(named, told.language)
    return _("In all agencies together the reasons given most are %(reasons)s.", told.language, reasons=listed) * bool(
        shown
    )


def _codes(members: Sequence[Member]) -> list[str]:
    return [one.release.agency for one in members]


def _nothing(told: Told) -> str:
    """What is wanted before there is a sum, and who is there already."""
    language, members = told.language, told.together.members
    wanted = _(
        "Agencies are added up from %(n)s up, so that nobody learns another’s figures by taking their own away.",
        language,
        n=ALL_AGENCIES_FROM,
    )
    if not members:
        return wanted
    there = _(
        "Only these show figures for this window: %(agencies)s.",
        language,
        agencies=told.listed(_codes(members), told.agencies),
    )
    return f"{wanted} {there}"


def _added_up(told: Told) -> Exhibit:
    language, rows = told.language, told.together.rows
    title = _("Every reason, all agencies together", language)
    counted = number_columns(language, _("Leavers giving it", language), _("Leavers who answered", language))
    lines = [EvidencedRow((told.reasons[row.reason], *numbers_of(row)), evidence_of([row])) for row in rows]
    table = _table(told, title, (Column("label", _("Reason", language)), *counted), lines)
    words = ChartWords("", value_axis=_("Percent of leavers, with a 95%% range", language))
    return Exhibit("together", title, table, dot_chart(table, words, "label", "percent", "low", "high"))


def _side_by_side(told: Told) -> Exhibit:
    """A shaded row for the sum and for each agency, by name: no order of merit."""
    language, together = told.language, told.together
    title = _("Each agency’s own published figures, percent of leavers who answered", language)
    reasons = [row.reason for row in together.rows]
    lines = [_line(_("All together", language), together.rows, reasons)]
    members = sorted(together.members, key=told.agency)
    lines += [_line(told.agency(one), one.rows, reasons) for one in members]
    columns = (
        Column("label", _("Agency", language)),
        Column("base", _("Answered", language), "people"),
        *(Column(code, told.reasons[code], "percent") for code in reasons),
    )
    links = {told.agency(one): told.addresses[one.release.agency] for one in members}
    return Exhibit("by-agency", title, _table(told, title, columns, lines), shaded=tuple(reasons), links=links)


def _line(name: str, rows: Sequence[PublishedRow], reasons: Sequence[str]) -> EvidencedRow:
    by_reason = {row.reason: row for row in rows}
    base = next(row.base for row in rows if row.base is not None)
    return EvidencedRow((name, base, *(percent_of(by_reason[code]) for code in reasons)), evidence_of(rows))


def _table(told: Told, title: str, columns: Sequence[Column], lines: Sequence[EvidencedRow]) -> ReleasedTable:
    published = {key for line in lines for key in line.evidence}
    return released_table(title, columns, lines, published, release=told.releases, window=_window(told))


def _records(told: Told) -> list[dict[str, Any]]:
    """The sum, then each agency's own rows, in the columns of theme files; all agencies are '*'."""
    together = told.together
    if not together.rows:
        return []
    everyone = [str(one.release.number) for one in together.members]
    found = [(EVERY_AGENCY, " ".join(everyone), together.rows)]
    found += [(one.release.agency, str(one.release.number), one.rows) for one in together.members]
    return [
        theme_record(releases, agency, row)
        for agency, releases, rows in found
        for row in sorted(rows, key=lambda row: row.reason)
    ]


def _guide(language: str) -> tuple[str, ...]:
    return (
        _("Only whole organisations are added up, from the releases that each agency has signed.", language),
        _("Every number here follows from numbers that the agencies’ own reports show.", language),
        _("Agencies differ in their job roles. A difference between two of them is no proof of its cause.", language),
        _("The line through a dot shows how far chance may have moved it.", language),
    )
