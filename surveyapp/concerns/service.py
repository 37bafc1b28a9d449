"""Raising a concern, telling those who must be told, closing it: verbs that change concerns."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from surveyapp import audit, clock, mail
from surveyapp.access import StaffRole
from surveyapp.audit import Actor
from surveyapp.cases.models import Case
from surveyapp.cases.queries import is_related
from surveyapp.concerns.models import (
    Concern,
    ConcernKind,
    ConcernNotice,
    ConcernSource,
    ConcernState,
    MustBeTold,
    Outcome,
)
from surveyapp.directory.models import User
from surveyapp.directory.queries import holders_of

RAISED: Final = "concern.raised"
OVERDUE: Final = "concern.overdue"
NOBODY: Final = "concern.nobody_nominated"
CAN_NOMINATE: Final = (StaffRole.ADMINISTRATOR, StaffRole.NATIONAL_HR)
"""Who is told that a concern waits for an officer who does not exist yet."""

WHO_MUST_BE_TOLD: Final[dict[ConcernKind, tuple[tuple[MustBeTold, timedelta], ...]]] = {
    ConcernKind.RISK_TO_LIFE: (
        (MustBeTold.EMERGENCY_SERVICES, timedelta()),
        (MustBeTold.NOMINATED_OFFICER, timedelta(hours=1)),
        (MustBeTold.SAFEGUARDING_LEAD, timedelta(hours=4)),
    ),
    ConcernKind.HARM: (
        (MustBeTold.NOMINATED_OFFICER, timedelta(hours=4)),
        (MustBeTold.SAFEGUARDING_LEAD, timedelta(hours=24)),
        (MustBeTold.LEAVER, timedelta(days=2)),
    ),
    ConcernKind.CRIME: (
        (MustBeTold.NOMINATED_OFFICER, timedelta(hours=24)),
        (MustBeTold.POLICE_LIAISON, timedelta(days=2)),
        (MustBeTold.LEAVER, timedelta(days=2)),
    ),
    ConcernKind.MISCONDUCT: (
        (MustBeTold.NOMINATED_OFFICER, timedelta(days=1)),
        (MustBeTold.CONDUCT_LEAD, timedelta(days=5)),
        (MustBeTold.LEAVER, timedelta(days=5)),
    ),
    ConcernKind.CONTACT: ((MustBeTold.NOMINATED_OFFICER, timedelta(days=1)), (MustBeTold.LEAVER, timedelta(days=2))),
}
"""For each kind: whom, and within what time of its being raised."""


class ConcernIsClosed(Exception):
    """The concern has an outcome; nothing more is done with it."""


class PeopleStillToTell(Exception):
    """A concern is closed when everybody who must be told has been; `whom` are those who have not."""

    def __init__(self, whom: list[MustBeTold]) -> None:
        super().__init__(", ".join(whom))
        self.whom = whom


def raise_concern(
    session: Session,
    case: Case,
    kind: ConcernKind,
    source: ConcernSource,
    said: str,
    *,
    contact: str = "",
    raised_by_id: uuid.UUID | None = None,
    actor: Actor,
) -> Concern:
    """Start a concern and tell the nominated officers of the Area by e-mail that there is one, nothing more."""
    now = clock.now()
    made = Concern(
        id=uuid.uuid4(),
        agency=case.agency,
        area=case.area,
        case=case,
        kind=kind,
        source=source,
        state=ConcernState.RAISED,
        raised_at=now,
        raised_by_id=raised_by_id,
    )
    made.said = said.strip()
    made.contact = contact.strip() or None
    made.notices = [
        ConcernNotice(id=uuid.uuid4(), told_whom=whom, due_at=now + t) for whom, t in WHO_MUST_BE_TOLD[kind]
    ]
    session.add(made)
    session.flush()
    audit.record(session, RAISED, actor, ("concern", made.id), agency=case.agency, kind=kind.value, source=source.value)
    _tell_officers(session, made)
    return made


def _tell_officers(session: Session, concern: Concern) -> None:
    """Tell every officer who may see it; where there is none, those who can nominate one, without a word about it."""
    officers = officers_for(session, concern.case)
    for officer in officers:
        _queue(session, RAISED, officer, concern, f"{RAISED}:{concern.id}:{officer.id}")
    if not officers:
        for one in holders_of(session, CAN_NOMINATE, concern.agency, concern.area):
            _queue(session, NOBODY, one, concern, f"{NOBODY}:{concern.id}:{one.id}")


def _queue(session: Session, kind: str, user: User, concern: Concern, reason_key: str) -> None:
    mail.queue(
        session,
        kind,
        user.email,
        about=f"concern:{concern.id}",
        reason_key=reason_key,
        language=user.language,
        agency=concern.agency,
        ids={"concern": str(concern.id)},
    )


def follow_concern(session: Session, concern_id: uuid.UUID, now: datetime) -> int:
    """Tell officers who were nominated, or whose scope reached the place, after it was raised; recall what is overdue.

    Each officer once of each; how many people should have been told by now. Nothing about a concern that is closed.
    """
    concern = session.get_one(Concern, concern_id, populate_existing=True)
    if concern.state is not ConcernState.RAISED:
        return 0
    _tell_officers(session, concern)
    late = [notice for notice in concern.notices if is_overdue(notice, now)]
    for notice in late:
        for officer in officers_for(session, concern.case):
            _queue(session, OVERDUE, officer, concern, f"{OVERDUE}:{notice.id}:{officer.id}")
    return len(late)


def officers_for(session: Session, case: Case) -> list[User]:
    """The nominated officers of the case's Area, but for those who are named in the case themselves."""
    found = holders_of(session, (StaffRole.NOMINATED_OFFICER,), case.agency, case.area)
    return [officer for officer in found if not is_related(session, case, officer.email)]


def mark_told(
    session: Session, concern: Concern, whom: MustBeTold, how: str, *, by_id: uuid.UUID, actor: Actor
) -> None:
    """Log that somebody who must be told has been; a second time changes nothing."""
    if concern.state is ConcernState.CLOSED:
        raise ConcernIsClosed
    notice = next((one for one in concern.notices if one.told_whom is whom), None)
    if notice is None:
        notice = ConcernNotice(id=uuid.uuid4(), told_whom=whom, due_at=clock.now())
        concern.notices.append(notice)
    if notice.told_at is None:
        notice.told_at, notice.told_by_id, notice.told_how = clock.now(), by_id, how[:40]
        session.flush()
        audit.record(session, "concern.told", actor, ("concern", concern.id), agency=concern.agency, whom=whom.value)


def close_concern(
    session: Session, concern: Concern, outcome: Outcome, note: str, *, by_id: uuid.UUID, actor: Actor
) -> None:
    """Close with an outcome, once everybody who must be told has been."""
    if concern.state is ConcernState.CLOSED:
        raise ConcernIsClosed
    waiting = [one.told_whom for one in concern.notices if one.told_at is None]
    if waiting:
        raise PeopleStillToTell(waiting)
    concern.state = ConcernState.CLOSED
    concern.outcome = outcome
    concern.closed_at, concern.closed_by_id = clock.now(), by_id
    concern.closing_note = note.strip() or None
    session.flush()
    audit.record(
        session, "concern.closed", actor, ("concern", concern.id), agency=concern.agency, outcome=outcome.value
    )


def is_overdue(notice: ConcernNotice, now: datetime) -> bool:
    """Whether somebody should have been told by now."""
    return notice.told_at is None and notice.due_at < now
