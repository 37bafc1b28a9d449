"""Named answers on screen: for the central team and the Area's advisers, each look written down; key-in of checks."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.cases.models import CaseKind
from surveyapp.directory.models import User
from surveyapp.responses import batches
from surveyapp.responses.models import NamedResponse
from tests.responses.walking import SIGNED, Leaver, make_case, prepare

SAID = {"q-reasons": ["workload"], "q-avoidable": "yes", "q-best": "The planted people", "q-consent": "quote"}


def n_looks(session: Session) -> int:
    session.rollback()  # looks are committed apart: read them in a new transaction
    query = select(func.count()).select_from(AuditEvent).where(AuditEvent.event == "named_answers.read")
    return session.scalar(query) or 0


def test_named_answers_are_read_by_their_readers_alone_and_every_look_is_logged(
    app: Flask,
    session: Session,
    organisation: str,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> None:
    case, token = prepare(session)
    leaver = Leaver(app.test_client(), SAID)
    leaver.enter(token, "named")
    leaver.to_check()
    leaver.send()
    session.commit()
    address = f"/cases/{case.id}/named-answers"
    adviser = signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",)))
    assert address in adviser.get(f"/cases/{case.id}").get_data(as_text=True)
    assert n_looks(session) == 0
    for reader in (adviser, signed_in(staff(StaffRole.CENTRAL_TEAM))):
        assert "Rhiannon" in reader.get("/named-answers").get_data(as_text=True)
        assert "The planted people" in reader.get(address).get_data(as_text=True)
    assert n_looks(session) == 2
    session.rollback()
    elsewhere = signed_in(staff(StaffRole.HR_ADVISER, areas=("EV",)))
    assert elsewhere.get(address).status_code == 404
    assert "Rhiannon" not in elsewhere.get("/named-answers").get_data(as_text=True)
    for nobody in (StaffRole.RETENTION_LEAD, StaffRole.ADMINISTRATOR, StaffRole.INTERVIEWER, StaffRole.CODER):
        assert signed_in(staff(nobody)).get(address).status_code == 404
    assert n_looks(session) == 2


def test_a_confidential_answer_shows_nothing_on_the_case(
    app: Flask,
    session: Session,
    organisation: str,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> None:
    case, token = prepare(session)
    leaver = Leaver(app.test_client(), SAID)
    leaver.enter(token)
    leaver.to_check()
    leaver.send()
    session.commit()
    adviser = signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",)))
    page = adviser.get(f"/cases/{case.id}").get_data(as_text=True)
    assert "named-answers" not in page.partition("<main")[2]
    assert adviser.get(f"/cases/{case.id}/named-answers").status_code == 404


def test_hr_keys_in_a_new_starters_check_from_the_case_page(
    app: Flask,
    session: Session,
    organisation: str,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> None:
    prepare(session)
    began = clock.today() - timedelta(days=20)
    starter = {"kind": CaseKind.STARTER, "leaving_type": None, "last_working_day": None, "start_date": began}
    case = make_case(session, **starter)
    adviser = Leaver(signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",))))
    base = f"/cases/{case.id}/key-in/month_3"
    assert base in adviser.open(f"/cases/{case.id}")
    assert adviser.client.get(f"/cases/{case.id}/key-in/leaving").status_code == 404
    adviser.post(f"{base}/begin", {"sharing": "named"})
    adviser.to_check()
    signed = SIGNED.search(adviser.page)
    assert signed
    assert "Receipt code for the leaver" in adviser.post(f"{base}/send", {"code": signed[1]})
    row = session.scalars(select(NamedResponse)).one()
    assert (row.case_id, row.occasion) == (case.id, "month_3")
    assert (row.batch_quarter, row.is_counted) == (batches.quarter_of(clock.today()), False)
