"""Many bookers at once, each a process of its own: `python -m tests.interviews.booking_clients PLAN` lets them loose.

Each client works through its tasks as the pages would: it reads the free times, waits a moment as people do, then
books, moves or cancels in one writing transaction. Some acts kill their process at any instant (a timer whose signal
nobody handles), and another takes its place. Before a task begins and after its commit it writes a line to its own
file, which a kill cannot take away again: those files are the clients' history that `booking_history` checks.
"""

import base64
import json
import os
import random
import signal
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases.models import Case
from surveyapp.db import reading
from surveyapp.encryption.records import use_ring
from surveyapp.encryption.ring import KeyRing
from surveyapp.interviews import bookings, choices, offers, queries
from surveyapp.interviews.bookings import Wish
from surveyapp.interviews.choices import SlotQuery
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import CancelledBy, InterviewBooking, Mode
from surveyapp.interviews.reassignment import reassign_day

ACTOR = Actor(ActorKind.COMMAND, "booker")
REFUSALS = (
    bookings.SlotAlreadyTaken,
    bookings.CaseAlreadyBooked,
    bookings.BookingIsOver,
    bookings.InterviewerNotAllowed,
)
MOST_WANTED = 6
"""People choose among the first times, so that they meet."""
LONGEST_LIFE = 0.08
"""Seconds after which a deadly act has killed its process, if it is not over."""


@dataclass(frozen=True)
class Plan:
    """What the clients do: whose interviews (a burst of leavers each), and how many of their acts are deadly."""

    database_url: str
    folder: str
    n_clients: int
    deadly: float
    seed: int
    days: list[str]
    bursts: list[list[str]]
    interviewers: list[str]
    unguarded: bool = False

    def write(self) -> Path:
        path = Path(self.folder) / "plan.json"
        path.write_text(json.dumps(asdict(self)))
        return path


@dataclass(frozen=True)
class Task:
    """One thing that a client does on a day of the simulated year."""

    burst: int
    kind: str
    subject: str


def tasks_of(plan: Plan, client: int) -> list[Task]:
    """Book for one's own leavers of each burst, then follow up: their own again, and as HR anybody's of that burst."""
    chance = random.Random(f"{plan.seed}/{client}")
    found = []
    for number, burst in enumerate(plan.bursts):
        own = burst[client :: plan.n_clients]
        found += [Task(number, "choose", case) for case in own]
        found += [Task(number, chance.choice(("choose", "cancel", "choose")), case) for case in own]
        found += [Task(number, chance.choice(("hr", "hr", "hr_cancel")), chance.choice(burst)) for _ in own[:1]]
        if chance.random() < 0.1:
            found.append(Task(number, "ill", chance.choice(plan.interviewers)))
    return found


