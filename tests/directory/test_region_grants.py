"""A staff role for a region: given from the command line and on screen, it holds in the region's Areas of that day."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.access import Permission, StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.directory import queries
from surveyapp.directory.identity_models import ProviderRole
from surveyapp.directory.models import Area, Region, User

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
NORTH = {"NM", "MD", "RV"}
pytestmark = pytest.mark.one_backend


def add(app: Flask, *more: str) -> tuple[int, str]:
    """Add Rhian as a retention lead by the command: its exit status and what it says."""
    line = ["users", "add", "rhian@ncs.example", "--role", "retention_lead", *more]
    run = app.test_cli_runner().invoke(args=line)
    return run.exit_code, run.output


def areas_held(session: Session, email: str = "rhian@ncs.example") -> list[set[str]]:
    """The Areas of each of a person's grants."""
    user = session.scalars(select(User).where(User.email == email)).one()
    return [{area.area for area in grant.areas} for grant in user.grants]


def plant_css(session: Session, *areas: str) -> None:
    """A region North of the second agency, with these Areas in it."""
    session.add(Region(agency="css", code="north", name="North"))
    session.flush()
    session.add_all([Area(agency="css", code=code, name=f"Area {code}", region="north") for code in areas])
    session.commit()


@pytest.mark.usefixtures("organisation")
def test_the_command_gives_a_role_in_every_area_of_a_region_and_the_audit_log_names_them(
    app: Flask, session: Session
) -> None:
    status, said = add(app, "--region", "north")
    assert status == 0 and "retention_lead in MD, NM, RV." in said, said
    assert areas_held(session) == [NORTH]
    event = session.scalars(select(AuditEvent).where(AuditEvent.event == "user.granted")).one()
    assert event.agency == "ncs"
    assert event.codes == {"staff_role": "retention_lead", "areas": ["MD", "NM", "RV"], "until": ""}


@pytest.mark.usefixtures("organisation")
def test_the_same_region_again_changes_nothing(app: Flask, session: Session) -> None:
    assert add(app, "--region", "north")[0] == add(app, "--region", "north")[0] == 0
    assert areas_held(session) == [NORTH]


@pytest.mark.usefixtures("organisation")
def test_regions_and_areas_add_up_and_an_area_named_twice_is_given_once(app: Flask, session: Session) -> None:
    status, said = add(app, "--region", "north", "--region", "cambria", "--area", "NM", "--area", "HQ")
    assert status == 0, said
    assert areas_held(session) == [NORTH | {"DY", "HQ"}]


@pytest.mark.usefixtures("organisation")
def test_a_region_that_is_not_there_is_refused_with_the_regions_there_are(app: Flask, session: Session) -> None:
    status, said = add(app, "--region", "north", "--region", "nroth")
    assert status == 1
    assert "There is no region nroth. The regions are: cambria, east, north, south, west." in said
    assert session.scalar(select(User).where(User.email == "rhian@ncs.example")) is None


def test_where_no_region_is_loaded_the_command_says_how_to_load_them(app: Flask) -> None:
    status, said = add(app, "--region", "north")
    assert status == 1 and "There is no region north; load it with `surveyapp organisation load`." in said


@pytest.mark.usefixtures("organisation")
def test_a_region_without_areas_never_becomes_the_whole_agency(app: Flask, session: Session) -> None:
    session.add(Region(agency="ncs", code="isles", name="Isles"))
    session.commit()
    for more in ((), ("--region", "north")):
        status, said = add(app, "--region", "isles", *more)
        assert status == 1 and "Region isles has no Areas." in said
    assert session.scalar(select(User).where(User.email == "rhian@ncs.example")) is None


@pytest.mark.usefixtures("organisation")
def test_a_region_of_two_agencies_waits_for_the_agency_to_be_named(app: Flask, session: Session) -> None:
    plant_css(session, "ZZ")
    status, said = add(app, "--region", "north")
    assert status == 1 and "Region north is in css, ncs; say which with --agency." in said
    assert add(app, "--region", "north", "--agency", "css")[0] == 0
    assert areas_held(session) == [{"ZZ"}]


