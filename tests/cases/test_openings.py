"""A shut case opens only with a reason and a second person, for a day, without the answers, and in plain sight."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.cases.models import Case, CaseOpening
from surveyapp.directory.models import User
from surveyapp.disposal.looks import LOOKS, looks_at
from surveyapp.mail.models import OutboxMessage
from surveyapp.responses.models import NamedResponse
from tests.factories.cases import make_case

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
NAME = "Wenna Plantedname"
REASON = "A court order of today asks for the date of leaving."
ASK = "/cases/emergency"


@pytest.fixture
def lead(staff: Staff) -> User:
    return staff(StaffRole.HR_LEAD, areas=("NM",), email="lead@ncs.example")


@pytest.fixture
def shut(session: Session, lead: User) -> Case:
    """A case in the lead's own Area whose line manager the lead is."""
    made = make_case(session, name=NAME, staff_number="0042", line_manager_email=lead.email)
    session.commit()
    return made


def ask(browser: FlaskClient, number: str = "0042", reason: str = REASON) -> int:
    return browser.post(ASK, data={"staff_number": number, "reason": reason}).status_code


def test_it_opens_for_a_day_once_a_second_person_agrees_and_not_before(
    session: Session, staff: Staff, signed_in: SignedIn, lead: User, shut: Case
) -> None:
    page, other = f"/cases/{shut.id}", staff(StaffRole.HR_LEAD)
    asker, second = signed_in(lead), signed_in(other)
    assert asker.get(page).status_code == 404
    assert ask(asker) == 302 and asker.get(page).status_code == 404
    made = session.scalars(select(CaseOpening)).one()
    assert made.reason == REASON and NAME not in asker.get(ASK).text
    assert asker.post(f"{ASK}/{made.id}/agree").status_code == 404, "nobody agrees to their own"
    waiting = second.get(ASK).text
    assert NAME in waiting and REASON in waiting
    assert second.post(f"{ASK}/{made.id}/agree").status_code == 302
    assert NAME in asker.get(page).text and NAME in asker.get(ASK).text
    assert second.post(f"{ASK}/{made.id}/refuse").status_code == 404, "what is decided is decided"
    with clock.set_to(clock.now() + timedelta(hours=24, minutes=1)):
        assert signed_in(lead).get(page).status_code == 404


def test_what_is_open_in_an_emergency_can_be_read_but_not_changed_and_holds_no_answer(
    session: Session, staff: Staff, signed_in: SignedIn, lead: User, shut: Case
) -> None:
    named = NamedResponse(case_id=shut.id, occasion="leaving", agency="ncs", area="NM", batch_quarter="2026Q4")
    named.content = '{"said": "planted answer"}'
    session.add(named)
    made = CaseOpening(case_id=shut.id, asked_by=lead.id, asked_at=clock.now(), data_key=shut.record_key())
    made.reason, made.ends_at = REASON, clock.now() + timedelta(hours=1)
    session.add(made)
    session.commit()
    asker = signed_in(lead)
    page = asker.get(f"/cases/{shut.id}").text
    assert "opened for a day in an emergency" in page and "planted answer" not in page
    assert f"/cases/{shut.id}/edit" not in page and "Add a note" not in page
    assert asker.get(f"/cases/{shut.id}/edit").status_code == 404
    assert asker.post(f"/cases/{shut.id}/note", data={"text": "x"}).status_code == 404
    lead.grants.clear()
    session.commit()
    assert asker.get(f"/cases/{shut.id}").status_code == 404, "who loses the right loses what it opened"


def test_only_somebody_in_scope_and_unrelated_may_agree(
    session: Session, staff: Staff, signed_in: SignedIn, lead: User
) -> None:
    related = staff(StaffRole.HR_LEAD, email="higher@ncs.example")
    made = make_case(session, staff_number="0042", line_manager_email=lead.email, manager_line=(related.email,))
    strangers = [
        related,
        staff(StaffRole.HR_LEAD, areas=("SM",)),
        staff(StaffRole.HR_LEAD, agency="css"),
        staff(StaffRole.HR_ADVISER),
        staff(StaffRole.ADMINISTRATOR),
    ]
    session.commit()
    assert ask(signed_in(lead)) == 302
    opening = session.scalars(select(CaseOpening)).one()
    for user in strangers:
        browser = signed_in(user)
        assert browser.post(f"{ASK}/{opening.id}/agree").status_code == 404
        assert made.name not in browser.get(ASK).text
    told = set(session.scalars(select(OutboxMessage.about).where(OutboxMessage.kind == "cases.opening_asked")))
    assert told.isdisjoint({f"user:{user.id}" for user in [*strangers, lead]})


@pytest.mark.one_backend
def test_asking_finds_nothing_out_and_needs_a_reason(
    session: Session, signed_in: SignedIn, lead: User, shut: Case, staff: Staff
) -> None:
    asker, foreign = signed_in(lead), signed_in(staff(StaffRole.HR_LEAD, agency="css"))
    assert ask(asker, reason="because") == 422
    pages = [
        asker.post(ASK, data={"staff_number": n, "reason": REASON}, follow_redirects=True).text for n in ("0042", "9")
    ]
    assert "If there is such a case" in pages[0] and pages[0] == pages[1]
    assert ask(foreign) == 302
    assert len(session.scalars(select(CaseOpening)).all()) == 1


def test_the_leaver_sees_who_asked_who_agreed_and_who_looked(
    session: Session, staff: Staff, signed_in: SignedIn, lead: User, shut: Case
) -> None:
    second = staff(StaffRole.NATIONAL_HR)
    asker, other = signed_in(lead), signed_in(second)
    ask(asker)
    opening = session.scalars(select(CaseOpening)).one()
    other.post(f"{ASK}/{opening.id}/agree")
    asker.get(f"/cases/{shut.id}")
    session.commit()
    found = [(look.event, look.user.email if look.user else "") for look in looks_at(session, shut)]
    assert found == [
        ("case.seen", lead.email),
        ("case.opening_agreed", second.email),
        ("case.opening_asked", lead.email),
    ]
    assert {event for event, _who in found} <= set(LOOKS)
