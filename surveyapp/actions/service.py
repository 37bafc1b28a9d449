"""Making, changing, starting, completing, reviewing and stopping actions: the verbs, and what each may start from."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock, mail
from surveyapp.access import Permission
from surveyapp.actions.models import (
    TO_REVIEW,
    UNFINISHED,
    Action,
    ActionArea,
    ActionEvent,
    ActionNote,
    ActionRole,
    ActionState,
    Outcome,
)
from surveyapp.directory import queries as directory


class NotInThisState(Exception):
    """The action has moved on; this cannot be done with it any more (or not yet)."""


class DayNotPossible(ValueError):
    """A day that lies in the future, or before the action began."""


class OwnerCannotSeeIt(ValueError):
    """The account may not see actions in these places, so that it cannot own this one."""


@dataclass(frozen=True)
class Plan:
    """What an action is: the details that its form asks for. Areas and roles empty mean all of them."""

    agency: str
    what: str
    why: str
    owner_id: uuid.UUID
    due_on: date
    review_on: date
    areas: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    reason: str = ""
    release: int | None = None
    finding: dict[str, Any] = field(default_factory=dict)


STARTS_FROM: Final = {
    "start": (ActionState.AGREED,),
    "complete": UNFINISHED,
    "stop": UNFINISHED,
    "review": TO_REVIEW,
    "open_again": (ActionState.COMPLETED, ActionState.REVIEWED, ActionState.STOPPED),
}
"""The states from which each verb may be called."""


def make_action(session: Session, plan: Plan, actor: audit.Actor) -> Action:
    """A new action, agreed. Errors: OwnerCannotSeeIt."""
    _check_owner(session, plan)
    made = Action(id=uuid.uuid4(), agency=plan.agency, made_at=clock.now(), state=ActionState.AGREED)
    made.release, made.finding = plan.release, plan.finding
    _write(made, plan)
    session.add(made)
    session.flush()
    note_event(session, made, "action.agreed", actor, release=plan.release, reason=plan.reason)
    return made


def change_action(session: Session, action: Action, plan: Plan, actor: audit.Actor) -> None:
    """Change the details of an action that is not over; what changed is named. Errors: NotInThisState."""
    if action.state in (ActionState.REVIEWED, ActionState.STOPPED):
        raise NotInThisState
    _check_owner(session, plan)
    before = _details(action)
    _write(action, plan)
    changed = sorted(name for name, value in _details(action).items() if before[name] != value)
    if changed:
        session.flush()
        note_event(session, action, "action.changed", actor, fields=changed)


def start_action(session: Session, action: Action, on: date, actor: audit.Actor) -> None:
    """It began on that day: what was before and after is told from it. Errors: NotInThisState, DayNotPossible."""
    _check_state(action, "start")
    if on > clock.today():
        raise DayNotPossible(str(on))
    action.state, action.started_on = ActionState.STARTED, on
    note_event(session, action, "action.started", actor, on=on.isoformat())


def complete_action(session: Session, action: Action, on: date, actor: audit.Actor) -> None:
    """Everything was done by that day. One that was never marked as started began then."""
    _check_state(action, "complete")
    if on > clock.today() or (action.started_on and on < action.started_on):
        raise DayNotPossible(str(on))
    action.state, action.ended_on, action.started_on = ActionState.COMPLETED, on, action.started_on or on
    note_event(session, action, "action.completed", actor, on=on.isoformat())


def stop_action(session: Session, action: Action, actor: audit.Actor) -> None:
    """It is not gone on with; its review is no longer asked for."""
    _check_state(action, "stop")
    action.state, action.ended_on = ActionState.STOPPED, clock.today()
    mail.cancel_about(session, action.about)
    note_event(session, action, "action.stopped", actor)


def review_action(
    session: Session, action: Action, outcome: Outcome, next_review_on: date | None, actor: audit.Actor
) -> None:
    """What came of it. With a next day the review is only put off; without one the action is reviewed for good."""
    _check_state(action, "review")
    if next_review_on is not None and next_review_on <= clock.today():
        raise DayNotPossible(str(next_review_on))
    mail.cancel_about(session, action.about)
    action.outcome = outcome
    if next_review_on is None:
        action.state = ActionState.REVIEWED
    else:
        action.review_on = next_review_on
    codes = {"outcome": outcome.value, "next": next_review_on.isoformat() if next_review_on else None}
    note_event(session, action, "action.reviewed", actor, **codes)


def open_again(session: Session, action: Action, actor: audit.Actor) -> None:
    """Take up again what was completed, reviewed or stopped."""
    _check_state(action, "open_again")
    action.state = ActionState.STARTED if action.started_on else ActionState.AGREED
    action.ended_on = action.outcome = None
    note_event(session, action, "action.reopened", actor)


def write_note(session: Session, action: Action, text: str, by_id: uuid.UUID, actor: audit.Actor) -> ActionNote:
    """A note of progress; it stays as it was written."""
    made = ActionNote(id=uuid.uuid4(), action_id=action.id, at=clock.now(), by_id=by_id, text=text.strip())
    session.add(made)
    session.flush()
    note_event(session, action, "action.noted", actor, note=str(made.id))
    return made


def note_event(session: Session, action: Action, event: str, actor: audit.Actor, **codes: Any) -> None:
    """One event for the timeline and the audit trail; ids and codes only."""
    made = ActionEvent(
        id=uuid.uuid4(),
        action_id=action.id,
        at=clock.now(),
        event=event,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        codes=codes,
    )
    session.add(made)
    audit.record(session, event, actor, ("action", action.id), agency=action.agency, **codes)
    session.flush()
    session.expire(action, ["events", "notes"])


def locked(session: Session, action: Action) -> Action:
    """The action as it stands now, held until the transaction ends: two people cannot move it at once."""
    return session.scalars(
        select(Action).where(Action.id == action.id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _check_state(action: Action, verb: str) -> None:
    if action.state not in STARTS_FROM[verb]:
        raise NotInThisState(verb)


def _check_owner(session: Session, plan: Plan) -> None:
    """The owner must be able to see the action: in one of its Areas, or anywhere in the agency when it has none."""
    user = directory.users_by_id(session, [plan.owner_id]).get(plan.owner_id)
    if user is None or not user.active:
        raise OwnerCannotSeeIt(str(plan.owner_id))
    scope = directory.viewer_of(user).scope_for(Permission.SEE_ACTIONS)
    sees = any(scope.covers(plan.agency, area) for area in plan.areas) if plan.areas else scope.reaches(plan.agency)
    if not sees:
        raise OwnerCannotSeeIt(str(plan.owner_id))


def _write(action: Action, plan: Plan) -> None:
    action.what, action.why, action.owner_id = plan.what.strip(), plan.why.strip(), plan.owner_id
    action.due_on, action.review_on, action.reason = plan.due_on, plan.review_on, plan.reason
    kept_areas = [one for one in action.areas if one.area in plan.areas]
    kept_roles = [one for one in action.roles if one.role in plan.roles]
    new_areas = plan.areas - {one.area for one in kept_areas}
    new_roles = plan.roles - {one.role for one in kept_roles}
    action.areas = kept_areas + [ActionArea(agency=action.agency, area=code) for code in sorted(new_areas)]
    action.roles = kept_roles + [ActionRole(agency=action.agency, role=code) for code in sorted(new_roles)]


def _details(action: Action) -> dict[str, Any]:
    names = ("what", "why", "owner_id", "due_on", "review_on", "reason")
    return {name: getattr(action, name) for name in names} | {"areas": action.area_codes, "roles": action.role_codes}
