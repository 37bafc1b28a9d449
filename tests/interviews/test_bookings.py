"""Booking, moving, cancelling and reassigning, and what the database refuses by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole, Viewer
from surveyapp.cases import service as cases
from surveyapp.cases.service import details_of
from surveyapp.interviews import bookings, choices, jobs, messages, no_overlap, offers, queries
from surveyapp.interviews.bookings import (
    BookingIsOver,
    CaseAlreadyBooked,
    InterviewerNotAllowed,
    NotOffered,
    SlotAlreadyTaken,
)
from surveyapp.interviews.choices import SlotChoice, SlotQuery
from surveyapp.interviews.interviewer_models import CalendarChange, ChangeKind, InterviewerKind
from surveyapp.interviews.models import (
    BookingState,
    CancelledBy,
    DeclineReason,
    InterviewBooking,
    InterviewerType,
    Mode,
    OfferState,
)
from surveyapp.interviews.own_feed import feed_of
from surveyapp.interviews.reassignment import reassign_day
from surveyapp.mail.models import OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import MONDAY, TODAY, at, booked, make_interviewer, offered, wish


@pytest.fixture(autouse=True)
def on_the_friday_before(organisation: str) -> Iterator[None]:
    with clock.set_to(TODAY):
        yield


def kinds(session: Session) -> list[str]:
    return sorted(session.scalars(select(OutboxMessage.kind)))


def recipients(session: Session, kind: str) -> list[str | None]:
    return [message.recipient for message in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))]


def test_a_booking_tells_leaver_and_interviewer_and_accepts_the_offer(session: Session) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    booking = booked(session, case, ceri, at(10))
    assert kinds(session) == [messages.BOOKED, messages.OFFERED, messages.INTERVIEWER_BOOKED]
    assert recipients(session, messages.INTERVIEWER_BOOKED) == ["ceri.hughes@ncs.example"]
    offer = offers.offer_of(session, case.id)
    assert offer is not None and offer.state is OfferState.ACCEPTED and offer.mode is Mode.PHONE
    assert (booking.interviewer_type, booking.sequence) == (InterviewerType.AREA_HR, 0)


def test_a_taken_slot_cannot_be_booked_twice(session: Session) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    booked(session, make_case(session), ceri, at(10))
    with pytest.raises(SlotAlreadyTaken):
        booked(session, case, ceri, at(10))
    fresh = [slot.choice.starts_at for slot in choices.slots_for(session, case, SlotQuery(Mode.PHONE))]
    assert fresh and at(10) not in fresh and at(11, 30) in fresh


def test_a_time_outside_the_pattern_or_too_soon_for_a_leaver_cannot_be_booked(session: Session) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    offer = offered(session, case)
    for moment in (at(7), at(10, 7), at(10, day=date(2026, 11, 22)), at(15, day=TODAY)):
        with pytest.raises(SlotAlreadyTaken):
            bookings.book_interview(session, offer, wish(ceri, moment), actor=TESTER)
    by_hr = wish(ceri, at(15, day=TODAY), by_hr=True)
    assert bookings.book_interview(session, offer, by_hr, actor=TESTER).booked_by_hr


def test_a_case_has_one_interview_to_come(session: Session) -> None:
    ceri, bo = make_interviewer(session), make_interviewer(session, "Bo Lewis")
    case = make_case(session)
    booked(session, case, ceri, at(10))
    with pytest.raises(CaseAlreadyBooked):
        booked(session, case, bo, at(14))


def test_the_line_manager_and_the_line_above_are_never_offered(session: Session) -> None:
    manager = make_interviewer(session, "Line Manager")
    above = make_interviewer(session, "Line Above")
    ceri = make_interviewer(session)
    case = make_case(session, line_manager_email="LINE.manager@ncs.example", manager_line=("line.above@ncs.example",))
    assert choices.interviewers_for(session, case) == [ceri]
    for related in (manager, above):
        with pytest.raises(InterviewerNotAllowed):
            booked(session, case, related, at(10))


def test_types_follow_home_area_and_independence(session: Session) -> None:
    make_interviewer(session)
    make_interviewer(session, "Other Area", area="EV", serves=("NM", "EV"))
    make_interviewer(session, "In Dependent", area="HQ", serves=("NM",), kind=InterviewerKind.INDEPENDENT)
    make_interviewer(session, "Does Not Serve", area="EV", serves=("EV",))
    make_interviewer(session, "No Longer", accredited_until_on=TODAY - timedelta(1))
    case = make_case(session)
    assert {kind.value for kind in choices.kinds_open_to(session, case)} == {"area_hr", "other_area_hr", "independent"}
    others = choices.slots_for(session, case, SlotQuery(Mode.VIDEO, InterviewerType.OTHER_AREA_HR))
    assert {slot.interviewer_name for slot in others} == {"Other Area"}
    assert len(choices.interviewers_for(session, case)) == 3


def test_a_bank_holiday_and_a_closure_day_have_no_slots(session: Session) -> None:
    make_interviewer(session)
    with clock.set_to(date(2026, 12, 21)):
        case = make_case(session)
        days = {s.choice.starts_at.date() for s in choices.slots_for(session, case, SlotQuery(Mode.PHONE, days=10))}
    assert days == {date(2026, 12, day) for day in (22, 23, 24, 30, 31)}  # 25 and 28 bank holidays, 29 closed


def test_a_move_keeps_the_identity_and_raises_the_sequence(session: Session) -> None:
    ceri, bo = make_interviewer(session), make_interviewer(session, "Bo Lewis")
    booking = booked(session, make_case(session), ceri, at(10))
    before = (booking.uid, booking.organiser)
    bookings.move_interview(session, booking, wish(ceri, at(10, 30), by_hr=True), actor=TESTER)
    bookings.move_interview(session, booking, wish(bo, at(9), by_hr=True), actor=TESTER)
    assert (booking.uid, booking.organiser) == before and booking.sequence == 2
    assert recipients(session, messages.INTERVIEWER_MOVED) == ["ceri.hughes@ncs.example"]
    assert recipients(session, messages.INTERVIEWER_CANCELLED) == ["ceri.hughes@ncs.example"]
    assert "bo.lewis@ncs.example" in recipients(session, messages.INTERVIEWER_BOOKED)
    assert booked(session, make_case(session), ceri, at(10)).sequence == 0


def test_a_lost_move_leaves_the_booking_as_it_was(session: Session) -> None:
    ceri = make_interviewer(session)
    booked(session, make_case(session), ceri, at(14))
    mine = booked(session, make_case(session), ceri, at(10))
    session.commit()
    with pytest.raises(SlotAlreadyTaken):
        bookings.move_interview(session, mine, wish(ceri, at(14), by_hr=True), actor=TESTER)
    session.rollback()
    assert (mine.starts_at, mine.sequence) == (at(10), 0)


def test_cancelling_opens_the_offer_and_the_time_again(session: Session) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    booking = booked(session, case, ceri, at(10))
    bookings.cancel_interview(session, booking, CancelledBy.LEAVER, actor=TESTER)
    offer = offers.offer_of(session, case.id)
    assert offer is not None and offer.state is OfferState.OFFERED
    assert messages.CANCELLED in kinds(session) and messages.INTERVIEWER_CANCELLED in kinds(session)
    with pytest.raises(BookingIsOver):
        bookings.cancel_interview(session, booking, CancelledBy.LEAVER, actor=TESTER)
    assert booked(session, make_case(session), ceri, at(10)).is_live


def test_the_daily_limit_counts_every_live_interview_of_the_day(session: Session) -> None:
    ceri = make_interviewer(session, daily_limit=2)
    booked(session, make_case(session), ceri, at(9))
    booked(session, make_case(session), ceri, at(11))
    with pytest.raises(SlotAlreadyTaken):
        booked(session, make_case(session), ceri, at(14))
    assert booked(session, make_case(session), ceri, at(9, day=date(2026, 11, 24))).is_live


def test_a_declined_or_lapsed_leaver_can_still_change_their_mind_but_not_one_who_stays(session: Session) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    offer = offered(session, case)
    offers.decline_interview(session, offer, DeclineReason.NO_TIME, actor=TESTER)
    assert booked(session, case, ceri, at(10)).is_live
    staying = make_case(session)
    offer = offered(session, staying)
    cases.withdraw_resignation(session, staying, TESTER)
    with pytest.raises(NotOffered):
        bookings.book_interview(session, offer, wish(ceri, at(14)), actor=TESTER)


def test_an_interview_can_be_booked_after_leaving(session: Session) -> None:
    ceri = make_interviewer(session)
    case = make_case(session, last_working_day=date(2026, 10, 30))
    booked(session, case, ceri, at(10))
    assert recipients(session, messages.BOOKED) == [case.personal_email]


def test_a_whole_day_is_reassigned_in_one_step_and_each_leaver_is_asked_to_confirm(session: Session) -> None:
    ceri, bo = make_interviewer(session), make_interviewer(session, "Bo Lewis")
    ill = [booked(session, make_case(session), ceri, at(hour)) for hour in (9, 11, 14)]
    booked(session, make_case(session), bo, at(11))
    done = reassign_day(session, ceri, MONDAY, actor=TESTER)
    assert [one.starts_at for one in done.moved] == [at(9), at(14)] and done.left == (ill[1],)
    assert all(one.interviewer_id == bo.id and one.needs_confirming and one.sequence == 1 for one in done.moved)
    assert len(recipients(session, messages.REASSIGNED)) == 2
    bookings.confirm_interview(session, ill[0], actor=TESTER)
    assert not ill[0].needs_confirming and ill[0].confirmed_at is not None


def test_an_absence_does_not_break_a_booking_but_takes_the_other_times(session: Session) -> None:
    ceri = make_interviewer(session)
    kept = booked(session, make_case(session), ceri, at(10))
    ceri.changes.append(CalendarChange(kind=ChangeKind.ABSENT, starts_at=at(0), ends_at=at(23)))
    session.flush()
    with pytest.raises(SlotAlreadyTaken):
        booked(session, make_case(session), ceri, at(14))
    assert kept.is_live


def test_somebody_who_did_not_come_is_offered_another_time(session: Session) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    booking = booked(session, case, ceri, at(10))
    with pytest.raises(BookingIsOver):
        bookings.mark_no_show(session, booking, actor=TESTER)
    with clock.set_to(at(11)):
        bookings.mark_no_show(session, booking, actor=TESTER)
        assert messages.MISSED in kinds(session)
        assert booked(session, case, ceri, at(14)).is_live


def bare(interviewer: Any, case: Any, starts_at: datetime, **changes: Any) -> InterviewBooking:
    """A row as the service would write it, written without the service."""
    usual = {
        "case": case,
        "interviewer": interviewer,
        "state": BookingState.BOOKED,
        "interviewer_type": InterviewerType.AREA_HR,
        "mode": Mode.PHONE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "busy_from_at": starts_at,
        "busy_until_at": starts_at + timedelta(minutes=75),
        "uid": f"{starts_at.timestamp()}-{case.id}",
        "organiser": "hr@ncs.example",
        "booked_at": clock.now(),
        "changed_at": clock.now(),
    }
    return InterviewBooking(**(usual | changes))


def refusal(session: Session, row: InterviewBooking) -> str | None:
    try:
        with session.begin_nested():
            session.add(row)
    except DBAPIError as error:
        return no_overlap.refused_by(error)
    return None


def test_the_database_itself_refuses_overlaps_of_an_interviewer_buffer_included(session: Session) -> None:
    ceri, bo = make_interviewer(session), make_interviewer(session, "Bo Lewis")
    assert refusal(session, bare(ceri, make_case(session), at(10))) is None
    for minutes in (-74, -30, 0, 30, 74):
        row = bare(ceri, make_case(session), at(10) + timedelta(minutes=minutes))
        assert refusal(session, row) == no_overlap.INTERVIEWER_FREE, minutes
    held = bare(ceri, make_case(session), at(10, 30), state=BookingState.HELD)
    assert refusal(session, held) == no_overlap.INTERVIEWER_FREE
    for row in (
        bare(ceri, make_case(session), at(11, 15)),
        bare(ceri, make_case(session), at(8, 45)),
        bare(bo, make_case(session), at(10)),
        bare(ceri, make_case(session), at(10), state=BookingState.CANCELLED),
    ):
        assert refusal(session, row) is None


def test_the_database_itself_refuses_a_second_booking_of_a_case_and_an_update_into_an_overlap(session: Session) -> None:
    ceri, bo, case = make_interviewer(session), make_interviewer(session, "Bo Lewis"), make_case(session)
    assert refusal(session, bare(ceri, case, at(10))) is None
    assert refusal(session, bare(bo, case, at(15))) == no_overlap.ONE_PER_CASE
    other = bare(ceri, make_case(session), at(14))
    assert refusal(session, other) is None
    with pytest.raises(DBAPIError, match=no_overlap.INTERVIEWER_FREE), session.begin_nested():
        moved = {"starts_at": at(10), "busy_from_at": at(10), "ends_at": at(11), "busy_until_at": at(11)}
        for name, value in moved.items():
            setattr(other, name, value)


def test_without_its_guards_the_database_would_take_the_overlap(session: Session) -> None:
    """The proof that the tests above see the guards and nothing else."""
    ceri = make_interviewer(session)
    session.add(bare(ceri, make_case(session), at(10)))
    session.commit()
    for statement in remove_guards(session):
        session.execute(text(statement))
    assert refusal(session, bare(ceri, make_case(session), at(10))) is None


def remove_guards(session: Session) -> list[str]:
    if session.get_bind().dialect.name == "postgresql":
        names = (no_overlap.INTERVIEWER_FREE, no_overlap.ONE_PER_CASE)
        return [f"ALTER TABLE interview_bookings DROP CONSTRAINT {name}" for name in names]
    found = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ex_interview%'"))
    return [f"DROP TRIGGER {name}" for name in found]


def test_a_button_value_says_which_time_with_whom_and_nothing_else_is_read(session: Session) -> None:
    choice = SlotChoice(at(10), make_interviewer(session).id)
    assert SlotChoice.read(choice.value) == choice
    for value in ("", "x", choice.value[:-1], "20261123T100000Z", "20261123T100000-" + choice.value[17:]):
        assert SlotChoice.read(value) is None, value


def test_grants_do_not_make_an_interviewer(session: Session, staff: Any) -> None:
    staff(StaffRole.INTERVIEWER, areas=("NM",))
    assert choices.interviewers_for(session, make_case(session)) == []


def test_a_wish_of_hr_has_no_notice() -> None:
    made = wish(type("Somebody", (), {"id": None})(), at(10))
    assert made.notice == choices.LEAST_NOTICE and replace(made, by_hr=True).notice == timedelta()


def test_an_interviewer_who_becomes_the_line_manager_loses_the_interview_and_sees_it_nowhere(session: Session) -> None:
    ceri, bo = make_interviewer(session), make_interviewer(session, "Bo Lewis")
    kept, given, lost = (booked(session, make_case(session), ceri, at(hour)) for hour in (9, 11, 14))
    booked(session, make_case(session), bo, at(14))
    for booking in (given, lost):
        news = replace(details_of(booking.case), line_manager_email=ceri.user.email)
        cases.update_case(session, booking.case, news, TESTER)
    own = Viewer(ceri.user_id, ceri.user.email, ceri.user.name or "", "en", ())
    assert [one.id for one in queries.own_bookings(own, session)] == [kept.id]
    content, _tag = feed_of(session, ceri)
    assert content.count(b"BEGIN:VEVENT") == 1
    assert jobs.keep_from_managers(session, TODAY) == 2 and jobs.keep_from_managers(session, TODAY) == 0
    assert given.interviewer_id == bo.id and given.needs_confirming and kept.interviewer_id == ceri.id
    assert lost.state is BookingState.CANCELLED
    assert len(recipients(session, messages.REASSIGNED)) == 1 and len(recipients(session, messages.CANCELLED)) == 1


def test_whoever_looked_before_another_moved_takes_the_next_turn_and_not_the_same(session: Session) -> None:
    """Two answers with one sequence would let a calendar program keep the wrong time."""
    ceri = make_interviewer(session)
    booking = booked(session, make_case(session), ceri, at(10))
    session.commit()
    with Session(session.get_bind(), expire_on_commit=False) as slow:
        seen = slow.get_one(InterviewBooking, booking.id)
        slow.commit()
        bookings.move_interview(session, booking, wish(ceri, at(14), by_hr=True), actor=TESTER)
        session.commit()
        bookings.move_interview(slow, seen, wish(ceri, at(12), by_hr=True), actor=TESTER)
        assert seen.sequence == 2
        slow.commit()
        bookings.cancel_interview(session, booking, CancelledBy.LEAVER, actor=TESTER)
        session.commit()
        with pytest.raises(BookingIsOver):
            bookings.move_interview(slow, seen, wish(ceri, at(9), by_hr=True), actor=TESTER)
        slow.rollback()


def test_an_offer_that_was_taken_up_meanwhile_does_not_lapse(session: Session) -> None:
    ceri = make_interviewer(session)
    offer = offered(session, make_case(session))
    session.commit()
    with Session(session.get_bind(), expire_on_commit=False) as worker:
        seen = worker.get_one(offers.InterviewOffer, offer.id)
        worker.commit()
        bookings.book_interview(session, offer, wish(ceri, at(10)), actor=TESTER)
        session.commit()
        with pytest.raises(offers.OfferIsClosed):
            offers.lapse_offer(worker, seen, actor=TESTER)
        worker.rollback()


def test_an_interview_whose_case_is_disposed_of_is_on_nobodys_list(session: Session) -> None:
    ceri = make_interviewer(session)
    kept, gone = (booked(session, make_case(session), ceri, at(hour)) for hour in (9, 11))
    gone.case.disposed_on = TODAY
    session.flush()
    own = Viewer(ceri.user_id, ceri.user.email, ceri.user.name or "", "en", ())
    assert [one.id for one in queries.own_bookings(own, session)] == [kept.id]
    assert queries.own_booking(own, session, gone.id) is None
