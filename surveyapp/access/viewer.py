"""The viewer: who is looking, with which staff roles, over which agencies and Areas."""

import uuid
from dataclasses import dataclass

from surveyapp.access.permissions import Permission
from surveyapp.access.staff_roles import PERMISSIONS, StaffRole
from surveyapp.audit import Actor, ActorKind


@dataclass(frozen=True)
class Grant:
    """One staff role and where it holds: all agencies (agency None), one agency (areas None), or some of its Areas."""

    staff_role: StaffRole
    agency: str | None
    areas: frozenset[str] | None

    def covers(self, agency: str, area: str | None) -> bool:
        """Whether this grant reaches that agency and Area; area None asks for the agency as a whole."""
        if self.agency is not None and self.agency != agency:
            return False
        return self.areas is None or (area is not None and area in self.areas)


@dataclass(frozen=True)
class Scope:
    """Where one permission holds: everywhere, or these agencies, or these (agency, Area) pairs. Codes, not ids."""

    everywhere: bool
    agencies: frozenset[str]
    areas: frozenset[tuple[str, str]]

    def covers(self, agency: str, area: str | None) -> bool:
        """Whether the scope reaches that agency and Area."""
        if self.everywhere or agency in self.agencies:
            return True
        return area is not None and (agency, area) in self.areas

    def reaches(self, agency: str) -> bool:
        """Whether the scope holds this agency or any Area of it."""
        return self.covers(agency, None) or any(owner == agency for owner, _area in self.areas)

    @property
    def is_empty(self) -> bool:
        return not (self.everywhere or self.agencies or self.areas)


@dataclass(frozen=True)
class Viewer:
    """A signed-in member of staff as the rest of the code sees them; loaded anew for every request."""

    user_id: uuid.UUID
    email: str
    name: str
    language: str
    grants: tuple[Grant, ...]

    @property
    def actor(self) -> Actor:
        """Who the audit trail names."""
        return Actor(ActorKind.STAFF, str(self.user_id))

    @property
    def staff_roles(self) -> frozenset[StaffRole]:
        return frozenset(grant.staff_role for grant in self.grants)

    def may(self, permission: Permission, agency: str, area: str | None = None) -> bool:
        """Whether the viewer holds the permission there."""
        return self.scope_for(permission).covers(agency, area)

    def can(self, permission: Permission) -> bool:
        """Whether the viewer holds the permission anywhere at all (navigation, endpoint guards)."""
        return permission is Permission.SIGNED_IN or not self.scope_for(permission).is_empty

    def scope_for(self, permission: Permission) -> Scope:
        """Where the permission holds for this viewer, over all grants together."""
        giving = [grant for grant in self.grants if permission in PERMISSIONS[grant.staff_role]]
        return Scope(
            everywhere=any(grant.agency is None for grant in giving),
            agencies=frozenset(g.agency for g in giving if g.agency is not None and g.areas is None),
            areas=frozenset((g.agency, area) for g in giving if g.agency is not None for area in g.areas or ()),
        )
