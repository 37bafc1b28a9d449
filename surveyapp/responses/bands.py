"""The bands of a case that an answer carries, and their names for piped text."""

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case
from surveyapp.cases.policy import leaving_types
from surveyapp.directory.models import Area, Grade, JobRole
from surveyapp.engine.piping import Case as EngineCase
from surveyapp.languages import LANGUAGES
from surveyapp.responses.contents import Bands

NOT_KNOWN = "not_known"
# Asked with every page a leaver opens, so these are put together once.
_AGENCY: BindParameter[str] = bindparam("agency")
_GRADE_GROUP = select(Grade.grade_group).where(Grade.agency == _AGENCY, Grade.code == bindparam("grade"))
_ROLE = select(JobRole.name).where(JobRole.agency == _AGENCY, JobRole.code == bindparam("role"))
_AREA = select(Area.name).where(Area.agency == _AGENCY, Area.code == bindparam("area"))
_NAMES = select(_ROLE.scalar_subquery(), _AREA.scalar_subquery())


def bands_of(session: Session, case: Case, occasion: str) -> Bands:
    """The case's bands as they stand now; sealed with the answers when they are sent."""
    group = session.scalar(_GRADE_GROUP, {"agency": case.agency, "grade": case.grade}) if case.grade else None
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
    names = session.execute(_NAMES, {"agency": bands.agency, "role": bands.role, "area": bands.area}).one()
    found = {"role": _everywhere(names[0]), "area": _everywhere(names[1])}
    if kind := leaving_types().get(bands.leaving_type):
        found["leaving_type"] = {language: kind.name_in(language) for language in LANGUAGES}
    return EngineCase(bands.for_engine(), {band: words for band, words in found.items() if words})


def _everywhere(name: str | None) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, name) if name else {}
