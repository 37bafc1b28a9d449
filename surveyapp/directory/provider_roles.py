"""Which staff roles the provider's claims give: an administrator writes a rule, a second one agrees, then it holds."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import Permission, StaffRole, Viewer
from surveyapp.directory.granting import NewGrant
from surveyapp.directory.identity_models import ProviderRole
from surveyapp.directory.models import UserGrant
from surveyapp.languages import N_


class RuleRefused(Exception):
    """The rule cannot be made or agreed to like this; the message says why."""


def may_edit(viewer: Viewer) -> bool:
    """A claim reaches across agencies, so its rules belong to who administers all of them."""
    return viewer.scope_for(Permission.EDIT_USERS).everywhere


def rules(session: Session) -> list[ProviderRole]:
    """Every rule, by claim."""
    return list(session.scalars(select(ProviderRole).order_by(ProviderRole.claim, ProviderRole.made_at)))


def make(session: Session, viewer: Viewer, claim: str, new: NewGrant) -> ProviderRole:
    """Write a rule; it gives nothing before somebody else agrees."""
    made = ProviderRole(claim=claim.strip(), staff_role=new.staff_role, agency=new.agency, areas=list(new.areas))
    made.id, made.made_by, made.made_at = uuid.uuid4(), viewer.user_id, clock.now()
    session.add(made)
    session.flush()
    _record(session, "provider_role.made", viewer, made)
    return made


def agree(session: Session, viewer: Viewer, rule: ProviderRole) -> None:
    """Put a rule in force; nobody agrees to their own, so that nobody raises their own rights by a claim they hold."""
    if rule.made_by == viewer.user_id:
        raise RuleRefused(N_("Somebody else must agree to a rule you made."))
    if not rule.is_in_force:
        rule.agreed_by = viewer.user_id
        _record(session, "provider_role.agreed", viewer, rule)


def remove(session: Session, viewer: Viewer, rule: ProviderRole) -> None:
    """Take a rule away; what only it gave ends with this act, for everybody."""
    _record(session, "provider_role.removed", viewer, rule)
    session.delete(rule)
    session.flush()
    left = {_place(one) for one in rules(session) if one.is_in_force}
    given = session.scalars(select(UserGrant).where(UserGrant.is_by_provider, UserGrant.staff_role == rule.staff_role))
    for grant in list(given):
        place = (grant.staff_role, grant.agency, frozenset(area.area for area in grant.areas))
        if place not in left:
            _end(session, viewer, grant)


def _end(session: Session, viewer: Viewer, grant: UserGrant) -> None:
    codes = {"staff_role": grant.staff_role.value, "areas": sorted(area.area for area in grant.areas)}
    user = ("user", grant.user_id)
    session.delete(grant)
    audit.record(session, "user.grant_ended", viewer.actor, user, agency=grant.agency or "", **codes)


def _place(rule: ProviderRole) -> tuple[StaffRole, str | None, frozenset[str]]:
    return rule.staff_role, rule.agency, frozenset(rule.areas)


def _record(session: Session, event: str, viewer: Viewer, rule: ProviderRole) -> None:
    codes = {"staff_role": rule.staff_role.value, "areas": rule.areas}
    audit.record(session, event, viewer.actor, ("provider_role", rule.id), agency=rule.agency or "", **codes)
