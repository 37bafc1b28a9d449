"""The audit chain: appended in order, refused to change, and a broken link is found and named."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.audit.models import AuditDisposal, AuditEvent
from surveyapp.audit.service import event_hash
from surveyapp.db import db, is_postgresql, reading
from tests.conftest import TESTER


def record_three(session: Session) -> None:
    for n in range(3):
        audit.record(session, "case.created", TESTER, ("case", n), agency="ncs", state="open")
    session.commit()


def test_an_untouched_chain_verifies(session: Session) -> None:
    record_three(session)
    assert audit.verify(session) is None


def test_the_database_refuses_to_change_or_delete_an_event(session: Session) -> None:
    record_three(session)
    for statement in ("UPDATE audit_events SET event = 'x'", "DELETE FROM audit_events"):
        with pytest.raises(DatabaseError, match="append only"):
            session.execute(text(statement))
        session.rollback()


def test_an_altered_event_is_named_by_its_number(session: Session) -> None:
    record_three(session)
    drop = "audit_events_no_change ON audit_events" if is_postgresql(session) else "audit_events_no_update"
    session.execute(text(f"DROP TRIGGER {drop}"))
    session.execute(text("UPDATE audit_events SET event = 'case.deleted' WHERE number = 2"))
    session.commit()
    broken = audit.verify(session)
    assert broken and broken.number == 2 and "changed" in broken.why


def test_an_event_written_anew_does_not_fit_the_next(session: Session) -> None:
    """Whoever alters an event and works its own hash out again still leaves the next one pointing at what was there."""
    record_three(session)
    drop = "audit_events_no_change ON audit_events" if is_postgresql(session) else "audit_events_no_update"
    session.execute(text(f"DROP TRIGGER {drop}"))
    altered = session.get_one(AuditEvent, 2)
    altered.event = "case.deleted"
    altered.hash = event_hash(altered)
    session.commit()
    broken = audit.verify(session)
    assert broken and broken.number == 3 and "does not follow" in broken.why


def test_truncation_is_found_against_an_anchored_head(session: Session) -> None:
    record_three(session)
    head = session.get_one(AuditEvent, 3)
    anchored = (3, head.hash)
    assert audit.verify(session, expected_head=anchored) is None
    assert audit.verify(session, expected_head=(4, b"x" * 32)) is not None


def test_a_look_is_recorded_even_when_the_reading_request_rolls_back(session: Session) -> None:
    with reading():
        audit.record_look(session, "case.seen", TESTER, ("case", 1), agency="ncs")
        session.rollback()
    assert db.session.query(AuditEvent).count() == 1


def dispose_of(session: Session, number: int) -> int:
    n = audit.dispose_until(session, session.get_one(AuditEvent, number), TESTER)
    session.commit()
    return n


def test_the_oldest_events_go_and_the_chain_still_verifies_from_a_hash_that_it_vouches_for(session: Session) -> None:
    record_three(session)
    head = session.get_one(AuditEvent, 3)
    anchored = (3, head.hash)
    assert dispose_of(session, 2) == 2
    assert [event.number for event in session.scalars(select(AuditEvent).order_by(AuditEvent.number))] == [3, 4]
    assert audit.verify(session, expected_head=anchored) is None
    assert dispose_of(session, 4) == 2
    assert audit.verify(session) is None
    record_three(session)
    assert audit.verify(session) is None


def test_what_has_not_been_disposed_of_still_cannot_be_deleted(session: Session) -> None:
    record_three(session)
    dispose_of(session, 1)
    for statement in (
        "DELETE FROM audit_events",
        "DELETE FROM audit_disposals",
        "UPDATE audit_disposals SET until_number = 9",
    ):
        with pytest.raises(DatabaseError, match="append only"):
            session.execute(text(statement))
        session.rollback()


def test_a_disposal_that_the_chain_does_not_vouch_for_is_found(session: Session) -> None:
    """Somebody with the database adds a disposal of their own to get rid of what happened."""
    record_three(session)
    session.add(AuditDisposal(until_number=2, hash=session.get_one(AuditEvent, 2).hash, at=clock.now()))
    session.commit()
    session.execute(text("DELETE FROM audit_events WHERE number <= 2"))
    session.commit()
    broken = audit.verify(session)
    assert broken and broken.number == 2 and "no disposal says so" in broken.why
