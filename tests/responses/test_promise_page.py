"""The settings page of the promise: shown in both languages, previewed, changed, never loosened for answers given."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.directory.models import User
from surveyapp.responses import batches, promises

PAGE = "/settings/confidentiality/ncs"
NUMBERS = {"smallest_group": "10", "smallest_sensitive_group": "20", "named_months": "24"}


def given(session: Session) -> None:
    """Somebody answered under the promise in force."""
    promise = promises.promise_in_force(session, "ncs")
    promises.keep(session, promise)
    promises.note_use(session, "ncs", batches.quarter_of(clock.today()), promise.sha256)
    session.commit()


def test_a_change_is_shown_in_both_languages_before_it_is_saved(
    session: Session, organisation: str, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    browser = signed_in(staff(StaffRole.ADMINISTRATOR))
    assert PAGE.rpartition("/")[0] in browser.get("/settings/").get_data(as_text=True)
    shown = browser.post(PAGE, data=NUMBERS | {"smallest_group": "12", "preview": "yes"}).get_data(as_text=True)
    assert "not saved yet" in shown
    assert "groups of 12 people or more" in shown and "grwpiau o 12" in shown
    assert promises.settings_of(session, "ncs").smallest_group == 10
    assert browser.post(PAGE, data=NUMBERS | {"smallest_group": "12"}).status_code == 303
    session.expire_all()
    assert promises.settings_of(session, "ncs").smallest_group == 12


def test_a_promise_given_is_made_stricter_and_not_looser(
    session: Session, organisation: str, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    browser = signed_in(staff(StaffRole.ADMINISTRATOR))
    loose = {"smallest_group": "9"}
    assert browser.post(PAGE, data=NUMBERS | loose | {"preview": "yes"}).status_code == 200
    given(session)
    for change, told in (
        (loose, "Leavers were promised 10 people"),
        ({"named_months": "25"}, "Enter a whole number from 1 to 24"),
        ({"smallest_sensitive_group": "19"}, "Enter a whole number from 20 to 100"),
    ):
        answer = browser.post(PAGE, data=NUMBERS | change)
        assert answer.status_code == 422 and told in answer.get_data(as_text=True)
    assert browser.post(PAGE, data=NUMBERS | {"named_months": "12"}).status_code == 303
    refused = browser.post(PAGE, data=NUMBERS | {"named_months": "12", "smallest_group": "9"})
    assert refused.status_code == 422


def test_another_agencys_administrator_cannot_touch_it(
    session: Session, organisation: str, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency="css"))
    assert browser.get(PAGE).status_code == browser.post(PAGE, data=NUMBERS).status_code == 404
