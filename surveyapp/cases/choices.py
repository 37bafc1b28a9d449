"""What the forms of cases offer: Areas where the viewer works, job roles, grades and leaving types by name."""

import uuid
from typing import Any

from flask import abort
from sqlalchemy.orm import Session

from surveyapp.access import Permission, Viewer
from surveyapp.cases.details import CaseDetails
from surveyapp.cases.policy import leaving_types
from surveyapp.cases.words import STATES, WORKING_PATTERNS
from surveyapp.directory import queries as directory
from surveyapp.directory.models import Agency
from surveyapp.languages import LANGUAGES
from surveyapp.web.forms import SelectChoice
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

Offered = dict[str, list[SelectChoice]]


def uuid_or_404(text: str) -> uuid.UUID:
    """An id from an address or a form; what is none was never ours."""
    try:
        return uuid.UUID(text)
    except ValueError:
        abort(404)


def agencies_for(viewer: Viewer, session: Session, permission: Permission = Permission.EDIT_CASES) -> list[Agency]:
    """The agencies in which the viewer may do that somewhere."""
    mine = {area.agency for area in directory.areas_within(viewer, session, permission)}
    return [agency for agency in directory.agencies(session) if agency.code in mine]


def type_choices() -> list[SelectChoice]:
    """The leaving types by name."""
    return [SelectChoice(one.code, one.name_in(current_language())) for one in leaving_types().values()]


def case_choices(viewer: Viewer, session: Session, agency: str, details: CaseDetails | None = None) -> Offered:
    """What a case's form offers; the Area a case is in stays offered while it is edited."""
    areas = [
        SelectChoice(area.code, area.name)
        for area in directory.areas_of(session, agency)
        if viewer.may(Permission.EDIT_CASES, agency, area.code) or (details and details.area == area.code)
    ]
    choose = [SelectChoice("", _("Choose one"))]
    return {
        "area": areas if len(areas) == 1 else choose + areas,
        "job_role": choose + [SelectChoice(role.code, role.name) for role in directory.job_roles_of(session, agency)],
        "grade": [SelectChoice("", _("Not known"))]
        + [SelectChoice(grade.code, grade.name) for grade in directory.grades_of(session, agency)],
        "leaving_type": choose + type_choices(),
        "working_pattern": [SelectChoice(code, _(text)) for code, text in WORKING_PATTERNS.items()],
        "writes_in": [SelectChoice(code, name) for code, name in LANGUAGES.items()],
    }


def filter_choices(viewer: Viewer, session: Session) -> Offered:
    """What the list of cases can be narrowed to."""
    areas = directory.areas_within(viewer, session, Permission.SEE_CASES)
    several = len({area.agency for area in areas}) > 1
    every = [SelectChoice("", _("All"))]
    return {
        "area": every
        + [
            SelectChoice(f"{area.agency}/{area.code}", f"{area.agency}: {area.name}" if several else area.name)
            for area in areas
        ],
        "state": every + [SelectChoice(state.value, _(text)) for state, text in STATES.items()],
        "leaving_type": every + type_choices(),
        "owner": [*every, SelectChoice("me", _("My own cases"))],
    }


def form_data(details: CaseDetails) -> dict[str, Any]:
    """A case's details as its form shows them."""
    shown = {name: getattr(details, name) for name in CaseDetails.__dataclass_fields__}
    return shown | {
        "manager_line": "; ".join(details.manager_line),
        "grade": details.grade or "",
        "writes_in": details.language,
    }