class Client:
    """One booker with a connection and a history of its own."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan, self.number = plan, number
        self.path = Path(plan.folder) / f"client-{number}.jsonl"
        self.engine: Engine = create_engine(plan.database_url)
        self.chance = random.Random(f"{plan.seed}/{number}/{self.n_begun()}")

    def say(self, **line: Any) -> None:
        """One line at a time; once written it outlives this process."""
        with self.path.open("ab", buffering=0) as stream:
            stream.write(json.dumps({**line, "at": time.monotonic_ns()}).encode() + b"\n")

    def n_begun(self) -> int:
        """How many of its tasks this client, or one whose place it takes, has begun."""
        return sum('"begins"' in line for line in self.path.read_text().splitlines()) if self.path.exists() else 0

    def work(self) -> None:
        """Everything that is not begun yet; whatever a killed client was at stays in doubt."""
        for place, task in list(enumerate(tasks_of(self.plan, self.number)))[self.n_begun() :]:
            self.do(f"{self.number}.{place}", task)

    def do(self, name: str, task: Task) -> None:
        moment = datetime.fromisoformat(self.plan.days[task.burst])
        with clock.set_to(moment):
            wish = self.look(task) if task.kind in ("choose", "hr") else None
            self.say(begins=name, kind=task.kind, subject=task.subject)
            if self.chance.random() < self.plan.deadly:
                signal.setitimer(signal.ITIMER_REAL, self.chance.uniform(0.0005, LONGEST_LIFE))
            self.say(ends=name, **self.outcome(task, wish))
            signal.setitimer(signal.ITIMER_REAL, 0)

    def outcome(self, task: Task, wish: Wish | None) -> dict[str, Any]:
        """What came of it; on a busy SQLite file the act is tried again, as somebody at a page would."""
        busy = 0
        while True:
            try:
                with Session(self.engine, expire_on_commit=False) as session:
                    done = [effect_of(booking) for booking in ACTS[task.kind](session, task, wish)]
                    session.commit()
            except REFUSALS as refused:
                return {"refused": type(refused).__name__, "busy": busy}
            except OperationalError as error:
                if "BEGIN IMMEDIATE" not in str(error):
                    return {"failed": traceback.format_exc(), "busy": busy}
                busy += 1
            except Exception:
                return {"failed": traceback.format_exc(), "busy": busy}
            else:
                return {"done": done, "busy": busy}

    def look(self, task: Task) -> Wish | None:
        """The page with the times, in a reading transaction, and a moment to think."""
        by_hr = task.kind == "hr"
        with reading(), Session(self.engine) as session:
            case = session.get_one(Case, uuid.UUID(task.subject))
            mode = self.chance.choice(list(Mode))
            notice = timedelta() if by_hr else choices.LEAST_NOTICE
            slots = choices.slots_for(session, case, SlotQuery(mode, days=5, notice=notice))
        time.sleep(self.chance.random() * 0.05)
        if not slots:
            return None
        return Wish(self.chance.choice(slots[:MOST_WANTED]).choice, mode, by_hr)


def choose(session: Session, task: Task, wish: Wish | None) -> list[InterviewBooking]:
    """Book, or move the booking there is, as the leaver's page and HR's do."""
    case_id = uuid.UUID(task.subject)
    if wish is None:
        return []
    booking = queries.booking_to_come(session, case_id)
    if booking is not None:
        return [bookings.move_interview(session, booking, wish, actor=ACTOR)]
    offer = offers.offer_of(session, case_id)
    assert offer is not None
    if not wish.by_hr:
        offers.note_needs(offer, "Step-free access", "")
    return [bookings.book_interview(session, offer, wish, actor=ACTOR)]


def cancel(session: Session, task: Task, _wish: Wish | None) -> list[InterviewBooking]:
    booking = queries.booking_to_come(session, uuid.UUID(task.subject))
    if booking is None:
        return []
    by = CancelledBy.HR if task.kind == "hr_cancel" else CancelledBy.LEAVER
    bookings.cancel_interview(session, booking, by, actor=ACTOR)
    return [booking]


def move_a_day(session: Session, task: Task, _wish: Wish | None) -> list[InterviewBooking]:
    """The interviewer is ill on the first day that has interviews."""
    interviewer = session.get_one(Interviewer, uuid.UUID(task.subject))
    for ahead in range(1, 12):
        done = reassign_day(session, interviewer, clock.today() + timedelta(days=ahead), actor=ACTOR)
        if done.moved or done.left:
            return list(done.moved)
    return []


ACTS: dict[str, Callable[[Session, Task, Wish | None], list[InterviewBooking]]] = {
    "choose": choose,
    "hr": choose,
    "cancel": cancel,
    "hr_cancel": cancel,
    "ill": move_a_day,
}


def effect_of(booking: InterviewBooking) -> dict[str, Any]:
    """What the client was told: where the booking stands after its act."""
    return {
        "booking": str(booking.id),
        "sequence": booking.sequence,
        "state": booking.state.value,
        "case": str(booking.case_id),
        "interviewer": str(booking.interviewer_id),
        "day": booking.held_on.isoformat(),
        "from": booking.busy_from_at.isoformat(),
        "until": booking.busy_until_at.isoformat(),
    }


def born(plan: Plan, number: int) -> int:
    """A client as a process of its own; the parent gets its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        Client(plan, number).work()
        status = 0
    finally:
        os._exit(status)


def run(plan: Plan) -> int:
    """Let all clients work at once and put another in the place of each that dies; how many died."""
    n_died = 0
    alive = {born(plan, number): number for number in range(plan.n_clients)}
    while alive:
        ended, status = os.wait()
        number = alive.pop(ended)
        if status:
            assert os.WIFSIGNALED(status), f"client {number} failed by itself"
            n_died += 1
            alive[born(plan, number)] = number
    return n_died


def without_guards(plan: Plan) -> None:
    """The control: no constraint, no look at what is free; the checker has to see what then goes wrong."""
    engine = create_engine(plan.database_url)
    with engine.begin() as connection:
        for statement in ungarding(connection):
            connection.execute(text(statement))
    engine.dispose()
    bookings._check_free = lambda *_args, **_more: None  # type: ignore[assignment]  # the control


def ungarding(connection: Any) -> list[str]:
    if connection.dialect.name == "postgresql":
        names = ("ex_interview_bookings_interviewer_free", "ex_interview_bookings_one_per_case")
        return [f"ALTER TABLE interview_bookings DROP CONSTRAINT {name}" for name in names]
    found = connection.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ex_interview%'")
    )
    return [f"DROP TRIGGER {name}" for name in found]


if __name__ == "__main__":
    wanted = Plan(**json.loads(Path(sys.argv[1]).read_text()))
    use_ring(KeyRing.from_base64([base64.b64encode(b"k" * 32).decode()]))
    if wanted.unguarded:
        without_guards(wanted)
    print(run(wanted))
