"""Reading the progress of every leaver in policy, within the viewer's scope, in a handful of queries."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.cases import schedule
from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.cases.policy import InterviewOffer as InterviewPolicy
from surveyapp.cases.policy import Policy, Questionnaire
from surveyapp.clock import LONDON
from surveyapp.compliance.progress import CaseProgress
from surveyapp.directory.models import JobRole
from surveyapp.interviews.models import BookingState, InterviewBooking, InterviewOffer
from surveyapp.interviews.record_models import InterviewRecord
from surveyapp.invitations.dates import Rules
from surveyapp.invitations.models import LEAVING, Invitation
from surveyapp.working_days import WorkingCalendar


@dataclass(frozen=True)
class BoardFilters:
    """What the board is narrowed to: last working days in a period; empty means all."""

    first: date
    last: date
    agency: str = ""
    area: str = ""
    family: str = ""
    leaving_type: str = ""


def progress_for(viewer: Viewer, session: Session, filters: BoardFilters, rules: Rules) -> list[CaseProgress]:
    """Every leaver in policy who left, or will leave, in the period; who stayed or died is not a leaver."""
    query = _leavers().where(
        within(viewer, Permission.SEE_COMPLIANCE, Case.agency, Case.area),
        Case.last_working_day.between(filters.first, filters.last),
    )
    for column, wanted in (
        (Case.agency, filters.agency),
        (Case.area, filters.area),
        (JobRole.family, filters.family),
        (Case.leaving_type, filters.leaving_type),
    ):
        if wanted:
            query = query.where(column == wanted)
    held = _held(session)
    found = (_progress(row, held.get(row.Case.id), rules) for row in session.execute(query))
    return [one for one in found if one is not None]


def _leavers() -> Any:
    """Cases with their ledger and offer, one row a case."""
    ledger = and_(Invitation.case_id == Case.id, Invitation.occasion == LEAVING)
    role = and_(JobRole.agency == Case.agency, JobRole.code == Case.job_role)
    return (
        select(Case, Invitation, InterviewOffer, JobRole.family)
        .outerjoin(Invitation, ledger)
        .outerjoin(InterviewOffer, InterviewOffer.case_id == Case.id)
        .outerjoin(JobRole, role)
        .where(Case.kind == CaseKind.LEAVER, Case.state.in_([CaseState.OPEN, CaseState.CLOSED]))
        .where(Case.last_working_day.is_not(None))
        .order_by(Case.agency, Case.area, Case.last_working_day, Case.id)
    )


@dataclass(frozen=True)
class Held:
    """A case's first interview that was held or is waiting for its record, and that record's days."""

    starts_at: datetime
    is_held: bool
    interviewer_id: uuid.UUID
    written_up_at: datetime | None
    agreed_at: datetime | None


def _held(session: Session) -> dict[uuid.UUID, Held]:
    """The newest live booking of each case, with its record."""
    query = (
        select(InterviewBooking, InterviewRecord.first_written_up_at, InterviewRecord.agreed_at)
        .outerjoin(InterviewRecord, InterviewRecord.booking_id == InterviewBooking.id)
        .where(InterviewBooking.state.in_([BookingState.BOOKED, BookingState.HELD]))
        .order_by(InterviewBooking.starts_at)
    )
    return {
        booking.case_id: Held(
            booking.starts_at, booking.state is BookingState.HELD, booking.interviewer_id, written, agreed
        )
        for booking, written, agreed in session.execute(query)
    }


def _progress(row: Any, held: Held | None, rules: Rules) -> CaseProgress | None:
    """One case as a value; None when policy asks nothing of it."""
    case, invitation, offer, family = row
    policy, calendar = rules.policy(case.agency), rules.calendar(case.agency, case.area)
    rule, dates = policy.rule_for(case.leaving_type), schedule.dates_of(case)
    if not rule.invites:
        return None
    asks, offers = rule.questionnaire is not Questionnaire.NONE, rule.interview is InterviewPolicy.OFFER
    interview = _interview_days(held, policy, calendar)
    return CaseProgress(
        case_id=case.id,
        agency=case.agency,
        area=case.area,
        family=family or "",
        leaving_type=case.leaving_type or "",
        last_working_day=case.last_working_day,
        notified_on=dates.notified_on,
        owner_id=case.owner_id,
        invite_by=schedule.invite_by(dates, policy.times, calendar) if asks else None,
        offer_by=schedule.offer_interview_by(dates, policy.times, calendar) if offers else None,
        invited_on=invitation.invited_on if invitation else None,
        answered_on=invitation.answered_on if invitation else None,
        offered_on=_day(offer.offered_at) if offer else None,
        accepted_on=_day(offer.accepted_at) if offer else None,
        declined_on=_day(offer.declined_at) if offer else None,
        decline_reason=offer.decline_reason.value if offer and offer.decline_reason else None,
        **interview,
    )


def _interview_days(held: Held | None, policy: Policy, calendar: WorkingCalendar) -> dict[str, Any]:
    if held is None:
        return {}
    on = held.starts_at.astimezone(LONDON).date()
    return {
        "held_on": on if held.is_held else None,
        "write_up_by": schedule.write_up_by(on, policy.times, calendar),
        "written_up_on": _day(held.written_up_at),
        "agreed_on": _day(held.agreed_at),
        "interviewer_id": held.interviewer_id,
    }


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(LONDON).date() if moment else None
