"""Before and after an action: the same reason where it was taken and elsewhere, from rows of signed releases alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from sqlalchemy.orm import Session

from analytics.chart_style import ChartWords, Figure
from analytics.charts import before_after_chart
from analytics.disclosure import EvidencedRow, released_table
from analytics.effects import Effect, Share, effect_of_action, effect_sentence
from analytics.rounding import round_count_percent
from analytics.tables import (
    Cell,
    Column,
    Family,
    GroupKey,
    PublishedRow,
    ReleasedTable,
    Selection,
    Status,
    Window,
    WindowCode,
)
from surveyapp.access import Viewer
from surveyapp.actions.models import Action
from surveyapp.languages import gettext as _
from surveyapp.languages import ngettext
from surveyapp.reports import queries as reports
from surveyapp.reports.sources import LEAVER
from surveyapp.reports.wording import window_words
from surveyapp.responses.batches import cut_on, next_quarter, previous_quarter, quarter_of

QUARTERS_A_YEAR = 4


class Unknown(StrEnum):
    """Why nothing can be said at all."""

    NO_REASON = "no_reason"
    NOT_BEGUN = "not_begun"
    NO_BEFORE = "no_before"
    TOO_EARLY = "too_early"
    NOT_YOURS = "not_yours"
    HIDDEN = "hidden"
    NOWHERE_ELSE = "nowhere_else"


@dataclass(frozen=True)
class NothingToSay:
    """Why, and for TOO_EARLY the day on which the release comes that could say more."""

    why: Unknown
    until: date | None = None


@dataclass(frozen=True)
class BeforeAfter:
    """The figures in the reader's language; `n_left_out` groups are hidden or masked on either side, `evidence` names
    the published groups that are added up."""

    sentence: str
    table: ReleasedTable
    figure: Figure
    effect: Effect | None
    n_left_out: int
    evidence: tuple[GroupKey, ...]


@dataclass(frozen=True)
class Years:
    """The year before the action began and the first whole year after it: window code and last quarters."""

    code: WindowCode
    before: str
    after: str


@dataclass(frozen=True)
class Side:
    """The rows of one year that carry a number, one for each place, and every place of which there is a row."""

    rows: dict[tuple[str, str], PublishedRow]
    places: frozenset[tuple[str, str]]

    def share(self, places: Sequence[tuple[str, str]]) -> Share:
        """The places added up: published groups of one family are disjoint."""
        found = [self.rows[place] for place in places]
        return Share(sum(int(row.n) for row in found), sum(row.base or 0 for row in found))

    @property
    def window(self) -> Window:
        return next(iter(self.rows.values())).key.window


def years_around(started_on: date, family: Family) -> Years:
    """The quarter in which the action began belongs to neither year.

    Areas and job roles have rolling years; cells of role and Area only financial ones, which end with a first quarter.
    """
    began = quarter_of(started_on)
    before, after = _earlier(began, 1), _later(began, QUARTERS_A_YEAR)
    if family is not Family.ROLE_AREA:
        return Years(WindowCode.TWELVE_MONTHS, before, after)
    while not before.endswith("Q1"):
        before = _earlier(before, 1)
    while not after.endswith("Q1"):
        after = _later(after, 1)
    return Years(WindowCode.YEAR, before, after)


def before_and_after(
    viewer: Viewer | None,
    session: Session,
    action: Action,
    reason_name: str,
    language: str,
    *,
    up_to: int | None = None,
) -> BeforeAfter | NothingToSay:
    """What released rows say of the action's reason; `reason_name` as it stands inside a sentence.

    `viewer` None is an operator at the command line. With `up_to` no release after that one is read.
    """
    if not action.reason:
        return NothingToSay(Unknown.NO_REASON)
    if action.started_on is None:
        return NothingToSay(Unknown.NOT_BEGUN)
    family = family_of(action)
    if not _may_read(viewer, action, family):
        return NothingToSay(Unknown.NOT_YOURS)
    years = years_around(action.started_on, family)
    rows_of = partial(_rows, session, action, family, up_to)
    before = _side(viewer, action, family, rows_of(years.code, years.before))
    if not before.rows:
        return NothingToSay(Unknown.NO_BEFORE)
    after = _side(viewer, action, family, rows_of(years.code, years.after))
    if not after.rows:
        return NothingToSay(Unknown.TOO_EARLY, cut_on(years.after))
    return _compared(action, before, after, reason_name, language)


def family_of(action: Action) -> Family:
    """The family of published groups in which the action's places can be told from the others."""
    if action.areas and action.roles:
        return Family.ROLE_AREA
    if action.areas:
        return Family.AREA
    return Family.ROLE if action.roles else Family.ORGANISATION


def _may_read(viewer: Viewer | None, action: Action, family: Family) -> bool:
    if not reports.reads_agency(viewer, action.agency):
        return False
    cells = family is Family.ROLE_AREA
    return not cells or all(reports.reads_cells_of(viewer, action.agency, area) for area in action.area_codes)


