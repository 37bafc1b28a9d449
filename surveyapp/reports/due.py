"""Which quarters of an agency are due to be counted; light enough for the worker to ask every hour."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case
from surveyapp.invitations.models import Invitation
from surveyapp.reports.models import ReleaseAtoms
from surveyapp.responses.batches import cut_on, quarter_of


def quarters_to_freeze(session: Session, agency: str, as_of: date) -> list[str]:
    """The agency's due quarters that are not frozen yet, in order, without holes from its own first answer on.

    Imported years and quarters before it were frozen by `freeze_imported`; they call for no quarter of their own.
    """
    first_answer = session.scalar(
        select(func.min(Invitation.answered_on)).join(Case, Case.id == Invitation.case_id).where(Case.agency == agency)
    )
    if first_answer is None:
        return []
    quarters = select(func.max(ReleaseAtoms.period)).where(
        ReleaseAtoms.agency == agency, ReleaseAtoms.period.like("%Q%")
    )
    last = session.scalar(quarters)
    first = quarter_of(first_answer)
    quarter = max(first, next_quarter(last)) if last else first
    due = []
    while cut_on(quarter) <= as_of:
        due.append(quarter)
        quarter = next_quarter(quarter)
    return due


def next_quarter(quarter: str) -> str:
    """The quarter after: 2026Q4 gives 2027Q1."""
    year, number = int(quarter[:4]), int(quarter[5])
    return f"{year + number // 4}Q{number % 4 + 1}"
