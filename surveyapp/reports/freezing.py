"""Freezing one quarter: every source's counts, sealed; the ballots moved on; HR's own counts kept beside them."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.frozen import FrozenBatch
from analytics.lattice import UNDATED
from analytics.redact import StaffDirectory
from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.cases.policy import leaving_types
from surveyapp.compliance.freezing import freeze_counts
from surveyapp.definitions import queries as definitions
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.engine.definition import Definition
from surveyapp.engine.reading import equality, reasons_given
from surveyapp.engine.submission import Submission
from surveyapp.interviews.heard import heard_reasons
from surveyapp.invitations.models import LEAVING
from surveyapp.outside import queries as outside
from surveyapp.outside.contents import ImportedRespondent
from surveyapp.reports.atom_boxes import keep_atoms
from surveyapp.reports.comment_counts import freeze_comments
from surveyapp.reports.frames import Respondent, freeze_answers, freeze_leavers, freeze_people
from surveyapp.reports.models import ReleaseAtoms
from surveyapp.reports.offers import definition_offered
from surveyapp.reports.populations import freeze_populations
from surveyapp.reports.questions import (
    AVOIDABLE,
    answer_codes,
    characteristics,
    check_questions,
    counted_questions,
)
from surveyapp.reports.questions import given as further_answers
from surveyapp.reports.reason_lists import reasons_of
from surveyapp.reports.sources import CHECK_PREFIX, CHECKS, HR, INTERVIEWER, RESIGNATION
from surveyapp.reports.weighting import weighted
from surveyapp.responses.ballot_box import OpenedBatch, OpenedResponse, move_batch, open_batch
from surveyapp.responses.batches import cut_on, last_day_of


def freeze_quarter(session: Session, key: ReleasePrivateKey, agency: str, quarter: str, names: StaffDirectory) -> None:
    """Open the batch, freeze every source, take in its comments, move the ballots on: all in one transaction.

    `names` are what redaction of the comments looks for.
    """
    batch = open_batch(session, key, agency, quarter)
    reasons = [reason.code for reason in reasons_of(session, agency)]
    population = freeze_populations(session, agency, quarter)
    people = weighted(list(respondents(session, batch)), population)
    definition = definitions.offered(session, "leaver")
    for frozen in [
        *freeze_leavers(people, reasons, quarter, list(characteristics(definition))),
        *_further_batches(definition, people, quarter),
        *_check_batches(session, batch, quarter),
        _heard_batch(session, agency, quarter, reasons),
        _hr_batch(session, agency, quarter),
    ]:
        keep_atoms(session, key, agency, frozen)
    freeze_comments(session, key, batch, names)
    freeze_counts(session, agency, quarter, last_day_of(quarter), cut_on(quarter))
    move_batch(session, key, batch)


def freeze_imported(session: Session, key: ReleasePrivateKey, agency: str, as_of: date) -> bool:
    """Freeze the periods of imported surveys that are not frozen yet; whether there were any.

    Calendar years are frozen when they are over; undated rows belong to the batch as a whole.
    """
    by_period: dict[str, list[Respondent]] = {}
    for period, one in outside.open_rows(session, key, agency):
        by_period.setdefault(period, []).append(_imported(one))
    held = set(session.scalars(select(ReleaseAtoms.period).where(ReleaseAtoms.agency == agency)))
    reasons = [reason.code for reason in reasons_of(session, agency)]
    due = sorted(period for period in by_period if period not in held and _is_over(period, as_of))
    for period in due:
        for frozen in freeze_leavers(by_period[period], reasons, period):
            keep_atoms(session, key, agency, frozen)
    return bool(due)


def _is_over(period: str, as_of: date) -> bool:
    if "Q" in period:
        return cut_on(period) <= as_of
    return period == UNDATED or date(int(period), 12, 31) < as_of


def _imported(one: ImportedRespondent) -> Respondent:
    return Respondent(
        role=one.role,
        area=one.area,
        is_resignation=one.leaving_type == RESIGNATION,
        answered=one.answered,
        is_secret=True,
        reasons=frozenset(one.reasons),
        main=one.main,
        tenure=one.tenure,
        count=one.count,
    )


def respondents(session: Session, batch: OpenedBatch) -> Iterable[Respondent]:
    """The batch's leavers as figures know them; checks of starters and stays are no leavers."""
    return (_respondent(session, row) for row in batch.rows if row.bands.occasion == LEAVING)


