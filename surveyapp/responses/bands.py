"""The bands of a case that an answer carries, and their names for piped text."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case
from surveyapp.cases.policy import leaving_types
from surveyapp.directory.models import Area, Grade, JobRole
from surveyapp.engine.definition import Words
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
    return EngineCase(bands.for_engine(), _Names(session, bands))


class _Names(Mapping[str, Words]):
    """The names of a case's bands, read when the first text asks for one: most pages name none."""

    def __init__(self, session: Session, bands: Bands) -> None:
        self._session, self._bands = session, bands

    @cached_property
    def _found(self) -> dict[str, Words]:
        bands = self._bands
        values = {"agency": bands.agency, "role": bands.role, "area": bands.area}
        role, area = self._session.execute(_NAMES, values).one()
        kind = leaving_types().get(bands.leaving_type)
        found = {
            "role": dict.fromkeys(LANGUAGES, role) if role else {},
            "area": dict.fromkeys(LANGUAGES, area) if area else {},
            "leaving_type": {language: kind.name_in(language) for language in LANGUAGES} if kind else {},
        }
        return {band: words for band, words in found.items() if words}

    def __getitem__(self, band: str) -> Words:
        return self._found[band]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
