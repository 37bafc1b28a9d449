"""The leaver's interview pages, without JavaScript, in both languages."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.models import Case
from surveyapp.concerns.models import Concern, ConcernKind
from surveyapp.interviews import bookings, offers, queries
from surveyapp.interviews.models import BookingState, DeclineReason, InterviewBooking, OfferState
from surveyapp.invitations import links
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import TODAY, at, booked, make_interviewer, offered


@pytest.fixture(autouse=True)
def on_the_friday_before(organisation: str) -> Iterator[None]:
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def leaver(session: Session, client: FlaskClient) -> Callable[[Case], FlaskClient]:
    def arrive(case: Case) -> FlaskClient:
        client.set_cookie("leaver", links.mint(session, case.id, "test").token)
        session.commit()
        return client

    return arrive


def first_time(page: str) -> str:
    found = re.search(r'name="slot" id="slot" value="([^"]+)"', page)
    assert found
    return found[1]


def test_two_clicks_book_a_time(session: Session, leaver: Callable[[Case], FlaskClient]) -> None:
    make_interviewer(session)
    case = make_case(session)
    offered(session, case)
    browser = leaver(case)
    page = browser.get("/a/interview").text
    sent = {"slot": first_time(page), "mode": "phone", "needs": "Step-free", "companion": "A friend"}
    done = browser.post("/a/interview", data=sent, follow_redirects=True)
    assert "Your interview is booked" in done.text and "Ceri Hughes" in done.text
    booking = session.scalars(select(InterviewBooking)).one()
    assert booking.starts_at == at(9) and not booking.booked_by_hr
    offer = offers.offer_of(session, case.id)
    assert offer is not None and (offer.needs, offer.companion) == ("Step-free", "A friend")


def test_the_loser_of_a_race_sees_fresh_times_in_a_plain_sentence(
    session: Session, leaver: Callable[[Case], FlaskClient]
) -> None:
    ceri = make_interviewer(session)
    case, quicker = make_case(session), make_case(session)
    offered(session, case)
    browser = leaver(case)
    slot = first_time(browser.get("/a/interview").text)
    booked(session, quicker, ceri, at(9))
    session.commit()
    lost = browser.post("/a/interview", data={"slot": slot, "mode": "phone", "needs": "Kept"})
    assert lost.status_code == 409
    assert "Somebody has just booked that time. Choose another one" in lost.text
    assert first_time(lost.text) != slot and "Kept" in lost.text
    assert queries.booking_to_come(session, case.id) is None


def test_a_booking_can_be_moved_and_cancelled_and_then_declined(
    session: Session, leaver: Callable[[Case], FlaskClient]
) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    booking = booked(session, case, ceri, at(9))
    browser = leaver(case)
    page = browser.get("/a/interview?change=1").text
    moved = re.findall(r'name="slot" id="[^"]+" value="([^"]+)"', page)[1]
    browser.post("/a/interview", data={"slot": moved, "mode": "phone"})
    session.refresh(booking)
    assert booking.starts_at == bookings.SlotChoice.read(moved).starts_at != at(9) and booking.sequence == 1
    assert "Cancel the interview" in browser.get("/a/interview/cancel").text
    browser.post("/a/interview/cancel")
    assert queries.booking_to_come(session, case.id) is None
    missing = browser.post("/a/interview/decline", data={})
    assert missing.status_code == 422
    browser.post("/a/interview/decline", data={"reason": "no_time"})
    offer = offers.offer_of(session, case.id)
    assert offer is not None and offer.state is OfferState.DECLINED and offer.decline_reason is DeclineReason.NO_TIME


def test_after_an_interview_the_page_says_so_and_does_not_offer_to_decline_it(
    session: Session, leaver: Callable[[Case], FlaskClient]
) -> None:
    case = make_case(session)
    booking = booked(session, case, make_interviewer(session), at(9))
    bookings.mark_held(session, booking, actor=TESTER)
    browser = leaver(case)
    page = browser.get("/a/interview").text
    assert "Your interview took place on" in page and "I would rather not have an interview" not in page
    assert browser.post("/a/interview/decline", data={"reason": "no_time"}).status_code == 303
    session.expire_all()
    offer = offers.offer_of(session, case.id)
    assert booking.state is BookingState.HELD and offer is not None and offer.state is OfferState.ACCEPTED


def test_a_leaver_can_ask_to_be_called_and_confirm_a_change(
    session: Session, leaver: Callable[[Case], FlaskClient]
) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    booking = booked(session, case, ceri, at(9))
    booking.needs_confirming = True
    browser = leaver(case)
    assert "Does this still suit you?" in browser.get("/a/interview").text
    browser.post("/a/interview/confirm")
    browser.post("/a/interview/call-back")
    session.expire_all()
    offer = offers.offer_of(session, case.id)
    assert not booking.needs_confirming and offer is not None and offer.call_back_asked_at is not None


def test_the_pages_speak_welsh_and_the_switch_keeps_what_was_typed(
    session: Session, leaver: Callable[[Case], FlaskClient]
) -> None:
    make_interviewer(session)
    case = make_case(session, language="cy")
    offered(session, case)
    browser = leaver(case)
    page = browser.get("/a/interview").text
    assert '<html lang="cy"' in page and "cyfweliad" in page.lower()
    switched = browser.post("/a/interview", data={"lang": "en", "needs": "Kept by the switch"}).text
    assert "Kept by the switch" in switched and '<html lang="en"' in switched


def test_a_leaver_without_an_offer_or_with_anothers_link_finds_nothing(
    session: Session, leaver: Callable[[Case], FlaskClient]
) -> None:
    make_interviewer(session)
    browser = leaver(make_case(session))
    for path in ("/a/interview", "/a/interview/cancel", "/a/record"):
        assert browser.get(path).status_code == 404
    assert browser.post("/a/interview", data={"slot": "x"}).status_code == 404


def test_a_get_changes_nothing(session: Session, leaver: Callable[[Case], FlaskClient]) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    booking = booked(session, case, ceri, at(9))
    browser = leaver(case)
    for path in ("", "?change=1", "/cancel", "/decline"):
        assert browser.get(f"/a/interview{path}").status_code == 200
    session.refresh(booking)
    assert booking.sequence == 0


def test_asking_to_be_contacted_starts_a_concern_and_never_an_answer(
    session: Session, leaver: Callable[[Case], FlaskClient]
) -> None:
    case = make_case(session)
    browser = leaver(case)
    assert "may have to pass it on" in browser.get("/a/contact").text
    assert browser.post("/a/contact", data={"said": "Something"}).status_code == 422
    done = browser.post("/a/contact", data={"said": "Something", "contact": "07700 900123 after six"})
    assert "A nominated officer will contact you" in done.text
    concern = session.scalars(select(Concern)).one()
    assert (concern.kind, concern.said, concern.contact) == (
        ConcernKind.CONTACT,
        "Something",
        "07700 900123 after six",
    )


def test_a_forged_interviewer_is_refused(session: Session, leaver: Callable[[Case], FlaskClient]) -> None:
    make_interviewer(session)
    manager = make_interviewer(session, "Line Manager")
    case = make_case(session, line_manager_email="line.manager@ncs.example")
    offered(session, case)
    value = bookings.SlotChoice(at(9), manager.id).value
    assert leaver(case).post("/a/interview", data={"slot": value, "mode": "phone"}).status_code == 404
