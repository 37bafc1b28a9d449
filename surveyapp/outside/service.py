"""Importing an outside survey: planned whole, applied all or nothing, every row sealed to the release key."""

import hashlib
import random
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.cases.models import Case
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import NotPublished
from surveyapp.directory.models import Agency, Area, JobRole
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.invitations.models import Invitation
from surveyapp.outside import fault_texts as t
from surveyapp.outside.contents import PLACE
from surveyapp.outside.dates import UNDATED
from surveyapp.outside.faults import Fault, FileRefused
from surveyapp.outside.interpreting import Progress, SurveyRead, interpret
from surveyapp.outside.mapping import Mapping
from surveyapp.outside.models import ImportedRow, ImportedSurvey
from surveyapp.outside.queries import surveys_of
from surveyapp.outside.reading import read_table
from surveyapp.outside.report import ImportReport, Outcome
from surveyapp.responses.batches import quarter_of

MOST_REASONS = 500  # a longer list is free text, not a list that people chose from


def untold(n: int) -> None:
    """Progress that nobody is told of."""


@dataclass(frozen=True)
class OutsideFile:
    """A file as it was handed in."""

    content: bytes
    suffix: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_survey(file: OutsideFile, mapping: Mapping, progress: Progress = untold) -> SurveyRead:
    """The file in the product's terms. Errors: FileRefused."""
    table = read_table(
        file.content,
        file.suffix,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        header_row=mapping.header_row,
    )
    return interpret(table, mapping, progress)


def preview_survey(
    session: Session, file: OutsideFile, mapping: Mapping, *, frozen: Collection[str], progress: Progress = untold
) -> ImportReport:
    """What importing would do; nothing is written. `frozen`: the agency's periods already cut. Errors: FileRefused."""
    if held := _held(session, file, mapping):
        return replace(held, outcome=Outcome.UNCHANGED)
    read = read_survey(file, mapping, progress)
    _check_agency(session, mapping, read, frozen)
    _check_places(session, mapping, read)
    return _report(Outcome.WOULD_IMPORT, mapping, read)


def import_survey(
    session: Session,
    file: OutsideFile,
    mapping: Mapping,
    public_key: ReleasePublicKey,
    *,
    frozen: Collection[str],
    actor: audit.Actor,
    progress: Progress = untold,
) -> ImportReport:
    """Seal every row of the file into the agency, which is made if there is none. The same file again changes nothing.

    Errors: FileRefused; the caller commits, or rolls back.
    """
    if held := _held(session, file, mapping):
        return replace(held, outcome=Outcome.UNCHANGED)
    read = read_survey(file, mapping, progress)
    _check_agency(session, mapping, read, frozen)
    _check_places(session, mapping, read)
    _make_places(session, mapping, read)
    report = _report(Outcome.IMPORTED, mapping, read)
    survey = ImportedSurvey(
        id=uuid.uuid4(),
        agency=mapping.agency,
        source=mapping.source,
        file_sha256=file.sha256,
        mapping_sha256=mapping.sha256,
        imported_at=clock.now(),
        reasons=[vars(one) for one in read.reasons] if mapping.has_own_reasons else [],
        report=report.as_json(),
    )
    session.add(survey)
    session.flush()
    _seal(session, survey, read, public_key)
    audit.record(session, "survey.imported", actor, ("survey", survey.id), agency=mapping.agency, rows=report.rows)
    return report


def ask_for_cut(session: Session, survey: ImportedSurvey, actor: audit.Actor) -> None:
    """Have the worker cut the agency's imported surveys; what is cut takes no further survey."""
    if survey.cut_asked_at is None:
        survey.cut_asked_at = clock.now()
        audit.record(session, "survey.cut_asked", actor, ("survey", survey.id), agency=survey.agency)
        session.flush()


def _held(session: Session, file: OutsideFile, mapping: Mapping) -> ImportReport | None:
    """The report of the same file by the same mapping, imported before. Errors: FileRefused (another mapping)."""
    for survey in surveys_of(session, mapping.agency):
        if survey.file_sha256 == file.sha256 and survey.mapping_sha256 == mapping.sha256:
            counts = {name: survey.report[name] for name in ImportReport.__dataclass_fields__ if name in survey.report}
            return ImportReport(**(counts | {"outcome": Outcome.IMPORTED, "warnings": (), "faults": ()}))
        if survey.file_sha256 == file.sha256 or survey.source == mapping.source:
            same = t.HERE_ALREADY if survey.file_sha256 == file.sha256 else t.SOURCE_HERE_ALREADY
            raise FileRefused([Fault(0, "source", survey.source, same, {"agency": mapping.agency}, t.OWN_AGENCY)])
    return None


def _check_agency(session: Session, mapping: Mapping, read: SurveyRead, frozen: Collection[str]) -> None:
    """Whether these periods may enter this agency (CONTRACTS 3). Errors: FileRefused."""
    periods = {period for period, _ in read.respondents}
    has_own = session.scalar(select(Case.id).where(Case.agency == mapping.agency).limit(1)) is not None
    known = set(
        session.scalars(
            select(ImportedRow.period).join(ImportedSurvey).where(ImportedSurvey.agency == mapping.agency).distinct()
        )
    )
    by_quarter = any("Q" in period for period in periods | known)
    faults: list[Fault] = []
    if frozen:
        faults.append(_about(t.CUT_ALREADY, t.OWN_AGENCY, agency=mapping.agency))
    elif has_own:
        faults += _own_answers(session, mapping, periods)
    elif by_quarter and any("Q" not in period for period in periods | known):
        faults.append(_about(t.YEARS_AND_QUARTERS))
    if len(read.reasons) > MOST_REASONS:
        faults.append(_about(t.TOO_MANY_REASONS, n=len(read.reasons), most=MOST_REASONS))
    if not mapping.has_own_reasons:
        faults += _not_offered(session, mapping, read)
    if faults:
        raise FileRefused(faults)


