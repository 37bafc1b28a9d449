"""Reading imported surveys: their reason lists, and, for the cut alone, their rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.outside.contents import PLACE, ImportedRespondent
from surveyapp.outside.models import ImportedRow, ImportedSurvey


@dataclass(frozen=True)
class ImportedReason:
    """One reason of an imported survey's own list."""

    code: str
    name: str
    sensitive: bool


def surveys_of(session: Session, agency: str) -> list[ImportedSurvey]:
    """The agency's imported surveys in order of import."""
    query = select(ImportedSurvey).where(ImportedSurvey.agency == agency).order_by(ImportedSurvey.imported_at)
    return list(session.scalars(query))


def all_surveys(session: Session) -> list[ImportedSurvey]:
    """Every imported survey, newest first."""
    return list(session.scalars(select(ImportedSurvey).order_by(ImportedSurvey.imported_at.desc())))


def reasons_of(session: Session, agency: str) -> list[ImportedReason]:
    """The reason list of an agency whose answers were imported; empty for any other."""
    listed = {one["code"]: one for survey in surveys_of(session, agency) for one in survey.reasons}
    return [ImportedReason(one["code"], one["name"], one["sensitive"]) for one in listed.values()]


def open_rows(session: Session, key: ReleasePrivateKey, agency: str) -> Iterator[tuple[str, ImportedRespondent]]:
    """(period, respondent) of every imported row of the agency; only the release job holds the key."""
    query = (
        select(ImportedRow.period, ImportedRow.box)
        .join(ImportedSurvey, ImportedSurvey.id == ImportedRow.survey_id)
        .where(ImportedSurvey.agency == agency)
        .execution_options(yield_per=500)
    )
    for period, box in session.execute(query):
        yield period, ImportedRespondent.from_bytes(key.open(box, PLACE))
