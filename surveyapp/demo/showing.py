"""What the demo prints once it is ready: the address, a sign-in for each staff role, and a leaver's link."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.models import Case, CaseState
from surveyapp.demo import accounts
from surveyapp.invitations import links
from surveyapp.invitations.models import Invitation

LINK_LASTS = timedelta(30)


def leaver_link(session: Session, base_url: str, language: str = "en") -> str:
    """A fresh link of an invited leaver who has not answered yet; empty when everybody has."""
    waiting = (
        select(Case.id)
        .join(Invitation, Invitation.case_id == Case.id)
        .where(
            Case.state == CaseState.OPEN,
            Case.agency == "ncs",
            Case.language == language,
            Case.leaving_type == "resignation",
            Case.last_working_day > clock.today(),
            Invitation.invited_on.is_not(None),
            Invitation.begun_on.is_(None),
            Invitation.answered_on.is_(None),
            Invitation.declined_on.is_(None),
            Invitation.closed_on.is_(None),
        )
        .order_by(Case.last_working_day.desc(), Case.staff_number_index)
        .limit(1)
    )
    case_id = session.scalar(waiting)
    if case_id is None:
        return ""
    token = links.mint(session, case_id, "demo", expires_on=clock.today() + LINK_LASTS).token
    return f"{base_url}/a/{token}"


def sign_ins() -> list[str]:
    """One line an account: staff roles, address, where."""
    lines = []
    for one in accounts.ACCOUNTS:
        where = ", ".join(one.areas) or one.agency or "every agency"
        lines.append(f"{', '.join(one.staff_roles):<20} {one.email:<32} {where}")
    return lines
