"""Reading actions: those a viewer may see, what is due of them, and what their finding says in its release."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from analytics.findings import Comparison
from analytics.tables import EVERY, Family, Selection
from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.actions.models import TO_REVIEW, UNFINISHED, Action, ActionArea, ActionState
from surveyapp.directory import queries as directory
from surveyapp.directory.models import Area, User
from surveyapp.reports import queries as reports
from surveyapp.reports.models import Release


@dataclass(frozen=True)
class ActionFilters:
    """What the list is narrowed to; empty means all that are not over."""

    agency: str = ""
    area: str = ""
    state: str = ""
    whose: str = ""


def seen_by(viewer: Viewer | None) -> ColumnElement[bool]:
    """An action of the whole agency is seen by every lead of it, one of some Areas by those who hold one of them; an
    operator at the command line (None) sees all."""
    if viewer is None:
        return true()
    scope = viewer.scope_for(Permission.SEE_ACTIONS)
    if scope.everywhere:
        return true()
    of_it = select(ActionArea.action_id).where(ActionArea.action_id == Action.id)
    own = of_it.where(within(viewer, Permission.SEE_ACTIONS, ActionArea.agency, ActionArea.area))
    some = {owner for owner, _area in scope.areas}
    return or_(Action.agency.in_(scope.agencies), own.exists(), and_(Action.agency.in_(some), ~of_it.exists()))


def actions_for(viewer: Viewer | None, session: Session, filters: ActionFilters) -> list[Action]:
    """The actions that fit, the earliest to do something about first."""
    query = select(Action).where(seen_by(viewer))
    if filters.agency:
        query = query.where(Action.agency == filters.agency)
    if filters.area:
        query = query.where(Action.areas.any(ActionArea.area == filters.area))
    if filters.whose == "mine" and viewer is not None:
        query = query.where(Action.owner_id == viewer.user_id)
    if filters.state in list(ActionState):
        query = query.where(Action.state == filters.state)
    elif filters.state != "all":
        query = query.where(Action.state.in_([*UNFINISHED, *TO_REVIEW]))
    return sorted(session.scalars(query), key=lambda one: (next_day(one), one.what, str(one.id)))


def next_day(action: Action) -> date:
    """The day on which something is next wanted of an action."""
    return action.due_on if action.state in UNFINISHED else action.review_on


def action_for(viewer: Viewer, session: Session, action_id: uuid.UUID) -> Action | None:
    """One action, None when it is absent or not the viewer's to see."""
    return session.scalar(select(Action).where(Action.id == action_id, seen_by(viewer)))


def own_actions_due(viewer: Viewer, session: Session, today: date) -> list[Action]:
    """What the viewer owns and is to be done or reviewed by today, the earliest first."""
    query = select(Action).where(Action.owner_id == viewer.user_id, seen_by(viewer))
    due = [one for one in session.scalars(query) if one.is_overdue(today) or one.is_review_due(today)]
    return sorted(due, key=lambda one: (next_day(one), one.what))


def may_change(viewer: Viewer, action: Action) -> bool:
    """Whether the viewer leads everywhere the action holds."""
    return may_act_in(viewer, action.agency, action.area_codes)


def may_act_in(viewer: Viewer, agency: str, areas: frozenset[str]) -> bool:
    """Whether the viewer may agree an action for these Areas; none means the whole agency."""
    scope = viewer.scope_for(Permission.EDIT_ACTIONS)
    return all(scope.covers(agency, area) for area in areas) if areas else scope.covers(agency, None)


def may_move(viewer: Viewer, action: Action) -> bool:
    """Whether the viewer may note progress and move the action on: its owner and those who may change it."""
    return action.owner_id == viewer.user_id or may_change(viewer, action)


def agencies_to_act_in(viewer: Viewer, session: Session) -> list[str]:
    """The agencies in which the viewer may agree an action somewhere."""
    return [one.code for one in directory.agencies_reached_by(viewer, session, Permission.EDIT_ACTIONS)]


def areas_to_act_in(viewer: Viewer, session: Session, agency: str) -> list[Area]:
    """The agency's Areas for which the viewer may agree an action."""
    return [one for one in directory.areas_within(viewer, session, Permission.EDIT_ACTIONS) if one.agency == agency]


def possible_owners(viewer: Viewer, session: Session, agency: str) -> list[User]:
    """The accounts that may see actions in the agency, by name; nobody where the viewer may agree none."""
    if not viewer.scope_for(Permission.EDIT_ACTIONS).reaches(agency):
        return []
    found: dict[uuid.UUID, User] = {}
    for area in ("", *(one.code for one in directory.areas_of(session, agency))):
        found |= {user.id: user for user in directory.staff_who_may(session, Permission.SEE_ACTIONS, agency, area)}
    return sorted(found.values(), key=lambda user: (user.name or user.email).casefold())


@dataclass(frozen=True)
class Finding:
    """What an action answers: a comparison of a signed release, and that release."""

    release: Release
    comparison: Comparison


def finding_of(viewer: Viewer, session: Session, action: Action) -> Finding | None:
    """The finding behind an action, for those who read reports of the agency (cells: within their own Areas)."""
    return finding_named(viewer, session, action.release, action.reason, action.finding)


def finding_named(
    viewer: Viewer, session: Session, number: int | None, reason: str, words: dict[str, str]
) -> Finding | None:
    """The finding of these words, None where there is none or it is not the viewer's to read."""
    release = session.get(Release, number) if number else None
    if release is None or not release.is_signed or not reports.reads_agency(viewer, release.agency):
        return None
    area, role = words.get("area") or EVERY, words.get("role") or EVERY
    if EVERY not in (area, role) and not reports.reads_cells_of(viewer, release.agency, area):
        return None
    selection = Selection.ALL if words.get("type") == Selection.ALL else Selection.RESIGNATION
    for one in reports.comparisons_of(session, release, words.get("source") or "leaver", selection):
        same_place = (one.key.area, one.key.role) == (area, role) and one.family in _FAMILIES
        if one.reason == reason and same_place and words.get("window") in ("", None, one.key.window.code.value):
            return Finding(release, one)
    return None


_FAMILIES = (Family.AREA, Family.ROLE, Family.ROLE_AREA)
