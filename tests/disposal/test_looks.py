"""The leaver's own page of who has looked at their record."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.access import StaffRole
from surveyapp.audit import Actor, ActorKind
from surveyapp.directory.models import User
from surveyapp.disposal.looks import LOOKS, NOT_TOLD, looks_at
from surveyapp.invitations import links
from tests.conftest import TESTER
from tests.factories.cases import make_case

SOURCE = Path(__file__).parents[2] / "surveyapp"
OF_NO_ONE = re.compile(r"listed|exported|all|searched|feed_read|worklist|import|compliance|report|release")


def test_every_kind_of_look_at_one_record_has_words_for_the_leaver() -> None:
    """A new look in the code must either be told to the leaver or be said here not to be."""
    calls = [
        found
        for path in SOURCE.rglob("*.py")
        for found in re.findall(r"record_look\(\s*[\w.]+,\s*\"([\w.]+)\"", path.read_text())
    ]
    assert len(calls) >= 15
    silent = {event for event in calls if event not in LOOKS and event not in NOT_TOLD and not OF_NO_ONE.search(event)}
    assert silent == set()


def test_looks_at_what_hangs_on_the_case_are_found_and_other_peoples_are_not(
    session: Session, organisation: str, staff: Callable[..., User]
) -> None:
    case, other = make_case(session), make_case(session)
    adviser = staff(StaffRole.HR_ADVISER)
    for one in (case, other):
        audit.record(session, "case.seen", Actor(ActorKind.STAFF, str(adviser.id)), ("case", one.id), agency="ncs")
    audit.record(session, "record.seen", Actor(ActorKind.LEAVER, str(case.id)), ("case", case.id), agency="ncs")
    audit.record(session, "subject.exported", TESTER, ("case", case.id), agency="ncs")
    assert [(look.event, look.user) for look in looks_at(session, case)] == [
        ("subject.exported", None),
        ("case.seen", adviser),
    ]


@pytest.mark.one_backend
def test_the_leaver_reads_it_by_their_link_and_nobody_without_one(
    app: Flask,
    client: FlaskClient,
    session: Session,
    organisation: str,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> None:
    case, adviser = make_case(session), staff(StaffRole.HR_ADVISER, areas=("NM",))
    adviser.name = "Gwen Edrychwr"
    token = links.mint(session, case.id, "invite").token
    session.commit()
    signed_in(adviser).get(f"/cases/{case.id}")
    assert client.get("/a/looks").status_code in (404, 410)
    client.get(f"/a/{token}")
    page = client.get("/a/looks").text
    assert "Gwen Edrychwr (HR adviser)" in page and "Your leaving record" in page
    assert "Cofnod eich ymadawiad" in client.get("/a/looks?lang=cy").text
