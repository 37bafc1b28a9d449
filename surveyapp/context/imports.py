"""Bringing in a file of context: all or nothing, a repeat changes nothing, a correction leaves a trace."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import Permission, Viewer
from surveyapp.cases.file_reading import FileRefused, RawFile, Warned, open_file
from surveyapp.cases.file_reports import FileHasFaults, FileReport
from surveyapp.cases.file_rows import Vocabulary
from surveyapp.cases.imports import vocabulary_of
from surveyapp.cases.row_faults import RowFault
from surveyapp.context.file_rows import HEADING, NOT_YOUR_PLACE, SAME_FIGURE, FigureKey, ReadFigure, read_figure
from surveyapp.context.models import EVERY, ContextFigure, ContextImport, ContextRevision, Measure
from surveyapp.languages import N_

MOST_CHANGES_KEPT = 200
ADDED_UP = (Measure.HEADCOUNT, Measure.STARTERS, Measure.VACANCIES, Measure.SICKNESS_DAYS)
PARTS_DIFFER = N_(
    "%(n)s totals differ from the sum of their job roles. First: %(place)s in %(period)s is %(total)s, its roles make"
    " %(parts)s. The total is used."
)


@dataclass(frozen=True)
class Change:
    """A figure that the file corrects."""

    key: FigureKey
    before: float
    after: float


@dataclass
class ContextReport(FileReport):
    """What a file of context holds and does."""

    n_added: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    changes: list[Change] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        counts = {"added": self.n_added, "changed": self.n_changed, "unchanged": self.n_unchanged}
        return {"rows": self.n_rows, **counts, **super().as_json()}

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        yield from super().lines()
        counts = f"{self.n_added} new, {self.n_changed} corrected, {self.n_unchanged} known already"
        yield f"{self.n_rows} rows: {counts}; {self.n_faults} faults."


def preview_context(session: Session, stream: BinaryIO, suffix: str, *, viewer: Viewer | None = None) -> ContextReport:
    """What the file would do, without writing; a file that is no table is told as faults too."""
    return _read(session, stream, suffix, viewer)[0]


def import_context(
    session: Session,
    stream: BinaryIO,
    suffix: str,
    actor: audit.Actor,
    *,
    viewer: Viewer | None = None,
    import_id: UUID | None = None,
) -> ContextReport:
    """Take the file's figures; raises FileHasFaults, and then nothing is taken."""
    report, rows = _read(session, stream, suffix, viewer)
    if report.n_faults:
        raise FileHasFaults(report)
    write_figures(session, rows, actor, report, import_id)
    return report


def write_figures(
    session: Session,
    rows: Sequence[ReadFigure],
    actor: audit.Actor,
    report: ContextReport,
    import_id: UUID | None = None,
) -> None:
    """Write what is new or different, and the trace of both; rows that say what is known already change nothing."""
    now = clock.now()
    made = ContextImport(id=import_id or uuid4(), by_kind=actor.kind.value, by_id=actor.id, applied_at=now)
    made.n_added, made.n_changed, made.n_unchanged = report.n_added, report.n_changed, report.n_unchanged
    session.add(made)
    session.flush()
    known = _known(session, rows)
    new, corrected = [], []
    for row in rows:
        found = known.get(row.key)
        if found is None:
            new.append({"id": uuid4(), "changed_at": now, "value": row.value, **vars(row.key)})
        elif found.value != row.value:
            revision = {"figure_id": found.id, "import_id": made.id, "at": now}
            corrected.append({"id": uuid4(), **revision, "before": found.value, "after": row.value})
            found.value, found.changed_at = row.value, now
    session.flush()
    for table, values in ((ContextFigure, new), (ContextRevision, corrected)):
        if values:
            session.execute(insert(table), values)
    counts = {"added": report.n_added, "changed": report.n_changed, "unchanged": report.n_unchanged}
    for agency in sorted({row.key.agency for row in rows}):
        audit.record(session, "context.imported", actor, ("context_import", made.id), agency=agency, **counts)
    session.flush()


