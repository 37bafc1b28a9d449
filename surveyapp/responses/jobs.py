"""What the worker does for responses, safe to repeat: drafts die with the link or the time that held them."""

from datetime import date

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case, CaseState
from surveyapp.invitations.models import Invitation, Link
from surveyapp.responses.models import Draft, DraftHolder, Receipt


def destroy_dead_drafts(session: Session, today: date) -> int:
    """Delete drafts that nobody can or may open any more; how many there were."""
    settled = exists().where(
        Invitation.case_id == Draft.case_id,
        Invitation.occasion == Draft.occasion,
        or_(
            Invitation.answered_on.is_not(None), Invitation.declined_on.is_not(None), Invitation.closed_on.is_not(None)
        ),
    )
    ended_case = exists().where(Case.id == Draft.case_id, Case.state.in_([CaseState.STAYED, CaseState.DIED]))
    dead_link = select(Link.id).where(or_(Link.revoked_on.is_not(None), Link.expires_on < today))
    dead = or_(
        settled,
        ended_case,
        (Draft.holder == DraftHolder.LINK) & Draft.holder_id.in_(dead_link),
        (Draft.holder == DraftHolder.TRIAL) & (Draft.begun_on < today),
        (Draft.holder == DraftHolder.RECEIPT) & Draft.holder_id.not_in(select(Receipt.id)),
    )
    gone = session.execute(delete(Draft).where(dead).execution_options(synchronize_session=False))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts its rows
