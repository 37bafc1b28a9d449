"""What staff do with an invitation, and what the worker makes of it."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.cases import service as cases
from surveyapp.cases.details import details_of
from surveyapp.cases.models import Case, CaseKind
from surveyapp.directory.models import Agency, User
from surveyapp.invitations import addresses, jobs, ledger, links, service
from surveyapp.invitations.links import LinkState
from surveyapp.invitations.models import InvitationStep, Letter, Step, StepOutcome
from surveyapp.mail.models import Failure, MailState, OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import make_case

pytestmark = pytest.mark.usefixtures("organisation")

MONDAY = date(2027, 3, 1)
LAST_DAY = date(2027, 4, 30)


def case_on(session: Session, day: date = MONDAY, **given: object) -> Case:
    with clock.set_to(day):
        return make_case(session, **{"last_working_day": LAST_DAY, **given})


def work_on(session: Session, *days: date) -> None:
    """Let the worker's jobs for invitations run on these days."""
    session.commit()
    for day in days:
        with clock.set_to(day):
            jobs.follow_failures(session, day)
            jobs.send_due_messages(session, day)
            session.commit()


def through(first: date, n_days: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(n_days)]


def queued(session: Session) -> list[tuple[str, date, str]]:
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.next_attempt_at, OutboxMessage.kind))
    return [(m.kind.partition(".")[2], m.next_attempt_at.date(), m.state.value) for m in rows]


def test_a_leaver_is_invited_and_reminded_on_the_days_of_the_policy(session: Session) -> None:
    case_on(session)
    work_on(session, *through(MONDAY, 100))
    assert [(kind, day) for kind, day, _state in queued(session)] == [
        ("invite", date(2027, 3, 3)),
        ("first_reminder", date(2027, 3, 10)),
        ("second_reminder", date(2027, 3, 17)),
        ("last_reminder", date(2027, 4, 27)),
    ]


def test_the_letter_replaces_the_mail_where_there_is_no_mailbox(session: Session) -> None:
    case_on(session, work_email="", personal_email="")
    work_on(session, *through(MONDAY, 12))
    assert queued(session) == []
    assert session.scalars(select(Letter.step)).all() == [Step.INVITE]


@pytest.mark.parametrize("leaving_type", ["dismissal_conduct", "ill_health_retirement"])
def test_who_is_not_in_policy_is_not_invited(session: Session, leaving_type: str) -> None:
    case = case_on(session, leaving_type=leaving_type)
    work_on(session, *through(MONDAY, 100))
    assert queued(session) == []
    with pytest.raises(service.NotInPolicy):
        service.send_now(session, case, actor=TESTER)


def test_a_death_stops_everything_at_once_and_for_good(session: Session) -> None:
    case = case_on(session)
    work_on(session, *through(MONDAY, 3))
    with clock.set_to(date(2027, 3, 3)):
        token = links.mint(session, case.id, "invite").token
        cases.record_death(session, case, TESTER)
    work_on(session, *through(date(2027, 3, 3), 90))
    assert queued(session) == [("invite", date(2027, 3, 3), "cancelled")]
    assert links.find(session, token).state is LinkState.WITHDRAWN
    with pytest.raises(service.CaseNotOpen):
        service.send_now(session, case, actor=TESTER)


def test_nobody_who_answered_is_reminded(session: Session) -> None:
    case = case_on(session)
    work_on(session, *through(MONDAY, 3))
    with clock.set_to(date(2027, 3, 4)):
        ledger.mark_answered(session, case.id)
    work_on(session, *through(date(2027, 3, 4), 90))
    assert [kind for kind, _day, _state in queued(session)] == ["invite"]


def test_a_hold_stops_what_waits_and_release_goes_on(session: Session) -> None:
    case = case_on(session)
    work_on(session, *through(MONDAY, 3))
    with clock.set_to(date(2027, 3, 3)):
        service.hold(session, case, actor=TESTER)
    work_on(session, *through(date(2027, 3, 3), 3))
    assert [(kind, state) for kind, _day, state in queued(session)] == [("invite", "cancelled")]
    with clock.set_to(date(2027, 3, 8)):
        service.release_hold(session, case, actor=TESTER)
    work_on(session, date(2027, 3, 8), date(2027, 3, 8))
    assert [(kind, state) for kind, _day, state in queued(session)] == [("invite", "cancelled"), ("invite", "queued")]


