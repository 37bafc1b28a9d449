"""The bands of a case that an answer carries, and their names for piped text."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case
from surveyapp.cases.policy import leaving_types
from surveyapp.directory.models import Area, Grade, JobRole
from surveyapp.engine.piping import Case as EngineCase
from surveyapp.languages import LANGUAGES
from surveyapp.responses.contents import Bands

NOT_KNOWN = "not_known"


def bands_of(session: Session, case: Case, occasion: str) -> Bands:
    """The case's bands as they stand now; sealed with the answers when they are sent."""
    group = None
    if case.grade:
        group = session.scalar(select(Grade.grade_group).where(Grade.agency == case.agency, Grade.code == case.grade))
    return Bands(
        agency=case.agency,
        area=case.area,
        role=case.job_role,
        grade_group=group or NOT_KNOWN,
        tenure_band=case.tenure_band(),
        leaving_type=case.leaving_type or NOT_KNOWN,
        regretted=case.regretted.value,
        occasion=occasion,
    )


def engine_case(session: Session, bands: Bands) -> EngineCase:
    """The bands as the engine asks about them, with the names of role, Area and leaving type for piped text."""
    role = select(JobRole.name).where(JobRole.agency == bands.agency, JobRole.code == bands.role)
    area = select(Area.name).where(Area.agency == bands.agency, Area.code == bands.area)
    names = session.execute(select(role.scalar_subquery(), area.scalar_subquery())).one()
    found = {"role": _everywhere(names[0]), "area": _everywhere(names[1])}
    if kind := leaving_types().get(bands.leaving_type):
        found["leaving_type"] = {language: kind.name_in(language) for language in LANGUAGES}
    return EngineCase(bands.for_engine(), {band: words for band, words in found.items() if words})


def _everywhere(name: str | None) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, name) if name else {}
