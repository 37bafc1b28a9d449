"""From a table and its mapping to respondents in the product's terms, or every fault with row and column."""

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Values
from dataclasses import dataclass, field, replace

from surveyapp.outside import fault_texts as t
from surveyapp.outside import oddities
from surveyapp.outside.contents import ImportedRespondent
from surveyapp.outside.dates import UNDATED, check_order, period_of
from surveyapp.outside.faults import Fault, FileRefused, Warned
from surveyapp.outside.mapping import LABEL, LONGEST_CODE, Mapping, Place, TickColumn
from surveyapp.outside.queries import ImportedReason
from surveyapp.outside.reading import MOST_FAULTS, Row, Table, fold, fold_band

TOTALS = {"total", "totals", "grand total", "all"}
PRECISE = {"year": t.A_YEAR, "quarter": t.A_QUARTER, "month": t.A_MONTH}
Progress = Callable[[int], None]


@dataclass(frozen=True)
class SurveyRead:
    """A survey in the product's terms: (period, respondent) of every row, and the names behind the codes."""

    respondents: tuple[tuple[str, ImportedRespondent], ...]
    areas: Values[str, str]
    roles: Values[str, str]
    reasons: tuple[ImportedReason, ...]
    warnings: tuple[Warned, ...]

    @property
    def people(self) -> int:
        return sum(one.count for _, one in self.respondents)

    @property
    def answered(self) -> int:
        return sum(one.count for _, one in self.respondents if one.answered)

    @property
    def undated(self) -> int:
        return sum(one.count for period, one in self.respondents if period == UNDATED)