def _respondent(session: Session, row: OpenedResponse) -> Respondent:
    definition, submission = _submission(session, row)
    given = reasons_given(definition, submission)
    bands = row.bands
    return Respondent(
        role=bands.role,
        area=bands.area,
        is_resignation=bands.leaving_type == RESIGNATION,
        answered=given.in_base,
        is_secret=row.is_secret,
        reasons=frozenset(given.ticked),
        main=given.main,
        tenure=bands.tenure_band,
        grade=bands.grade_group,
        regretted=bands.regretted,
        equality=equality(definition, submission),
        further=further_answers(definition, submission),
    )


def _submission(session: Session, row: OpenedResponse) -> tuple[Definition, Submission]:
    definition = definitions.published(session, row.definition)
    stored = {"definition": row.definition, "language": row.language, "answers": row.answers, "asked": row.asked}
    return definition, Submission.from_json(definition, stored)


def _further_batches(definition: Definition, people: Sequence[Respondent], quarter: str) -> list[FrozenBatch]:
    """Each further question, a base of its own; whether leaving could be avoided is also split by regret."""
    return [
        freeze_answers(
            people,
            one.code,
            answer_codes(definition, one),
            (one.source, quarter),
            ("regretted",) if one.code == AVOIDABLE else (),
        )
        for one in counted_questions(definition)
    ]


def _check_batches(session: Session, batch: OpenedBatch, quarter: str) -> list[FrozenBatch]:
    """What new starters said at their checks, each question of each check a source of its own.

    From the first check on every quarter has its counts, even of nobody: a quarter without would look uncut.
    """
    starters = definition_offered(session, "new_starter")
    answered = {check: [row for row in batch.rows if row.bands.occasion == check] for check in CHECKS}
    if starters is None or not (any(answered.values()) or _has_counted_checks(session, batch.agency)):
        return []
    return [
        freeze_answers(people, one.code, answer_codes(starters, one), (one.source, quarter), ())
        for check, rows in answered.items()
        for people in [[_starter(session, row) for row in rows]]
        for one in check_questions(starters, check)
    ]


def _has_counted_checks(session: Session, agency: str) -> bool:
    counted = select(ReleaseAtoms.period).where(ReleaseAtoms.agency == agency)
    return session.scalar(counted.where(ReleaseAtoms.source.startswith(CHECK_PREFIX)).limit(1)) is not None


def _starter(session: Session, row: OpenedResponse) -> Respondent:
    """A new starter's check: nobody is leaving, so there is no reason, and only further answers count."""
    definition, submission = _submission(session, row)
    return Respondent(
        role=row.bands.role,
        area=row.bands.area,
        is_resignation=False,
        answered=False,
        is_secret=row.is_secret,
        reasons=frozenset(),
        further=further_answers(definition, submission, is_check=True),
    )


def _heard_batch(session: Session, agency: str, quarter: str, reasons: list[str]) -> FrozenBatch:
    """What interviewers heard, by quarter of write-up: a source of its own, never added to the leavers' answers."""
    people = [
        Respondent(
            role=one.job_role,
            area=one.area,
            is_resignation=one.leaving_type == RESIGNATION,
            answered=True,
            is_secret=True,
            reasons=frozenset(one.reasons) & frozenset(reasons),
            main=one.main,
            tenure=one.tenure_band,
        )
        for one in heard_reasons(session, agency, quarter)
    ]
    return freeze_people(people, reasons, INTERVIEWER, quarter)


def _hr_batch(session: Session, agency: str, quarter: str) -> FrozenBatch:
    """HR's own recorded causes of those whose last day lay in the quarter (source hr: reason = leaving type)."""
    end = last_day_of(quarter)
    start = date(end.year, end.month - 2, 1)
    cases = session.execute(
        select(Case.job_role, Case.area, Case.leaving_type).where(
            Case.agency == agency,
            Case.kind == CaseKind.LEAVER,
            Case.state != CaseState.STAYED,
            Case.last_working_day.between(start, end),
            Case.leaving_type.is_not(None),
        )
    )
    people = [
        Respondent(role, area, kind == RESIGNATION, True, True, frozenset({kind})) for role, area, kind in cases if kind
    ]
    return freeze_people(people, list(leaving_types()), HR, quarter)
