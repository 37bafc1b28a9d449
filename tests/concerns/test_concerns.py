"""Concerns: who is told, who is shut out, and that nobody has to remember one."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.concerns import jobs, service
from surveyapp.concerns.emails import COMPOSERS, written, written_nobody, written_overdue
from surveyapp.concerns.models import Concern, ConcernKind, ConcernSource, MustBeTold, Outcome
from surveyapp.directory.models import User
from surveyapp.mail.models import OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import TODAY

R = StaffRole
Staff = Callable[..., User]


@pytest.fixture(autouse=True)
def today(organisation: str) -> Iterator[None]:
    with clock.set_to(TODAY):
        yield


def raised(session: Session, **changes: object) -> Concern:
    case = make_case(session, **changes)
    source = ConcernSource.LEAVER_FORM
    return service.raise_concern(session, case, ConcernKind.HARM, source, "PLANTED", contact="x", actor=TESTER)


def told(session: Session, kind: str) -> list[str | None]:
    return sorted(m.recipient or "" for m in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


def test_an_officer_who_manages_the_leaver_is_neither_told_nor_shown_the_concern(
    session: Session, staff: Staff, signed_in: Callable[[User], FlaskClient]
) -> None:
    manager = staff(R.NOMINATED_OFFICER, areas=("NM",), email="boss@ncs.example")
    other = staff(R.NOMINATED_OFFICER)
    made = raised(session, line_manager_email="boss@ncs.example")
    session.commit()
    assert told(session, service.RAISED) == [other.email]
    session.rollback()
    browser = signed_in(manager)
    assert browser.get(f"/concerns/{made.id}").status_code == 404
    assert str(made.id) not in browser.get("/concerns").text


def test_where_nobody_is_nominated_those_who_can_nominate_are_told_nothing_but_that(
    session: Session, staff: Staff
) -> None:
    staff(R.NOMINATED_OFFICER, areas=("NM",), email="boss@ncs.example")
    administrator, nation = staff(R.ADMINISTRATOR), staff(R.NATIONAL_HR)
    staff(R.HR_LEAD, areas=("NM",))
    raised(session, line_manager_email="boss@ncs.example")
    assert told(session, service.RAISED) == []
    assert told(session, service.NOBODY) == sorted([administrator.email, nation.email])
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == service.NOBODY)).first()
    assert message is not None
    made = COMPOSERS[message.kind](session, message)
    assert made is not None and "PLANTED" not in made.text and "/concerns/" not in made.text
    late = staff(R.NOMINATED_OFFICER, areas=("NM",))
    jobs.follow_concerns(session, TODAY)
    jobs.follow_concerns(session, TODAY)
    assert told(session, service.RAISED) == [late.email]
    assert COMPOSERS[message.kind](session, message) is None, "somebody can see it by now"


def test_an_overdue_telling_is_recalled_once_and_not_after_it_was_done(session: Session, staff: Staff) -> None:
    officer = staff(R.NOMINATED_OFFICER)
    made = raised(session)
    assert jobs.follow_concerns(session, TODAY) == 0
    with clock.set_to(clock.now() + timedelta(hours=5)):
        assert jobs.follow_concerns(session, TODAY) == jobs.follow_concerns(session, TODAY) == 1
        assert told(session, service.OVERDUE) == [officer.email]
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == service.OVERDUE)).one()
        assert COMPOSERS[message.kind](session, message) is not None
        first = MustBeTold.NOMINATED_OFFICER
        service.mark_told(session, made, first, "phone", by_id=officer.id, actor=TESTER)
        assert jobs.follow_concerns(session, TODAY) == 0 and COMPOSERS[message.kind](session, message) is None


def test_a_concern_is_closed_with_an_outcome_only_when_everybody_was_told(session: Session, staff: Staff) -> None:
    officer, made = staff(R.NOMINATED_OFFICER), raised(session)
    with pytest.raises(service.PeopleStillToTell):
        service.close_concern(session, made, Outcome.SUPPORT_GIVEN, "", by_id=officer.id, actor=TESTER)
    for notice in list(made.notices):
        service.mark_told(session, made, notice.told_whom, "in person", by_id=officer.id, actor=TESTER)
    service.close_concern(session, made, Outcome.SUPPORT_GIVEN, "Met twice", by_id=officer.id, actor=TESTER)
    assert made.outcome is Outcome.SUPPORT_GIVEN and made.closing_note == "Met twice"
    with pytest.raises(service.ConcernIsClosed):
        service.mark_told(session, made, MustBeTold.LEAVER, "", by_id=officer.id, actor=TESTER)


@pytest.mark.parametrize("role", [role for role in R if role is not R.NOMINATED_OFFICER], ids=str)
@pytest.mark.one_backend
def test_nobody_but_a_nominated_officer_finds_a_concern(
    session: Session, staff: Staff, signed_in: Callable[[User], FlaskClient], role: StaffRole
) -> None:
    made = raised(session)
    session.commit()
    browser = signed_in(staff(role, agency=None))
    for path in ("/concerns", f"/concerns/{made.id}"):
        assert browser.get(path).status_code == 404
    for path in (f"/concerns/{made.id}/told", f"/concerns/{made.id}/close"):
        assert browser.post(path, data={"whom": "leaver", "outcome": "support_given"}).status_code == 404


def test_the_messages_say_nothing_of_what_it_is_about_in_both_languages() -> None:
    when = clock.now()
    for language in ("en", "cy"):
        texts = [written(when, "1234", language), written_overdue("1234", language), written_nobody(language)]
        for made in texts:
            assert "http" in made.text and not any(word in made.text for word in ("NM", "Ann", "harm"))
    assert written_nobody("cy").subject == "Mae angen swyddog enwebedig"
