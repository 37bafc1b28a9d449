"""Access by behaviour, from the URL map: route, method, staff role; own, other Area's, other agency's, absent.

Nothing here is listed by hand but how an address's places are filled: a new route is tried on the day it is made.
"""

import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from surveyapp.access import Permission, StaffRole
from surveyapp.access.guards import ASSET, LEAVER, MACHINE, PUBLIC, declared_permission
from surveyapp.access.staff_roles import PERMISSIONS
from surveyapp.cases.models import Case
from surveyapp.directory import queries
from surveyapp.directory.models import User
from tests.factories.cases import make_case

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
OPEN = {PUBLIC, LEAVER, MACHINE, ASSET}
PLANTED = "Zebedee Plantedword"
OWN_ROLES_AREAS = ("NM",)


def guarded(app: Flask) -> Iterator[tuple[Rule, str, Permission]]:
    """Every staff route with each of its methods and the permission it declares."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        declared = declared_permission(app, rule.endpoint)
        if declared not in OPEN:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, Permission(str(declared))


def filled(app: Flask, rule: Rule, case_id: uuid.UUID | None = None) -> str:
    """The route's address with every place filled by what does not exist, or a case's id where a case is meant."""
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        one_of = sorted(getattr(converter, "items", ["absent"]))[0]
        values[name] = {"UUIDConverter": uuid.uuid4(), "IntegerConverter": 987654}.get(type(converter).__name__, one_of)
    if case_id is not None and "case_id" in values:
        values["case_id"] = case_id
    return path_of(rule, values)


def path_of(rule: Rule, values: dict[str, object]) -> str:
    """The path of this very rule: its endpoint may have others, which building by name could choose."""
    built = rule.build(values | (rule.defaults or {}))
    assert built is not None, rule.rule
    return built[1]


@pytest.mark.one_backend
@pytest.mark.parametrize("role", list(StaffRole), ids=str)
def test_a_route_whose_permission_the_staff_role_lacks_is_not_found(
    app: Flask, staff: Staff, signed_in: SignedIn, role: StaffRole
) -> None:
    browser = signed_in(staff(role))
    wrong = []
    for rule, method, permission in guarded(app):
        if permission is Permission.SIGNED_IN or permission in PERMISSIONS[role]:
            continue
        status = browser.open(filled(app, rule), method=method).status_code
        if status != 404:
            wrong.append((method, rule.rule, status))
    assert wrong == []


NEED_A_RECORD = ("/themes", "/reports", "/interviews/mine", "/settings/account/work-account")
"""Not found before there is a signed release, an interviewer's own record, or an identity provider."""


@pytest.mark.one_backend
@pytest.mark.parametrize("role", list(StaffRole), ids=str)
def test_a_page_without_places_opens_for_each_staff_role_that_may(
    app: Flask, staff: Staff, signed_in: SignedIn, role: StaffRole
) -> None:
    browser = signed_in(staff(role, agency=None))
    wrong = []
    for rule, method, permission in guarded(app):
        may = permission is Permission.SIGNED_IN or permission in PERMISSIONS[role]
        if method == "GET" and not rule.arguments and may:
            status = browser.get(rule.rule).status_code
            expected = (200, 302, 308, 404) if rule.rule.startswith(NEED_A_RECORD) else (200, 302, 308)
            if status not in expected:
                wrong.append((rule.rule, status))
    assert wrong == []


@pytest.mark.one_backend
def test_a_stranger_is_sent_to_sign_in_from_every_staff_route(app: Flask) -> None:
    browser = app.test_client()
    for rule, method, _permission in guarded(app):
        answer = browser.open(filled(app, rule), method=method)
        assert answer.status_code == 302 and answer.location.startswith("/sign-in"), (method, rule.rule)


@pytest.mark.one_backend
@pytest.mark.parametrize("place", ["another Area", "another agency", "absent"])
def test_a_case_that_is_not_ones_own_is_not_found_on_any_route_and_its_name_is_nowhere(
    app: Flask, session: Session, staff: Staff, signed_in: SignedIn, place: str
) -> None:
    foreign = foreign_case(session, place)
    browsers = {role: signed_in(staff(role, areas=OWN_ROLES_AREAS)) for role in StaffRole}
    wrong = []
    for rule, method, permission in guarded(app):
        if "case_id" not in rule.arguments:
            continue
        for role, browser in browsers.items():
            if permission not in PERMISSIONS[role]:
                continue
            answer = browser.open(filled(app, rule, foreign), method=method)
            if answer.status_code != 404 or PLANTED.encode() in answer.data:
                wrong.append((role.value, method, rule.rule, answer.status_code))
    assert wrong == []


def foreign_case(session: Session, place: str) -> uuid.UUID:
    if place == "absent":
        return uuid.uuid4()
    other: dict[str, str | None] = {"area": "SM"}
    if place == "another agency":
        other = another_agency(session)
    case: Case = make_case(session, name=PLANTED, **other)
    session.commit()
    return case.id


def another_agency(session: Session) -> dict[str, str | None]:
    """A place of the second agency, whatever its Areas and job roles are called."""
    area, role = queries.areas_of(session, "css")[0].code, queries.job_roles_of(session, "css")[0].code
    return {"agency": "css", "area": area, "job_role": role, "grade": None}


@pytest.mark.one_backend
def test_lists_hold_nothing_of_another_area_for_any_staff_role(
    app: Flask, session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    foreign_case(session, "another Area")
    browsers = {role: signed_in(staff(role, areas=OWN_ROLES_AREAS)) for role in StaffRole}
    for role, browser in browsers.items():
        for rule, method, permission in guarded(app):
            if method == "GET" and not rule.arguments and permission in PERMISSIONS[role]:
                assert PLANTED.encode() not in browser.get(rule.rule).data, (role, rule.rule)


@pytest.mark.one_backend
def test_the_same_route_does_find_an_own_case(app: Flask, session: Session, staff: Staff, signed_in: SignedIn) -> None:
    """The control: were the addresses above filled wrongly, everything would be 404 for a bad reason."""
    case = make_case(session, name=PLANTED)
    session.commit()
    browser = signed_in(staff(StaffRole.HR_ADVISER, areas=OWN_ROLES_AREAS))
    pages = [
        filled(app, rule, case.id)
        for rule, method, permission in guarded(app)
        if method == "GET" and rule.arguments == {"case_id"} and permission in PERMISSIONS[StaffRole.HR_ADVISER]
    ]
    found = [path for path in pages if browser.get(path).status_code == 200]
    assert len(found) >= 5 and PLANTED in browser.get(f"/cases/{case.id}").text