def slug(name: str) -> str:
    """The code of a name: lower case, words joined by underscores, at most 40 characters."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:LONGEST_CODE].rstrip("_")


@dataclass
class _Codes:
    """Codes handed out for names; two names never share one."""

    column: str
    given: Values[str, str]
    names: dict[str, str] = field(default_factory=dict)

    def code(self, name: str) -> str:
        """Errors: FileRefused for a name without a code, or one whose code belongs to another name."""
        code = self.given.get(name) or slug(name)
        if not code:
            raise FileRefused([Fault(0, self.column, name, t.NO_CODE)])
        if self.names.setdefault(code, name) != name:
            values = {"code": code, "other": self.names[code]}
            raise FileRefused([Fault(0, self.column, name, t.SAME_CODE, values)])
        return code


class _Interpreter:
    """Reads the rows of one table by one mapping, gathering faults."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.mapping, self.at = mapping, {name: table.position(name) for name in mapping.columns()}
        self.faults: list[Fault] = []
        self.recoded: dict[str, dict[str, str]] = {
            str(name): {fold(spelling): to for to, spellings in groups.items() for spelling in spellings}
            for name, groups in mapping.recode.items()
        }
        fields, reasons = mapping.fields, mapping.reasons
        self.areas = _Codes(fields.area.column, fields.area.codes)
        self.roles = _Codes(fields.role.column, fields.role.codes)
        self.reasons = _Codes("reasons", {**reasons.codes, **{_name(one): one.code for one in reasons.tick_columns}})
        for one in reasons.tick_columns:
            self.reasons.code(_name(one))

    def cell(self, row: Row, column: str, recoded_as: str = "") -> str:
        """A folded cell, in the spelling the mapping recodes it to."""
        read = fold(row.cells[self.at[column]])
        return self.recoded.get(recoded_as, {}).get(read, read)

    def fault(self, row: Row, column: str, wanted: str, **values: object) -> None:
        self.faults.append(Fault(row.number, column, row.cells[self.at[column]], wanted, values))

    def respondent(self, row: Row) -> tuple[str, ImportedRespondent]:
        answered, reasons = self._ticked(row) if self.mapping.reasons.tick_columns else self._named(row)
        main = self._main(row)
        if main and not answered:
            self.fault(row, self.mapping.main_reason, t.CONTRADICTION)
        one = ImportedRespondent(
            role=self._place(row, self.mapping.fields.role, "role", self.roles),
            area=self._place(row, self.mapping.fields.area, "area", self.areas),
            leaving_type=self._leaving_type(row),
            answered=answered,
            reasons=reasons,
            main=main,
            tenure=self._tenure(row),
            count=self._count(row),
        )
        return self._period(row), one

    def _place(self, row: Row, place: Place, kind: str, codes: _Codes) -> str:
        name = place.value or self.cell(row, place.column, kind) or place.blank
        if name.casefold() in TOTALS:
            self.fault(row, place.column or kind, t.A_TOTAL)
        return codes.code(name)

    def _leaving_type(self, row: Row) -> str:
        kind = self.mapping.fields.leaving_type
        if kind.value:
            return kind.value
        cell = self.cell(row, kind.column, "leaving_type")
        if cell in map(fold, kind.resignation):
            return "resignation"
        if kind.other and cell and cell not in map(fold, kind.other):
            self.fault(row, kind.column, t.LEAVING_TYPE)
        return "other"

    def _tenure(self, row: Row) -> str:
        tenure = self.mapping.fields.tenure
        cell = self.cell(row, tenure.column, "tenure") if tenure else ""
        if not tenure or not cell:
            return "not_known"
        bands = {fold_band(spelling): str(band) for band, spellings in tenure.bands.items() for spelling in spellings}
        if fold_band(cell) not in bands:
            self.fault(row, tenure.column, t.TENURE_BAND)
        return bands.get(fold_band(cell), "not_known")

    def _count(self, row: Row) -> int:
        column = self.mapping.count_column
        if not column:
            return 1
        cell = self.cell(row, column)
        if not re.fullmatch(r"[1-9]\d{0,6}", cell):
            self.fault(row, column, t.HOW_MANY)
            return 1
        return int(cell)

    def _period(self, row: Row) -> str:
        dated = self.mapping.fields.date
        if dated is None:
            return UNDATED
        period = period_of(self.cell(row, dated.column), dated)
        if period is None:
            self.fault(row, dated.column, PRECISE[dated.precision])
        return period or UNDATED

    def _ticked(self, row: Row) -> tuple[bool, tuple[str, ...]]:
        """Whether any tick box was answered, and the reasons ticked."""
        chosen, answered = [], False
        for one in self.mapping.reasons.tick_columns:
            state = self._state(self.cell(row, one.column), one)
            if state is None:
                self.fault(row, one.column, t.TICK)
            answered = answered or bool(state and state != "skipped")
            if state == "ticked":
                chosen.append(self.reasons.code(_name(one)))
        return answered, tuple(chosen)

    def _state(self, cell: str, one: TickColumn) -> str | None:
        reasons = self.mapping.reasons
        if cell in map(fold, reasons.skipped):
            return "skipped"
        if cell in map(fold, reasons.not_ticked):
            return "not ticked"
        is_label = LABEL in reasons.ticked and cell in (fold(one.column), _name(one))
        return "ticked" if is_label or cell in map(fold, reasons.ticked) else None

    def _named(self, row: Row) -> tuple[bool, tuple[str, ...]]:
        """Whether any cell names or denies a reason, and the reasons named."""
        reasons = self.mapping.reasons
        chosen: dict[str, None] = {}
        answered = False
        for at, column in enumerate(reasons.multi_column):
            cell = self.cell(row, column)
            if not cell or cell in map(fold, reasons.skipped):
                continue
            answered = True
            if cell not in map(fold, reasons.not_ticked):
                named_in = reasons.name_columns[at] if reasons.name_columns else ""
                chosen |= dict.fromkeys(self._codes_of(row, cell, named_in))
        return answered, tuple(chosen)

    def _codes_of(self, row: Row, cell: str, named_in: str) -> Iterable[str]:
        """The codes of a cell: of its parts, by their own words, or as they stand where a column beside names them."""
        if named_in:
            name = self.cell(row, named_in) or cell
            if self.reasons.names.setdefault(cell, name) != name:
                self.fault(row, named_in, t.OTHER_NAME, code=cell, other=self.reasons.names[cell])
            return [cell]
        separator = self.mapping.reasons.separator
        parts = [fold(part) for part in cell.split(separator)] if separator else [cell]
        recoded = self.recoded.get("reason", {})
        return [self.reasons.code(recoded.get(part, part)) for part in parts if part]

    def _main(self, row: Row) -> str | None:
        """The main reason's code; it never adds to the reasons ticked."""
        column = self.mapping.main_reason
        cell = self.cell(row, column, "main_reason") if column else ""
        if not cell or cell in map(fold, self.mapping.reasons.skipped + self.mapping.reasons.not_ticked):
            return None
        by_name = {name: code for code, name in self.reasons.names.items()}
        if self.mapping.reasons.name_columns and cell in self.reasons.names:
            return cell
        if cell not in by_name:
            self.fault(row, column, t.NO_MAIN_REASON)
        return by_name.get(cell)


