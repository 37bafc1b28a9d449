"""Giving and ending rights on screen: within the administrator's own scope, and never their own."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from surveyapp import audit, clock
from surveyapp.access import Permission, StaffRole, Viewer
from surveyapp.directory import accounts, queries, sessions
from surveyapp.directory.accounts import GrantRefused
from surveyapp.directory.models import User, UserGrant
from surveyapp.languages import N_


@dataclass(frozen=True)
class NewGrant:
    """What is to be given."""

    staff_role: StaffRole
    agency: str | None
    areas: tuple[str, ...]
    until_on: date | None


def users_for(viewer: Viewer, session: Session) -> list[User]:
    """The accounts this administrator looks after, by name: all, or those with rights in their agencies."""
    grants = selectinload(User.grants).selectinload(UserGrant.areas)
    loaded = select(User).options(grants, selectinload(User.passkeys))
    found = [user for user in session.scalars(loaded) if _is_in_scope(viewer, user)]
    return sorted(found, key=lambda user: (user.name or user.email).casefold())


def user_for(viewer: Viewer, session: Session, user_id: UUID) -> User | None:
    """One account, None when it is not this administrator's to look after."""
    user = session.get(User, user_id)
    return user if user is not None and _is_in_scope(viewer, user) else None


def give(session: Session, viewer: Viewer, email: str, name: str, new: NewGrant) -> User:
    """Give a staff role; raises GrantRefused for oneself, outside one's scope, or an end that is past."""
    if email.strip().lower() == viewer.email:
        raise GrantRefused(N_("You cannot change your own rights. Ask another administrator."))
    if not _may_administer(viewer, new.agency):
        raise GrantRefused(N_("Choose an agency that you administer."))
    if new.until_on is not None and new.until_on < clock.today():
        raise GrantRefused(N_("The last day must not be past."))
    return accounts.grant_staff_role(
        session, email, new.staff_role, new.agency, new.areas, actor=viewer.actor, name=name, until_on=new.until_on
    )


def end_grant(session: Session, viewer: Viewer, user: User, grant_id: UUID) -> None:
    """End one staff role at once; the account stays."""
    _refuse_self(viewer, user)
    grant = next((grant for grant in user.grants if grant.id == grant_id), None)
    if grant is None or not _may_administer(viewer, grant.agency):
        raise GrantRefused(N_("Choose an agency that you administer."))
    codes = {"staff_role": grant.staff_role.value, "areas": sorted(area.area for area in grant.areas)}
    user.grants.remove(grant)
    audit.record(session, "user.grant_ended", viewer.actor, ("user", user.id), agency=grant.agency or "", **codes)
    session.flush()


def deactivate(session: Session, viewer: Viewer, user: User) -> None:
    """Close an account: every session ends with this request."""
    _refuse_self(viewer, user)
    _refuse_foreign(viewer, user)
    if not user.active:
        return
    user.active = False
    sessions.end_all(session, user.id)
    audit.record(session, "user.deactivated", viewer.actor, ("user", user.id))


def activate(session: Session, viewer: Viewer, user: User) -> None:
    """Open a closed account again, with the staff roles it still has."""
    _refuse_self(viewer, user)
    _refuse_foreign(viewer, user)
    if user.active:
        return
    user.active = True
    audit.record(session, "user.activated", viewer.actor, ("user", user.id))


def _refuse_self(viewer: Viewer, user: User) -> None:
    if user.id == viewer.user_id:
        raise GrantRefused(N_("You cannot change your own rights. Ask another administrator."))


def _refuse_foreign(viewer: Viewer, user: User) -> None:
    """Whoever also works for another agency is closed by an administrator of all."""
    if not all(_may_administer(viewer, grant.agency) for grant in user.grants):
        raise GrantRefused(N_("This person has rights elsewhere too. An administrator of every agency can do this."))


def may_administer_wholly(viewer: Viewer, user: User) -> bool:
    """Whether the account is nobody else's too, and not the viewer's own."""
    return user.id != viewer.user_id and all(_may_administer(viewer, grant.agency) for grant in user.grants)


def _may_administer(viewer: Viewer, agency: str | None) -> bool:
    scope = viewer.scope_for(Permission.EDIT_USERS)
    return scope.everywhere or (agency is not None and agency in scope.agencies)


def _is_in_scope(viewer: Viewer, user: User) -> bool:
    if viewer.scope_for(Permission.EDIT_USERS).everywhere:
        return True
    return any(_may_administer(viewer, grant.agency) for grant in user.grants)


def agencies_to_give(viewer: Viewer, session: Session) -> list[str]:
    """The codes of the agencies in which the viewer may give rights."""
    return [one.code for one in queries.agencies(session) if _may_administer(viewer, one.code)]
