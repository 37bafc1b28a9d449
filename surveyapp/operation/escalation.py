"""Overdue steps go to the Area's HR lead, then to national HR, each step once a level; and the nightly digest."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from surveyapp import clock, mail
from surveyapp.access import Permission, StaffRole
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases import timeline
from surveyapp.cases.models import Case
from surveyapp.cases.queries import is_related
from surveyapp.db import is_postgresql
from surveyapp.directory.models import User, UserGrant
from surveyapp.directory.queries import viewer_of
from surveyapp.operation.models import Escalation, EscalationLevel
from surveyapp.working_days import WorkingCalendar
from surveyapp.worklist.ground import Ground
from surveyapp.worklist.queries import WorkFilters, overdue_steps, steps_for
from surveyapp.worklist.steps import Step

WORKER = Actor(ActorKind.WORKER, "escalation")
ESCALATED = "operation.escalated"
DIGEST = "operation.digest"
LEVELS = (
    (EscalationLevel.AREA, 2, StaffRole.HR_LEAD),
    (EscalationLevel.NATION, 5, StaffRole.NATIONAL_HR),
)
"""Each level, after how many working days overdue, and who is told."""
MORNING = time(8, tzinfo=clock.LONDON)


def escalate_overdue_steps(session: Session, today: date) -> int:
    """Tell the next level about each step that has been overdue too long; one message a person, however many steps."""
    ground, news = Ground(session), Counter[tuple[User, EscalationLevel, str]]()
    people = _staff(session)
    n = 0
    for step in overdue_steps(session, today):
        case = session.get_one(Case, step.case_id)
        days_over = ground.calendar(case).between(step.due_on, today)
        for level, after_days, staff_role in LEVELS:
            if days_over >= after_days and _note_once(session, step, level, today):
                n += 1
                timeline.note(session, case, f"step.escalated_to_{level.value}", WORKER, step=step.kind.value)
                for user in _told(session, people, staff_role, case):
                    news[user, level, step.kind.value] += 1
    for user in {user for user, _level, _kind in news}:
        counts = [
            [level.value, kind, count] for (who, level, kind), count in sorted(news.items(), key=str) if who is user
        ]
        _queue(session, user, ESCALATED, f"{today.isoformat()}/{clock.now():%H%M%S}", {"counts": counts})
    session.flush()
    return n


def send_digests(session: Session, today: date) -> int:
    """Each working morning: to everybody with steps due, how many and of which kind; nothing to those without any."""
    if not WorkingCalendar().is_working_day(today):
        return 0
    n = 0
    for user in _staff(session):
        viewer = viewer_of(user)
        if not viewer.can(Permission.EDIT_CASES):
            continue
        steps = [
            step
            for step in steps_for(viewer, session, WorkFilters(until_on=today), today)
            if step.owner_id in (None, user.id)
        ]
        if steps:
            counts = Counter((step.is_overdue(today), step.kind.value) for step in steps)
            rows = [[overdue, kind, count] for (overdue, kind), count in sorted(counts.items(), reverse=True)]
            _queue(session, user, DIGEST, today.isoformat(), {"counts": rows})
            n += 1
    return n


def _staff(session: Session) -> list[User]:
    query = select(User).where(User.active).options(selectinload(User.grants).selectinload(UserGrant.areas))
    return list(session.scalars(query.order_by(User.email)))


def _told(session: Session, people: Iterable[User], staff_role: StaffRole, case: Case) -> list[User]:
    """Who holds that staff role over the case's Area and has nothing to do with the case in person."""
    return [
        user
        for user in people
        if any(
            grant.staff_role is staff_role and grant.covers(case.agency, case.area) for grant in viewer_of(user).grants
        )
        and not is_related(session, case, user.email)
    ]


def _note_once(session: Session, step: Step, level: EscalationLevel, today: date) -> bool:
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    row = {"case_id": step.case_id, "step": step.kind.value, "due_on": step.due_on, "level": level}
    noted = insert(Escalation).values(row | {"escalated_on": today}).on_conflict_do_nothing()
    return session.execute(noted.returning(Escalation.step)).first() is not None


def _queue(session: Session, user: User, kind: str, occasion: str, ids: dict[str, object]) -> None:
    mail.queue(
        session,
        kind,
        user.email,
        about=f"user:{user.id}",
        reason_key=f"{kind}/{user.id}/{occasion}",
        language=user.language,
        ids={"user": str(user.id), **ids},
        not_before=datetime.combine(clock.today(), MORNING),
    )
