"""The names of a release's codes, from the directory and the release's own reason list."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.cases.policy import leaving_types
from surveyapp.directory.models import Area, JobRole, Region, RoleFamily
from surveyapp.reports.files import Names
from surveyapp.reports.models import Release


def names_for(session: Session, release: Release, language: str = "en") -> Names:
    """What people call the codes of this release; families and regions included."""
    areas = dict(_pairs(session, Region, release.agency)) | dict(_pairs(session, Area, release.agency))
    roles = dict(_pairs(session, RoleFamily, release.agency)) | dict(_pairs(session, JobRole, release.agency))
    kinds = [{"code": one.code, "en": one.name, "cy": one.name_cy} for one in leaving_types().values()]
    known = {reason["code"] for reason in release.reasons}
    return Names(language, areas, roles, [*release.reasons, *(one for one in kinds if one["code"] not in known)])


def _pairs(
    session: Session, model: type[Area] | type[Region] | type[JobRole] | type[RoleFamily], agency: str
) -> list[tuple[str, str]]:
    found = session.execute(select(model.code, model.name).where(model.agency == agency))
    return [(code, name) for code, name in found]
