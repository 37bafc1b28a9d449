"""Reading the progress of every leaver in policy, within the viewer's scope, in a handful of queries."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.cases import queries as cases
from surveyapp.cases import schedule
from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.cases.policy import InterviewOffer as InterviewPolicy
from surveyapp.cases.policy import Policy, Questionnaire
from surveyapp.clock import LONDON
from surveyapp.compliance.models import CountedCase, FrozenCount
from surveyapp.compliance.progress import CaseProgress, Stage
from surveyapp.compliance.tally import Group, Tally, group_of, tally_of
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


PLACES = {"agency": Case.agency, "area": Case.area, "family": JobRole.family, "leaving_type": Case.leaving_type}
"""What a case is narrowed by, beside its job role."""


def progress_for(viewer: Viewer, session: Session, filters: BoardFilters, rules: Rules) -> list[CaseProgress]:
    """Every leaver in policy who left, or will leave, in the period; who stayed or died is not a leaver."""
    query = _leavers().where(
        within(viewer, Permission.SEE_COMPLIANCE, Case.agency, Case.area),
        Case.last_working_day.between(filters.first, filters.last),
    )
    return _read(session, narrowed_to(query, filters, PLACES), rules)


@dataclass(frozen=True)
class Stayed:
    """Leavers-to-be who stay after all, and those of them with whom somebody had talked about it: a success."""

    n: int
    after_conversation: int


def stayed_for(viewer: Viewer, session: Session, filters: BoardFilters) -> Stayed:
    """Who would have left in the period, of the cases there still are: no leavers, so that no cut counts them."""
    stays = (Case.kind == CaseKind.LEAVER) & (Case.state == CaseState.STAYED)
    role = and_(JobRole.agency == Case.agency, JobRole.code == Case.job_role)
    query = (
        select(func.count(), func.count().filter(Case.stayed_after_conversation))
        .select_from(Case)
        .outerjoin(JobRole, role)
        .where(stays, within(viewer, Permission.SEE_COMPLIANCE, Case.agency, Case.area))
        .where(Case.last_working_day.between(filters.first, filters.last))
    )
    n, after_conversation = session.execute(narrowed_to(query, filters, PLACES)).one()
    return Stayed(n, after_conversation)


def uncounted_until(session: Session, agency: str, last: date, rules: Rules) -> list[CaseProgress]:
    """Every leaver in policy of an agency whose last day is not after this one and whom no cut has counted."""
    query = _leavers().where(Case.agency == agency, Case.last_working_day <= last, CountedCase.id.is_(None))
    return _read(session, query, rules)


def narrowed_to(query: Any, filters: BoardFilters, columns: Mapping[str, Any]) -> Any:
    """The query with what the filters name."""
    for name, column in columns.items():
        if wanted := getattr(filters, name):
            query = query.where(column == wanted)
    return query


def _read(session: Session, query: Any, rules: Rules) -> list[CaseProgress]:
    held = _held(session)
    found = (_progress(row, held.get(row.Case.id), rules) for row in session.execute(query))
    return [one for one in found if one is not None]


def frozen_for(viewer: Viewer, session: Session, filters: BoardFilters) -> list[tuple[Group, Tally]]:
    """What the cuts counted of the period's months, within the viewer's scope."""
    query = select(FrozenCount).where(
        within(viewer, Permission.SEE_COMPLIANCE, FrozenCount.agency, FrozenCount.area),
        FrozenCount.month.between(f"{filters.first:%Y-%m}", f"{filters.last:%Y-%m}"),
    )
    places = {name: getattr(FrozenCount, name) for name in ("agency", "area", "family", "leaving_type")}
    rows = session.scalars(narrowed_to(query, filters, places))
    return [
        (Group(row.agency, row.area, row.family, row.leaving_type, row.month), Tally.from_json(row.tally))
        for row in rows
    ]


def tallies_for(
    viewer: Viewer, session: Session, filters: BoardFilters, progress: Sequence[CaseProgress], rules: Rules
) -> list[tuple[Group, Tally]]:
    """The whole period: what cuts have counted, and today's stand of everybody they have not."""
    today = clock.today()
    live = [
        (group_of(case), tally_of(case, today, rules.calendar(case.agency, case.area)))
        for case in progress
        if not case.is_counted
    ]
    return [*frozen_for(viewer, session, filters), *live]


@dataclass(frozen=True)
class Behind:
    """One leaver behind a number: whether the step was reached, None where it was not due."""

    case: Case
    reached: bool | None
    is_frozen: bool