def test_a_resignation_withdrawn_and_back_is_invited_all_the_same(session: Session) -> None:
    case = case_on(session)
    work_on(session, *through(MONDAY, 3))
    cases.withdraw_resignation(session, case, TESTER)
    work_on(session, date(2027, 3, 4))
    cases.reopen_case(session, case, TESTER)
    work_on(session, date(2027, 3, 5))
    assert [state for _kind, _day, state in queued(session)] == ["cancelled", "queued"]


def test_a_changed_last_day_moves_the_last_reminder_and_the_closing(session: Session) -> None:
    case = case_on(session)
    work_on(session, *through(MONDAY, 10))
    cases.change_last_day(session, case, date(2027, 5, 28), TESTER)
    work_on(session, *through(date(2027, 3, 11), 80))
    assert ("last_reminder", date(2027, 5, 25)) in [(kind, day) for kind, day, _state in queued(session)]
    assert ledger.invitation_for(session, case.id).closed_on is None


def test_a_questionnaire_that_closed_opens_again_when_the_last_day_moves(session: Session) -> None:
    case = case_on(session)
    work_on(session, *through(MONDAY, 95))
    assert ledger.invitation_for(session, case.id).closed_on == LAST_DAY + timedelta(days=31)
    cases.change_last_day(session, case, date(2027, 6, 25), TESTER)
    work_on(session, date(2027, 6, 4))
    assert ledger.invitation_for(session, case.id).is_open


def test_after_the_last_day_the_personal_mailbox_is_used(session: Session) -> None:
    case = case_on(session, date(2027, 5, 3))
    with clock.set_to(date(2027, 5, 3)):
        assert addresses.address_of(session, case) == case.personal_email
    with clock.set_to(LAST_DAY):
        assert addresses.address_of(session, case) == case.work_email


def test_a_case_that_arrives_on_the_last_day_is_invited_while_the_mailbox_is_open(session: Session) -> None:
    case = case_on(session, LAST_DAY)
    work_on(session, LAST_DAY)
    message = session.scalars(select(OutboxMessage)).one()
    assert message.recipient == case.work_email


def test_a_refused_address_gives_way_to_the_other_and_then_to_a_letter(session: Session) -> None:
    case = case_on(session)
    work_on(session, *through(MONDAY, 3))
    for expected in (case.personal_email, None):
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.state == MailState.QUEUED)).one()
        message.state, message.failure = MailState.FAILED, Failure.REFUSED
        work_on(session, date(2027, 3, 4))
        with clock.set_to(date(2027, 3, 4)):
            assert addresses.address_of(session, case) == expected
    assert session.scalars(select(InvitationStep.outcome)).all() == [StepOutcome.LETTER]
    assert session.scalars(select(Letter.step)).all() == [Step.INVITE]
    n_failed = [m.state for m in session.scalars(select(OutboxMessage))].count(MailState.FAILED)
    assert n_failed == 1, "the last failure stays on HR's list until somebody deals with it"


def test_send_now_comes_before_the_due_day_and_then_sends_another_link(session: Session) -> None:
    case = case_on(session)
    with clock.set_to(MONDAY):
        assert service.send_now(session, case, actor=TESTER) == "invited"
        assert service.send_now(session, case, actor=TESTER) == "sent_again"
    work_on(session, *through(MONDAY, 4))
    assert [kind for kind, _day, _state in queued(session)] == ["again", "invite"]


def test_a_reissue_kills_links_and_sends_one_new_message(session: Session) -> None:
    case = case_on(session)
    work_on(session, *through(MONDAY, 3))
    with clock.set_to(date(2027, 3, 4)):
        token = links.mint(session, case.id, "invite").token
        assert service.reissue(session, case, actor=TESTER) == "sent_again"
        assert links.find(session, token).state is LinkState.REPLACED
    work_on(session, date(2027, 3, 4), date(2027, 3, 5))
    assert [kind for kind, _day, state in queued(session) if state == "queued"] == ["invite", "reissued"]


