"""The demo's actions: one that worked, one of which nobody can tell, one that is still to be begun."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.actions import service
from surveyapp.actions.models import Outcome
from surveyapp.audit import Actor, ActorKind
from surveyapp.demo.planted import EASED_FOR, EASED_REASON, EASED_ROLE
from surveyapp.directory.models import User

OWNER = "retention@ncs.example"


@dataclass(frozen=True)
class Told:
    """One invented action: what, why, where, and how long ago it was agreed and begun."""

    what: str
    why: str
    reason: str
    agreed: timedelta
    begun: timedelta | None
    notes: tuple[tuple[timedelta, str], ...] = ()
    areas: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    completed: timedelta | None = None
    put_off: timedelta | None = None


ACTIONS = (
    Told(
        what="Regular supervision for every legal manager",
        why="Legal managers say that the material wears them down and that nobody asks.",
        reason=EASED_REASON,
        agreed=EASED_FOR + timedelta(40),
        begun=EASED_FOR,
        notes=((EASED_FOR - timedelta(70), "Six supervisors trained; every manager has a first date."),),
        roles=frozenset({EASED_ROLE}),
        completed=EASED_FOR - timedelta(150),
    ),
    Told(
        what="A floating team of caseworkers for Northmoor",
        why="Northmoor has more cases for each person than any other Area.",
        reason="workload",
        agreed=timedelta(690),
        begun=timedelta(640),
        notes=((timedelta(560), "Four of six posts filled."), (timedelta(400), "All six posts filled.")),
        areas=frozenset({"NM"}),
        completed=timedelta(400),
        put_off=timedelta(-180),
    ),
    Told(
        what="Travel days booked together in Dyffryn",
        why="Two hours each way to court is the reason given most often there.",
        reason="travel",
        agreed=timedelta(200),
        begun=None,
        areas=frozenset({"DY"}),
    ),
)


def write_actions(session: Session) -> None:
    """Agree, begin and complete them on their days, as their owner would have."""
    today = clock.today()
    owner = session.scalars(select(User).where(User.email == OWNER)).one()
    actor = Actor(ActorKind.STAFF, str(owner.id))
    for told in ACTIONS:
        _write(session, told, owner, actor, today)
    session.flush()


def _write(session: Session, told: Told, owner: User, actor: audit.Actor, today: date) -> None:
    due_on, review_on = today - told.agreed + timedelta(180), today - told.agreed + timedelta(720)
    with clock.set_to(today - told.agreed):
        plan = service.Plan(
            "ncs", told.what, told.why, owner.id, due_on, review_on, told.areas, told.roles, told.reason
        )
        action = service.make_action(session, plan, actor)
    if told.begun is not None:
        with clock.set_to(today - told.begun):
            service.start_action(session, action, clock.today(), actor)
    for ago, text in told.notes:
        with clock.set_to(today - ago):
            service.write_note(session, action, text, owner.id, actor)
    if told.completed is not None:
        with clock.set_to(today - told.completed):
            service.complete_action(session, action, clock.today(), actor)
    if told.put_off is not None:
        with clock.set_to(today - timedelta(20)):
            service.review_action(session, action, Outcome.CANNOT_TELL, today - told.put_off, actor)
