"""The names of a release's codes, from the directory and the release's own reason list."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.directory.models import Area, JobRole, Region, RoleFamily
from surveyapp.reports.files import Names
from surveyapp.reports.models import Release


def names_for(session: Session, release: Release, language: str = "en") -> Names:
    """What people call the codes of this release; families and regions included."""
    areas = dict(_pairs(session, Region, release.agency)) | dict(_pairs(session, Area, release.agency))
    roles = dict(_pairs(session, RoleFamily, release.agency)) | dict(_pairs(session, JobRole, release.agency))
    return Names(language, areas, roles, release.reasons)


def _pairs(
    session: Session, model: type[Area] | type[Region] | type[JobRole] | type[RoleFamily], agency: str
) -> list[tuple[str, str]]:
    found = session.execute(select(model.code, model.name).where(model.agency == agency))
    return [(code, name) for code, name in found]
