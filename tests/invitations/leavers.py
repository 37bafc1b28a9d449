"""Makes a leaver's case for tests: `a_leaver(session, last_working_day=...)`."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.models import Case
from surveyapp.directory.queries import job_roles_of
from surveyapp.encryption.records import ring


def a_leaver(session: Session, **given: Any) -> Case:
    """An open case of the demo organisation: a resignation with both addresses, unless told otherwise."""
    number = given.pop("staff_number", uuid.uuid4().hex[:8])
    contacts: dict[str, str | None] = {"name": "Ceri Hughes", "work_email": f"{number}@ncs.example"}
    contacts |= {"personal_email": f"{number}@home.example"}
    contacts |= {key: given.pop(key) for key in [*contacts] if key in given}
    fields: dict[str, Any] = {
        "agency": "ncs",
        "area": "NM",
        "leaving_type": "resignation",
        "last_working_day": date(2027, 3, 26),
        "notified_at": clock.now(),
    }
    fields["job_role"] = given.pop("job_role", None) or first_role(session)
    case = Case(id=uuid.uuid4(), **(fields | given))
    case.staff_number_index = ring().blind_index("staff_number", number)
    case.staff_number = number
    for name, value in contacts.items():
        setattr(case, name, value)
    session.add(case)
    session.flush()
    return case


def first_role(session: Session) -> str:
    """A job role of the demo organisation."""
    return job_roles_of(session, "ncs")[0].code
