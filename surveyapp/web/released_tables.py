"""Typed tables (released, operational, reference) as HTML: numbers aligned, hidden cells explained, shares shaded.

Only the three table types of analytics are accepted, by name: a frame or a list of dictionaries is refused, so that a
small count cannot reach a page by mistake. (The look does not import analytics; the reports do.)
"""

import re
from collections.abc import Sequence
from typing import Any, Final, Protocol

from markupsafe import Markup, escape

from surveyapp.languages import formats, translations_for
from surveyapp.web.fields import attributes
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

TYPED: Final = frozenset(f"analytics.tables.{name}" for name in ("ReleasedTable", "OperationalTable", "ReferenceTable"))
HIDDEN: Final = "[c]"
STEPS: Final = 5
WIDE: Final = 9  # from so many columns a table is set small and printed across the page
MASK: Final = re.compile(r"(<|>=)(\d+)")

Cell = str | int | float | None


class TableNotTyped(TypeError):
    """Something other than a released, operational or reference table was about to be shown."""


class Column(Protocol):
    code: str
    heading: str
    unit: str


class TypedTable(Protocol):
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str]


def show_table(
    table: Any,
    *,
    hidden_link: str = "",
    shaded: Sequence[str] = (),
    sortable: bool = True,
    hide_caption: bool = False,
    links: dict[str, str] | None = None,
) -> Markup:
    """The table with its notes. `hidden_link` is where every [c] is explained, `shaded` names the columns (codes) that
    share one scale of five steps, `links` gives addresses for the texts of the first column."""
    typed = checked(table)
    shades = _shades(typed, frozenset(shaded))
    head = "".join(_heading(column, sortable) for column in typed.columns)
    body = "".join(_row(typed, row, shades, hidden_link, links or {}) for row in typed.rows)
    title = escape(translated(typed.title))
    caption = "govuk-visually-hidden" if hide_caption else "govuk-table__caption govuk-table__caption--m"
    sorting = _sorting_words() if sortable else ""
    css = f"govuk-table app-table{' app-shaded' if shaded else ''}"
    wide = " app-table-scroll--wide" if len(typed.columns) >= WIDE else ""
    hint = attributes(data_hint=_("Scroll sideways for more columns"))
    notes = "".join(f'<p class="govuk-body-s">{escape(translated(note))}</p>' for note in typed.notes)
    return Markup(
        f'<div class="app-table-scroll{wide}" role="region" aria-label="{title}" tabindex="0"{hint}>'
        f'<table class="{css}"{sorting}>'
        f'<caption class="{caption}">{title}</caption>'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{head}</tr></thead>'
        f'<tbody class="govuk-table__body">{body}</tbody></table></div>{notes}'
    )


def checked(table: Any) -> TypedTable:
    kind = type(table)
    if f"{kind.__module__}.{kind.__qualname__}" not in TYPED:
        raise TableNotTyped(f"a {kind.__qualname__} is not a released, operational or reference table")
    shown: TypedTable = table
    return shown


def translated(text: str) -> str:
    """A heading or name in the page's language; texts that are data stay as they are."""
    return translations_for(current_language()).gettext(text) if text else ""


def _sorting_words() -> str:
    return attributes(
        data_sortable=True,
        data_ascending=_("Sorted by #, lowest first"),
        data_descending=_("Sorted by #, highest first"),
    )


def _heading(column: Column, sortable: bool) -> str:
    number = " app-number" if column.unit else ""
    marked = attributes(scope="col", class_=f"govuk-table__header{number}", aria_sort="none" if sortable else None)
    return f"<th{marked}>{escape(translated(column.heading))}</th>"


def _row(
    table: TypedTable, row: Sequence[Cell], shades: dict[tuple[str, Cell], int], hidden_link: str, links: dict[str, str]
) -> str:
    cells = []
    for position, (column, value) in enumerate(zip(table.columns, row, strict=True)):
        text = written(value, column.unit, hidden_link)
        if position == 0:
            address = links.get(str(value))
            linked = f'<a class="govuk-link" href="{escape(address)}">{text}</a>' if address else text
            cells.append(f'<th scope="row" class="govuk-table__header">{linked}</th>')
            continue
        shade = shades.get((column.code, value))
        css = f"govuk-table__cell{' app-number' * bool(column.unit)}{f' app-shade-{shade}' if shade else ''}"
        cells.append(f"<td{attributes(class_=css, data_sort=_sort_value(value))}>{text}</td>")
    return f'<tr class="govuk-table__row">{"".join(cells)}</tr>'


def written(value: Cell, unit: str, hidden_link: str = "") -> Markup:
    """One cell as people read it: 46%, 1,204, fewer than 3, [c]."""
    language = current_language()
    if value is None or value == "":
        return Markup("")
    if value == HIDDEN:
        return _hidden_cell(hidden_link)
    if isinstance(value, str):
        mask = MASK.fullmatch(value)
        return escape(_masked(mask[1], mask[2]) if mask else translated(value))
    return escape(formats.percent(value, language) if unit == "percent" else formats.number(value, language))


def _masked(side: str, limit: str) -> str:
    return _("fewer than %(n)s", n=limit) if side == "<" else _("%(n)s or more", n=limit)


def _hidden_cell(link: str) -> Markup:
    said = Markup('<span class="govuk-visually-hidden"> {}</span>').format(_("hidden: why?"))
    if not link:
        return Markup('<span class="app-hidden-cell">{}{}</span>').format(HIDDEN, said)
    return Markup('<a class="govuk-link govuk-link--no-underline app-hidden-cell" href="{}">{}{}</a>').format(
        link, HIDDEN, said
    )


def _sort_value(value: Cell) -> Cell:
    """What the table is sorted by: the bare number, with masked counts beside the numbers they stand for."""
    if isinstance(value, str):
        mask = MASK.fullmatch(value)
        if mask:
            return float(mask[2]) - 0.5 if mask[1] == "<" else float(mask[2])
        return None
    return value


def _shades(table: TypedTable, codes: frozenset[str]) -> dict[tuple[str, Cell], int]:
    """For each number in the shaded columns its step, 1 to 5, between nothing and the largest."""
    numbers = {
        (column.code, value)
        for row in table.rows
        for column, value in zip(table.columns, row, strict=True)
        if column.code in codes and isinstance(value, (int, float))
    }
    largest = max((float(value) for _code, value in numbers if isinstance(value, (int, float))), default=0.0)
    if largest <= 0:
        return {}
    return {
        (code, value): min(STEPS, 1 + int(float(value) / largest * STEPS))
        for code, value in numbers
        if isinstance(value, (int, float))
    }
