"""Access by behaviour, the whole matrix: every route with an id x method x staff role x where the record is.

The routes come from the URL map, the roles from the policy, the records are planted in each place. A new route whose
address has a part that nothing is planted for fails here until it is.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule, UUIDConverter

from surveyapp.access import Permission, StaffRole
from surveyapp.access.staff_roles import PERMISSIONS
from surveyapp.api import tokens
from surveyapp.api.models import ApiScope
from surveyapp.cases.models import Case
from surveyapp.db import db
from surveyapp.directory import queries
from surveyapp.directory.models import User
from surveyapp.disposal import service as disposal
from tests.access.planted import Ids, Place, plant
from tests.access.test_every_route import guarded, path_of
from tests.conftest import TESTER

pytestmark = pytest.mark.one_backend
Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]

OF_AN_AREA = frozenset(
    {
        StaffRole.HR_ADVISER,
        StaffRole.HR_LEAD,
        StaffRole.INTERVIEWER,
        StaffRole.RETENTION_LEAD,
        StaffRole.NOMINATED_OFFICER,
    }
)
"""Staff roles tried with one Area; the others have the whole agency, as they are given in practice."""

KNOWN_TO_ALL = {"leaving_type": "resignation", "occasion": "leaving"}

OF_ONE_PERSON = {"upload_id", "cover_id", "passkey_id", "change_id@own_interviews", "booking_id"}
"""Somebody's own: found by nobody else, wherever they are."""

OF_AN_AGENCY = {"agency", "token_id", "comment_id", "user_id", "grant_id", "rule_id", "action_id", "survey_id"}
"""Known to whoever has the whole agency: another Area of it is no other place."""


@pytest.fixture
def places(session: Session, organisation: str) -> dict[str, Place]:
    area, role = queries.areas_of(session, "css")[0].code, queries.job_roles_of(session, "css")[0].code
    return {
        "own": Place("own", "ncs", "NM", "case_lawyer", "G7"),
        "another Area": Place("another Area", "ncs", "SM", "case_lawyer", "G7"),
        "another agency": Place("another agency", "css", area, role, None),
        "erased": Place("erased", "ncs", "NM", "case_lawyer", "G7"),
    }


@pytest.fixture
def planted(session: Session, places: dict[str, Place]) -> dict[str, Ids]:
    ids = {name: plant(session, place) for name, place in places.items()}
    disposal.erase(session, session.get_one(Case, ids["erased"]["case_id"]), TESTER)
    session.commit()
    return {**ids, "absent": {}}


@pytest.fixture
def viewers(staff: Staff, signed_in: SignedIn) -> dict[StaffRole, FlaskClient]:
    areas = {role: ("NM",) if role in OF_AN_AREA else () for role in StaffRole}
    return {role: signed_in(staff(role, areas=areas[role])) for role in StaffRole}


def part_of(rule: Rule, name: str) -> str:
    """The name under which a part of this route is planted."""
    slice_name = rule.endpoint.split(".")[0]
    return f"{name}@{slice_name}" if name in {"change_id", "upload_id"} else name


def parts_of(rule: Rule) -> list[str]:
    """The parts of a route that belong to a place, in the order of its address: ids, and agencies."""
    ids = [name for name, kind in rule._converters.items() if isinstance(kind, UUIDConverter) or name == "agency"]
    return sorted(ids, key=lambda name: rule.rule.index(f"{name}>"))


def address(app: Flask, rule: Rule, ids: Ids, **instead: object) -> str:
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        values[name] = sorted(getattr(converter, "items", ["absent"]))[0]
        values[name] = 9 if isinstance(converter, IntegerConverter) else KNOWN_TO_ALL.get(name, values[name])
    for name in parts_of(rule):
        fallback: object = "absent" if name == "agency" else uuid.uuid4()
        values[name] = instead.get(name, ids.get(part_of(rule, name), fallback))
    return path_of(rule, values)


def routes(app: Flask) -> Iterator[tuple[Rule, str, Permission]]:
    """Every staff route whose address belongs to a place."""
    for rule, method, permission in guarded(app):
        if parts_of(rule):
            yield rule, method, permission


def holders(permission: Permission) -> list[StaffRole]:
    """The staff roles that get past the route's own guard, where only the record's place keeps them out."""
    return [role for role in StaffRole if permission is Permission.SIGNED_IN or permission in PERMISSIONS[role]]


def is_foreign(rule: Rule, place: str, role: StaffRole) -> bool:
    """Whether that place is foreign to a viewer of the role, for what this route is about."""
    parts = {part_of(rule, name) for name in parts_of(rule)}
    if place == "another Area" and (role not in OF_AN_AREA or parts & OF_AN_AGENCY):
        return False
    return not (place == "erased" and parts & (OF_AN_AGENCY | {"interviewer_id", "question_id"} | OF_ONE_PERSON))


def test_something_is_planted_for_every_part_of_every_address(app: Flask, planted: dict[str, Ids]) -> None:
    known = set(planted["own"])
    missing = {
        (rule.rule, part_of(rule, name))
        for rule, _method, _permission in routes(app)
        for name in parts_of(rule)
        if part_of(rule, name) not in known
    }
    assert missing == set()


