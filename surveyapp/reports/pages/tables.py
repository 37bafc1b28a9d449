"""Released rows as the tables of report pages: a list of groups for one reason, and a grid of groups by reason."""

from collections.abc import Callable, Mapping, Sequence

from analytics.disclosure import EvidencedRow, released_table
from analytics.findings import Comparison
from analytics.tables import (
    HIDDEN_SYMBOL,
    Cell,
    Column,
    GroupKey,
    PublishedRow,
    ReleasedTable,
    Status,
)
from surveyapp.languages import gettext as _
from surveyapp.languages.formats import listed
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.wording import window_end

Label = Callable[[PublishedRow], str]


def list_table(
    reading: Reading, title: str, heading: str, rows: Sequence[PublishedRow], label: Label, *, with_window: bool = False
) -> ReleasedTable:
    """A row for each published row: label, count, base, percent, range, and what is expected where it is compared."""
    language = reading.language
    with_window = with_window or len({row.key.window for row in rows if row.status is not Status.HIDDEN}) > 1
    is_compared = any((row.key, row.reason) in reading.expected for row in rows)
    columns = [Column("label", heading)]
    columns += [Column("window", _("Years", language))] * with_window
    columns += number_columns(language, _("Leavers giving it", language), _("Leavers who answered", language))
    columns += [Column("expected", _("Expected", language), "percent")] * is_compared
    evidenced = []
    for row in rows:
        expected = reading.expected.get((row.key, row.reason))
        cells: list[Cell] = [label(row)]
        cells += [years_of(row, language)] * with_window
        cells += numbers_of(row)
        cells += [_expected(row, expected)] * is_compared
        evidenced.append(EvidencedRow(tuple(cells), evidence_of([row])))
    return table_of(reading, title, columns, evidenced)


def number_columns(language: str, counted: str, base: str) -> tuple[Column, ...]:
    """The columns of `numbers_of`, with what is counted and among whom in words."""
    return (
        Column("n", counted, "people"),
        Column("base", base, "people"),
        Column("percent", _("Percent", language), "percent"),
        Column("low", _("Low", language), "percent"),
        Column("high", _("High", language), "percent"),
    )


def numbers_of(row: PublishedRow) -> list[Cell]:
    """Count, base, percent and range; a masked row keeps its base, a hidden one shows its symbol once."""
    if row.status is Status.HIDDEN:
        return [HIDDEN_SYMBOL, None, None, None, None]
    count: Cell = int(row.n) if row.n.isdecimal() else row.n
    return [count, row.base, row.percent, row.low, row.high]


def years_of(row: PublishedRow, language: str) -> str:
    """'3 years to Mar 2026'; nothing for a hidden group."""
    if row.status is Status.HIDDEN:
        return ""
    return window_end(row.key.window, language)


def _expected(row: PublishedRow, expected: Comparison | None) -> Cell:
    return None if expected is None or row.status is Status.HIDDEN else expected.expected_percent


def grid_table(
    reading: Reading,
    title: str,
    heading: str,
    rows: Sequence[PublishedRow],
    group: Label,
    columns: Mapping[str, str],
    column_of: Callable[[PublishedRow], str],
    *,
    with_base: bool = True,
) -> ReleasedTable:
    """Percent of every group (rows, in the order met) by reason or place (columns: code to heading)."""
    by_group: dict[str, dict[str, PublishedRow]] = {}
    for row in rows:
        by_group.setdefault(group(row), {})[column_of(row)] = row
    heads = [Column("label", heading)]
    heads += [Column("base", _("Answered", reading.language), "people")] * with_base
    heads += [Column(code, name, "percent") for code, name in columns.items()]
    evidenced = []
    for name, cells in by_group.items():
        base: list[Cell] = [_base_of(list(cells.values()))] * with_base
        values = [percent_of(cells.get(code)) for code in columns]
        evidenced.append(EvidencedRow((name, *base, *values), evidence_of(list(cells.values()))))
    return table_of(reading, title, heads, evidenced, _older(reading, rows, group))


def _older(reading: Reading, rows: Sequence[PublishedRow], group: Label) -> tuple[str, ...]:
    """Which groups show an earlier period than the others, because the newest could not be shown."""
    seen = {group(row): row for row in rows if row.status is not Status.HIDDEN}
    newest = max((row.key.window.last for row in seen.values()), default="")
    older = {name: row for name, row in seen.items() if row.key.window.last != newest}
    if not older or len({row.key.window.code for row in seen.values()}) > 1:
        return ()
    named = [f"{name} ({years_of(row, reading.language)})" for name, row in sorted(older.items())]
    return (_("From an earlier release: %(groups)s.", reading.language, groups=listed(named, reading.language)),)


def percent_of(row: PublishedRow | None) -> Cell:
    """The percentage, the mask of its count, or the one symbol of everything hidden."""
    if row is None or row.status is Status.HIDDEN:
        return HIDDEN_SYMBOL
    return row.percent if row.status is Status.SHOWN else row.n


def _base_of(rows: Sequence[PublishedRow]) -> Cell:
    return next((row.base for row in rows if row.base is not None), HIDDEN_SYMBOL)


def evidence_of(rows: Sequence[PublishedRow]) -> tuple[GroupKey, ...]:
    """The published groups that these rows show something of."""
    return tuple(dict.fromkeys(row.key for row in rows if row.status is not Status.HIDDEN))


def table_of(
    reading: Reading, title: str, columns: Sequence[Column], rows: Sequence[EvidencedRow], notes: Sequence[str] = ()
) -> ReleasedTable:
    """A table of released figures: every row names the published groups it rests on."""
    published = {key for row in rows for key in row.evidence}
    return released_table(
        title, columns, rows, published, release=str(reading.release.number), window=reading.window, notes=notes
    )
