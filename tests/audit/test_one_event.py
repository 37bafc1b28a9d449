"""One audit event for every act: the list of acts is complete, acts no other test does leave theirs, the check bites.

Every request of every test is held to the same rule by `watching.py` (see the `app` fixture).
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.access.guards import declared_permission
from surveyapp.audit.models import AuditEvent
from surveyapp.directory.models import User
from surveyapp.interviews import offers
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.operation.edge import SAFE_METHODS
from tests.access.planted import Ids, Place, plant
from tests.audit.acts import EVENTS, SEVERAL, UNAUDITED, events_of
from tests.audit.watching import Seen, judged
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.responses.walking import prepare

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
pytestmark = pytest.mark.one_backend


def writing_endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) - SAFE_METHODS}


def test_every_route_that_may_change_state_is_known_by_its_event_or_says_why_not(app: Flask) -> None:
    listed = set(EVENTS) | set(SEVERAL) | set(UNAUDITED)
    assert listed == writing_endpoints(app)
    assert all(declared_permission(app, endpoint) for endpoint in listed)


@pytest.fixture
def ids(session: Session, organisation: str) -> Ids:
    """One of everything; the planted interview is over, an offer of another case is open."""
    ids = plant(session, Place("own", "ncs", "NM", "case_lawyer", "G7"))
    offer = offers.offer_interview(session, make_case(session), actor=TESTER)
    offers.ask_for_call_back(session, offer, actor=TESTER)
    session.commit()
    return {**ids, "offered": offer.case_id}


ACTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("interviews.called_back", "/interviews/cases/{offered}/called-back", {}),
    ("interviews.decline", "/interviews/cases/{offered}/decline", {"reason": "no_time"}),
    ("coding.skip_comment", "/coding/comments/{comment_id}/skip", {}),
    ("disposal.place_hold", "/settings/person/{case_id}/hold", {"reference": "CASE-1"}),
    ("disposal.lift_hold", "/settings/person/{case_id}/lift", {}),
    ("users.close_account", "/settings/users/{user_id}/close", {}),
    ("users.open_account", "/settings/users/{user_id}/open", {}),
    ("questionnaires.publish", "/settings/questionnaires/leaver_short/1/publish", {}),
    ("account.send_password_link", "/settings/account/password", {}),
    ("records.raise_concern", "/interviews/{booking_id}/concern", {"kind": "harm", "said": "Something"}),
)
"""Acts that no other test does over HTTP, in an order in which each is possible."""


def test_acts_that_no_other_test_does_leave_their_event(
    session: Session, staff: Staff, signed_in: SignedIn, ids: Ids
) -> None:
    everybody = signed_in(staff(*StaffRole, agency=None))
    interviewer = signed_in(session.get_one(Interviewer, ids["interviewer_id"]).user)
    for endpoint, path, form in ACTS:
        session.commit()
        before = session.scalars(select(AuditEvent.number).order_by(AuditEvent.number.desc()).limit(1)).one()
        browser = interviewer if endpoint.startswith("records.") else everybody
        assert browser.post(path.format(**ids), data=form).status_code < 400, endpoint
        made = list(session.scalars(select(AuditEvent.event).where(AuditEvent.number > before)))
        assert len(made) == 1 and made[0] in events_of(endpoint), (endpoint, made)


CHANGED = {"insert interview_local_questions", "insert audit_events"}
RIGHT = "guide.question_added"
WRONG = {
    "left out": Seen(CHANGED, []),
    "written twice": Seen(CHANGED, [RIGHT, RIGHT]),
    "another act's": Seen(CHANGED, ["guide.question_stopped"]),
    "written beside another act's": Seen(CHANGED, [RIGHT, "guide.question_stopped"]),
    "written though nothing changed": Seen({"insert audit_events"}, [RIGHT]),
}


@pytest.mark.parametrize("seen", WRONG.values(), ids=WRONG)
def test_the_watch_says_when_an_event_is(seen: Seen) -> None:
    assert judged("guide.add_question", seen)
    assert not judged("guide.add_question", Seen(CHANGED, [RIGHT]))


def test_the_watch_sees_what_a_request_wrote_and_which_event_is_missing(
    app: Flask, staff: Staff, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant, kept: one act's event is not recorded, and the request's own rows give it away."""
    monkeypatch.setattr("surveyapp.interviews.guide.audit.record", lambda *_given, **_codes: None)
    browser = signed_in(staff(*StaffRole, agency=None))
    assert (
        browser.post("/interviews/guide", data={"where": "ncs/", "text_en": "A?", "text_cy": "B?"}).status_code == 303
    )
    faults = app.extensions["watch"].faults
    assert len(faults) == 1 and "guide.add_question (303): ['insert interview_local_questions'] changed" in faults[0]
    faults.clear()


def test_the_watch_sees_what_a_statement_wrote_that_returns_rows(
    app: Flask, session: Session, organisation: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Declining changes one row by one statement with RETURNING; pressed again it changes nothing."""
    _case, token = prepare(session)
    client.get(f"/a/{token}")
    monkeypatch.setattr("surveyapp.invitations.ledger.timeline.note", lambda *_given, **_codes: None)
    faults = app.extensions["watch"].faults
    assert client.post("/a/decline").status_code == 303
    assert faults == ["answers.decline (303): ['insert invitations'] changed without an event"]
    faults.clear()
    client.post("/a/decline")
    assert faults == []