def _read(
    session: Session, stream: BinaryIO, suffix: str, viewer: Viewer | None
) -> tuple[ContextReport, list[ReadFigure]]:
    """Every row, understood or faulty, and what the good ones would change."""
    report, good = ContextReport(), list[ReadFigure]()
    try:
        file = open_file(stream, suffix, HEADING)
        report.warnings = file.warnings
        good += _good_rows(file, report, _vocabulary(session, viewer), viewer)
    except FileRefused as refused:
        report.refuse(refused)
    _compare(report, good, _known(session, good))
    report.warnings += _totals_that_differ(good)
    return report, good


def _good_rows(
    file: RawFile, report: ContextReport, vocabulary: Vocabulary, viewer: Viewer | None
) -> Iterator[ReadFigure]:
    """The rows without faults; the others are told in the report."""
    seen: dict[FigureKey, int] = {}
    for raw in file.rows:
        report.n_rows += 1
        read = read_figure(raw, vocabulary)
        faults = read if isinstance(read, list) else list(_faults_together(read, seen, viewer))
        report.add_faults(faults)
        if not faults and isinstance(read, ReadFigure):
            yield read


def _faults_together(row: ReadFigure, seen: dict[FigureKey, int], viewer: Viewer | None) -> Iterator[RowFault]:
    """Faults that one row alone does not show: the same figure twice, somebody else's place."""
    first = seen.setdefault(row.key, row.line)
    if first != row.line:
        yield RowFault(row.line, "measure", row.key.measure.value, SAME_FIGURE, {"line": first})
    if viewer and not viewer.may(Permission.IMPORT_CONTEXT, row.key.agency, row.key.area or None):
        yield RowFault(row.line, "area", row.key.area, NOT_YOUR_PLACE)


def _vocabulary(session: Session, viewer: Viewer | None) -> Vocabulary:
    """Every code and name; a row without an agency belongs to the only one that could be meant."""
    every = vocabulary_of(session, None)
    if viewer is None:
        return every
    scope = viewer.scope_for(Permission.IMPORT_CONTEXT)
    own = {code for code in every.agencies.values() if scope.reaches(code)}
    return replace(every, own_agency=next(iter(own)) if len(own) == 1 else None)


def _known(session: Session, rows: Iterable[ReadFigure]) -> dict[FigureKey, ContextFigure]:
    """The figures held of the agencies and measures that the file speaks of."""
    wanted = {(row.key.agency, row.key.measure) for row in rows}
    found: dict[FigureKey, ContextFigure] = {}
    for agency, measure in wanted:
        query = select(ContextFigure).where(ContextFigure.agency == agency, ContextFigure.measure == measure)
        found |= {key_of(one): one for one in session.scalars(query)}
    return found


def key_of(one: ContextFigure) -> FigureKey:
    """The key of a figure that is held."""
    return FigureKey(one.agency, one.measure, one.period, one.area, one.role, one.tenure_band)


def _compare(report: ContextReport, rows: Sequence[ReadFigure], known: dict[FigureKey, ContextFigure]) -> None:
    for row in rows:
        found = known.get(row.key)
        if found is None:
            report.n_added += 1
        elif found.value == row.value:
            report.n_unchanged += 1
        else:
            report.n_changed += 1
            if len(report.changes) < MOST_CHANGES_KEPT:
                report.changes.append(Change(row.key, found.value, row.value))


def _totals_that_differ(rows: Sequence[ReadFigure]) -> list[Warned]:
    """A total beside its parts is used as it stands; that they differ is said aloud."""
    parts: dict[FigureKey, float] = {}
    for row in rows:
        if row.key.role != EVERY and row.key.tenure_band == EVERY:
            whole = replace(row.key, role=EVERY)
            parts[whole] = parts.get(whole, 0.0) + row.value
    differ = [
        row for row in rows if row.key.measure in ADDED_UP and abs(parts.get(row.key, row.value) - row.value) > 0.5
    ]
    if not differ:
        return []
    first = differ[0]
    values: dict[str, object] = {
        "n": len(differ),
        "place": first.key.area or first.key.agency,
        "period": first.key.period,
        "total": f"{first.value:.12g}",
        "parts": f"{parts[first.key]:.12g}",
    }
    return [Warned(PARTS_DIFFER, values)]
