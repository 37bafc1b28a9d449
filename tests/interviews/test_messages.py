"""What the messages about interviews say, which calendar part they carry, and when they are no longer sent."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import vobject
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases import service as cases
from surveyapp.interviews import bookings, jobs, messages, offers
from surveyapp.interviews.emails import COMPOSERS, FOLDER, file_of
from surveyapp.interviews.models import CancelledBy, InterviewOffer, OfferState
from surveyapp.interviews.reassignment import reassign_day
from surveyapp.mail import ComposedMessage
from surveyapp.mail.mime import as_mime
from surveyapp.mail.models import MailState, OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import MONDAY, TODAY, at, booked, make_interviewer, offered, wish


@pytest.fixture(autouse=True)
def on_the_friday_before(organisation: str) -> Iterator[None]:
    with clock.set_to(TODAY):
        yield


def composed(session: Session, kind: str, recipient: str | None = None) -> ComposedMessage | None:
    """The newest waiting message of a kind, as its composer writes it."""
    query = select(OutboxMessage).where(OutboxMessage.kind == kind, OutboxMessage.state == MailState.QUEUED)
    found = [m for m in session.scalars(query) if recipient in (None, m.recipient)]
    return COMPOSERS[kind](session, found[-1])


def sent(session: Session, kind: str, recipient: str | None = None) -> ComposedMessage:
    made = composed(session, kind, recipient)
    assert made is not None
    return made


def calendar(message: ComposedMessage) -> tuple[str, int, str]:
    (part,) = message.attachments
    read = vobject.readOne(part.content.decode())
    return read.method.value, int(read.vevent.sequence.value), read.vevent.attendee.value


def test_a_booking_brings_a_request_to_each_and_names_only_its_reader(session: Session) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    booked(session, case, ceri, at(10))
    to_leaver, to_interviewer = sent(session, messages.BOOKED), sent(session, messages.INTERVIEWER_BOOKED)
    assert calendar(to_leaver) == ("REQUEST", 0, f"mailto:{case.work_email}")
    assert calendar(to_interviewer) == ("REQUEST", 0, "mailto:ceri.hughes@ncs.example")
    assert "23 November 2026 at 10:30am" not in to_leaver.text and "23 November 2026 at 10:00am" in to_leaver.text
    assert "Ann Rees" not in to_leaver.attachments[0].content.decode()
    assert "/a/" in to_leaver.text and "/record" in to_interviewer.text


def test_the_calendar_part_is_an_alternative_and_an_attachment(session: Session) -> None:
    booked(session, make_case(session), make_interviewer(session), at(10))
    made = as_mime(sent(session, messages.BOOKED), "hr@ncs.example", "ann@ncs.example", "<1@surveyapp>")
    parts = [part for part in made.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) == 2
    assert parts[0].get_param("method") == "REQUEST" and parts[0].get_filename() is None
    assert parts[1].get_filename() == "interview.ics"


def test_a_message_that_a_newer_change_overtook_is_not_sent(session: Session) -> None:
    ceri = make_interviewer(session)
    booking = booked(session, make_case(session), ceri, at(10))
    bookings.move_interview(session, booking, wish(ceri, at(14), by_hr=True), actor=TESTER)
    assert composed(session, messages.BOOKED) is None
    assert calendar(sent(session, messages.MOVED))[:2] == ("REQUEST", 1)
    bookings.cancel_interview(session, booking, CancelledBy.LEAVER, actor=TESTER)
    assert composed(session, messages.MOVED) is None
    assert calendar(sent(session, messages.CANCELLED))[:2] == ("CANCEL", 2)


def test_whoever_lost_the_interview_gets_the_cancellation_even_after_further_moves(session: Session) -> None:
    ceri, bo = make_interviewer(session), make_interviewer(session, "Bo Lewis")
    booking = booked(session, make_case(session), ceri, at(10))
    reassign_day(session, ceri, MONDAY, actor=TESTER)
    bookings.move_interview(session, booking, wish(bo, at(15), by_hr=True), actor=TESTER)
    off = sent(session, messages.INTERVIEWER_CANCELLED, "ceri.hughes@ncs.example")
    assert calendar(off)[0] == "CANCEL" and calendar(off)[1] >= 1
    assert composed(session, messages.REASSIGNED) is None


def test_every_message_has_both_languages_with_the_same_places_and_buttons() -> None:
    kinds = {file_of(kind) for kind in COMPOSERS}
    assert kinds == {path.name.split(".")[0] for path in FOLDER.glob("*.txt")}
    for kind in kinds:
        texts = [(FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8") for language in ("en", "cy")]
        places = [sorted(set(part.split("}")[0] for part in text.split("{")[1:])) for text in texts]
        assert places[0] == places[1], kind
        assert texts[0].count("[[") == texts[1].count("[["), kind


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_booking_message_reads_as_the_file_beside_this_test(session: Session, language: str) -> None:
    case = make_case(session, language=language)
    booked(session, case, make_interviewer(session), at(10))
    text = sent(session, messages.BOOKED).text
    link = next(line for line in text.splitlines() if line.startswith("http"))
    expected = (Path(__file__).parent / f"booked.{language}.txt").read_text(encoding="utf-8")
    assert text.replace(link, "LINK") == expected


def test_the_worker_offers_within_policy_reminds_once_and_lets_lapse(session: Session) -> None:
    leaving = make_case(session)
    retiring, dismissed = make_case(session, leaving_type="retirement"), make_case(session, leaving_type="dismissal")
    assert jobs.offer_interviews(session, TODAY) == 1
    assert jobs.offer_interviews(session, TODAY) == 0
    assert offers.offer_of(session, retiring.id) is None and offers.offer_of(session, dismissed.id) is None
    offer = session.scalars(select(InterviewOffer)).one()
    assert offer.case_id == leaving.id
    day = TODAY
    counts: dict[str, int] = {}
    for _ in range(40):
        day += timedelta(days=1)
        with clock.set_to(day):
            jobs.remind_of_offers(session, day)
        kinds = session.scalars(select(OutboxMessage.kind)).all()
        counts = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counts == {messages.OFFERED: 1, messages.OFFER_REMINDER: 1}
    assert offer.state is OfferState.LAPSED and offer.lapsed_at is not None
    assert offer.lapsed_at.date() == date(2026, 12, 11)


def test_nobody_is_offered_on_a_day_that_is_not_worked(session: Session) -> None:
    make_case(session)
    assert jobs.offer_interviews(session, date(2026, 11, 22)) == 0


def test_the_day_before_both_are_reminded_once_in_their_language(session: Session) -> None:
    case = make_case(session, language="cy")
    booking = booked(session, case, make_interviewer(session), at(10))
    sunday = MONDAY - timedelta(days=1)
    with clock.set_to(sunday):
        assert jobs.remind_of_tomorrow(session, sunday) == 1
        jobs.remind_of_tomorrow(session, sunday)
        assert "yfory" in sent(session, messages.REMINDER).subject
        kinds = session.scalars(select(OutboxMessage.kind)).all()
        assert (kinds.count(messages.REMINDER), kinds.count(messages.INTERVIEWER_REMINDER)) == (1, 1)
        bookings.cancel_interview(session, booking, CancelledBy.HR, actor=TESTER)
        assert composed(session, messages.REMINDER) is None


def test_a_death_stops_every_message_to_the_leaver_and_frees_the_interviewer(session: Session) -> None:
    case = make_case(session)
    booking = booked(session, case, make_interviewer(session), at(10))
    cases.record_death(session, case, TESTER)
    assert jobs.withdraw_from_ended_cases(session, TODAY) == 1
    assert not booking.is_live
    waiting = select(OutboxMessage).where(OutboxMessage.state == MailState.QUEUED)
    kinds = {message.kind for message in session.scalars(waiting)}
    assert kinds <= {messages.INTERVIEWER_BOOKED, messages.INTERVIEWER_CANCELLED}
    assert calendar(sent(session, messages.INTERVIEWER_CANCELLED))[0] == "CANCEL"
    assert jobs.withdraw_from_ended_cases(session, TODAY) == 0


def test_an_offer_says_nothing_of_a_person_in_its_link_and_dies_with_its_answer(session: Session) -> None:
    case = make_case(session)
    offer = offered(session, case)
    assert "/a/" in sent(session, messages.OFFERED).text and str(case.id) not in sent(session, messages.OFFERED).text
    offers.decline_interview(session, offer, offers.DeclineReason.NO_TIME, actor=TESTER)
    assert composed(session, messages.OFFERED) is None
