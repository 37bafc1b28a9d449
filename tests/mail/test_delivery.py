"""Delivery: each message once, composed when it is sent, patient with failures, and nobody stops anybody else."""

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.db import db
from surveyapp.mail import delivery
from surveyapp.mail.delivery import ClaimLost
from surveyapp.mail.messages import ComposedMessage
from surveyapp.mail.models import Failure, MailState, OutboxMessage
from surveyapp.mail.transports import DeliveryPostponed, DeliveryRefused, TransportUnavailable
from tests.mail.post import Remembering, plain, postman, queued, states

DAY = date(2027, 3, 1)


def test_what_waits_is_sent_once(session: Session) -> None:
    queued(session, 3)
    transport = Remembering()
    man = postman(db.engine, transport)
    assert man.deliver_due().n_sent == 3
    assert man.deliver_due().n_sent == 0
    assert len(transport.sent) == 3 and states(session) == {"sent": 3}


def test_a_message_whose_cause_was_rolled_back_is_never_sent(session: Session) -> None:
    mail.queue(session, "plain", "a@b.example", about="case:1", reason_key="r")
    session.rollback()
    transport = Remembering()
    postman(db.engine, transport).deliver_due()
    assert transport.sent == []


def test_a_message_that_is_no_longer_wanted_is_cancelled(session: Session) -> None:
    queued(session)
    transport = Remembering()
    postman(db.engine, transport, plain=lambda _session, _message: None).deliver_due()
    assert transport.sent == [] and states(session) == {"cancelled": 1}


def test_one_message_that_cannot_be_composed_does_not_stop_the_others(session: Session) -> None:
    queued(session, 1, "broken")
    queued(session, 2)

    def broken(_session: Session, _message: OutboxMessage) -> ComposedMessage:
        raise ZeroDivisionError

    transport = Remembering()
    done = postman(db.engine, transport, broken=broken).deliver_due()
    assert (done.n_sent, done.n_postponed) == (2, 1)
    session.expire_all()
    waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "broken")).one()
    assert waiting.last_error == "ZeroDivisionError"


@pytest.mark.parametrize("fault", [DeliveryRefused("an address that is none"), ZeroDivisionError("nobody foresaw it")])
def test_one_message_that_cannot_be_sent_does_not_stop_the_others(session: Session, fault: Exception) -> None:
    queued(session, 3)
    faults = [fault]
    done = postman(db.engine, Remembering(lambda _message: faults.pop() if faults else None)).deliver_due()
    assert done.n_sent == 2 and done.n_failed + done.n_postponed == 1


def test_a_kind_nobody_can_compose_waits_for_a_newer_worker(session: Session) -> None:
    queued(session, 1, "unheard_of")
    assert postman(db.engine, Remembering()).deliver_due().n_postponed == 1
    assert states(session) == {"queued": 1}


def test_a_temporary_failure_is_tried_again_with_longer_pauses_and_the_same_message_id(session: Session) -> None:
    queued(session)
    answers = [DeliveryPostponed("SMTP 451"), DeliveryPostponed("SMTP 451"), None]
    seen = []

    def fails(message: object) -> Exception | None:
        seen.append(message)
        return answers.pop(0)

    man = postman(db.engine, Remembering(fails))
    moment = clock.now()
    for minutes in (0, 0.5, 1.1, 2.2, 3.2):
        with clock.set_to(moment + timedelta(minutes=minutes)):
            man.deliver_due()
    assert len(seen) == 3 and len({message.message_id for message in seen}) == 1
    assert states(session) == {"sent": 1}


def test_a_refusal_is_shown_at_once_and_patience_ends(session: Session) -> None:
    queued(session, 1)
    postman(db.engine, Remembering(lambda _m: DeliveryRefused("SMTP 550"))).deliver_due()
    queued(session, 1, "slow")
    man = postman(db.engine, Remembering(lambda _m: DeliveryPostponed("SMTP 451")), slow=plain)
    moment = clock.now()
    for day in range(0, 20):
        with clock.set_to(moment + timedelta(days=day)):
            man.deliver_due()
    session.expire_all()
    ends = {m.kind: (m.state, m.failure, m.last_error) for m in session.scalars(select(OutboxMessage))}
    assert ends["plain"] == (MailState.FAILED, Failure.REFUSED, "SMTP 550")
    assert ends["slow"] == (MailState.FAILED, Failure.GAVE_UP, "SMTP 451")


def test_a_dead_server_uses_up_nobodys_attempts(session: Session) -> None:
    queued(session, 3)
    tried = []

    def fails(message: object) -> Exception:
        tried.append(message)
        return TransportUnavailable("ConnectionRefusedError")

    man = postman(db.engine, Remembering(fails))
    moment = clock.now()
    for hour in range(100):
        with clock.set_to(moment + timedelta(hours=hour)):
            man.deliver_due()
    assert len(tried) == 100, "one try an hour, not one a message"
    assert states(session) == {"queued": 3}
    session.expire_all()
    assert {m.n_attempts for m in session.scalars(select(OutboxMessage))} == {0}


def test_a_lease_that_ran_out_is_taken_over_and_the_late_worker_marks_nothing(session: Session) -> None:
    queued(session)
    slow = postman(db.engine, Remembering())
    claim = slow.claim_next()
    assert claim is not None and slow.claim_next() is None
    with clock.set_to(clock.now() + delivery.LEASE + timedelta(seconds=1)):
        quick = Remembering()
        assert postman(db.engine, quick).deliver_due().n_sent == 1
    assert not slow.mark(claim, MailState.QUEUED)
    assert states(session) == {"sent": 1}


def test_a_late_worker_cannot_mark_what_another_is_sending(session: Session) -> None:
    queued(session)
    slow, quick = postman(db.engine, Remembering()), postman(db.engine, Remembering())
    first = slow.claim_next()
    with clock.set_to(clock.now() + delivery.LEASE + timedelta(seconds=1)):
        second = quick.claim_next()
        assert first is not None and second is not None and second.fence > first.fence
        assert not slow.mark(first, MailState.FAILED)
        assert states(session) == {"sending": 1}
        assert quick.mark(second, MailState.SENT)


def test_a_message_cancelled_after_it_was_claimed_is_not_composed(session: Session) -> None:
    queued(session)
    man = postman(db.engine, Remembering())
    claim = man.claim_next()
    assert claim is not None
    mail.cancel_about(session, "case:1")
    session.commit()
    try:
        man.compose(claim)
    except ClaimLost:
        assert states(session) == {"cancelled": 1}
    else:
        raise AssertionError("it was composed")


def test_two_workers_share_the_work_and_send_nothing_twice(app: Flask, session: Session) -> None:
    queued(session, 30)
    transport = Remembering()
    engine = db.engine
    counts = []

    def work() -> None:
        counts.append(postman(engine, transport).deliver_due().n_sent)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 30
    assert len({message.message_id for message in transport.sent}) == 30


def test_a_message_waits_for_its_time(session: Session) -> None:
    with clock.set_to(DAY):
        late = clock.now() + timedelta(hours=1)
        mail.queue(session, "plain", "a@b.example", about="case:1", reason_key="r", not_before=late)
        session.commit()
        assert postman(db.engine, Remembering()).deliver_due().n_sent == 0
    with clock.set_to(DAY + timedelta(days=1)):
        assert postman(db.engine, Remembering()).deliver_due().n_sent == 1