@pytest.mark.usefixtures("organisation")
def test_an_area_of_one_agency_does_not_go_with_a_region_of_another(app: Flask, session: Session) -> None:
    plant_css(session, "ZZ")
    status, said = add(app, "--region", "cambria", "--area", "ZZ")
    assert status == 1 and "There is no region cambria. The regions are: north." in said


def test_an_administrator_gives_a_role_for_a_region_on_screen(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    page = browser.get("/settings/users/add").text
    assert 'value="ncs/north"' in page and "National Casework Service: North" in page
    form = {"name": "Rhian", "email": "rhian@ncs.example", "staff_role": "hr_adviser", "agency": "ncs"}
    answer = browser.post("/settings/users/add", data={**form, "regions": ["ncs/north"], "areas": ["ncs/NM", "ncs/DY"]})
    assert answer.status_code == 302, answer.text
    assert areas_held(session) == [NORTH | {"DY"}]
    viewer = queries.viewer_of(session.scalars(select(User).where(User.email == "rhian@ncs.example")).one())
    assert viewer.may(Permission.EDIT_CASES, "ncs", "RV") and not viewer.may(Permission.EDIT_CASES, "ncs", "SM")


def test_a_further_role_for_a_region_is_given_on_the_persons_page(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    adviser = staff(StaffRole.HR_ADVISER, areas=("SM",))
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    form = {"staff_role": "retention_lead", "agency": "ncs", "regions": ["ncs/cambria"]}
    assert browser.post(f"/settings/users/{adviser.id}", data=form).status_code == 302
    session.refresh(adviser)
    assert sorted(areas_held(session, adviser.email), key=sorted) == [{"DY"}, {"SM"}]


def test_a_region_of_another_agency_than_the_chosen_one_is_refused_on_screen(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    adviser = staff(StaffRole.HR_ADVISER, areas=("SM",))
    plant_css(session, "ZZ")
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    for agency in ("ncs", ""):
        form = {"staff_role": "retention_lead", "agency": agency, "regions": ["css/north"]}
        answer = browser.post(f"/settings/users/{adviser.id}", data=form)
        assert answer.status_code == 422 and "Choose regions of the chosen agency." in answer.text
    session.refresh(adviser)
    assert areas_held(session, adviser.email) == [{"SM"}]


def test_an_agencys_administrator_is_offered_and_may_give_its_own_regions_alone(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    adviser = staff(StaffRole.HR_ADVISER, areas=("SM",))
    plant_css(session, "ZZ")
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency="ncs"))
    page = browser.get(f"/settings/users/{adviser.id}").text
    assert 'value="ncs/north"' in page and "css/north" not in page
    form = {"staff_role": "retention_lead", "agency": "css", "regions": ["css/north"]}
    assert browser.post(f"/settings/users/{adviser.id}", data=form).status_code == 422
    session.refresh(adviser)
    assert areas_held(session, adviser.email) == [{"SM"}]


def test_regions_without_areas_are_not_offered_and_without_regions_nothing_is_asked(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    boss = staff(StaffRole.ADMINISTRATOR, agency=None)
    session.add(Region(agency="ncs", code="isles", name="Isles"))
    session.commit()
    assert 'name="regions"' in (page := signed_in(boss).get("/settings/users/add").text) and "isles" not in page
    for area in queries.areas_of(session, "ncs"):
        area.region = None
    session.commit()
    for address in ("/settings/users/add", "/settings/single-sign-on/"):
        page = signed_in(boss).get(address).text
        assert 'name="areas"' in page and 'name="regions"' not in page, address


def test_a_rule_of_single_sign_on_may_name_a_region(session: Session, staff: Staff, signed_in: SignedIn) -> None:
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    form = {"claim": "northern leads", "staff_role": "retention_lead", "agency": "ncs", "regions": ["ncs/north"]}
    assert browser.post("/settings/single-sign-on/", data=form).status_code == 302
    assert set(session.scalars(select(ProviderRole)).one().areas) == NORTH
