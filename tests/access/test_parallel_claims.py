"""Fifty browsers claim one link, code or right at the same instant: one draft, one new password, one sign-in."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.config import Settings
from surveyapp.directory import password_links, queries
from surveyapp.directory.models import PasswordLink, RecoveryCode, SignInSession, User
from surveyapp.invitations.models import Invitation, Link
from surveyapp.responses.models import Draft
from tests.directory.test_passwords_and_second_step import code_now, sign_in, with_password, with_second_step
from tests.responses.walking import prepare

N, AT_ONCE = 50, 10
Staff = Callable[..., User]


def at_once(app: Flask, claim: Callable[[FlaskClient], TestResponse]) -> list[TestResponse]:
    """The same claim by fifty browsers of their own, ten of them always at the same instant."""
    together = Barrier(AT_ONCE)

    def one(_n: int) -> TestResponse:
        browser = FlaskClient(app, app.response_class, use_cookies=True)
        together.wait()
        return claim(browser)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(N)))


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def n_events(session: Session, event: str) -> int:
    query = select(func.count()).select_from(AuditEvent).where(AuditEvent.event == event)
    return session.scalar(query) or 0


def test_fifty_claims_of_a_leavers_link_make_one_draft_which_all_of_them_open(
    app: Flask, session: Session, organisation: str
) -> None:
    _case, token = prepare(session)

    def claim(browser: FlaskClient) -> TestResponse:
        assert browser.get(f"/a/{token}").status_code == 303
        begun = browser.post("/a/begin", data={"sharing": "confidential"})
        assert begun.status_code == 303
        return browser.get(begun.location)

    answers = at_once(app, claim)
    assert {answer.status_code for answer in answers} == {200}
    assert count(session, Draft) == 1 == count(session, Link)
    (invitation,) = session.scalars(select(Invitation))
    assert invitation.begun_on is not None and n_events(session, "questionnaire.begun") == 1


def test_of_fifty_passwords_set_by_one_link_at_once_one_counts(
    app: Flask, session: Session, staff: Staff, settings: Settings
) -> None:
    user = staff(StaffRole.HR_ADVISER)
    token = password_links.mint(session, user)
    session.commit()

    def claim(browser: FlaskClient) -> TestResponse:
        browser.get(f"/password/{token}")
        words = "copper lantern orchard"
        return browser.post("/password/new", data={"password": words, "again": words})

    statuses = Counter(answer.status_code for answer in at_once(app, claim))
    assert statuses == {302: 1, 410: N - 1}
    assert count(session, PasswordLink) == 0 and n_events(session, "user.password_set") == 1


@pytest.mark.parametrize("way", ["the app's code", "a recovery code"])
def test_of_fifty_sign_ins_with_one_code_at_once_one_is_let_in(
    app: Flask, session: Session, staff: Staff, settings: Settings, way: str
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER, areas=("NM",)), settings)
    codes = with_second_step(session, user)
    user.totp_last_step = None
    session.commit()
    code = codes[0] if way == "a recovery code" else code_now(user)
    pending = FlaskClient(app, app.response_class, use_cookies=True)
    sign_in(pending, user)
    cookie = pending.get_cookie("session")
    assert cookie is not None
    session.commit()

    def claim(browser: FlaskClient) -> TestResponse:
        browser.set_cookie("session", cookie.value)
        return browser.post("/sign-in/code", data={"code": code})

    statuses = Counter(answer.status_code for answer in at_once(app, claim))
    assert statuses[302] == 1 and sum(statuses.values()) == N, statuses
    assert count(session, SignInSession) == 1 == n_events(session, "user.signed_in")
    assert count(session, RecoveryCode) == len(codes) - (way == "a recovery code")


def test_without_holding_the_person_the_same_claims_are_taken_twice(
    app: Flask,
    session: Session,
    staff: Staff,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    backend: str,
) -> None:
    """The mutant, kept: PostgreSQL sees the link in two transactions at once. SQLite has one writer at a time."""
    monkeypatch.setattr(queries, "hold_user", lambda _session, _user_id: None)
    test = test_of_fifty_passwords_set_by_one_link_at_once_one_counts
    if backend == "sqlite":
        test(app, session, staff, settings)
        return
    with pytest.raises(AssertionError):
        test(app, session, staff, settings)