def _about(wanted: str, remedy: str = "", **values: object) -> Fault:
    """A fault of the survey as a whole, in no row or column."""
    return Fault(0, "", "", wanted, values, remedy)


def _own_answers(session: Session, mapping: Mapping, periods: Collection[str]) -> list[Fault]:
    """Why a survey cannot join the agency's own answers."""
    if any("Q" not in period for period in periods):
        return [_about(t.NEEDS_QUARTERS, t.OWN_AGENCY, agency=mapping.agency)]
    first = session.scalar(
        select(func.min(Invitation.answered_on))
        .join(Case, Case.id == Invitation.case_id)
        .where(Case.agency == mapping.agency)
    )
    begins = quarter_of(first or clock.today())
    if late := sorted(period for period in periods if period >= begins):
        return [_about(t.NOT_BEFORE_ANSWERS, t.OWN_AGENCY, agency=mapping.agency, begins=begins, late=late[-1])]
    if mapping.has_own_reasons:
        return [_about(t.NAME_QUESTIONNAIRE, t.OWN_AGENCY, agency=mapping.agency)]
    return []


def _not_offered(session: Session, mapping: Mapping, read: SurveyRead) -> list[Fault]:
    """Reasons that the named questionnaire does not list."""
    try:
        listed = definitions.offered(session, mapping.questionnaire).reasons
    except NotPublished:
        return [_about(t.NOT_PUBLISHED, questionnaire=mapping.questionnaire)]
    offered = {reason.code for reason in listed.reasons} if listed else set()
    return [
        _about(t.NOT_OFFERED, questionnaire=mapping.questionnaire, code=one.code, name=one.name)
        for one in read.reasons
        if one.code not in offered
    ]


@dataclass(frozen=True)
class _Kind:
    """Areas or job roles, which are treated alike."""

    model: type[Area] | type[JobRole]
    column: str
    names: dict[str, str]


def _kinds(mapping: Mapping, read: SurveyRead) -> tuple[_Kind, _Kind]:
    fields = mapping.fields
    return (
        _Kind(Area, fields.area.column or "area", dict(read.areas)),
        _Kind(JobRole, fields.role.column or "role", dict(read.roles)),
    )


def _check_places(session: Session, mapping: Mapping, read: SurveyRead) -> None:
    """In an agency that was loaded, not imported, every Area and role must be known. Errors: FileRefused."""
    if session.get(Agency, mapping.agency) is None or surveys_of(session, mapping.agency):
        return
    faults = []
    for kind in _kinds(mapping, read):
        known = set(session.scalars(select(kind.model.code).where(kind.model.agency == mapping.agency)))
        faults += [
            Fault(0, kind.column, f"{name} ({code})", t.NO_SUCH_CODE, {"agency": mapping.agency}, t.OWN_AGENCY)
            for code, name in kind.names.items()
            if known and code not in known
        ]
    if faults:
        raise FileRefused(faults)


def _make_places(session: Session, mapping: Mapping, read: SurveyRead) -> None:
    """The agency, its Areas and its roles, where they are not there yet."""
    if session.get(Agency, mapping.agency) is None:
        name = mapping.agency_name or mapping.source
        session.add(Agency(code=mapping.agency, name=name[:120], mail_domains=[]))
        session.flush()
    for kind in _kinds(mapping, read):
        known = set(session.scalars(select(kind.model.code).where(kind.model.agency == mapping.agency)))
        missing = sorted(set(kind.names) - known)
        session.add_all(kind.model(agency=mapping.agency, code=code, name=kind.names[code][:120]) for code in missing)
    session.flush()


def _seal(session: Session, survey: ImportedSurvey, read: SurveyRead, public_key: ReleasePublicKey) -> None:
    """The rows, sealed, with random ids and in random order, so that nothing tells which line of the file is which."""
    rows = list(read.respondents)
    random.SystemRandom().shuffle(rows)
    values = [
        {"id": uuid.uuid4(), "survey_id": survey.id, "period": period, "box": public_key.seal(one.to_bytes(), PLACE)}
        for period, one in rows
    ]
    if values:
        session.execute(insert(ImportedRow), values)


def _report(outcome: Outcome, mapping: Mapping, read: SurveyRead) -> ImportReport:
    dated = sorted({period for period, _ in read.respondents} - {UNDATED})
    return ImportReport(
        outcome=outcome,
        agency=mapping.agency,
        source=mapping.source,
        rows=len(read.respondents),
        people=read.people,
        answered=read.answered,
        undated=read.undated,
        areas=len(read.areas),
        roles=len(read.roles),
        reasons=len(read.reasons),
        first_period=dated[0] if dated else "",
        last_period=dated[-1] if dated else "",
        warnings=read.warnings,
    )
