"""Reading the organisation and staff accounts."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from surveyapp import clock
from surveyapp.access import Grant, Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.directory.models import Agency, Area, JobRole, User, UserGrant


def viewer_for(session: Session, user_id: UUID) -> Viewer | None:
    """The viewer of an account; None when it is gone or inactive. Read anew for every request."""
    user = session.scalar(
        select(User)
        .where(User.id == user_id, User.active)
        .options(selectinload(User.grants).selectinload(UserGrant.areas))
    )
    return viewer_of(user) if user else None


def viewer_of(user: User) -> Viewer:
    """The account as the rest of the code sees it; grants past their end are left out."""
    today = clock.today()
    grants = tuple(
        Grant(g.staff_role, g.agency, frozenset(a.area for a in g.areas) or None)
        for g in user.grants
        if g.until_on is None or g.until_on >= today
    )
    return Viewer(user.id, user.email, user.name or user.email, user.language, grants)


def user_by_email(session: Session, email: str) -> User | None:
    """The account with that address, whatever its case."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def agencies(session: Session) -> list[Agency]:
    """All agencies by name."""
    return list(session.scalars(select(Agency).order_by(Agency.name)))


def areas_within(viewer: Viewer, session: Session, permission: Permission) -> list[Area]:
    """The Areas in which the viewer holds the permission, by agency and name."""
    query = select(Area).where(within(viewer, permission, Area.agency, Area.code)).order_by(Area.agency, Area.name)
    return list(session.scalars(query))


def areas_of(session: Session, agency: str) -> list[Area]:
    """An agency's Areas and divisions, Areas first, by name."""
    return list(session.scalars(select(Area).where(Area.agency == agency).order_by(Area.is_division, Area.name)))


def job_roles_of(session: Session, agency: str) -> list[JobRole]:
    """An agency's job roles by name."""
    return list(session.scalars(select(JobRole).where(JobRole.agency == agency).order_by(JobRole.name)))
