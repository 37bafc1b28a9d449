"""The case page: where a case stands, the next step, and what can no longer be changed once there is an answer."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.cases.models import Case, Regretted
from surveyapp.directory.models import User
from surveyapp.interviews import offers
from surveyapp.invitations import ledger
from surveyapp.invitations import service as invitations
from tests.conftest import TESTER
from tests.factories.cases import make_case

pytestmark = pytest.mark.one_backend


@pytest.fixture
def adviser(staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",)))


def test_a_case_shows_its_next_step_and_where_everything_stands(adviser: FlaskClient, session: Session) -> None:
    case = make_case(session)
    session.commit()
    page = adviser.get(f"/cases/{case.id}").text
    assert "Offer an exit interview" in page and "Do this now" in page and "Not invited yet" in page
    session.rollback()
    invitations.invite_case(session, case, actor=TESTER)
    offers.offer_interview(session, case, actor=TESTER)
    session.commit()
    page = adviser.get(f"/cases/{case.id}").text
    for shown in ("Nothing to do now", "Invited", "Offered, no reply yet", "The invitation was sent", "/key-in"):
        assert shown in page, shown


def test_what_hr_thinks_of_the_loss_is_fixed_once_the_leaver_answered(adviser: FlaskClient, session: Session) -> None:
    case = make_case(session)
    session.commit()
    assert "Does HR regret the loss?" in adviser.get(f"/cases/{case.id}").text
    adviser.post(f"/cases/{case.id}/regretted", data={"regretted": "yes"})
    session.rollback()
    assert session.get_one(Case, case.id).regretted is Regretted.YES
    session.rollback()
    ledger.mark_answered(session, case.id)
    session.commit()
    assert "Does HR regret the loss?" not in adviser.get(f"/cases/{case.id}").text
    answer = adviser.post(f"/cases/{case.id}/regretted", data={"regretted": "no"}, follow_redirects=True)
    session.rollback()
    assert "can no longer be changed" in answer.text
    assert session.get_one(Case, case.id).regretted is Regretted.YES
    assert adviser.post(f"/cases/{case.id}/regretted", data={"regretted": "perhaps"}).status_code == 400