def _rows(
    session: Session, action: Action, family: Family, up_to: int | None, code: WindowCode, last: str
) -> list[PublishedRow]:
    """The action's reason in every group of the family, in one year."""
    selection = Selection.ALL if action.finding.get("type") == Selection.ALL else Selection.RESIGNATION
    source = action.finding.get("source") or LEAVER
    return reports.year_ending(session, action.agency, source, family, selection, code, last, action.reason, up_to)


def _side(viewer: Viewer | None, action: Action, family: Family, rows: list[PublishedRow]) -> Side:
    """The rows of one year that carry a number: masked and hidden ones say nothing that could be added up."""
    every = {(row.key.area, row.key.role): row for row in rows}
    if family is Family.ROLE_AREA:
        every = {place: row for place, row in every.items() if _is_compared(viewer, action, place)}
    shown = {place: row for place, row in every.items() if row.status is Status.SHOWN and row.n.isdecimal()}
    return Side(shown, frozenset(every))


def _is_compared(viewer: Viewer | None, action: Action, place: tuple[str, str]) -> bool:
    """A cell is compared with the same job roles elsewhere, within the viewer's own Areas."""
    return place[1] in action.role_codes and reports.reads_cells_of(viewer, action.agency, place[0])


def _compared(action: Action, before: Side, after: Side, reason: str, language: str) -> BeforeAfter | NothingToSay:
    both = sorted(before.rows.keys() & after.rows.keys())
    acted = [place for place in both if _is_acted(action, place)]
    rest = [place for place in both if not _is_acted(action, place)]
    if not acted:
        return NothingToSay(Unknown.HIDDEN)
    if not rest and family_of(action) is not Family.ORGANISATION:
        return NothingToSay(Unknown.NOWHERE_ELSE)
    four = [side.share(places) for places in (acted, rest) if places for side in (before, after)]
    effect = effect_of_action(four[0], four[1], four[2], four[3]) if rest else None
    sentence = (
        effect_sentence(effect, reason, language)
        if effect
        else _("It was done everywhere, so there is nowhere to compare it with. We cannot tell.", language)
    )
    names = [(_("Where it was done", language), acted)]
    names += [(_("Elsewhere", language), rest)] if rest else []
    n_left_out = len(before.places | after.places) - len(both)
    notes = _notes(action, before, after, n_left_out, language)
    title = _("Leavers who gave “%(reason)s”, before and after", language, reason=reason)
    table = _table(title, before, after, names, notes, language)
    evidence = tuple(side.rows[place].key for side in (before, after) for place in both)
    return BeforeAfter(sentence, table, _figure(table, language), effect, n_left_out, evidence)


def _is_acted(action: Action, place: tuple[str, str]) -> bool:
    area, role = place
    return (not action.areas or area in action.area_codes) and (not action.roles or role in action.role_codes)


def _notes(action: Action, before: Side, after: Side, n_left_out: int, language: str) -> tuple[str, ...]:
    """What stands under the table: which action, which two years, and how many groups could not be added up."""
    notes = (
        _("Action: %(what)s.", language, what=action.what),
        _("Before: %(window)s.", language, window=window_words(before.window, language)),
        _("After: %(window)s.", language, window=window_words(after.window, language)),
    )
    if not n_left_out:
        return notes
    left_out = ngettext(
        "%(n)s group is left out, because its figure is hidden on one side.",
        "%(n)s groups are left out, because their figures are hidden on one side.",
        n_left_out,
        language,
    )
    return (*notes, left_out)


def _table(
    title: str,
    before: Side,
    after: Side,
    names: Sequence[tuple[str, list[tuple[str, str]]]],
    notes: Sequence[str],
    language: str,
) -> ReleasedTable:
    columns = (
        Column("label", _("Places", language)),
        Column("n_before", _("Gave it before", language), "people"),
        Column("base_before", _("Answered before", language), "people"),
        Column("before", _("Before", language), "percent"),
        Column("n_after", _("Gave it after", language), "people"),
        Column("base_after", _("Answered after", language), "people"),
        Column("after", _("After", language), "percent"),
    )
    rows = []
    for name, places in names:
        cells = [*_numbers(before.share(places)), *_numbers(after.share(places))]
        keys = [side.rows[place].key for side in (before, after) for place in places]
        rows.append(EvidencedRow((name, *cells), tuple(keys)))
    published = {key for row in rows for key in row.evidence}
    return released_table(title, columns, rows, published, notes=notes)


def _numbers(share: Share) -> list[Cell]:
    """Exact counts of published groups, and the percentage rounded as released ones are."""
    return [share.n, share.base, round_count_percent(share.n, share.base)]


def _figure(table: ReleasedTable, language: str) -> Figure:
    words = ChartWords(
        "",
        value_axis=_("Percent of leavers giving it", language),
        first=_("before", language),
        second=_("after", language),
    )
    return before_after_chart(table, words, "label", "before", "after")


def _later(quarter: str, by: int) -> str:
    return _moved(quarter, by, next_quarter)


def _earlier(quarter: str, by: int) -> str:
    return _moved(quarter, by, previous_quarter)


def _moved(quarter: str, by: int, step: Callable[[str], str]) -> str:
    for _step in range(by):
        quarter = step(quarter)
    return quarter
