"""Which quarters of an agency are due to be counted; light enough for the worker to ask every hour."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case
from surveyapp.invitations.models import Invitation
from surveyapp.outside.models import ImportedRow, ImportedSurvey
from surveyapp.reports.models import ReleaseAtoms
from surveyapp.responses.batches import cut_on, next_quarter, quarter_of


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


@dataclass(frozen=True)
class CutDue:
    """A quarter of an agency that should have been cut, and since when."""

    agency: str
    quarter: str
    on: date


def overdue_cuts(session: Session, agencies: Iterable[str], today: date) -> list[CutDue]:
    """Quarters whose day has passed: the worker cuts them the same night, unless the release key is kept elsewhere."""
    yesterday = today - timedelta(days=1)
    return [
        CutDue(agency, quarter, cut_on(quarter))
        for agency in agencies
        for quarter in quarters_to_freeze(session, agency, yesterday)
    ]


def surveys_asked(session: Session) -> list[str]:
    """Agencies whose imported surveys are to be cut, and of which some period is not frozen yet."""
    frozen = select(ReleaseAtoms.period).where(ReleaseAtoms.agency == ImportedSurvey.agency)
    query = (
        select(ImportedSurvey.agency)
        .join(ImportedRow, ImportedRow.survey_id == ImportedSurvey.id)
        .where(ImportedSurvey.cut_asked_at.is_not(None), ImportedRow.period.not_in(frozen))
        .distinct()
    )
    return sorted(session.scalars(query))
