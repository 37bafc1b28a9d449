"""Eight worker processes race for slots, and die in the middle; whoever was told "booked" has the slot, alone.

Threads of one process could be kept apart by a lock inside it. These are processes, each with its own connections.
"""

import json
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.db import begin_writing, db
from surveyapp.interviews import bookings, offers
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import BookingState, CancelledBy, InterviewBooking
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import TODAY, at, make_interviewer, offered, wish
from tests.interviews.test_booking_race import REFUSALS, overlaps

PROCESSES = 8
FORK = multiprocessing.get_context("fork")
Act = Callable[[Session, int], dict[str, str]]


def work(address: str, ledger: Path, act: Act, first: int, n: int, ready: object) -> None:
    """One process: its share of the attempts, each acknowledged in its own ledger only after the commit."""
    begin_writing()  # whatever an earlier test of this process left
    engine = create_engine(address)
    with ledger.open("a") as acknowledged, clock.set_to(TODAY):
        ready.wait()  # type: ignore[attr-defined]  # a barrier of the same context
        for number in range(first, n, PROCESSES):
            said = None
            while said is None:
                said = attempt(engine, act, number)
            acknowledged.write(json.dumps({"attempt": number, **said}) + "\n")
            acknowledged.flush()
    engine.dispose()
    os._exit(0)  # a fork of the tests: nothing of theirs is to be closed here


def attempt(engine: Engine, act: Act, number: int) -> dict[str, str] | None:
    """What came of it; nothing when SQLite let the others go first for too long, and it is to be tried again."""
    with Session(engine) as session:
        try:
            said = act(session, number)
            session.commit()
        except REFUSALS as refused:
            return {"what": type(refused).__name__}
        except OperationalError as error:
            if "database is locked" in str(error):
                return None
            raise
    return said


def race(address: str, folder: Path, act: Act, n: int, kills: int = 0) -> list[dict[str, str]]:
    """Run the attempts in eight processes and kill some of them on the way; what they had acknowledged."""
    db.session.close()
    db.engine.dispose()
    ready = FORK.Barrier(PROCESSES)
    running = [
        FORK.Process(target=work, args=(address, folder / f"{number}.ledger", act, number, n, ready))
        for number in range(PROCESSES)
    ]
    for one in running:
        one.start()
    dice = random.Random(5)
    for victim in dice.sample(running, kills):
        time.sleep(dice.uniform(0.1, 0.4))
        if victim.pid is not None and victim.is_alive():
            os.kill(victim.pid, signal.SIGKILL)
    for one in running:
        one.join(timeout=300)
    assert all(one.exitcode in (0, -signal.SIGKILL) for one in running), [one.exitcode for one in running]
    return [json.loads(line) for file in sorted(folder.glob("*.ledger")) for line in file.read_text().splitlines()]


def prepared(session: Session, n_cases: int, **more: int) -> tuple[UUID, list[UUID]]:
    with clock.set_to(TODAY):
        somebody = make_interviewer(session, **{"daily_limit": 12, "buffer_minutes": 0, **more}).id
        ids = [offered(session, make_case(session)).id for _ in range(n_cases)]
    session.commit()
    return somebody, ids


@pytest.mark.parametrize("n", [40, pytest.param(200, marks=pytest.mark.drill)])
def test_of_attempts_by_eight_processes_exactly_one_wins_each_slot(
    app: Flask, session: Session, organisation: str, database_url: str, tmp_path: Path, n: int
) -> None:
    interviewer_id, ids = prepared(session, n // 8)
    moments = [at(hour) for hour in (9, 11, 13, 15)]

    def book(own: Session, number: int) -> dict[str, str]:
        offer = own.get_one(offers.InterviewOffer, ids[number % len(ids)])
        moment = moments[number % len(moments)]
        made = bookings.book_interview(own, offer, wish(own.get_one(Interviewer, interviewer_id), moment), actor=TESTER)
        return {"what": "booked", "id": str(made.id), "slot": f"{moment:%H:%M}"}

    ledger = race(database_url, tmp_path, book, n)
    told = Counter(line["what"] for line in ledger)
    winners = Counter(line["slot"] for line in ledger if line["what"] == "booked")
    database = session.get_bind().dialect.name
    print(f"\n{database}: {n} attempts by {PROCESSES} processes: {dict(told)}; by slot {dict(winners)}")
    assert len(ledger) == n and winners == {f"{moment:%H:%M}": 1 for moment in moments}
    assert set(told) <= {"booked", *(one.__name__ for one in REFUSALS)}
    rows = session.scalars(select(InterviewBooking)).all()
    assert sorted(row.starts_at for row in rows) == moments and overlaps(session) == []
    assert {str(row.id) for row in rows} == {line["id"] for line in ledger if line["what"] == "booked"}


@pytest.mark.drill
def test_random_booking_moving_and_cancelling_with_kills_loses_and_doubles_nothing(
    app: Flask, session: Session, organisation: str, database_url: str, tmp_path: Path
) -> None:
    """Clients keep a history of what they were told; a checker that shares nothing with the guards reads it."""
    with clock.set_to(TODAY):
        people = [make_interviewer(session, f"Person {n}", daily_limit=6, buffer_minutes=0).id for n in range(3)]
        ids = [offered(session, make_case(session)).id for _ in range(60)]
    session.commit()

    def act(own: Session, number: int) -> dict[str, str]:
        chance = random.Random(number)
        offer = own.get_one(offers.InterviewOffer, chance.choice(ids))
        chosen = wish(own.get_one(Interviewer, chance.choice(people)), at(chance.randrange(9, 16)), by_hr=True)
        live = (InterviewBooking.case_id == offer.case_id, InterviewBooking.state == BookingState.BOOKED)
        booking = own.scalar(select(InterviewBooking).where(*live))
        if booking is None:
            return {"what": "booked", "id": str(bookings.book_interview(own, offer, chosen, actor=TESTER).id)}
        if chance.random() < 0.3:
            bookings.cancel_interview(own, booking, CancelledBy.LEAVER, actor=TESTER)
            return {"what": "cancelled", "id": str(booking.id)}
        return {"what": "moved", "id": str(bookings.move_interview(own, booking, chosen, actor=TESTER).id)}

    ledger = race(database_url, tmp_path, act, 2000, kills=5)
    told = Counter(line["what"] for line in ledger)
    held = {str(row.id) for row in session.scalars(select(InterviewBooking))}
    lost = [line for line in ledger if "id" in line and line["id"] not in held]
    doubled = overlaps(session)
    database, n_lost, n_doubled = session.get_bind().dialect.name, len(lost), len(doubled)
    print(f"\n{database}: 5 of 8 processes killed; told {dict(told)}; lost {n_lost}; doubled {n_doubled}")
    assert not lost and not doubled and told["booked"] >= 5
