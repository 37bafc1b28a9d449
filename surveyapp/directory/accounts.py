"""Staff accounts: making them and granting staff roles."""

import uuid
from datetime import date
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock, mail
from surveyapp.access import StaffRole
from surveyapp.directory import queries
from surveyapp.directory.models import Agency, Area, User, UserGrant, UserGrantArea

GLASS_BROKEN = "directory.glass_broken"


class GrantRefused(Exception):
    """The staff role cannot be given like this; the message says what to change."""


def grant_staff_role(
    session: Session,
    email: str,
    staff_role: StaffRole,
    agency: str | None,
    areas: tuple[str, ...],
    *,
    actor: audit.Actor,
    name: str = "",
    until_on: date | None = None,
) -> User:
    """Give an account a staff role somewhere, making the account when there is none. The same again changes nothing."""
    agency = _agency(session, agency, areas)
    user = queries.user_by_email(session, email) or _new_user(session, email, name)
    if not any(_is_same(grant, staff_role, agency, areas) for grant in user.grants):
        grant = UserGrant(staff_role=staff_role, agency=agency, until_on=until_on)
        grant.areas = [UserGrantArea(agency=agency, area=area) for area in areas]
        user.grants.append(grant)
        codes = {"staff_role": staff_role.value, "areas": list(areas), "until": str(until_on or "")}
        audit.record(session, "user.granted", actor, ("user", user.id), agency=agency or "", **codes)
    session.flush()
    return user


def _new_user(session: Session, email: str, name: str) -> User:
    if "@" not in email:
        raise GrantRefused(f"{email} is not an e-mail address, like name@example.org.")
    user = User(id=uuid.uuid4(), email=email.strip().lower(), name=name, created_at=clock.now())
    session.add(user)
    session.flush()
    return user


def _agency(session: Session, agency: str | None, areas: tuple[str, ...]) -> str | None:
    """The agency meant: as given, or the only one that has the Areas; raises GrantRefused when it is not clear."""
    if agency is not None and session.get(Agency, agency) is None:
        raise GrantRefused(f"There is no agency {agency}; load it with `surveyapp organisation load`.")
    if not areas:
        return agency
    having = set(session.scalars(select(Area.agency).where(Area.code == areas[0])))
    if agency is None and len(having) > 1:
        raise GrantRefused(f"Area {areas[0]} is in {', '.join(sorted(having))}; say which with --agency.")
    agency = agency or next(iter(having), None)
    missing = [area for area in areas if agency is None or session.get(Area, (agency, area)) is None]
    if missing:
        raise GrantRefused(f"There is no Area {', '.join(missing)}; list them in the organisation file.")
    return agency


def with_regions(
    session: Session, agency: str | None, areas: tuple[str, ...], regions: tuple[str, ...]
) -> tuple[str | None, tuple[str, ...]]:
    """The agency, and the Areas with those that the regions have today; raises GrantRefused when that is not clear."""
    if not regions:
        return agency, areas
    agency = _agency_of(session, _agency(session, agency, areas), regions)
    inside = {code: [one.code for one in queries.areas_of(session, agency) if one.region == code] for code in regions}
    for code, found in inside.items():
        if not found:  # a grant that names no Area holds in the whole agency
            raise GrantRefused(f"Region {code} has no Areas. Give each its region in the organisation file.")
    return agency, tuple(dict.fromkeys((*areas, *sorted(chain(*inside.values())))))


def _agency_of(session: Session, agency: str | None, regions: tuple[str, ...]) -> str:
    """The one agency of these regions, the given one if there is one."""
    known = queries.regions_of(session, agency)
    codes = sorted({one.code for one in known})
    missing = ", ".join(code for code in regions if code not in codes)
    if missing and not codes:
        raise GrantRefused(f"There is no region {missing}; load it with `surveyapp organisation load`.")
    if missing:
        raise GrantRefused(f"There is no region {missing}. The regions are: {', '.join(codes)}.")
    having = sorted({one.agency for one in known if one.code in regions})
    if len(having) > 1:
        raise GrantRefused(f"Region {', '.join(regions)} is in {', '.join(having)}; say which with --agency.")
    return having[0]


def _is_same(grant: UserGrant, staff_role: StaffRole, agency: str | None, areas: tuple[str, ...]) -> bool:
    held = {a.area for a in grant.areas}
    is_over = grant.until_on is not None and grant.until_on < clock.today()
    return grant.staff_role == staff_role and grant.agency == agency and held == set(areas) and not is_over


def is_emergency_administrator(user: User) -> bool:
    """Whether the account administers everything until the end of today, as breaking the glass gives it."""
    today = clock.today()
    return any(
        grant.staff_role is StaffRole.ADMINISTRATOR and grant.agency is None and grant.until_on == today
        for grant in user.grants
    )


def break_glass(session: Session, email: str, reference: str, *, actor: audit.Actor) -> User:
    """Make somebody an administrator of everything for today, and tell every other administrator at once."""
    today = clock.today()
    user = grant_staff_role(session, email, StaffRole.ADMINISTRATOR, None, (), actor=actor, until_on=today)
    audit.record(session, "user.glass_broken", actor, ("user", user.id), reference=reference[:60])
    for other in queries.administrators(session):
        if other.id != user.id:
            key = f"break-glass/{user.id}/{today}/{other.id}"
            ids = {"user": str(other.id), "who": str(user.id)}
            mail.queue(
                session,
                GLASS_BROKEN,
                other.email,
                about=f"user:{other.id}",
                reason_key=key,
                language=other.language,
                ids=ids,
            )
    return user