def test_a_change_of_address_tells_the_old_one_and_sends_a_new_link(session: Session) -> None:
    case = case_on(session)
    old = [case.personal_email, case.work_email]
    work_on(session, *through(MONDAY, 3))
    with clock.set_to(date(2027, 3, 4)):
        assert service.change_address(session, case, "ceri@new.example", actor=TESTER, by_id=uuid.uuid4()) is None
        assert addresses.address_of(session, case) == "ceri@new.example"
    sent = [(m.kind, m.recipient) for m in session.scalars(select(OutboxMessage)) if m.state is MailState.QUEUED]
    told = [("invitation.address_changed", address) for address in old]
    assert sorted(map(str, sent)) == sorted(map(str, [*told, ("invitation.reissued", "ceri@new.example")]))


def test_a_message_that_waits_goes_to_the_address_that_hrs_feed_put_in_its_place(session: Session) -> None:
    case = case_on(session)
    old, begun = case.work_email, links.mint(session, case.id, "invite").token
    work_on(session, *through(MONDAY, 3))
    cases.update_case(session, case, replace(details_of(case), work_email="new@ncs.example"), TESTER)
    session.commit()
    with clock.set_to(date(2027, 3, 4)):
        assert jobs.tell_old_addresses(session, date(2027, 3, 4)) == 1
    work_on(session, date(2027, 3, 4))
    sent = {m.kind: m.recipient for m in session.scalars(select(OutboxMessage)) if m.state is MailState.QUEUED}
    assert sent == {"invitation.address_changed": old, "invitation.invite": "new@ncs.example"}
    assert links.find(session, begun).state is LinkState.OPEN, "what somebody has begun goes on"


def test_an_own_domain_address_after_leaving_needs_a_second_person(
    session: Session, staff: Callable[..., User]
) -> None:
    session.get_one(Agency, "ncs").mail_domains = ["ncs.example"]
    first, second = staff(StaffRole.HR_ADVISER), staff(StaffRole.HR_ADVISER)
    case = case_on(session)
    with clock.set_to(date(2027, 5, 3)):
        change = service.change_address(session, case, "boss@mail.ncs.example", actor=TESTER, by_id=first.id)
        assert change is not None
        assert addresses.address_of(session, case) == case.personal_email != "boss@mail.ncs.example"
        with pytest.raises(service.NeedsSecondPerson):
            service.confirm_change(session, case, change, actor=TESTER, by_id=first.id)
        service.confirm_change(session, case, change, actor=TESTER, by_id=second.id)
        assert addresses.address_of(session, case) == "boss@mail.ncs.example"
        with pytest.raises(service.AlreadyEnded):
            service.confirm_change(session, case, change, actor=TESTER, by_id=second.id)


def test_a_merged_case_leads_to_the_one_that_was_kept(session: Session) -> None:
    kept, other = case_on(session), case_on(session)
    with clock.set_to(MONDAY):
        token = links.mint(session, other.id, "invite").token
        cases.merge_duplicate(session, kept, other, TESTER)
        assert links.find(session, token).case is kept
    assert details_of(kept).staff_number


def test_a_starter_is_asked_three_times(session: Session) -> None:
    case_on(session, kind=CaseKind.STARTER, leaving_type=None, last_working_day=None, start_date=date(2027, 2, 15))
    work_on(session, *through(MONDAY, 180))
    invites = [day for kind, day, _state in queued(session) if kind == "invite"]
    assert invites == [date(2027, 3, 15), date(2027, 5, 15), date(2027, 8, 15)]


def test_a_mistaken_death_that_is_undone_is_invited_all_the_same(session: Session) -> None:
    case = case_on(session)
    work_on(session, *through(MONDAY, 3))
    cases.record_death(session, case, TESTER)
    work_on(session, date(2027, 3, 4))
    with pytest.raises(cases.DetailsMissing):
        cases.undo_death(session, case, "death", TESTER)
    cases.undo_death(session, case, "resignation", TESTER)
    work_on(session, date(2027, 3, 5))
    assert [state for _kind, _day, state in queued(session)] == ["cancelled", "queued"]
    with pytest.raises(cases.WrongState):
        cases.undo_death(session, case, "resignation", TESTER)
