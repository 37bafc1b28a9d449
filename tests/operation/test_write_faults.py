"""Every write may fail: at write 1, 2, 3 ... of every step nothing is half saved, what was typed comes back, and the
same press of a button works as soon as there is room again, without a restart."""

import re
from collections.abc import Callable
from html import unescape
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.cases.models import Case
from surveyapp.db import db, reading
from surveyapp.directory.models import User
from surveyapp.operation.table_contents import Contents, contents_of, shapes
from surveyapp.responses.models import Ballot, Receipt
from tests.cases.test_case_pages import FORM
from tests.operation.faults import Faults
from tests.responses.walking import Leaver, prepare

KEPT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)" data-kept>')
FREE_TEXT = "A text of some length: ŵ & <b>"


@pytest.fixture(autouse=True)
def _as_served(app: Flask) -> None:
    """Errors become pages, as they do outside tests."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False


WATCHED = ("drafts", "ballots", "receipts", "named_responses", "invitations", "case_events", "outbox_messages", "cases")


def database_now() -> dict[str, Contents]:
    with reading(), db.engine.connect() as connection:
        return contents_of(connection, [one for one in shapes() if one.name in WATCHED])


class Unlucky(Leaver):
    """Each press of a button meets a full disk at its 1st, 2nd, 3rd ... write, until one press passes."""

    faults: Faults
    n_faults = 0
    n_pages = 1000
    """Pages after so many are answered in peace; beginning and sending never are."""

    def post(self, address: str, values: dict[str, object]) -> str:
        if len(self.visited) > self.n_pages and not address.endswith("/send"):
            return super().post(address, values)
        for n in count(1):
            db.session.commit()  # what the test itself has open is not part of the request
            before = database_now()
            with self.faults.at_write(n):
                answer = self.client.post(address, data=values)
            if not self.faults.has_failed:
                return self._followed(answer)
            self.n_faults += 1
            assert answer.status_code == 503 and "not saved" in answer.text
            assert database_now() == before, f"write {n} of {address} was half saved"
            kept = {name: unescape(value) for name, value in KEPT.findall(answer.text)}
            assert kept == {name: str(value) for name, value in values.items()}, "what was typed did not come back"
            values = dict(kept)
        raise AssertionError("not reached")


@pytest.mark.parametrize("n_pages", [2, pytest.param(1000, marks=pytest.mark.drill)])
def test_a_leavers_journey_survives_a_full_disk_at_every_single_write(
    session: Session, organisation: str, client: FlaskClient, n_pages: int
) -> None:
    _case, token = prepare(session)
    leaver = Unlucky(client, {"q-other_reason": FREE_TEXT})
    leaver.faults, leaver.n_pages = Faults(db.engine), n_pages
    leaver.enter(token)
    leaver.to_check()
    assert leaver.send() and leaver.n_faults >= 12
    steps = min(n_pages, len(leaver.visited)) + 2
    print(f"\nwrite faults survived in one journey: {leaver.n_faults} in {steps} steps")
    assert len(session.scalars(select(Ballot)).all()) == len(session.scalars(select(Receipt)).all()) == 1


def test_hr_adds_a_case_through_a_full_disk(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    browser = signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",)))
    adviser = Unlucky(browser)
    adviser.faults = Faults(db.engine)
    adviser.post("/cases/add", {**FORM, "name": "Wenna Plantedname"})
    assert adviser.n_faults >= 3
    assert session.scalars(select(Case)).one().name == "Wenna Plantedname"


@pytest.mark.one_backend
def test_a_disk_that_is_really_full_is_survived(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    """SQLite itself refuses to grow, and is given room again: nothing half saved, no restart."""
    browser, engine = signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",))), db.engine
    session.close()
    engine.dispose()
    event.listen(engine, "connect", no_room)
    told = [browser.post("/cases/add", data={**FORM, "staff_number": f"N{n}"}).status_code for n in range(40)]
    event.remove(engine, "connect", no_room)
    session.close()
    engine.dispose()
    assert set(told) == {302, 503}, told
    assert session.scalar(select(func.count()).select_from(Case)) == told.count(302)
    session.rollback()
    assert browser.post("/cases/add", data={**FORM, "staff_number": "N99"}).status_code == 302


def no_room(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA max_page_count = 1")  # it never goes below what the file has now


@pytest.mark.one_backend
def test_a_password_never_comes_back_in_a_page(client: FlaskClient, app: Flask) -> None:
    with Faults(db.engine).at_write(1):
        answer = client.post("/sign-in", data={"email": "mair@ncs.example", "password": "hunter2 hunter2"})
    assert answer.status_code == 503 and "hunter2" not in answer.text


def test_the_service_heals_without_a_restart_when_the_database_comes_back(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    session.commit()
    engine = create_engine(app.config["SURVEYAPP_SETTINGS"].database_url)
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE sign_in_attempts RENAME TO away"))
        connection.commit()
        form = {"email": "mair@ncs.example", "password": "a b c"}
        assert client.post("/sign-in", data=form).status_code in (500, 503)
        connection.execute(text("ALTER TABLE away RENAME TO sign_in_attempts"))
        connection.commit()
    engine.dispose()
    assert client.post("/sign-in", data=form).status_code == 200
