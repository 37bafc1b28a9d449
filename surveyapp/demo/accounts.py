"""The demo's staff accounts, one for every staff role, all with one password that is printed."""

import uuid
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.audit import Actor
from surveyapp.directory import accounts, passwords
from surveyapp.directory.models import Area, User
from surveyapp.interviews.interviewer_models import Interviewer, InterviewerArea, InterviewerKind, WorkingHours

PASSWORD = "copper lantern orchard"
AREA = "NM"


@dataclass(frozen=True)
class Account:
    """One sign-in: whose, which staff roles, where."""

    email: str
    name: str
    staff_roles: tuple[StaffRole, ...]
    agency: str | None = "ncs"
    areas: tuple[str, ...] = ()
    language: str = "en"


ACCOUNTS = (
    Account("adviser@ncs.example", "Ceri Adviser", (StaffRole.HR_ADVISER,), areas=(AREA, "EV")),
    Account("hr.lead@ncs.example", "Morgan Lead", (StaffRole.HR_LEAD,), areas=(AREA, "EV", "MD", "RV")),
    Account("national@ncs.example", "Ines National", (StaffRole.NATIONAL_HR,)),
    Account("interviewer@ncs.example", "Rhys Interviewer", (StaffRole.INTERVIEWER,), areas=(AREA, "EV")),
    Account("retention@ncs.example", "Nadia Retention", (StaffRole.RETENTION_LEAD,)),
    Account("coder@ncs.example", "Theo Coder", (StaffRole.CODER,)),
    Account("coder.second@ncs.example", "Mair Ail-Godiwr", (StaffRole.CODER,), language="cy"),
    Account("administrator@ncs.example", "Olu Administrator", (StaffRole.ADMINISTRATOR,), agency=None),
    Account("officer@ncs.example", "Grace Officer", (StaffRole.NOMINATED_OFFICER,)),
    Account("central@ncs.example", "Tegan Central", (StaffRole.CENTRAL_TEAM,)),
    Account("signer@ncs.example", "Imogen Signer", (StaffRole.RELEASE_SIGNER,), agency=None),
    Account("retention.dyffryn@ncs.example", "Lowri Cadw", (StaffRole.RETENTION_LEAD,), areas=("DY",), language="cy"),
    Account("retention@css.example", "Sean Retention", (StaffRole.RETENTION_LEAD,), agency="css"),
)
SIGNER = "signer@ncs.example"


def make_accounts(session: Session, pepper: str, actor: Actor) -> None:
    """Every account with its grants and the shared password."""
    hashed = passwords.hash_password(PASSWORD, pepper)
    for one in ACCOUNTS:
        for staff_role in one.staff_roles:
            user = accounts.grant_staff_role(
                session, one.email, staff_role, one.agency, one.areas, actor=actor, name=one.name
            )
        user.password, user.language = hashed, one.language


def make_interviewers(
    session: Session, agency: str, areas: list[Area], first: date, actor: Actor
) -> dict[str, Interviewer]:
    """An interviewer for every Area, by Area; the demo's own interviewer serves the first two."""
    made: dict[str, Interviewer] = {}
    for area in areas:
        email = "interviewer@ncs.example" if (agency, area.code) == ("ncs", AREA) else _email(agency, area.code)
        user = accounts.grant_staff_role(
            session, email, StaffRole.INTERVIEWER, agency, (area.code,), actor=actor, name=f"{area.name} interviewer"
        )
        made[area.code] = _interviewer(session, user, agency, area.code, first)
    session.flush()
    return made


def _email(agency: str, area: str) -> str:
    return f"interviewer.{area.lower()}@{agency}.example"


def _interviewer(session: Session, user: User, agency: str, area: str, first: date) -> Interviewer:
    one = Interviewer(
        id=uuid.uuid4(),
        user_id=user.id,
        agency=agency,
        area=area,
        kind=InterviewerKind.HR,
        accredited_on=first,
        modes=["video", "phone", "in_person"],
        languages=["en", "cy"] if area == "DY" else ["en"],
        interview_minutes=45,
        buffer_minutes=15,
        travel_minutes=0,
        daily_limit=4,
        place="Room 2.14",
        video_address="https://meet.ncs.example/exit-interviews",
    )
    one.areas = [InterviewerArea(agency=agency, area=area)]
    one.hours = [
        WorkingHours(weekday=day, starts=starts, ends=ends)
        for day in range(5)
        for starts, ends in ((time(9), time(12)), (time(13), time(16, 30)))
    ]
    session.add(one)
    return one
