"""The case page: where a case stands, the next step, and what can no longer be changed once there is an answer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.cases.models import Case, CaseKind, Regretted
from surveyapp.directory.models import User
from surveyapp.interviews import offers
from surveyapp.invitations import ledger
from surveyapp.invitations import service as invitations
from surveyapp.invitations.dates import STAY
from tests.conftest import TESTER
from tests.factories.cases import make_case

pytestmark = pytest.mark.one_backend


@pytest.fixture(autouse=True)
def _the_day_of_the_news() -> Iterator[None]:
    with clock.set_to(datetime(2026, 11, 20, 9, tzinfo=UTC)):
        yield


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
    assert "Nothing to do now" not in page
    assert "Next: the service sends the first reminder on 27 November 2026" in page
    adviser.set_cookie("language", "cy")
    told = "Nesaf: bydd y gwasanaeth yn anfon y nodyn atgoffa cyntaf ar 27 Tachwedd 2026"
    assert told in adviser.get(f"/cases/{case.id}").text
    for shown in ("Invited", "Offered, no reply yet", "The invitation was sent", "/key-in"):
        assert shown in page, shown


def test_a_case_for_which_nothing_is_planned_says_so_without_a_day(adviser: FlaskClient, session: Session) -> None:
    stay = make_case(session, kind=CaseKind.STAY, last_working_day=None, leaving_type=None)
    ledger.mark_answered(session, stay.id, STAY)
    session.commit()
    page = adviser.get(f"/cases/{stay.id}").text
    assert "Nothing to do now" in page and "Next:" not in page


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
