"""The ledger's verbs: begun, answered, declined, closed. Each happens once; dates only, never what was answered."""

from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from surveyapp import clock, mail
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases import timeline
from surveyapp.cases.models import Case
from surveyapp.db import is_postgresql
from surveyapp.invitations.models import LEAVING, DeclineTally, Invitation

ASKING_KINDS = (
    "invitation.invite",
    "invitation.first_reminder",
    "invitation.second_reminder",
    "invitation.last_reminder",
)
"""The messages that ask for answers: none is sent to somebody who has answered or declined."""


class DeclineReason(StrEnum):
    """Why a leaver would rather not take part, if they say."""

    NO_TIME = "no_time"
    NOT_CONFIDENTIAL = "not_confidential"
    NOTHING_CHANGES = "nothing_changes"
    SAID_ALREADY = "said_already"
    OTHER = "other"


def invitation_for(session: Session, case_id: UUID, occasion: str = LEAVING) -> Invitation:
    """The case's row of the ledger, made when there is none yet (two at once make one)."""
    query = select(Invitation).where(Invitation.case_id == case_id, Invitation.occasion == occasion)
    found = session.scalar(query)
    if found is None:
        insert = postgresql.insert if is_postgresql(session) else sqlite.insert
        row = {"id": uuid4(), "case_id": case_id, "occasion": occasion}
        session.execute(insert(Invitation).values(row).on_conflict_do_nothing())
        found = session.scalars(query).one()
    return found


def invitations_of(session: Session, case_id: UUID) -> list[Invitation]:
    """Every row of the ledger of one case, by occasion."""
    query = select(Invitation).where(Invitation.case_id == case_id).order_by(Invitation.occasion)
    return list(session.scalars(query))


def mark_begun(session: Session, case_id: UUID, occasion: str = LEAVING) -> bool:
    """Note the day on which the leaver pressed the button to begin; False when that was noted before."""
    return _note_day(session, case_id, occasion, "begun", Invitation.begun_on.is_(None))


def mark_answered(session: Session, case_id: UUID, occasion: str = LEAVING, *, actor: Actor | None = None) -> bool:
    """Note that the case answered, once: False when it had answered or declined before, and nothing is changed.

    One statement decides, so that fifty submits at once leave one winner. Whatever still asks for answers is stopped.
    `actor` is the adviser who keyed in a paper questionnaire; by default the leaver.
    """
    open_still = (Invitation.answered_on.is_(None), Invitation.declined_on.is_(None))
    return _note_day(session, case_id, occasion, "answered", *open_still, actor=actor, ends_asking=True)


def decline(
    session: Session,
    case_id: UUID,
    occasion: str = LEAVING,
    *,
    reason: DeclineReason | None = None,
    actor: Actor | None = None,
) -> bool:
    """Note that the leaver would rather not; the reason is only counted. False when answered or declined before."""
    open_still = (Invitation.answered_on.is_(None), Invitation.declined_on.is_(None))
    changed = _note_day(session, case_id, occasion, "declined", *open_still, actor=actor, ends_asking=True)
    if changed and reason is not None:
        _count_reason(session, session.get_one(Case, case_id).agency, reason)
    return changed


def close(session: Session, invitation: Invitation, actor: Actor) -> bool:
    """Note that the time to answer is over; False when it was over before."""
    return _note_day(
        session,
        invitation.case_id,
        invitation.occasion,
        "closed",
        Invitation.closed_on.is_(None),
        actor=actor,
        ends_asking=True,
    )


def stop_asking(session: Session, case: Case) -> int:
    """Cancel every message that still asks this case for answers; how many."""
    return mail.cancel_about(session, case.about, ASKING_KINDS)


def _note_day(
    session: Session,
    case_id: UUID,
    occasion: str,
    what: str,
    *conditions: Any,
    actor: Actor | None = None,
    ends_asking: bool = False,
) -> bool:
    """Make the row or mend it, in one statement that decides a race; False when the conditions do not hold."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    day = {f"{what}_on": clock.today()}
    made = insert(Invitation).values(id=uuid4(), case_id=case_id, occasion=occasion, **day)
    noted = made.on_conflict_do_update(index_elements=["case_id", "occasion"], set_=day, where=and_(*conditions))
    changed = session.scalar(noted.returning(Invitation.id))
    if changed is None:
        return False
    if (known := session.identity_map.get(identity_key(Invitation, changed))) is not None:
        session.expire(known)
    case = session.get_one(Case, case_id)
    if ends_asking:
        stop_asking(session, case)
    by = actor or Actor(ActorKind.LEAVER, str(case_id))
    timeline.note(session, case, f"questionnaire.{what}", by, occasion=occasion)
    session.flush()
    return True


def _count_reason(session: Session, agency: str, reason: DeclineReason) -> None:
    today = clock.today()
    quarter = f"{today.year}-Q{(today.month + 2) // 3}"
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    row = {"agency": agency, "quarter": quarter, "reason": reason.value, "n": 1}
    counted = insert(DeclineTally).values(row)
    key = ["agency", "quarter", "reason"]
    session.execute(counted.on_conflict_do_update(index_elements=key, set_={"n": DeclineTally.n + 1}))
