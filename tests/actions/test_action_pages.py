"""Actions on screen: from a sentence that stands out to its review, and only for those whose places they are."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.actions import service
from surveyapp.actions.models import Action, ActionState
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from tests.actions.agreed import agreed
from tests.conftest import TESTER
from tests.factories.releases import signed_releases
from tests.page_rules import page_faults

pytestmark = pytest.mark.one_backend

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
PLANTED = "Zebedee Plantedword"


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def test_a_sentence_that_stands_out_becomes_an_action_and_leads_back_to_its_evidence(
    session: Session, organisation: str, release_key: ReleasePrivateKey, staff: Staff, signed_in: SignedIn
) -> None:
    signed_releases(session, release_key)
    lead = staff(StaffRole.RETENTION_LEAD)
    browser = signed_in(lead)
    link = re.search(r'href="(/actions/new\?[^"]+)"', browser.get("/themes").text)
    assert link, "a finding offers an action"
    address = link[1].replace("&amp;", "&")
    form = browser.get(address).text
    assert page_faults(form) == [] and "Release" in form
    empty = browser.post(address, data={})
    assert empty.status_code == 422 and "Write what will be done" in empty.text
    days = boxes("due_on", date(2027, 1, 31)) | boxes("review_on", date(2027, 9, 30))
    chosen = re.findall(r'name="(areas|roles)" type="checkbox" value="(\w+)" checked', form)
    reason = re.search(r'<option value="(\w+)" selected', form)
    data = {"what": PLANTED, "why": "", "owner": str(lead.id), "reason": reason[1] if reason else "", **days}
    made = browser.post(address, data=data | {name: value for name, value in chosen})
    assert made.status_code == 302, made.text
    page = browser.get(str(made.location)).text
    assert page_faults(page) == [] and PLANTED in page and "What was found" in page
    action = session.scalars(select(Action)).one()
    assert action.release and action.finding["window"]
    evidence = re.search(r'href="(/themes/[^"]+)"', page)
    assert evidence and browser.get(evidence[1].replace("&amp;", "&")).status_code == 200
    assert browser.get("/actions/new?release=1&reason=nothing&area=NM&window=12m").status_code == 404


def test_an_action_is_moved_on_by_its_owner_and_twice_is_too_late(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    owner = staff(StaffRole.HR_LEAD, areas=("NM",))
    action = agreed(session, owner)
    browser, today = signed_in(owner), clock.today()
    path = f"/actions/{action.id}"
    assert browser.post(f"{path}/start", data=boxes("on", today + timedelta(2))).status_code == 422
    assert "has begun" in browser.post(f"{path}/start", data=boxes("on", today), follow_redirects=True).text
    assert "moved on" in browser.post(f"{path}/start", data=boxes("on", today), follow_redirects=True).text
    assert browser.post(f"{path}/note", data={"text": ""}).status_code == 422
    noted = browser.post(f"{path}/note", data={"text": "<script>alert(1)</script>"}, follow_redirects=True).text
    assert "&lt;script&gt;" in noted and "<script>alert" not in noted and page_faults(noted) == []
    browser.post(f"{path}/complete", data=boxes("on", today))
    assert browser.post(f"{path}/review", data={}).status_code == 422
    browser.post(f"{path}/review", data={"outcome": "cannot_tell"})
    assert session.scalars(select(Action)).one().state is ActionState.REVIEWED
    browser.post(f"{path}/open-again")
    browser.post(f"{path}/stop")
    assert session.scalars(select(Action)).one().state is ActionState.STOPPED
    assert browser.get(f"{path}/change").status_code == 404


def test_whose_places_they_are_not_find_no_action_and_cannot_move_or_own_one(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    own = agreed(session, staff(StaffRole.RETENTION_LEAD), what=PLANTED)
    strangers = (
        staff(StaffRole.RETENTION_LEAD, areas=("EV",)),
        staff(StaffRole.RETENTION_LEAD, agency="css"),
        staff(StaffRole.HR_ADVISER),
    )
    reader = signed_in(staff(StaffRole.NATIONAL_HR))
    for browser in [signed_in(user) for user in strangers]:
        assert PLANTED not in browser.get("/actions").text and PLANTED not in browser.get("/actions/list.csv").text
        for method, end in (("GET", ""), ("GET", "/change"), ("POST", "/note"), ("POST", "/start"), ("POST", "/stop")):
            answer = browser.open(f"/actions/{own.id}{end}", method=method, data=boxes("on", clock.today()))
            assert answer.status_code == 404 and PLANTED not in answer.text
        assert browser.get(f"/actions/{own.id}/before-after.csv").status_code == 404
    assert PLANTED in reader.get(f"/actions/{own.id}").text
    assert reader.post(f"/actions/{own.id}/stop").status_code == 404
    assert session.scalars(select(Action)).one().state is ActionState.AGREED


def test_a_lead_of_one_area_agrees_actions_there_and_nowhere_else(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    lead = staff(StaffRole.RETENTION_LEAD, areas=("EV",))
    browser = signed_in(lead)
    days = boxes("due_on", date(2027, 1, 31)) | boxes("review_on", date(2027, 9, 30))
    data = {"what": "Rooms", "owner": str(lead.id), "reason": "", **days}
    assert browser.post("/actions/new", data=data).status_code == 422  # no Area would be the whole agency
    assert browser.post("/actions/new", data=data | {"areas": "NM"}).status_code == 422
    assert browser.post("/actions/new", data=data | {"areas": "EV"}).status_code == 302
    assert browser.get("/actions/new?agency=css").status_code == 404


def test_what_is_due_is_on_the_owners_work_list_and_said_in_the_list(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    owner, other, today = staff(StaffRole.HR_LEAD), staff(StaffRole.HR_LEAD, areas=("NM",)), clock.today()
    late = agreed(session, owner, what="Late one", due_on=today - timedelta(1))
    due = agreed(session, owner, what="Review me", review_on=today, due_on=today - timedelta(9))
    agreed(session, owner, what="In good time", due_on=today + timedelta(9))
    service.start_action(session, due, today, TESTER)
    service.complete_action(session, due, today, TESTER)
    session.commit()
    browser, elsewhere = signed_in(owner), signed_in(other)
    home = browser.get("/").text
    assert page_faults(home) == [] and late.what in home and due.what in home and "In good time" not in home
    assert late.what not in elsewhere.get("/").text
    page = browser.get("/actions").text
    assert page_faults(page) == [] and "Overdue" in page and "Review due" in page
    assert "In good time" in browser.get("/actions?whose=mine&area=ncs/NM").text
