"""Importing a file of cases: one pass in chunks, all or nothing unless good rows alone are asked for."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.access import Permission, Viewer
from surveyapp.audit import Actor
from surveyapp.cases import addresses
from surveyapp.cases import row_faults as f
from surveyapp.cases.arrivals import NewsStatus, Outcome, apply_news
from surveyapp.cases.bulk import add_cases
from surveyapp.cases.details import news_fingerprint, staff_number_index
from surveyapp.cases.file_reading import NUMBERS_FOR_STAFF, FileRefused, RawFile, Warned, open_file
from surveyapp.cases.file_reports import FileHasFaults, FileReport
from surveyapp.cases.file_rows import ReadRow, RowReader, Vocabulary
from surveyapp.cases.matching import best_match, hold_everybody, people
from surveyapp.cases.models import Case, CaseState
from surveyapp.cases.queries import visible_to
from surveyapp.cases.row_faults import RowFault
from surveyapp.db import large_transaction, renew_statistics
from surveyapp.directory.models import Agency, Area, Grade, JobRole
from surveyapp.languages import N_

CHUNK = 1000
MIXED_ORDER = N_(
    "Dates are in more than one order: %(day_first)s day first, %(month_first)s month first, %(either)s could be"
    " either. Nothing is guessed: write them like 2027-03-27."
)


@dataclass
class ImportReport(FileReport):
    """What a file of cases holds and did, by outcome."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    n_bad_rows: int = 0

    def add_faults(self, found: Sequence[RowFault]) -> None:
        """Those of one row: it is counted as bad."""
        super().add_faults(found)
        self.n_bad_rows += bool(found)

    def as_json(self) -> dict[str, Any]:
        """For `--json` and the API."""
        outcomes = {outcome.value: self.outcomes[outcome] for outcome in Outcome}
        return {"rows": self.n_rows, "outcomes": outcomes, "bad_rows": self.n_bad_rows, **super().as_json()}

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        yield from super().lines()
        counts = ", ".join(f"{n} {outcome.value}" for outcome, n in self.outcomes.items() if n)
        yield f"{self.n_rows} rows: {counts or 'none taken'}; {self.n_bad_rows} with faults."


def import_cases(
    session: Session,
    stream: BinaryIO,
    suffix: str,
    actor: Actor,
    *,
    viewer: Viewer | None = None,
    good_rows_only: bool = False,
    most_rows: int | None = None,
    progress: Callable[[int], None] = lambda n: None,
) -> ImportReport:
    """Take a file's rows; raises FileHasFaults, and the caller rolls back. `viewer` limits the Areas."""
    hold_everybody(session)
    run = _Run(session, actor, viewer, writes=True, good_rows_only=good_rows_only, most_rows=most_rows)
    with large_transaction(session):
        report = run.go(stream, suffix, progress)
    if report.is_refused or (report.n_faults and not good_rows_only):
        raise FileHasFaults(report)
    return report


def preview_import(
    session: Session,
    stream: BinaryIO,
    suffix: str,
    *,
    viewer: Viewer | None = None,
    most_rows: int | None = None,
    progress: Callable[[int], None] = lambda n: None,
) -> ImportReport:
    """What the file would do, without writing anything; a file that is no table is told as faults too."""
    run = _Run(session, None, viewer, writes=False, good_rows_only=False, most_rows=most_rows)
    return run.go(stream, suffix, progress)