def cases_behind(viewer: Viewer, session: Session, filters: BoardFilters, stage: Stage, rules: Rules) -> list[Behind]:
    """The leavers that a number of the board counts, where the viewer may see the cases; frozen ones as counted."""
    mine = cases.visible_to(viewer, Permission.SEE_CASES)
    query = (
        select(CountedCase, Case)
        .join(Case)
        .where(mine, CountedCase.month.between(f"{filters.first:%Y-%m}", f"{filters.last:%Y-%m}"))
    )
    places = {name: getattr(CountedCase, name) for name in ("agency", "area", "family", "leaving_type")}
    found = [
        Behind(case, counted.reached[stage.value], True)
        for counted, case in session.execute(narrowed_to(query, filters, places))
    ]
    live = {one.case_id: one for one in progress_for(viewer, session, filters, rules) if not one.is_counted}
    seen = cases.cases_by_id(viewer, session, list(live), Permission.SEE_CASES)
    found += [Behind(case, live[case.id].counts_for(stage, clock.today()), False) for case in seen]
    return sorted(found, key=lambda one: (one.case.last_working_day or date.max, one.case.id))


def _leavers() -> Any:
    """Cases with their ledger and offer, one row a case, and whether a cut has counted them."""
    ledger = and_(Invitation.case_id == Case.id, Invitation.occasion == LEAVING)
    role = and_(JobRole.agency == Case.agency, JobRole.code == Case.job_role)
    return (
        select(Case, Invitation, InterviewOffer, JobRole.family, CountedCase.id.label("counted"))
        .outerjoin(Invitation, ledger)
        .outerjoin(InterviewOffer, InterviewOffer.case_id == Case.id)
        .outerjoin(CountedCase, CountedCase.case_id == Case.id)
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
    one = InterviewBooking
    query = (
        select(
            one.case_id,
            one.starts_at,
            one.state,
            one.interviewer_id,
            InterviewRecord.first_written_up_at,
            InterviewRecord.agreed_at,
        )
        .outerjoin(InterviewRecord, InterviewRecord.booking_id == one.id)
        .where(one.state.in_([BookingState.BOOKED, BookingState.HELD]))
        .order_by(one.starts_at)
    )
    return {
        case_id: Held(starts_at, state is BookingState.HELD, interviewer_id, written, agreed)
        for case_id, starts_at, state, interviewer_id, written, agreed in session.execute(query)
    }


def _progress(row: Any, held: Held | None, rules: Rules) -> CaseProgress | None:
    """One case as a value; None when policy asks nothing of it."""
    case, invitation, offer, family, counted = row
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
        is_open=case.is_open,
        invite_by=schedule.invite_by(dates, policy.times, calendar) if asks else None,
        offer_by=schedule.offer_interview_by(dates, policy.times, calendar) if offers else None,
        invited_on=invitation.invited_on if invitation else None,
        answered_on=invitation.answered_on if invitation else None,
        offered_on=_day(offer.offered_at) if offer else None,
        accepted_on=_day(offer.accepted_at) if offer else None,
        declined_on=_day(offer.declined_at) if offer else None,
        decline_reason=offer.decline_reason.value if offer and offer.decline_reason else None,
        is_counted=counted is not None,
        **interview,
    )


def _interview_days(held: Held | None, policy: Policy, calendar: WorkingCalendar) -> dict[str, Any]:
    if held is None:
        return {}
    on, written_up_on = held.starts_at.astimezone(LONDON).date(), _day(held.written_up_at)
    return {
        "held_on": on if held.is_held else None,
        "write_up_by": schedule.write_up_by(on, policy.times, calendar),
        "written_up_on": written_up_on,
        "agree_by": schedule.agree_by(written_up_on, policy.times, calendar) if written_up_on else None,
        "agreed_on": _day(held.agreed_at),
        "interviewer_id": held.interviewer_id,
    }


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(LONDON).date() if moment else None


def newest_frozen_month(viewer: Viewer, session: Session, filters: BoardFilters) -> date | None:
    """The newest of the period's months that a cut has counted, as its first day; None when none has."""
    query = select(func.max(FrozenCount.month)).where(
        within(viewer, Permission.SEE_COMPLIANCE, FrozenCount.agency, FrozenCount.area),
        FrozenCount.month.between(f"{filters.first:%Y-%m}", f"{filters.last:%Y-%m}"),
    )
    newest = session.scalar(query)
    return date.fromisoformat(f"{newest}-01") if newest else None