def _name(one: TickColumn) -> str:
    return fold(one.name or one.column)


def interpret(table: Table, mapping: Mapping, progress: Progress = lambda n: None) -> SurveyRead:
    """Every row in the product's terms. Errors: FileRefused with every fault found."""
    warnings = _whole_file(table, mapping)
    dated = mapping.fields.date
    if dated:
        check_order(table.column(dated.column), dated)
    reading = _Interpreter(table, mapping)
    found = []
    for n, row in enumerate(table.rows, start=1):
        found.append(reading.respondent(row))
        progress(n)
    reading.faults += [Fault(0, "sensitive", one, t.NO_REASON) for one in _unknown(reading, mapping)]
    if reading.faults:
        raise FileRefused(reading.faults[:MOST_FAULTS])
    sensitive = set(map(fold, mapping.sensitive))
    reasons = [
        ImportedReason(code, name, bool({code, name} & sensitive)) for code, name in reading.reasons.names.items()
    ]
    if mapping.reasons.multi_column:
        reasons = sorted(reasons, key=lambda one: one.code)
    read = SurveyRead(tuple(found), reading.areas.names, reading.roles.names, tuple(reasons), tuple(warnings))
    return replace(read, warnings=(*read.warnings, *_about(read, mapping)))


def _whole_file(table: Table, mapping: Mapping) -> list[Warned]:
    """What there is to know of whole columns. Errors: FileRefused."""
    date_column = mapping.fields.date.column if mapping.fields.date else ""
    found = list(oddities.made_dates(table, mapping.columns(), date_column))
    if faults := [one for one in found if isinstance(one, Fault)]:
        raise FileRefused(faults[:MOST_FAULTS])
    warnings = [*table.warnings, *(one for one in found if isinstance(one, Warned))]
    warnings += oddities.rounded_numbers(table)
    warnings += oddities.placeholders(table, [mapping.main_reason] if mapping.main_reason else [])
    for check in mapping.checks:
        warnings += [_not_between(fault) for fault in oddities.bad_numbers(table, check)]
    return warnings


def _not_between(fault: Fault) -> Warned:
    """A fault in a column that no figure uses: said, not refused."""
    return Warned(fault.column, t.NOT_BETWEEN, {"row": fault.row, "cell": fault.shown, **fault.values})


def _unknown(reading: _Interpreter, mapping: Mapping) -> list[str]:
    known = {*reading.reasons.names, *reading.reasons.names.values()}
    return [one for one in mapping.sensitive if fold(one) not in known]


def _about(read: SurveyRead, mapping: Mapping) -> Iterable[Warned]:
    """What a reader of the figures must know: people without a date, an Area or a role."""
    dated, kind = mapping.fields.date, mapping.fields.leaving_type
    if dated is None:
        yield Warned("", t.NO_DATES)
    elif read.undated:
        yield Warned(dated.column, t.UNDATED, {"n": read.undated})
    for place, codes in ((mapping.fields.area, read.areas), (mapping.fields.role, read.roles)):
        if place.column and place.blank in codes.values():
            yield Warned(place.column, t.KEPT_AS_BLANK, {"name": place.blank})
    if kind.column and not kind.other:
        yield Warned(kind.column, t.OTHER_LEAVING)
