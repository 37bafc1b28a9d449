"""Interview reasons reach the releases as their own source, by the quarter of the first write-up."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.interviews import records
from surveyapp.interviews.heard import heard_reasons
from surveyapp.interviews.records import Note, Reasons, Typed
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
