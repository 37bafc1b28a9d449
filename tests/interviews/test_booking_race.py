"""Eight workers with connections of their own book, move and cancel at once; nobody is ever booked twice."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, delete, func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.models import Case
from surveyapp.interviews import bookings, offers
from surveyapp.interviews.bookings import BookingIsOver, CaseAlreadyBooked, SlotAlreadyTaken
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import BookingState, CancelledBy, DeclineReason, InterviewBooking
from surveyapp.interviews.slots import london_date
from surveyapp.mail.models import OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import TODAY, at, make_interviewer, offered, wish

WORKERS = 8
ATTEMPTS = 200
REFUSALS = (SlotAlreadyTaken, CaseAlreadyBooked, BookingIsOver)


@pytest.fixture
def workers(database_url: str) -> Iterator[Callable[[Callable[[Session, int], str]], list[str]]]:
    """Run a piece of work for every number, by eight threads, each in transactions and on connections of its own."""
    engine = create_engine(database_url, pool_size=WORKERS)
    barrier = threading.Barrier(WORKERS)

    def one(work: Callable[[Session, int], str], first: int, n: int) -> list[str]:
        outcomes = []
        barrier.wait()
        with clock.set_to(TODAY):
            for number in range(first, n, WORKERS):
                with Session(engine) as session:
                    outcomes.append(attempt(session, work, number))
        return outcomes

    def run(work: Callable[[Session, int], str], n: int = ATTEMPTS) -> list[str]:
        with ThreadPoolExecutor(WORKERS) as pool:
            done = [pool.submit(one, work, worker, n) for worker in range(WORKERS)]
            return [outcome for future in done for outcome in future.result()]

    yield run
    engine.dispose()


def attempt(session: Session, work: Callable[[Session, int], str], number: int) -> str:
    try:
        outcome = work(session, number)
        session.commit()
    except REFUSALS as refused:
        session.rollback()
        return type(refused).__name__
    return outcome


def overlaps(session: Session) -> list[tuple[InterviewBooking, InterviewBooking]]:
    """A checker that shares nothing with the guards: every pair of live bookings, compared."""
    live = [one for one in session.scalars(select(InterviewBooking)) if one.is_live]
    return [
        (a, b)
        for i, a in enumerate(live)
        for b in live[i + 1 :]
        if (
            a.interviewer_id == b.interviewer_id
            and a.busy_from_at < b.busy_until_at
            and a.busy_until_at > b.busy_from_at
        )
        or (a.case_id == b.case_id and a.state == b.state == BookingState.BOOKED)
    ]


def test_of_200_attempts_exactly_one_wins_each_slot(
    session: Session, organisation: str, workers: Callable[..., list[str]]
) -> None:
    with clock.set_to(TODAY):
        ceri = make_interviewer(session, daily_limit=12, buffer_minutes=0)
        ids = [offered(session, make_case(session)).id for _ in range(25)]
        interviewer_id = ceri.id
    session.commit()
    moments = [at(hour) for hour in (9, 11, 13, 15)]

    def book(own: Session, number: int) -> str:
        offer = own.get_one(offers.InterviewOffer, ids[number % len(ids)])
        chosen = wish(own.get_one(Interviewer, interviewer_id), moments[number % len(moments)])
        bookings.book_interview(own, offer, chosen, actor=TESTER)
        return "booked"

    outcomes = Counter(workers(book))
    assert outcomes["booked"] == len(moments) and outcomes.total() == ATTEMPTS
    assert set(outcomes) <= {"booked", "SlotAlreadyTaken", "CaseAlreadyBooked"}
    rows = session.scalars(select(InterviewBooking)).all()
    assert sorted(row.starts_at for row in rows) == moments and overlaps(session) == []


def test_an_interview_offered_by_eight_at_once_is_offered_once(
    session: Session, organisation: str, workers: Callable[..., list[str]]
) -> None:
    with clock.set_to(TODAY):
        ids = [make_case(session).id for _ in range(4)]
        offered_before = make_case(session)
        declined = offered(session, offered_before)
        offers.decline_interview(session, declined, DeclineReason.NO_TIME, actor=TESTER)
        ids.append(offered_before.id)
    session.execute(delete(OutboxMessage))
    session.commit()

    def offer(own: Session, number: int) -> str:
        offers.offer_interview(own, own.get_one(Case, ids[number // WORKERS]), actor=TESTER)
        return "offered"

    assert set(workers(offer, WORKERS * len(ids))) == {"offered"}
    assert session.scalar(select(func.count()).select_from(offers.InterviewOffer)) == len(ids)
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == len(ids), "one message each"


def test_a_limit_no_constraint_can_say_holds_in_a_race(
    session: Session, organisation: str, workers: Callable[..., list[str]]
) -> None:
    with clock.set_to(TODAY):
        ceri = make_interviewer(session, daily_limit=3, buffer_minutes=0)
        ids = [offered(session, make_case(session)).id for _ in range(32)]
        interviewer_id = ceri.id
    session.commit()

    def book(own: Session, number: int) -> str:
        chosen = wish(own.get_one(Interviewer, interviewer_id), at(9 + number % 8))
        bookings.book_interview(own, own.get_one(offers.InterviewOffer, ids[number]), chosen, actor=TESTER)
        return "booked"

    assert Counter(workers(book, len(ids)))["booked"] == 3


def test_booking_moving_and_cancelling_at_random_never_overlaps(
    session: Session, organisation: str, workers: Callable[..., list[str]]
) -> None:
    with clock.set_to(TODAY):
        people = [make_interviewer(session, f"Person {n}", daily_limit=6).id for n in range(3)]
        ids = [offered(session, make_case(session)).id for _ in range(30)]
    session.commit()

    def act(own: Session, number: int) -> str:
        chance = random.Random(number)
        offer = own.get_one(offers.InterviewOffer, chance.choice(ids))
        somebody = own.get_one(Interviewer, chance.choice(people))
        chosen = wish(somebody, at(chance.randrange(9, 16), chance.choice((0, 30))), by_hr=True)
        query = select(InterviewBooking).where(
            InterviewBooking.case_id == offer.case_id, InterviewBooking.state == BookingState.BOOKED
        )
        booking = own.scalar(query)
        if booking is None:
            bookings.book_interview(own, offer, chosen, actor=TESTER)
            return "booked"
        if chance.random() < 0.3:
            bookings.cancel_interview(own, booking, CancelledBy.LEAVER, actor=TESTER)
            return "cancelled"
        bookings.move_interview(own, booking, chosen, actor=TESTER)
        return "moved"

    outcomes = Counter(workers(act))
    assert outcomes["booked"] >= 5 and outcomes["moved"] + outcomes["cancelled"] >= 3, outcomes
    assert overlaps(session) == []
    live = [one for one in session.scalars(select(InterviewBooking)) if one.is_live]
    per_day: Counter[tuple[uuid.UUID, object]] = Counter((b.interviewer_id, london_date(b.starts_at)) for b in live)
    assert max(per_day.values()) <= 6
