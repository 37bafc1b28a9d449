"""What makes reminders come once and never too late, guard by guard: what each does alone, and what none does."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.cases import service as cases
from surveyapp.cases.models import Case
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.interviews import jobs as interview_jobs
from surveyapp.interviews import messages, offers
from surveyapp.invitations import due, emails, jobs, ledger, sending
from surveyapp.invitations.models import Invitation, Step, StepOutcome
from surveyapp.mail.models import OutboxMessage
from surveyapp.operation import job_runs
from surveyapp.operation.jobs import Job
from surveyapp.operation.worker import Worker
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.mail.post import Remembering, plain

pytestmark = pytest.mark.usefixtures("organisation")
Patch = pytest.MonkeyPatch
START = datetime(2027, 3, 1, 6, tzinfo=UTC)
INVITE = "invitation.invite"
SEND_DUE = Job("invitations.send_due_messages", jobs.send_due_messages)


def without_lease(monkeypatch: Patch) -> None:
    """Every worker runs every job whenever it likes."""
    monkeypatch.setattr(job_runs, "claim", lambda _engine, _job: 1)


def without_look(monkeypatch: Patch) -> None:
    """What was done before is not looked at again under the case's lock (or was read before another did it)."""
    monkeypatch.setattr(jobs, "_standings", lambda *_which: {})


def without_step(monkeypatch: Patch) -> None:
    """A step that is there already may be taken again."""
    claim = sending._claim_step

    def always(session: Session, invitation_id: object, step: Step, outcome: StepOutcome) -> bool:
        claim(session, invitation_id, step, outcome)  # type: ignore[arg-type]  # as it was given
        return True

    monkeypatch.setattr(sending, "_claim_step", always)


def without_reason(monkeypatch: Patch) -> None:
    """Each call is a reason of its own."""
    queue = mail.queue

    def always(*what: object, reason_key: str, **more: object) -> OutboxMessage:
        return queue(*what, reason_key=f"{reason_key}:{uuid4()}", **more)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(messages.mail, "queue", always)


ONCE: dict[str, Callable[[Patch], None]] = {"lease": without_lease, "look": without_look, "step": without_step}
REMINDED_ONCE: dict[str, Callable[[Patch], None]] = {"lease": without_lease, "reason": without_reason}


def take_away_all_but(left: str, guards: dict[str, Callable[[Patch], None]], monkeypatch: Patch) -> None:
    for name, take_away in guards.items():
        if name != left:
            take_away(monkeypatch)


def three_workers(settings: Settings, job: Job, moment: datetime) -> None:
    """One after the other at one moment: with stale looks that is the worst that side by side could be."""
    for _ in range(3):
        with clock.set_to(moment):
            done = Worker(db.engine, settings, jobs=(job,), composers={}, transport=Remembering()).run_once()
            assert not done.failed, done.failed


def n_of(session: Session, kind: str) -> int:
    return len(session.scalars(select(OutboxMessage.id).where(OutboxMessage.kind == kind)).all())


@pytest.mark.parametrize("left", [*ONCE, "none"])
def test_each_guard_sends_an_invitation_once_and_without_any_every_worker_sends_it(
    app: Flask, session: Session, settings: Settings, monkeypatch: Patch, left: str
) -> None:
    with clock.set_to(START):
        make_case(session, last_working_day=date(2027, 4, 30))
    session.commit()
    take_away_all_but(left, ONCE, monkeypatch)
    three_workers(settings, SEND_DUE, START + timedelta(days=2))
    assert n_of(session, INVITE) == (3 if left == "none" else 1)


@pytest.mark.parametrize("left", [*REMINDED_ONCE, "none"])
def test_each_guard_reminds_of_an_offer_once_and_without_any_every_worker_does(
    app: Flask, session: Session, settings: Settings, monkeypatch: Patch, left: str
) -> None:
    with clock.set_to(START):
        offers.offer_interview(session, make_case(session, last_working_day=date(2027, 5, 28)), actor=TESTER)
    session.commit()
    take_away_all_but(left, REMINDED_ONCE, monkeypatch)
    three_workers(settings, Job("remind", interview_jobs.remind_of_offers), START + timedelta(days=8))
    assert n_of(session, messages.OFFER_REMINDER) == (3 if left == "none" else 1)


def without_cancelling(monkeypatch: Patch) -> None:
    """What waits is left waiting when its case ends."""
    monkeypatch.setattr(mail, "cancel_about", lambda *_what: 0)


def end_all_three(session: Session, answers: Case, stays: Case, dies: Case) -> None:
    assert ledger.mark_answered(session, answers.id)
    cases.withdraw_resignation(session, stays, TESTER)
    cases.record_death(session, dies, TESTER)


def sent_at(settings: Settings, moment: datetime, *, asking: bool) -> list[str]:
    """What one worker delivers; `asking`: whether its composer asks if the message is still wanted."""
    transport, composer = Remembering(), emails.compose_for_leaver if asking else plain
    with clock.set_to(moment):
        kinds = {f"invitation.{step.value}": composer for step in Step}
        Worker(db.engine, settings, jobs=(), composers=kinds, transport=transport).run_once()
    return [message.recipient for message in transport.sent]


@pytest.mark.one_backend
@pytest.mark.parametrize("left", ["cancelling", "asking", "none"])
def test_each_guard_keeps_waiting_messages_from_those_who_have_ended_and_without_any_they_go_out(
    app: Flask, session: Session, settings: Settings, monkeypatch: Patch, left: str
) -> None:
    """Three invitations wait for the morning; meanwhile one leaver answers, one stays, one dies."""
    with clock.set_to(START):
        leavers = [make_case(session, last_working_day=date(2027, 4, 30)) for _ in range(3)]
    session.commit()
    before_eight = START + timedelta(days=2)
    three_workers(settings, SEND_DUE, before_eight)
    if left != "cancelling":
        without_cancelling(monkeypatch)
    with clock.set_to(before_eight + timedelta(hours=1)):
        end_all_three(session, *leavers)
        session.commit()
    sent = sent_at(settings, before_eight + timedelta(hours=5), asking=left == "asking")
    assert len(sent) == (3 if left == "none" else 0)


@pytest.mark.one_backend
@pytest.mark.parametrize("left", ["planning", "asking", "none"])
def test_each_guard_drops_a_reminder_past_its_use_and_without_any_it_goes_out(
    app: Flask, session: Session, settings: Settings, monkeypatch: Patch, left: str
) -> None:
    """The worker stands still from the invitation until eight days after the second reminder was due."""
    with clock.set_to(START):
        make_case(session, last_working_day=date(2027, 5, 28))
    session.commit()
    three_workers(settings, SEND_DUE, START + timedelta(days=2))
    assert len(sent_at(settings, START + timedelta(days=2, hours=5), asking=True)) == 1
    if left != "planning":
        monkeypatch.setattr(due, "USEFUL_FOR", timedelta(days=99))
    invited_on = session.scalars(select(Invitation.invited_on)).one()
    assert invited_on == date(2027, 3, 3)
    session.rollback()
    back = START + timedelta(days=24)
    three_workers(settings, SEND_DUE, back)
    sent = sent_at(settings, back + timedelta(hours=5), asking=left == "asking")
    assert len(sent) == (1 if left == "none" else 0)
