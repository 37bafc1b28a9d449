"""One reader's reading of one release: rows, comparisons and names, narrowed to what the reader may see."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from analytics.findings import Comparison
from analytics.tables import EVERY, Family, GroupKey, PublishedRow, Selection, Window, WindowCode
from analytics.themes import rank_released
from surveyapp.access import Permission, Viewer
from surveyapp.languages import formats
from surveyapp.languages import gettext as _
from surveyapp.reports import queries
from surveyapp.reports.files import Names
from surveyapp.reports.frozen_rows import standing_of
from surveyapp.reports.models import Release
from surveyapp.reports.selection import Asked, By
from surveyapp.reports.themes import ThemeTable, theme_table
from surveyapp.reports.wording import WINDOWS, selection_words, window_words


@dataclass(frozen=True)
class Reading:
    """`viewer` None is an operator at the command line, who reads what a retention lead of the agency reads."""

    session: Session
    release: Release
    viewer: Viewer | None
    language: str
    names: Names
    asked: Asked
    area: str = ""
    role: str = ""
    a: str = ""
    b: str = ""
    item: str = ""
    words: str = ""

    @property
    def question(self) -> tuple[Hashable, ...]:
        """Everything an answer depends on: equal questions have equal pages."""
        scope = self.viewer.scope_for(Permission.SEE_REPORTS) if self.viewer else None
        standing = standing_of(self.session, self.release)
        places = (self.area, self.role, self.a, self.b, self.item, self.words)
        return (self.release.agency, standing, self.asked, places, self.language, self.names.fingerprint, scope)

    def may_see_cells_of(self, area: str) -> bool:
        """Role x Area cells are for those whose scope holds the Area (CONTRACTS 6)."""
        return queries.reads_cells_of(self.viewer, self.release.agency, area)

    def table(self, by: By, **changes: object) -> ThemeTable:
        """The table of `surveyapp themes` for this reader, with other choices where given."""
        asked = replace(self.asked, by=by, **changes)  # type: ignore[arg-type]  # the fields of Asked
        table = theme_table(self.session, self.release, asked)
        if asked.family is not Family.ROLE_AREA:
            return table
        return replace(table, rows=tuple(row for row in table.rows if self.may_see_cells_of(row.key.area)))

    def window_of(self, by: By) -> WindowCode:
        """The window that a table broken down like this is read in."""
        return replace(self.asked, by=by).window_or_default

    @cached_property
    def organisation(self) -> tuple[PublishedRow, ...]:
        """The whole organisation's reasons in the window asked for, commonest first."""
        window = self.asked.window_or_default
        rows = self.table(By.ORGANISATION, reason=None, window=window).rows
        return tuple(row for _rank, row in rank_released(rows))

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Reason codes, those the whole organisation gives most first."""
        return tuple(row.reason for row in self.organisation)

    @cached_property
    def chosen_reason(self) -> str:
        """The reason asked for, else the one given most."""
        return self.asked.reason or (self.reasons[0] if self.reasons else "")

    def comparisons(self, *families: Family) -> list[Comparison]:
        """Comparisons with what is expected, of these families, in the reader's scope."""
        asked = self.asked
        every = queries.comparisons_of(self.session, self.release, asked.stored_source, asked.selection)
        return [one for one in every if one.family in families and self._may_see(one)]

    @cached_property
    def expected(self) -> Mapping[tuple[GroupKey, str], Comparison]:
        """Comparisons by group and reason, for every family."""
        every = self.comparisons(Family.AREA, Family.ROLE, Family.ROLE_AREA)
        return {(one.key, one.reason): one for one in every}

    @cached_property
    def findings(self) -> tuple[Comparison, ...]:
        """What stands out, firmest first, in the reader's scope and by the reader's filters."""
        asked = self.asked
        found = queries.findings_of(self.session, self.release, asked.stored_source, asked.selection)
        return tuple(one for one in found if self._may_see(one) and self._fits(one))

    def _may_see(self, one: Comparison) -> bool:
        return one.family is not Family.ROLE_AREA or self.may_see_cells_of(one.key.area)

    def _fits(self, one: Comparison) -> bool:
        asked = self.asked
        return (
            (asked.window is None or one.key.window.code is asked.window)
            and (asked.reason is None or one.reason == asked.reason)
            and (not self.area or one.key.area == self.area)
            and (not self.role or one.key.role == self.role)
        )

    def place(self, key: GroupKey) -> str:
        """'Caseworker, Northmoor'; everyone is the agency."""
        parts = [self.names.role(key.role)] * (key.role != EVERY) + [self.names.area(key.area)] * (key.area != EVERY)
        return ", ".join(parts) or _("Everyone", self.language)

    @property
    def window(self) -> str:
        """The window in words: that of the rows of the whole organisation, else as asked."""
        row = next(iter(self.organisation), None)
        window = row.key.window if row else Window(self.asked.window_or_default, "", self.release.as_of)
        return window_words(window, self.language) if window.first else _(WINDOWS[window.code], self.language)

    @property
    def base(self) -> str:
        """'Resignations: 437 answered'."""
        shown = next((row.base for row in self.organisation if row.base is not None), None)
        words = selection_words(self.asked.selection, self.language)
        if shown is None:
            return words
        count = formats.number(shown, self.language)
        return _("%(selection)s, %(n)s answered", self.language, selection=words, n=count)

    def address(self, page: str = "", anchor: str = "", **changes: object) -> str:
        """A link to a page of this release with these filters: it shows the same numbers for ever."""
        query = {
            "release": self.release.number,
            "window": self.asked.window.value if self.asked.window else "",
            "type": "" if self.asked.selection is Selection.RESIGNATION else self.asked.selection.value,
            "source": "" if self.asked.source == "leaver" else self.asked.source,
            "count": "" if self.asked.count == "any" else self.asked.count,
            "reason": self.asked.reason or "",
            "area": self.area,
            "role": self.role,
            "a": self.a,
            "b": self.b,
            "item": self.item,
            "words": self.words,
        } | changes
        path = f"/themes/{page}" if page else "/themes"
        return f"{path}?{urlencode({k: v for k, v in query.items() if v})}{f'#{anchor}' if anchor else ''}"

    def file_address(self, kind: str, page: str) -> str:
        """A link to a file of a page, with the same filters."""
        return self.address(f"files/{kind}/{page}" if page else f"files/{kind}")
