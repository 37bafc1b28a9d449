"""Staff accounts on screen: rights are given within one's own scope, never to oneself, and end at once."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import Permission, StaffRole
from surveyapp.directory import queries
from surveyapp.directory.models import User

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]


def day_boxes(day: object) -> dict[str, str]:
    return {f"until-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def test_an_administrator_adds_an_account_with_a_staff_role_for_two_areas(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    form = {"name": "Ifan", "email": "ifan@ncs.example", "staff_role": "hr_adviser", "agency": "ncs"}
    answer = browser.post("/settings/users/add", data={**form, "areas": ["ncs/NM", "ncs/EV"]})
    assert answer.status_code == 302, answer.text
    viewer = queries.viewer_of(session.scalars(select(User).where(User.email == "ifan@ncs.example")).one())
    assert viewer.may(Permission.EDIT_CASES, "ncs", "NM") and not viewer.may(Permission.EDIT_CASES, "ncs", "SM")
    assert "Ifan" in browser.get("/settings/users/").text


def test_a_delegated_right_ends_after_its_last_day(session: Session, staff: Staff, signed_in: SignedIn) -> None:
    helper = staff(StaffRole.CODER)
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    last = clock.today() + timedelta(days=5)
    form = {"staff_role": "hr_lead", "agency": "ncs", **day_boxes(last)}
    assert browser.post(f"/settings/users/{helper.id}", data=form).status_code == 302
    session.refresh(helper)
    assert queries.viewer_of(helper).can(Permission.EDIT_CASES)
    with clock.set_to(last + timedelta(days=1)):
        assert not queries.viewer_of(helper).can(Permission.EDIT_CASES)


def test_nobody_raises_their_own_rights(session: Session, staff: Staff, signed_in: SignedIn) -> None:
    boss = staff(StaffRole.ADMINISTRATOR, agency=None)
    browser = signed_in(boss)
    form = {"staff_role": "central_team", "agency": ""}
    assert browser.post(f"/settings/users/{boss.id}", data=form).status_code == 422
    again = {**form, "name": "Me", "email": boss.email.upper()}
    assert browser.post("/settings/users/add", data=again).status_code == 422
    browser.post(f"/settings/users/{boss.id}/close")
    browser.post(f"/settings/users/{boss.id}/grants/{boss.grants[0].id}/end")
    session.refresh(boss)
    assert boss.active and queries.viewer_of(boss).staff_roles == {StaffRole.ADMINISTRATOR}


def test_an_agencys_administrator_reaches_no_other_agency(session: Session, staff: Staff, signed_in: SignedIn) -> None:
    foreign, own = staff(StaffRole.CODER, agency="css"), staff(StaffRole.CODER)
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency="ncs"))
    assert browser.get(f"/settings/users/{foreign.id}").status_code == 404
    assert browser.post(f"/settings/users/{foreign.id}/close").status_code == 404
    assert foreign.email not in browser.get("/settings/users/").text
    for agency in ("css", ""):
        form = {"staff_role": "hr_lead", "agency": agency}
        assert browser.post(f"/settings/users/{own.id}", data=form).status_code == 422


def test_a_grant_of_somebody_else_is_not_found_under_ones_own_parent(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    one, other = staff(StaffRole.CODER), staff(StaffRole.CODER)
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    assert browser.post(f"/settings/users/{one.id}/grants/{other.grants[0].id}/end").status_code == 404


def test_ending_a_right_and_closing_an_account_hold_on_the_next_request(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    adviser = staff(StaffRole.HR_ADVISER)
    theirs, boss = signed_in(adviser), signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    assert theirs.get("/cases").status_code == 200
    boss.post(f"/settings/users/{adviser.id}/grants/{adviser.grants[0].id}/end")
    assert theirs.get("/cases").status_code == 404
    boss.post(f"/settings/users/{adviser.id}/close")
    assert "/sign-in" in theirs.get("/settings/account/").location
