"""Overdue steps go to the Area's HR lead, then to national HR, each step once a level; and the nightly digest."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.access import Permission, StaffRole
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases import queries as cases
from surveyapp.cases import timeline
from surveyapp.cases.models import Case, CaseState
from surveyapp.db import each_apart, is_postgresql, reading
from surveyapp.directory.models import User
from surveyapp.directory.queries import holders_of, viewer_of
from surveyapp.operation.models import Escalation, EscalationLevel
from surveyapp.working_days import WorkingCalendar
from surveyapp.worklist.ground import Ground
from surveyapp.worklist.queries import WorkFilters, overdue_steps, steps_for, steps_of_case
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
GATHERING = timedelta(minutes=10)
"""How long a message waits at least for the other steps of the same run."""


def escalate_overdue_steps(session: Session, today: date) -> int:
    """Tell the next level about each step that has been overdue too long; how many steps reached a level."""
    with reading():
        ground, known = Ground(session), _known(session)
        due = [
            (step, level)
            for step in overdue_steps(session, today)
            for level, after_days, _staff_role in LEVELS
            if ground.rules.calendar(step.agency, step.area).between(step.due_on, today) >= after_days
            and (step.case_id, step.kind.value, step.due_on, level) not in known
        ]
    return each_apart(session, due, lambda one: _escalate(session, *one, today))


def _known(session: Session) -> set[tuple[UUID, str, date, EscalationLevel]]:
    """Which steps of open cases have been brought to which level."""
    query = select(Escalation.case_id, Escalation.step, Escalation.due_on, Escalation.level)
    rows = session.execute(query.join(Case).where(Case.state == CaseState.OPEN))
    return {(row[0], row[1], row[2], row[3]) for row in rows}


def _escalate(session: Session, step: Step, level: EscalationLevel, today: date) -> int:
    """Looked at again under the case's lock: somebody may have done the step. Noted and told, or neither."""
    case = cases.held(session, step.case_id)
    still_to_do = {(one.kind, one.due_on) for one in steps_of_case(session, case)} if case else set()
    if case is None or (step.kind, step.due_on) not in still_to_do or not _note_once(session, step, level, today):
        return 0
    staff_role = next(staff_role for one, _after_days, staff_role in LEVELS if one is level)
    for user in holders_of(session, (staff_role,), case.agency, case.area):
        if not cases.is_related(session, case, user.email):
            _tell(session, user, step, level)
    timeline.note(session, case, f"step.escalated_to_{level.value}", WORKER, step=step.kind.value)
    return 1


def _tell(session: Session, user: User, step: Step, level: EscalationLevel) -> None:
    """One message a person, however many steps: a step joins what waits for them, while it waits."""
    waiting = mail.not_yet_due(session, _about(user), ESCALATED)
    if waiting is not None:
        counts = Counter({(at, kind): count for at, kind, count in waiting.ids["counts"]})
        counts[level.value, step.kind.value] += 1
        waiting.ids = waiting.ids | {"counts": [[*of, count] for of, count in sorted(counts.items())]}
        return
    because = f"{step.case_id}/{step.kind.value}/{step.due_on.isoformat()}/{level.value}"
    counted = [[level.value, step.kind.value, 1]]
    _queue(session, user, ESCALATED, because, counted, max(_this_morning(), clock.now() + GATHERING))


def send_digests(session: Session, today: date) -> int:
    """Each working morning: to everybody with steps due, how many and of which kind; nothing to those without any."""
    if not WorkingCalendar().is_working_day(today):
        return 0
    with reading():
        people = session.scalars(select(User.id).where(User.active).order_by(User.email)).all()
    return each_apart(session, people, lambda user_id: _send_digest(session, user_id, today))


def _send_digest(session: Session, user_id: UUID, today: date) -> int:
    with reading():
        user = session.get_one(User, user_id)
        counts = _due_to(session, user, today)
        session.commit()  # nobody waits for the counting
    if counts:
        rows = [[overdue, kind, count] for (overdue, kind), count in sorted(counts.items(), reverse=True)]
        _queue(session, user, DIGEST, today.isoformat(), rows, _this_morning())
    return int(bool(counts))


def _due_to(session: Session, user: User, today: date) -> Counter[tuple[bool, str]]:
    """How many steps wait for one member of staff, by whether they are overdue and by kind."""
    viewer = viewer_of(user)
    if not viewer.can(Permission.EDIT_CASES):
        return Counter()
    steps = steps_for(viewer, session, WorkFilters(until_on=today), today)
    return Counter((one.is_overdue(today), one.kind.value) for one in steps if one.owner_id in (None, user.id))


def _note_once(session: Session, step: Step, level: EscalationLevel, today: date) -> bool:
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    row = {"case_id": step.case_id, "step": step.kind.value, "due_on": step.due_on, "level": level}
    noted = insert(Escalation).values(row | {"escalated_on": today}).on_conflict_do_nothing()
    return session.execute(noted.returning(Escalation.step)).first() is not None


def _queue(
    session: Session, user: User, kind: str, occasion: str, counts: Sequence[Sequence[object]], not_before: datetime
) -> None:
    mail.queue(
        session,
        kind,
        user.email,
        about=_about(user),
        reason_key=f"{kind}/{user.id}/{occasion}",
        language=user.language,
        ids={"user": str(user.id), "counts": counts},
        not_before=not_before,
    )


def _about(user: User) -> str:
    return f"user:{user.id}"


def _this_morning() -> datetime:
    return datetime.combine(clock.today(), MORNING)
