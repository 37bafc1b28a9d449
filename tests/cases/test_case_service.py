"""A case's life: matching, changes, stayed, deaths, merging, and who is shut out of it."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.cases import queries, service
from surveyapp.cases.arrivals import NewsStatus, Outcome, receive_news
from surveyapp.cases.models import Case, CaseEvent, CaseState, Regretted
from surveyapp.directory.models import User
from surveyapp.directory.queries import viewer_of
from surveyapp.mail.models import MailState, OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import details, make_case


@pytest.fixture(autouse=True)
def _ground(organisation: str) -> None:
    """Every test here needs the demo organisation."""


def events(session: Session, case: Case) -> list[str]:
    query = select(CaseEvent.event).where(CaseEvent.case_id == case.id).order_by(CaseEvent.at)
    return list(session.scalars(query))


def queue_for(session: Session, case: Case, reason: str = "invite") -> OutboxMessage:
    return mail.queue(session, "invitation", "a@b.example", about=case.about, reason_key=f"{reason}:{case.id}")


def test_every_change_is_told_to_the_timeline_and_the_audit_trail_without_names(session: Session) -> None:
    case = make_case(session, name="Very Findable")
    service.update_case(session, case, details(staff_number=case.staff_number, name="Quite Different"), TESTER)
    session.flush()
    told = list(session.scalars(select(AuditEvent).where(AuditEvent.subject_id == str(case.id))))
    assert [event.event for event in told] == events(session, case) == ["case.created", "case.updated"]
    assert "Findable" not in str([event.codes for event in told]) and "Different" not in str(told[1].codes)


def test_an_open_case_is_the_same_persons_whatever_the_date(session: Session) -> None:
    case = make_case(session, staff_number="N1", last_working_day=date(2026, 6, 1))
    later = details(staff_number="N1", last_working_day=date(2027, 6, 1))
    arrival = receive_news(session, later, NewsStatus.LEAVING, TESTER)
    assert (arrival.case.id, arrival.outcome) == (case.id, Outcome.UPDATED)
    assert case.last_working_day == date(2027, 6, 1)


@pytest.mark.parametrize(("days", "same"), [(90, True), (91, False), (-90, True), (-91, False)])
def test_a_closed_case_is_the_same_within_ninety_days(session: Session, days: int, same: bool) -> None:
    case = make_case(session, staff_number="N1")
    service.close_case(session, case, TESTER)
    moved = details(staff_number="N1", last_working_day=date(2026, 12, 18) + timedelta(days))
    arrival = receive_news(session, moved, NewsStatus.LEAVING, TESTER)
    assert (arrival.case.id == case.id) is same
    assert arrival.case.is_open


def test_another_agencys_staff_number_is_another_person(session: Session) -> None:
    case = make_case(session, staff_number="N1")
    other = details(staff_number="N1", agency="css", area="CN", job_role="court_usher", grade="css_ao")
    assert receive_news(session, other, NewsStatus.LEAVING, TESTER).case.id != case.id


def test_the_same_news_again_changes_nothing_even_after_hr_changed_the_case(session: Session) -> None:
    news = details(staff_number="N1")
    case = receive_news(session, news, NewsStatus.LEAVING, TESTER).case
    service.change_last_day(session, case, date(2027, 1, 8), TESTER)
    assert receive_news(session, news, NewsStatus.LEAVING, TESTER).outcome is Outcome.UNCHANGED
    assert case.last_working_day == date(2027, 1, 8)


def test_what_the_news_leaves_empty_stays_as_it_is(session: Session) -> None:
    case = make_case(session, staff_number="N1", phone="020 7946 0000", language="cy")
    told = {"agency", "area", "job_role", "staff_number", "name", "leaving_type", "last_working_day", "phone"}
    news = details(staff_number="N1", phone="", name="Ann Rees-Jones")
    receive_news(session, news, NewsStatus.LEAVING, TESTER, told=told)
    assert (case.phone, case.language, case.name) == ("020 7946 0000", "cy", "Ann Rees-Jones")


def test_adding_a_person_twice_by_hand_shows_the_case_there_is(session: Session) -> None:
    case = make_case(session, staff_number="N1")
    with pytest.raises(service.SamePersonHasCase) as refused:
        make_case(session, staff_number=" n1 ")
    assert refused.value.case.id == case.id


def test_the_database_itself_refuses_a_second_open_case_of_one_person(session: Session) -> None:
    make_case(session, staff_number="N1")
    session.add(service.build_case(details(staff_number="N1")))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_withdrawn_resignation_closes_the_case_as_stayed_and_can_be_undone(session: Session) -> None:
    case = make_case(session)
    message = queue_for(session, case)
    service.withdraw_resignation(session, case, TESTER, after_conversation=True)
    session.refresh(message)
    assert (case.state, case.stayed_after_conversation) == (CaseState.STAYED, True)
    assert message.state is MailState.CANCELLED and case.closed_at is not None
    service.reopen_case(session, case, TESTER)
    assert case.is_open and not case.stayed_after_conversation and case.closed_at is None
    with pytest.raises(service.WrongState):
        service.reopen_case(session, case, TESTER)


def test_stayed_cannot_be_undone_once_a_newer_case_took_its_place(session: Session) -> None:
    case = make_case(session, staff_number="N1", last_working_day=date(2026, 1, 9))
    service.withdraw_resignation(session, case, TESTER)
    newer = make_case(session, staff_number="N1", last_working_day=date(2026, 12, 18))
    with pytest.raises(service.SamePersonHasCase) as refused:
        service.reopen_case(session, case, TESTER)
    assert refused.value.case.id == newer.id


def test_a_death_stops_every_pending_message_and_nothing_leads_back(session: Session) -> None:
    case, other = make_case(session), make_case(session)
    pending, kept = queue_for(session, case), queue_for(session, other)
    failed = queue_for(session, case, "reminder")
    failed.state = MailState.FAILED
    session.flush()
    news = details(staff_number=case.staff_number)
    assert receive_news(session, news, NewsStatus.DIED, TESTER).outcome is Outcome.DIED
    for message in (pending, failed, kept):
        session.refresh(message)
    assert (pending.state, failed.state, kept.state) == (MailState.CANCELLED, MailState.CANCELLED, MailState.QUEUED)
    policy = queries.policy_of(session, "ncs")
    assert case.state is CaseState.DIED and not policy.rule_for(case.leaving_type).invites
    again = details(staff_number=case.staff_number, last_working_day=date(2027, 1, 29))
    assert receive_news(session, again, NewsStatus.LEAVING, TESTER).outcome is Outcome.UNCHANGED
    for verb in (service.reopen_case, service.close_case, service.withdraw_resignation):
        with pytest.raises(service.WrongState):
            verb(session, case, TESTER)
    assert case.state is CaseState.DIED


def test_a_leaving_type_of_death_is_a_death_from_the_first_moment(session: Session) -> None:
    assert make_case(session, leaving_type="death").state is CaseState.DIED


def test_news_that_a_stayed_person_leaves_after_all_opens_the_case_again(session: Session) -> None:
    news = details(staff_number="N1")
    case = receive_news(session, news, NewsStatus.LEAVING, TESTER).case
    receive_news(session, news, NewsStatus.WITHDRAWN, TESTER)
    assert case.state is CaseState.STAYED
    anew = details(staff_number="N1", last_working_day=date(2027, 2, 26))
    assert receive_news(session, anew, NewsStatus.LEAVING, TESTER).outcome is Outcome.REOPENED
    assert case.is_open


def test_a_merged_duplicate_gives_what_only_it_knew_and_later_news_goes_to_the_kept_case(session: Session) -> None:
    kept = make_case(session, staff_number="N1", phone="")
    duplicate = make_case(session, staff_number="N-1", phone="020 7946 0000")
    service.merge_duplicate(session, kept, duplicate, TESTER)
    assert kept.phone == "020 7946 0000" and kept.staff_number == "N1"
    assert duplicate.state is CaseState.CLOSED and duplicate.merged_into_id == kept.id
    with pytest.raises(service.WrongState):
        service.reopen_case(session, duplicate, TESTER)
    with pytest.raises(service.NotTheSamePerson):
        service.merge_duplicate(session, kept, kept, TESTER)


def test_several_last_days_move_at_once_and_unchanged_ones_are_not_counted(session: Session) -> None:
    cases = [make_case(session) for _ in range(3)] + [make_case(session, last_working_day=date(2027, 3, 31))]
    assert service.change_last_days(session, cases, date(2027, 3, 31), TESTER) == 3
    assert {case.last_working_day for case in cases} == {date(2027, 3, 31)}


def test_notes_owners_and_regretted_are_kept(session: Session, staff: Callable[..., User]) -> None:
    case, owner = make_case(session), staff(StaffRole.HR_ADVISER, areas=("NM",))
    service.add_note(session, case, "Prefers a call in the evening", TESTER)
    service.hand_over_case(session, case, owner, TESTER)
    service.set_regretted(session, case, Regretted.YES, TESTER)
    session.commit()
    (kept,) = queries.notes_of(session, case)
    assert kept.text == "Prefers a call in the evening" and kept.data_key_id == case.data_key_id
    assert (case.owner_id, case.regretted) == (owner.id, Regretted.YES)
    assert set(events(session, case)) == {
        "case.created",
        "case.noted",
        "case.handed_over",
        "case.regretted_set",
    }


def test_an_adviser_who_is_named_in_a_case_or_manages_it_does_not_see_it(
    session: Session, staff: Callable[..., User]
) -> None:
    viewer = viewer_of(staff(StaffRole.HR_ADVISER, areas=("NM",), email="pat@ncs.example"))
    mine = make_case(session)
    hidden = [
        make_case(session, line_manager_email="Pat@ncs.example"),
        make_case(session, manager_line=("boss@ncs.example", "pat@ncs.example")),
        make_case(session, work_email="pat@ncs.example"),
        make_case(session, personal_email="PAT@ncs.example"),
        make_case(session, area="EV"),
    ]
    assert queries.case_for(viewer, session, mine.id) is mine
    assert [queries.case_for(viewer, session, case.id) for case in hidden] == [None] * len(hidden)
    assert queries.cases_for(viewer, session, queries.CaseFilters()).cases == [mine]
    assert queries.is_related(session, hidden[1], "BOSS@ncs.example")
    assert not queries.is_related(session, mine, "pat@ncs.example")


def test_a_case_is_found_by_staff_number_by_words_of_the_name_and_by_email(
    session: Session, staff: Callable[..., User]
) -> None:
    viewer = viewer_of(staff(StaffRole.HR_LEAD))
    case = make_case(session, staff_number="AB-123", name="Siân O'Neill", work_email="sian@ncs.example")
    make_case(session, name="Ann Rees")

    def found(text: str) -> list[uuid.UUID]:
        return [one.id for one in queries.cases_for(viewer, session, queries.CaseFilters(search=text)).cases]

    for text in ("ab-123", "SIAN", "neill siân", "Sian@NCS.example"):
        assert found(text) == [case.id], text
    assert found("Sian Rees") == [] and found("%") == []


def test_a_closed_case_opens_again_when_its_last_day_moves(session: Session) -> None:
    case = make_case(session)
    service.close_case(session, case, TESTER)
    service.change_last_day(session, case, date(2027, 5, 28), TESTER)
    assert case.is_open
    assert {"case.closed", "case.last_day_changed", "case.reopened"} <= set(events(session, case))


def test_days_late_are_told_when_hr_tells_us_after_the_last_day(session: Session) -> None:
    with clock.set_to(date(2026, 12, 28)):
        case = make_case(session, last_working_day=date(2026, 12, 18))
    (event,) = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id))
    assert event.codes == {"kind": "leaver", "days_late": 10}