class _Run:
    """One pass over one file."""

    def __init__(
        self,
        session: Session,
        actor: Actor | None,
        viewer: Viewer | None,
        *,
        writes: bool,
        good_rows_only: bool,
        most_rows: int | None,
    ) -> None:
        self.session, self.actor, self.viewer = session, actor, viewer
        self.writes, self.good_rows_only, self.most_rows = writes, good_rows_only, most_rows
        self.reader = RowReader(vocabulary_of(session, viewer))
        self.report = ImportReport()
        self.seen: dict[bytes, int] = {}
        self.stock_at = CHUNK
        self.n_died_before = 0

    def go(self, stream: BinaryIO, suffix: str, progress: Callable[[int], None]) -> ImportReport:
        try:
            self._read(open_file(stream, suffix), progress)
        except FileRefused as refused:
            self.report.refuse(refused)
        return self.report

    def _read(self, file: RawFile, progress: Callable[[int], None]) -> None:
        self.report.warnings = file.warnings
        for chunk in _chunks(file.rows, CHUNK):
            if self.most_rows is not None and self.report.n_rows + len(chunk) > self.most_rows:
                self.report.outcomes.clear()  # nothing of such a file is offered to be taken
                raise FileRefused([RowFault(1, "", "", f.TOO_MANY_ROWS, {"most": f"{self.most_rows:,}"})])
            good = list(self._understood(chunk))
            self._take(good)
            self._take_stock()
            self.report.n_rows += len(chunk)
            progress(self.report.n_rows)
        self._warn_of_the_whole()

    def _understood(self, chunk: Iterable[Any]) -> Iterator[ReadRow]:
        """The rows without faults."""
        for raw in chunk:
            read = self.reader.read(raw)
            faults = read if isinstance(read, list) else self._faults_together(read)
            self.report.add_faults(faults)
            if not faults and isinstance(read, ReadRow):
                yield read

    def _faults_together(self, row: ReadRow) -> list[RowFault]:
        """Faults that one row alone does not show: somebody else's Area, the same person twice."""
        details = row.details
        faults = []
        if self.viewer and not self.viewer.may(Permission.IMPORT_CASES, details.agency, details.area):
            faults.append(RowFault(row.line, "area", details.area, f.NOT_YOURS))
        key = staff_number_index(f"{details.agency}/{details.kind}/{details.staff_number}")
        first = self.seen.setdefault(key, row.line)
        if first != row.line:
            faults.append(RowFault(row.line, "staff_number", details.staff_number, f.SAME_PERSON, {"line": first}))
        return faults

    def _take(self, rows: list[ReadRow]) -> None:
        """Match the rows with the cases there are; write what is to be written."""
        by_agency: dict[str, list[ReadRow]] = defaultdict(list)
        for row in rows:
            by_agency[row.details.agency].append(row)
        for agency, own in by_agency.items():
            indexed = [(staff_number_index(row.details.staff_number), row) for row in own]
            known = people(self.session, agency, {index for index, _row in indexed})
            new = []
            for index, row in indexed:
                case = best_match(known.get((index, row.details.kind), []), row.details)
                if case is None:
                    new.append(row)
                else:
                    self._bring_up_to_date(case, row)
            self._add(new)
            self._forget(known)

    def _take_stock(self) -> None:
        """A table that was empty when the database last counted it is searched row by row: let it count again."""
        created = self.report.outcomes[Outcome.CREATED]
        if self.is_writing and created >= self.stock_at:
            renew_statistics(self.session, Case)
            self.stock_at = 4 * created

    def _add(self, rows: list[ReadRow]) -> None:
        if self.is_writing and self.actor:
            self.report.outcomes.update(add_cases(self.session, rows, self.actor))
        else:
            self.report.outcomes.update(_first_outcome(row) for row in rows)

    def _bring_up_to_date(self, case: Case, row: ReadRow) -> None:
        if case.news_fingerprint == news_fingerprint(row.details, row.status):
            self.report.outcomes[Outcome.UNCHANGED] += 1
        elif case.state is CaseState.DIED:
            self.report.outcomes[Outcome.UNCHANGED] += 1
            self.n_died_before += 1
        elif not self._is_ours(case):
            self.report.add_faults([RowFault(row.line, "staff_number", row.details.staff_number, f.CASE_NOT_YOURS)])
        elif addresses.needs_second_person(self.session, case, row.details):
            fault = RowFault(row.line, "personal_email", row.details.personal_email, f.SECOND_PERSON)
            self.report.add_faults([fault])
        elif self.is_writing and self.actor:
            told = row.told | {"last_working_day"}
            arrival = apply_news(self.session, case, row.details, row.status, self.actor, told=told)
            self.report.outcomes[arrival.outcome] += 1
        else:
            self.report.outcomes[_first_outcome(row, Outcome.UPDATED)] += 1

    @property
    def is_writing(self) -> bool:
        """Whether rows are still written: after a fault that stops the whole file nothing more need be."""
        return self.writes and (self.good_rows_only or not self.report.n_faults)

    def _is_ours(self, case: Case) -> bool:
        if self.viewer is None:
            return True
        visible = select(Case.id).where(Case.id == case.id, visible_to(self.viewer, Permission.IMPORT_CASES))
        return self.session.scalar(visible) is not None

    def _forget(self, known: dict[Any, list[Case]]) -> None:
        """Let go of what was read, so that memory stays bounded."""
        if self.writes:
            self.session.flush()
        for case in [case for cases in known.values() for case in cases]:
            self.session.expunge(case)

    def _warn_of_the_whole(self) -> None:
        orders = self.reader.slashed
        if orders["day_first"] and orders["month_first"]:
            counts: dict[str, object] = {name: orders[name] for name in ("day_first", "month_first", "either")}
            self.report.warnings.append(Warned(MIXED_ORDER, counts))
        if self.n_died_before:
            self.report.warnings.append(Warned(f.DIED_BEFORE, {"n": self.n_died_before}))
        if self.reader.has_numbers_for_staff:
            self.report.warnings.append(Warned(NUMBERS_FOR_STAFF, {}))


def _first_outcome(row: ReadRow, otherwise: Outcome = Outcome.CREATED) -> Outcome:
    """What will become of a row, by its status."""
    if row.status is NewsStatus.DIED or row.details.leaving_type == "death":
        return Outcome.DIED
    return Outcome.STAYED if row.status is NewsStatus.WITHDRAWN else otherwise


def _chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def vocabulary_of(session: Session, viewer: Viewer | None) -> Vocabulary:
    """Every code and name a file may use. Rows without an agency belong to the only one that could be meant."""
    agencies = {code: name for code, name in session.execute(select(Agency.code, Agency.name))}
    own = {code for code in agencies if viewer is None or _works_in(viewer, session, code)}
    areas, job_roles, grades = (
        {
            (agency, key): code
            for agency, code, name in session.execute(select(model.agency, model.code, model.name))
            for key in (name.casefold(), code.casefold(), code)
        }
        for model in (Area, JobRole, Grade)
    )
    keys = {key: code for code, name in agencies.items() for key in (name.casefold(), code.casefold(), code)}
    return Vocabulary(keys, areas, job_roles, grades, own_agency=next(iter(own)) if len(own) == 1 else None)


def _works_in(viewer: Viewer, session: Session, agency: str) -> bool:
    areas = session.scalars(select(Area.code).where(Area.agency == agency))
    return any(viewer.may(Permission.IMPORT_CASES, agency, area) for area in areas)
