"""Opening a shut case in an emergency: asked for with a reason, agreed to by a second person, and over after a day."""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.cases.details import staff_number_index
from surveyapp.cases.models import Case, CaseOpening
from surveyapp.cases.queries import is_related, is_related_to
from surveyapp.cases.timeline import note
from surveyapp.directory import queries as directory
from surveyapp.languages import N_

MESSAGE = "cases.opening_asked"
OPEN_FOR = timedelta(hours=24)
WAITS_FOR = timedelta(days=7)
SHORTEST_REASON = 20
LONGEST_REASON = 1000


class OpeningRefused(Exception):
    """The case cannot be opened like this; the message says what to do."""


def ask(session: Session, viewer: Viewer, staff_number: str, reason: str) -> CaseOpening | None:
    """Ask to open the newest case of that number, in an agency where the viewer has the right at all.

    None when there is no such case: the page says the same either way, so that asking finds nothing out.
    """
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise OpeningRefused(N_("Say why, in 20 to 1,000 characters."))
    scope = viewer.scope_for(Permission.BREAK_GLASS)
    same = select(Case).where(Case.staff_number_index == staff_number_index(staff_number), Case.disposed_on.is_(None))
    found = session.scalars(same.order_by(Case.last_working_day.desc().nulls_last(), Case.id))
    case = next((one for one in found if scope.reaches(one.agency)), None)
    if case is None:
        return None
    made = CaseOpening(id=uuid.uuid4(), case_id=case.id, asked_by=viewer.user_id, asked_at=clock.now())
    made.data_key = case.record_key()
    made.reason = reason.strip()
    session.add(made)
    note(session, case, "case.opening_asked", viewer.actor, opening=str(made.id))
    _tell_second_persons(session, viewer, case, made)
    return made


def _tell_second_persons(session: Session, viewer: Viewer, case: Case, made: CaseOpening) -> None:
    for user in directory.staff_who_may(session, Permission.BREAK_GLASS, case.agency, case.area):
        if user.id != viewer.user_id and not is_related(session, case, user.email):
            key = f"case-opening/{made.id}/{user.id}"
            ids = {"user": str(user.id), "opening": str(made.id)}
            about = f"user:{user.id}"
            mail.queue(session, MESSAGE, user.email, about=about, reason_key=key, language=user.language, ids=ids)


def waiting_for(viewer: Viewer, session: Session) -> list[tuple[CaseOpening, Case]]:
    """What this viewer may decide: asked by somebody else, in their scope, about nobody of theirs; oldest first."""
    query = (
        select(CaseOpening, Case)
        .join(Case, Case.id == CaseOpening.case_id)
        .where(
            CaseOpening.decided_at.is_(None),
            CaseOpening.asked_by != viewer.user_id,
            CaseOpening.asked_at > clock.now() - WAITS_FOR,
            within(viewer, Permission.BREAK_GLASS, Case.agency, Case.area),
            ~is_related_to(viewer.email),
            Case.disposed_on.is_(None),
        )
    )
    return [(opening, case) for opening, case in session.execute(query.order_by(CaseOpening.asked_at))]


def open_to(viewer: Viewer, session: Session) -> list[tuple[CaseOpening, Case]]:
    """The cases that are open to this viewer now, only because of an emergency."""
    query = select(CaseOpening, Case).join(Case, Case.id == CaseOpening.case_id)
    mine = query.where(CaseOpening.asked_by == viewer.user_id, CaseOpening.ends_at > clock.now())
    return [(opening, case) for opening, case in session.execute(mine.order_by(CaseOpening.ends_at))]


def decide(session: Session, viewer: Viewer, opening_id: uuid.UUID, *, agreed: bool) -> bool:
    """Open the case to who asked, for a day, or refuse; whether it was this viewer's to decide."""
    found = next(((o, c) for o, c in waiting_for(viewer, session) if o.id == opening_id), None)
    if found is None:
        return False
    opening, case = found
    opening.decided_by, opening.decided_at = viewer.user_id, clock.now()
    opening.ends_at = clock.now() + OPEN_FOR if agreed else None
    event = "case.opening_agreed" if agreed else "case.opening_refused"
    note(session, case, event, viewer.actor, opening=str(opening.id))
    return True
