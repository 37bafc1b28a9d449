"""Interview reasons reach the releases as their own source, by the quarter of the first write-up."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.redact import StaffDirectory
from surveyapp import clock
from surveyapp.compliance.models import FrozenCount
from surveyapp.definitions.service import publish_shipped
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.interviews import records
from surveyapp.interviews.heard import heard_reasons
from surveyapp.interviews.records import Note, Reasons, Typed
from surveyapp.reports import cutting, freezing
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import TODAY, at, booked, make_interviewer


def test_a_record_counts_in_the_quarter_of_its_first_write_up(session: Session, organisation: str) -> None:
    with clock.set_to(TODAY):
        ceri = make_interviewer(session)
        booking = booked(session, make_case(session), ceri, at(9))
    with clock.set_to(datetime(2026, 12, 31, 23, 30, tzinfo=clock.LONDON)):
        record = records.begin_record(session, booking, "interview_guide/1", actor=TESTER)
        typed = Typed({"decision": Note("Said")}, Reasons("workload", ("pay", "workload")), limits_explained=True)
        records.save_draft(session, record, typed, ceri.user_id)
        assert list(heard_reasons(session, "ncs")) == []
        records.write_up(session, record, actor=TESTER)
    with clock.set_to(date(2027, 1, 5)):
        records.save_draft(session, record, typed, ceri.user_id)
        records.write_up(session, record, actor=TESTER)
    (row,) = heard_reasons(session, "ncs", "2026Q4")
    assert (row.area, row.job_role, row.leaving_type, row.tenure_band) == ("NM", "case_lawyer", "resignation", "5to9")
    assert row.reasons == ("workload", "pay") and row.main == "workload"
    assert list(heard_reasons(session, "ncs", "2027Q1")) == [] and list(heard_reasons(session, "css")) == []


def test_a_disposed_record_has_nothing_left_to_count(session: Session, organisation: str) -> None:
    with clock.set_to(TODAY):
        ceri = make_interviewer(session)
        booking = booked(session, make_case(session), ceri, at(9))
    with clock.set_to(at(10)):
        record = records.begin_record(session, booking, "interview_guide/1", actor=TESTER)
        typed = Typed({"decision": Note("Said")}, Reasons("pay"), limits_explained=True)
        records.save_draft(session, record, typed, ceri.user_id)
        records.write_up(session, record, actor=TESTER)
    record.record_key().destroy()
    session.flush()
    assert list(heard_reasons(session, "ncs")) == []


def test_the_cut_freezes_what_was_heard_apart_from_what_leavers_answered_and_counts_compliance(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    """Two records and no answer: the interviewers' source holds two people, the leavers' own nobody."""
    publish_shipped(session, actor=TESTER)
    with clock.set_to(TODAY):
        ceri = make_interviewer(session)
        bookings = [booked(session, make_case(session), ceri, at(hour)) for hour in (9, 11)]
    with clock.set_to(at(13)):
        for booking in bookings:
            record = records.begin_record(session, booking, "interview_guide/1", actor=TESTER)
            typed = Typed({"decision": Note("Said")}, Reasons("workload"), limits_explained=True)
            records.save_draft(session, record, typed, ceri.user_id)
            records.write_up(session, record, actor=TESTER)
    session.commit()
    with clock.set_to(date(2027, 2, 1)):
        freezing.freeze_quarter(session, release_key, "ncs", "2026Q4", StaffDirectory.of(()))
    people, given = {}, {}
    for source in ("leaver", "interviewer"):
        (batch,) = cutting.frozen_batches(session, release_key, "ncs", source)
        people[source] = sum(atom.base for atom in batch.atoms)
        given[source] = sum(atom.counts[batch.reasons.index("workload")] for atom in batch.atoms)
    assert people == given == {"leaver": 0, "interviewer": 2}
    counted = session.scalars(select(FrozenCount)).all()
    assert sum(row.tally["leavers"] for row in counted) == 2
    assert sum(row.tally["reached"].get("written_up_in_time", 0) for row in counted) == 2
