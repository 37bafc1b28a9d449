"""Reading the organisation and staff accounts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from surveyapp import clock
from surveyapp.access import Grant, Permission, StaffRole, Viewer
from surveyapp.access.scope import within
from surveyapp.directory.models import (
    Agency,
    Area,
    ClosureDay,
    Grade,
    JobRole,
    Region,
    RoleFamily,
    User,
    UserGrant,
    UserGrantArea,
)


def viewer_for(session: Session, user_id: UUID, second_step_for: frozenset[StaffRole] = frozenset()) -> Viewer | None:
    """The viewer of an account; None when it is gone or inactive. Read anew for every request.

    Whoever holds one of `second_step_for` and has not set the second step up may do nothing else until they have.
    """
    user = session.scalar(
        select(User)
        .where(User.id == user_id, User.active)
        .options(selectinload(User.grants).selectinload(UserGrant.areas))
    )
    if user is None:
        return None
    viewer = viewer_of(user)
    must_set_up = bool(viewer.staff_roles & second_step_for) and not user.has_second_step
    return replace(viewer, grants=()) if must_set_up else viewer


def viewer_of(user: User) -> Viewer:
    """The account as the rest of the code sees it; grants past their end are left out."""
    grants = tuple(
        Grant(g.staff_role, g.agency, frozenset(a.area for a in g.areas) or None) for g in grants_in_force(user)
    )
    return Viewer(user.id, user.email, user.name or user.email, user.language, grants)


def grants_in_force(user: User) -> list[UserGrant]:
    """The account's grants that have not reached their end."""
    today = clock.today()
    return [grant for grant in user.grants if grant.until_on is None or grant.until_on >= today]


def user_by_email(session: Session, email: str) -> User | None:
    """The account with that address, whatever its case."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def holders_of(session: Session, staff_roles: tuple[StaffRole, ...], agency: str, area: str) -> list[User]:
    """Active holders of these staff roles whose grant reaches that Area, by e-mail."""
    limited = select(UserGrantArea.grant_id).where(UserGrantArea.grant_id == UserGrant.id)
    here = limited.where(UserGrantArea.agency == agency, UserGrantArea.area == area)
    query = (
        select(User)
        .join(UserGrant)
        .where(User.active, UserGrant.staff_role.in_(staff_roles))
        .where(or_(UserGrant.until_on.is_(None), UserGrant.until_on >= clock.today()))
        .where(or_(UserGrant.agency.is_(None), UserGrant.agency == agency))
        .where(or_(~limited.exists(), here.exists()))
        .order_by(User.email)
    )
    return list(dict.fromkeys(session.scalars(query).unique()))


def hold_user(session: Session, user_id: UUID) -> None:
    """Let this person's other requests wait until this transaction ends: what works once must not work twice."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())


def agencies(session: Session) -> list[Agency]:
    """All agencies by name."""
    return list(session.scalars(select(Agency).order_by(Agency.name)))


def whole_agencies_for(viewer: Viewer, session: Session, permission: Permission) -> list[Agency]:
    """The agencies for the whole of which the viewer holds the permission, by name."""
    return [one for one in agencies(session) if viewer.may(permission, one.code)]


def whole_agency_for(viewer: Viewer, session: Session, permission: Permission, code: str) -> Agency | None:
    """The agency, None when there is none or the viewer does not hold the permission for the whole of it."""
    return session.get(Agency, code) if viewer.may(permission, code) else None


def agencies_reached_by(viewer: Viewer, session: Session, permission: Permission) -> list[Agency]:
    """The agencies for the whole or a part of which the viewer holds the permission, by name."""
    scope = viewer.scope_for(permission)
    return [one for one in agencies(session) if scope.reaches(one.code)]


def areas_within(viewer: Viewer, session: Session, permission: Permission) -> list[Area]:
    """The Areas in which the viewer holds the permission, by agency and name."""
    query = select(Area).where(within(viewer, permission, Area.agency, Area.code)).order_by(Area.agency, Area.name)
    return list(session.scalars(query))


def areas_of(session: Session, agency: str) -> list[Area]:
    """An agency's Areas and divisions, Areas first, by name."""
    return list(session.scalars(select(Area).where(Area.agency == agency).order_by(Area.is_division, Area.name)))


def regions_of(session: Session, agency: str | None) -> list[Region]:
    """An agency's regions by name; those of every agency for None."""
    query = select(Region).order_by(Region.name, Region.agency)
    return list(session.scalars(query if agency is None else query.where(Region.agency == agency)))


def job_roles_of(session: Session, agency: str) -> list[JobRole]:
    """An agency's job roles by name."""
    return list(session.scalars(select(JobRole).where(JobRole.agency == agency).order_by(JobRole.name)))


def grades_of(session: Session, agency: str) -> list[Grade]:
    """An agency's grades by name."""
    return list(session.scalars(select(Grade).where(Grade.agency == agency).order_by(Grade.name)))


@dataclass(frozen=True)
class PlaceNames:
    """Names for codes, to be shown: keys are (agency, code); a code without a name is shown itself."""

    agencies: dict[str, str]
    areas: dict[tuple[str, str], str]
    job_roles: dict[tuple[str, str], str]
    grades: dict[tuple[str, str], str]

    def area(self, agency: str, code: str) -> str:
        return self.areas.get((agency, code), code)

    def job_role(self, agency: str, code: str) -> str:
        return self.job_roles.get((agency, code), code)

    def grade(self, agency: str, code: str | None) -> str:
        return self.grades.get((agency, code), code) if code else ""


def place_names(session: Session) -> PlaceNames:
    """The names of all agencies, Areas, job roles and grades: a few hundred rows at most."""
    named = [
        {(agency, code): name for agency, code, name in session.execute(select(model.agency, model.code, model.name))}
        for model in (Area, JobRole, Grade)
    ]
    agencies = {code: name for code, name in session.execute(select(Agency.code, Agency.name))}
    return PlaceNames(agencies, *named)


def users_by_id(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, User]:
    """Those accounts by their id; ids that are None or gone are left out."""
    wanted = {one for one in ids if one is not None}
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(wanted)))} if wanted else {}


def staff_who_may(session: Session, permission: Permission, agency: str, area: str) -> list[User]:
    """The active accounts that hold the permission in that Area, by name."""
    loaded = select(User).where(User.active).options(selectinload(User.grants).selectinload(UserGrant.areas))
    found = [user for user in session.scalars(loaded) if viewer_of(user).may(permission, agency, area)]
    return sorted(found, key=lambda user: (user.name or user.email).casefold())


def role_family_names(session: Session) -> dict[tuple[str, str], str]:
    """The names of role families by (agency, code)."""
    found = session.execute(select(RoleFamily.agency, RoleFamily.code, RoleFamily.name))
    return {(agency, code): name for agency, code, name in found}


def administrators(session: Session) -> list[User]:
    """The active accounts that administer everything now."""
    loaded = select(User).where(User.active).options(selectinload(User.grants).selectinload(UserGrant.areas))
    holds = [user for user in session.scalars(loaded) if viewer_of(user).scope_for(Permission.EDIT_USERS).everywhere]
    return sorted(holds, key=lambda user: user.email)


def closure_days_of(session: Session, agency: str) -> list[ClosureDay]:
    """An agency's closure days, the newest first, its Areas' own among them."""
    return list(session.scalars(select(ClosureDay).where(ClosureDay.agency == agency).order_by(ClosureDay.day.desc())))
