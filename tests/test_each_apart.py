"""Jobs do each thing in a transaction of its own: nobody waits for all of them, and one fault stops no other."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.audit.models import AuditEvent
from surveyapp.db import SomeFailed, db, each_apart, writing_session
from tests.conftest import TESTER


def written(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(AuditEvent.subject_id).order_by(AuditEvent.number)))


def test_between_two_things_of_a_job_somebody_else_writes(app: Flask, session: Session) -> None:
    """Were they one transaction, the other would wait for the audit chain, and here in vain."""

    def act(n: int) -> int:
        with writing_session(db.engine) as other:
            audit.record(other, "policy.changed", TESTER, ("agency", f"other {n}"))
        audit.record(session, "policy.changed", TESTER, ("agency", f"job {n}"))
        return 1

    assert each_apart(session, range(2), act) == 2
    assert written(session) == ["other 0", "job 0", "other 1", "job 1"]


def test_a_thing_that_fails_is_undone_and_told_and_the_others_are_done(app: Flask, session: Session) -> None:
    def act(n: int) -> int:
        audit.record(session, "policy.changed", TESTER, ("agency", n))
        return 6 // n

    with pytest.raises(SomeFailed, match="1 of 9"):
        each_apart(session, [1, 0, 3], act)
    assert written(session) == ["1", "3"]
