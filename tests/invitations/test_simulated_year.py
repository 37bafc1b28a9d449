"""Every invariant of the invitation policy holds for every case of a simulated year, and the mail counts reconcile."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case, CaseState
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.invitations import codes
from surveyapp.invitations.dates import USEFUL_FOR, Rules
from surveyapp.invitations.models import LEAVING, Invitation, InvitationStep, Letter, Step, StepOutcome
from surveyapp.mail.models import MailState, OutboxMessage
from tests.invitations.simulated_year import Life, Year

pytestmark = pytest.mark.usefixtures("organisation")
SLACK = timedelta(days=14)
"""Ten days of downtime, and a message that is tried again for two."""


@pytest.fixture(autouse=True)
def _quick_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "TIME_COST", 1)
    monkeypatch.setattr(codes, "MEMORY_KIB", 8)


def test_three_months_of_forty_leavers(app: Flask, session: Session, settings: Settings) -> None:
    """The small size, run out to the last closing day; the drill plays a year of 700 leavers."""
    check(played(session, settings, 40, seed=7, n_days=90), session)


@pytest.mark.drill
@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_of_seven_hundred_leavers(app: Flask, session: Session, settings: Settings, seed: int) -> None:
    check(played(session, settings, 700, seed=seed), session)


def played(session: Session, settings: Settings, n_leavers: int, seed: int, n_days: int = 365) -> Year:
    year = Year(session, db.engine, settings, n_leavers, seed, n_days)
    year.play()
    session.expire_all()
    return year


def check(year: Year, session: Session) -> None:
    arrived = arrivals_by_case(year, session)
    rules = Rules(session)
    for life in year.lives:
        case = session.get_one(Case, life.case_id)
        letters_arrive_where_policy_says(case, life, arrived[case.id], rules, session)
    mail_counts_reconcile(year, session)
    everybody_in_policy_was_reached(year, session, rules)


def arrivals_by_case(year: Year, session: Session) -> dict[UUID, list[tuple[str, str, date]]]:
    rows = {m.message_id: m for m in session.scalars(select(OutboxMessage))}
    found: dict[UUID, list[tuple[str, str, date]]] = defaultdict(list)
    for message, day in zip(year.office.arrived, year.office.days, strict=True):
        row = rows[message.message_id]
        found[UUID(row.ids["case"])].append((row.kind.partition(".")[2], message.recipient, day))
    return found


def letters_arrive_where_policy_says(
    case: Case, life: Life, arrived: list[tuple[str, str, date]], rules: Rules, session: Session
) -> None:
    """No message after the end; none to those out of policy; each kind once; the right mailbox; one a day."""
    if case.leaving_type in ("dismissal_conduct", "death") and life.dies_on is None:
        assert not arrived, "not in policy, yet written to"
    if life.ended_on is not None:
        assert all(day < life.ended_on for _kind, _to, day in arrived), "written to after the end"
    asking = [(kind, day) for kind, _to, day in arrived if kind in {step.value for step in Step}]
    counts = Counter(kind for kind, _day in asking)
    n_addresses = len({to for _kind, to, _day in arrived})
    assert all(n <= n_addresses for n in counts.values()), f"sent twice to one address: {counts}"
    if life.moves_on is None:
        assert all(to == case.personal_email for _kind, to, day in arrived if day > case.last_working_day)
    plan = rules.plan(case, LEAVING)
    if plan is not None and life.moves_on is None:
        assert all(plan.invite_on <= day <= plan.closes_on for kind, day in asking), "outside its days"
        invited = [step.taken_on for step in steps_of(session, case) if step.step is Step.INVITE]
        due = {reminder.step.value: reminder.on for day in invited for reminder in plan.reminders(day)}
        for kind, day in asking:
            if kind in due:
                assert due[kind] <= day <= due[kind] + USEFUL_FOR + timedelta(days=2), f"{kind} on {day}"


def steps_of(session: Session, case: Case) -> list[InvitationStep]:
    query = select(InvitationStep).join(Invitation, Invitation.id == InvitationStep.invitation_id)
    return list(session.scalars(query.where(Invitation.case_id == case.id)))


def mail_counts_reconcile(year: Year, session: Session) -> None:
    """What arrived is what the outbox says, less what came back later; every step has its message or its letter."""
    rows = list(session.scalars(select(OutboxMessage)))
    ids = [message.message_id for message in year.office.arrived]
    assert len(ids) == len(set(ids)), "a message was delivered twice"
    sent = {row.message_id for row in rows if row.sent_at is not None}
    assert sent == set(ids)
    assert not [row for row in rows if row.state in (MailState.QUEUED, MailState.SENDING)], "something still waits"
    by_id = {row.id: row for row in rows}
    for step in session.scalars(select(InvitationStep)):
        if step.outcome is StepOutcome.E_MAILED:
            assert step.outbox_id in by_id
        else:
            assert step.outcome in (StepOutcome.LETTER, StepOutcome.DROPPED)
    printed = [letter for letter in session.scalars(select(Letter)) if letter.printed_on]
    assert len(printed) == year.n_printed


def everybody_in_policy_was_reached(year: Year, session: Session, rules: Rules) -> None:
    """Nobody is forgotten: whoever was in policy and did not stay or die was invited within the days of the policy."""
    n_invited = 0
    for life in year.lives:
        case = session.get_one(Case, life.case_id)
        plan = rules.plan(case, LEAVING)
        if plan is None or case.state in (CaseState.STAYED, CaseState.DIED):
            continue
        invitation = session.scalars(select(Invitation).where(Invitation.case_id == case.id)).one()
        assert invitation.invited_on is not None, f"{case.id} was forgotten"
        n_invited += 1
        if life.moves_on is None:
            assert plan.invite_on <= invitation.invited_on <= plan.invite_on + SLACK
        assert not invitation.is_open, "never closed"
    assert n_invited > len(year.lives) // 2
