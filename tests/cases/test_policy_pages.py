"""The policy on screen: in plain words, changed within its limits, never for a death, and tried out on a calendar."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.cases import policy_settings, queries
from surveyapp.cases.policy import InterviewOffer, Questionnaire, Rule, Times
from surveyapp.directory.models import User
from tests.conftest import TESTER

NOTHING = Rule(Questionnaire.NONE, InterviewOffer.NONE)


@pytest.fixture
def national(staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return signed_in(staff(StaffRole.NATIONAL_HR))


def test_an_agencys_own_policy_holds_for_it_alone(session: Session, organisation: str) -> None:
    policy_settings.set_rule(session, "ncs", "retirement", NOTHING, TESTER)
    policy_settings.set_numbers(session, "ncs", {"invite_within_days": 3, "first_reminder_days": 5}, TESTER)
    session.flush()
    ours, theirs = queries.policy_of(session, "ncs"), queries.policy_of(session, "css")
    assert ours.rule_for("retirement") == NOTHING and theirs.rule_for("retirement") != NOTHING
    assert ours.times == Times(invite_within_days=3) and theirs.times == Times()
    policy_settings.set_numbers(session, "ncs", {"invite_within_days": 2}, TESTER)
    assert queries.policy_of(session, "ncs").times == Times()


def test_a_death_has_no_rule_to_set_and_numbers_have_limits(session: Session, organisation: str) -> None:
    with pytest.raises(policy_settings.PolicyRefused):
        policy_settings.set_rule(session, "ncs", "death", Rule(Questionnaire.FULL, InterviewOffer.OFFER), TESTER)
    with pytest.raises(policy_settings.PolicyRefused):
        policy_settings.set_numbers(session, "ncs", {"closes_calendar_days": 1000}, TESTER)


@pytest.mark.one_backend
def test_the_page_says_in_plain_words_what_happens_and_changes_it(national: FlaskClient, session: Session) -> None:
    assert national.get("/settings/policy/").location == "/settings/policy/ncs"
    page = national.get("/settings/policy/ncs").text
    assert "Invited to the short questionnaire" in page and "Never contacted" in page and "/type/death" not in page
    assert national.get("/settings/policy/ncs/type/redundancy").status_code == 200
    changed = {"questionnaire": "short", "interview": "offer"}
    assert national.post("/settings/policy/ncs/type/redundancy", data=changed).status_code == 302
    session.rollback()
    assert queries.policy_of(session, "ncs").rule_for("redundancy").interview is InterviewOffer.OFFER
    assert "Your own" in national.get("/settings/policy/ncs").text
    assert national.post("/settings/policy/ncs/type/death", data=changed).status_code == 404


@pytest.mark.one_backend
def test_numbers_out_of_their_limits_are_refused_with_the_limits(national: FlaskClient, session: Session) -> None:
    assert national.get("/settings/policy/ncs/days").status_code == 200
    numbers = {name: str(value) for name, value in Times().__dict__.items()}
    refused = national.post("/settings/policy/ncs/days", data={**numbers, "closes_calendar_days": "900"})
    assert refused.status_code == 422 and "from 7 to 90" in refused.text
    assert national.post("/settings/policy/ncs/days", data={**numbers, "closes_calendar_days": "45"}).status_code == 302
    session.rollback()
    assert queries.policy_of(session, "ncs").times == Times(closes_calendar_days=45)


@pytest.mark.one_backend
def test_the_simulator_shows_every_step_on_its_day(national: FlaskClient) -> None:
    assert national.get("/settings/policy/ncs/try").status_code == 200
    days = {"told": date(2026, 12, 18), "last": date(2027, 1, 29)}
    query = {f"{name}-{part}": getattr(day, part) for name, day in days.items() for part in ("day", "month", "year")}
    page = national.get("/settings/policy/ncs/try", query_string={**query, "leaving_type": "resignation", "area": "NM"})
    for shown in ("Tuesday 22 December 2026", "Invitation to the questionnaire", "Sunday 28 February 2027", "(closed)"):
        assert shown in page.text, shown
    empty = national.get("/settings/policy/ncs/try?leaving_type=resignation&area=NM")
    assert empty.status_code == 422 and "Enter the day HR tells us" in empty.text


@pytest.mark.one_backend
def test_another_agencys_policy_is_not_found(national: FlaskClient) -> None:
    for path in ("", "/days", "/try", "/type/resignation"):
        assert national.get(f"/settings/policy/css{path}").status_code == 404
    for path in ("/days", "/type/resignation"):
        assert national.post(f"/settings/policy/css{path}").status_code == 404