def test_a_record_that_is_not_ones_own_is_not_found_by_any_route_method_or_staff_role(
    app: Flask, planted: dict[str, Ids], places: dict[str, Place], viewers: dict[StaffRole, FlaskClient]
) -> None:
    wrong, tried = [], Counter[str]()
    words = [other.word for name, other in places.items() if name != "own"]
    cells = [(*route, role) for route in routes(app) for role in holders(route[2])]
    for place in ("another Area", "another agency", "erased", "absent"):
        for rule, method, _permission, role in cells:
            if is_foreign(rule, place, role):
                tried[place] += 1
                answer = viewers[role].open(address(app, rule, planted[place]), method=method)
                read = [word for word in words if word.encode() in answer.data]
                if answer.status_code != 404 or read:
                    wrong.append((place, role.value, method, rule.rule, answer.status_code, read))
    assert wrong == [] and min(tried.values()) > 60 and len(tried) == 4, tried


def test_ones_own_parent_with_anothers_child_is_not_found(
    app: Flask, planted: dict[str, Ids], viewers: dict[StaffRole, FlaskClient]
) -> None:
    wrong, n = [], 0
    for rule, method, permission in routes(app):
        parts = parts_of(rule)
        for place in ("another Area", "another agency", "erased", "absent"):
            for role in holders(permission) if len(parts) > 1 else []:
                n += 1
                child = {parts[-1]: planted[place].get(part_of(rule, parts[-1]), uuid.uuid4())}
                answer = viewers[role].open(address(app, rule, planted["own"], **child), method=method)
                if answer.status_code != 404:
                    wrong.append((role.value, place, method, rule.rule, answer.status_code))
    assert wrong == [] and n >= 20, n


NEVER_OPEN_HERE = {
    "/interviews/<uuid:booking_id>/record",  # its interviewer's alone
    "/cases/import/<uuid:upload_id>",  # its uploader's alone
    "/settings/account/passkeys/<uuid:passkey_id>",  # its owner's alone
    "/settings/context/import/<uuid:upload_id>",  # its uploader's alone
    "/settings/policy/<agency>/try",
    "/settings/messages/<agency>/<kind>/<any(en,cy):written_in>",  # the kind is another's word
    "/cases/<uuid:case_id>/named-answers",  # the case has none
    "/coding/disagreements/<uuid:comment_id>",  # nobody disagrees about it
}


MORE_THAN_A_ROW = ("/actions", "/settings/imports")
"""Pages that need a release or a file behind their record; their own slices open them."""


def test_the_same_addresses_do_open_ones_own_records(
    app: Flask, planted: dict[str, Ids], places: dict[str, Place], viewers: dict[StaffRole, FlaskClient]
) -> None:
    """The control: were the addresses wrongly filled, everything above would be 404 for a bad reason."""
    foreign = [place.word for name, place in places.items() if name != "own"]
    shut = []
    for rule, method, permission in routes(app):
        needs_more = rule.rule in NEVER_OPEN_HERE or rule.rule.startswith(MORE_THAN_A_ROW) or "/key-in/" in rule.rule
        if method == "GET" and not needs_more:
            answers = [viewers[role].get(address(app, rule, planted["own"])) for role in holders(permission)]
            assert not [word for answer in answers for word in foreign if word.encode() in answer.data], rule.rule
            if not any(answer.status_code in (200, 302) for answer in answers):
                shut.append((rule.rule, [answer.status_code for answer in answers]))
    assert shut == []
    assert list(falling_over(app, planted["own"], viewers)) == []


def falling_over(app: Flask, own: Ids, viewers: dict[StaffRole, FlaskClient]) -> Iterator[tuple[str, str, str]]:
    """An empty form to one's own record is refused or done; whatever is a fault of ours is yielded."""
    for rule, method, permission in routes(app):
        is_tried = method != "GET" and rule.rule not in NEVER_OPEN_HERE and not rule.rule.startswith(MORE_THAN_A_ROW)
        for role in holders(permission)[:2] if is_tried else []:
            try:
                status = viewers[role].open(address(app, rule, own), method=method).status_code
            except Exception as fault:  # a fault reaches a test as it is: name its route, then go on
                status = type(fault).__name__
                db.session.rollback()
            if isinstance(status, str) or status >= 500:
                yield role.value, rule.rule, str(status)


def test_an_agencys_token_reaches_no_leaver_of_another_agency(
    client: FlaskClient, session: Session, planted: dict[str, Ids]
) -> None:
    _made, text = tokens.make_token(session, "ncs", "HR", (ApiScope.READ, ApiScope.WRITE), TESTER)
    bearer = {"Authorization": f"Bearer {text}"}
    assert client.get(f"/api/v1/leavers/{planted['own']['case_id']}", headers=bearer).status_code == 200
    for place in ("another agency", "erased", "absent"):
        path = f"/api/v1/leavers/{planted[place].get('case_id', uuid.uuid4())}"
        tried = [
            client.get(path, headers=bearer),
            client.patch(path, headers=bearer, json={"phone": "1"}),
            client.post(f"{path}/withdrawal", headers=bearer, json={}),
            client.post(f"{path}/death", headers=bearer),
        ]
        assert [answer.status_code for answer in tried] == [404] * 4, place
        assert not any(b"Planted" in answer.data for answer in tried)


def test_lists_and_files_hold_nothing_of_another_place(
    app: Flask, planted: dict[str, Ids], places: dict[str, Place], viewers: dict[StaffRole, FlaskClient]
) -> None:
    """Every page and file without an id, as every staff role: the planted words of other places are nowhere."""
    found = []
    for rule, method, permission in guarded(app):
        if method == "GET" and not rule.arguments:
            for role in holders(permission):
                answer = viewers[role].get(rule.rule)
                told = answer.data + str(answer.headers).encode()
                foreign = {
                    name
                    for name in ("another Area", "another agency")
                    if name == "another agency" or role in OF_AN_AREA
                }
                found += [
                    (role.value, rule.rule, name)
                    for name in foreign
                    if places[name].word.lower().encode() in told.lower()
                ]
    assert found == []
