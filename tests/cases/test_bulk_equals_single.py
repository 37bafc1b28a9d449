"""A file of many rows leaves behind exactly what the same news would, told one person at a time."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.audit.models import AuditEvent
from surveyapp.cases.arrivals import receive_news
from surveyapp.cases.details import details_of
from surveyapp.cases.file_reading import open_file
from surveyapp.cases.file_rows import ReadRow, RowReader
from surveyapp.cases.imports import import_cases, vocabulary_of
from surveyapp.cases.models import Case, CaseEvent, CaseFingerprint
from tests.conftest import TESTER

COLUMNS = (
    *("agency", "staff_number", "name", "area", "job_role", "leaving_type", "last_working_day", "status", "kind"),
    *("work_email", "personal_email", "line_manager_email", "manager_line", "start_date", "grade", "language"),
    "phone",
)
PEOPLE = [f"N{n}" for n in range(5)]
KINDS = st.sampled_from(["", "leaver", "leaver", "leaver", "starter", "stay"])


def maybe(*choices: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *choices))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str]:
    """One row of news about one of a few people, with most columns sometimes empty."""
    told = {
        "agency": "ncs",
        "staff_number": draw(st.sampled_from(PEOPLE)),
        "name": draw(st.sampled_from(["Siân Null", "Ann Rees", "O'Neill"])),
        "area": draw(st.sampled_from(["NM", "EV"])),
        "job_role": "case_lawyer",
        "leaving_type": draw(st.sampled_from(["resignation", "retirement", "resignation", "death"])),
        "last_working_day": str(date(2026, 12, 1) + timedelta(draw(st.integers(0, 240)))),
        "status": draw(maybe("leaving", "withdrawn", "died")),
        "kind": draw(KINDS),
        "work_email": draw(maybe("a@ncs.example", "b@ncs.example")),
        "personal_email": draw(maybe("a@home.example")),
        "line_manager_email": draw(maybe("boss@ncs.example")),
        "manager_line": draw(maybe("head@ncs.example; chief@ncs.example")),
        "start_date": "2020-02-03",
        "grade": draw(maybe("G7")),
        "language": draw(maybe("cy")),
        "phone": draw(maybe("020 7946 0000")),
    }
    return told


def file_of(news: list[dict[str, str]]) -> BytesIO:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(news)
    return BytesIO(text.getvalue().encode())


def one_by_one(session: Session, file: BytesIO) -> None:
    reader = RowReader(vocabulary_of(session, None))
    for raw in open_file(file, ".csv").rows:
        row = reader.read(raw)
        assert isinstance(row, ReadRow), row
        receive_news(session, row.details, row.status, TESTER, told=row.told | {"last_working_day"})
        session.flush()


def everything(session: Session) -> list[Any]:
    """Every case with its columns in clear, its timeline and its fingerprints, without ids and moments."""
    session.flush()
    session.expire_all()
    found = []
    for case in session.scalars(select(Case)):
        mine = select(CaseEvent.event, CaseEvent.codes, CaseEvent.actor_id).where(CaseEvent.case_id == case.id)
        events = sorted((event, sorted(codes.items()), who) for event, codes, who in session.execute(mine))
        prints = session.scalars(select(CaseFingerprint.fingerprint).where(CaseFingerprint.case_id == case.id))
        ends = (case.state, case.regretted, case.stayed_after_conversation, case.owner_id, case.closed_at is None)
        index = (case.staff_number_index, case.news_fingerprint, case.merged_into_id, case.disposed_on)
        found.append(repr((details_of(case), ends, index, events, sorted(prints))))
    trail = select(AuditEvent.event, AuditEvent.agency)
    return [sorted(found), sorted(tuple(line) for line in session.execute(trail))]


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    files=st.lists(
        st.lists(rows(), min_size=1, max_size=6, unique_by=lambda row: (row["staff_number"], row["kind"] or "leaver")),
        min_size=1,
        max_size=4,
    )
)
@pytest.mark.usefixtures("organisation")
def test_files_of_news_end_as_the_same_news_told_one_by_one(
    session: Session, files: list[list[dict[str, str]]]
) -> None:
    told: list[list[Any]] = []
    for take in (lambda file: import_cases(session, file, ".csv", TESTER), lambda file: one_by_one(session, file)):
        apart = session.begin_nested()
        for news in files:
            take(file_of(news))
        told.append(everything(session))
        assert audit.verify(session) is None
        apart.rollback()
        session.expire_all()
    assert told[0] == told[1]
