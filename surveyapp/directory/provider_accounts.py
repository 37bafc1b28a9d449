"""Accounts of people an identity provider vouches for: found by tenant and object id, with the staff roles it gives."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import StaffRole
from surveyapp.audit import Actor, ActorKind
from surveyapp.directory import queries
from surveyapp.directory.identity_models import ProviderRole, UserIdentity
from surveyapp.directory.models import User, UserGrant, UserGrantArea
from surveyapp.directory.provider import ProviderPerson

Place = tuple[StaffRole, str | None, frozenset[str]]


class NobodyKnown(Exception):
    """The provider vouches for a person who has no account here and whom no claim gives one."""


class AddressTaken(Exception):
    """An account with that address exists, and nothing but its owner can say that it is the same person."""


class AlreadyConnected(Exception):
    """The provider's person belongs to another account."""


def account_of(session: Session, person: ProviderPerson) -> User:
    """The open account of that person, its staff roles brought up to date; made when a claim gives it one."""
    given = _places_given(session, person)
    identity = session.get(UserIdentity, (person.tenant, person.object_id))
    user = session.get(User, identity.user_id) if identity else _new(session, person, given)
    if user is None or not user.active:
        raise NobodyKnown
    _bring_up_to_date(session, user, given)
    return user


def _new(session: Session, person: ProviderPerson, given: set[Place]) -> User:
    """Never by address: an address can be given to somebody else, a tenant's object id cannot."""
    if queries.user_by_email(session, person.email) is not None:
        raise AddressTaken
    if not given or "@" not in person.email:
        raise NobodyKnown
    user = User(id=uuid.uuid4(), email=person.email, name=person.name, created_at=clock.now())
    session.add(user)
    session.flush()
    connect(session, user, person)
    return user


def connect(session: Session, user: User, person: ProviderPerson) -> None:
    """From now on the provider's person is this account; raises AlreadyConnected."""
    known = session.get(UserIdentity, (person.tenant, person.object_id))
    if known is not None and known.user_id != user.id:
        raise AlreadyConnected
    if known is None:
        session.add(UserIdentity(tenant=person.tenant, object_id=person.object_id, user_id=user.id))
        audit.record(session, "user.provider_connected", _self(user), ("user", user.id))
        session.flush()


def disconnect(session: Session, user: User, actor: Actor) -> None:
    """Forget whom the provider meant, and end what it gave."""
    for identity in session.scalars(select(UserIdentity).where(UserIdentity.user_id == user.id)):
        session.delete(identity)
    _bring_up_to_date(session, user, set())
    audit.record(session, "user.provider_disconnected", actor, ("user", user.id))


def is_connected(session: Session, user: User) -> bool:
    """Whether some provider's person is this account."""
    return session.scalar(select(UserIdentity.user_id).where(UserIdentity.user_id == user.id).limit(1)) is not None


def _places_given(session: Session, person: ProviderPerson) -> set[Place]:
    rules = session.scalars(select(ProviderRole).where(ProviderRole.claim.in_(person.roles)))
    return {(rule.staff_role, rule.agency, frozenset(rule.areas)) for rule in rules if rule.is_in_force}


def _bring_up_to_date(session: Session, user: User, given: set[Place]) -> None:
    """Give what the claims give and end what they gave before; what administrators gave stays."""
    held = {_place(grant): grant for grant in user.grants if grant.is_by_provider}
    for place in held.keys() - given:
        user.grants.remove(held[place])
        _record(session, "user.grant_ended", user, place)
    for role, agency, areas in sorted(given - held.keys(), key=str):
        grant = UserGrant(staff_role=role, agency=agency, is_by_provider=True)
        grant.areas = [UserGrantArea(agency=agency, area=area) for area in sorted(areas)]
        user.grants.append(grant)
        _record(session, "user.granted", user, (role, agency, areas))
    session.flush()


def _place(grant: UserGrant) -> Place:
    return grant.staff_role, grant.agency, frozenset(area.area for area in grant.areas)


def _record(session: Session, event: str, user: User, place: Place) -> None:
    role, agency, areas = place
    codes = {"staff_role": role.value, "areas": sorted(areas), "by": "provider"}
    audit.record(session, event, _self(user), ("user", user.id), agency=agency or "", **codes)


def _self(user: User) -> Actor:
    return Actor(ActorKind.STAFF, str(user.id))
