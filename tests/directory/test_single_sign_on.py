"""Single sign-on: only a verified token of our provider signs anybody in, and only whom tenant and object id mean."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.audit.models import AuditEvent
from surveyapp.config import Settings
from surveyapp.directory import accounts, passwords, provider_routes, queries
from surveyapp.directory.identity_models import ProviderRole, UserIdentity
from surveyapp.directory.models import User
from tests.conftest import TESTER
from tests.directory.fake_provider import CLIENT_ID, CLIENT_SECRET, FakeProvider, running_provider, unsigned

WORDS = "copper lantern orchard"
ANSWER = "/sign-in/work-account/answer"
Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def settings(settings: Settings, fake: FakeProvider) -> Settings:
    return settings.model_copy(
        update={
            "oidc_issuer": fake.address,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": type(settings.secret_key)(CLIENT_SECRET),
        }
    )


def known_person(session: Session, user: User, object_id: str = "object-1") -> User:
    session.add(UserIdentity(tenant="tenant-1", object_id=object_id, user_id=user.id))
    session.commit()
    return user


def signing_in(browser: FlaskClient, fake: FakeProvider, at: str = "/sign-in/work-account") -> TestResponse:
    """To the provider and back, as a browser goes."""
    return browser.get(ANSWER, query_string=fake.sign_in(browser.get(at).location))


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/settings/account/").status_code == 200


def reasons(session: Session) -> list[str]:
    refused = select(AuditEvent).where(AuditEvent.event == "user.sign_in_refused")
    return [event.codes["reason"] for event in session.scalars(refused)]


def rule(session: Session, by: User, agreed: User | None, claim: str = "hr-north", **place: Any) -> ProviderRole:
    made = ProviderRole(id=uuid.uuid4(), claim=claim, staff_role=StaffRole.HR_ADVISER, agency="ncs", areas=["NM"])
    made.made_by, made.made_at, made.agreed_by = by.id, clock.now(), agreed.id if agreed else None
    session.add(made)
    session.commit()
    return made


def test_a_known_person_signs_in_and_goes_where_they_wanted(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    known_person(session, staff(StaffRole.HR_ADVISER))
    answer = signing_in(client, fake, "/sign-in/work-account?next=/cases")
    assert answer.location == "/cases" and is_in(client)
    assert "/sign-in/ended" in client.post("/sign-out").location
    assert f"{fake.address}/logout?client_id={CLIENT_ID}" in client.get("/sign-in/ended").text
    assert not is_in(client)


@pytest.mark.one_backend
def test_the_sign_in_page_offers_the_provider_and_never_leads_elsewhere(
    client: FlaskClient, fake: FakeProvider
) -> None:
    assert 'href="/sign-in/work-account?next=/cases"' in client.get("/sign-in?next=/cases").text
    assert 'href="/sign-in/work-account?next=/"' in client.get("/sign-in?next=//evil.example").text


SPOILT: dict[str, Callable[[dict[str, Any]], None]] = {
    "another issuer": lambda claims: claims.update(iss="https://elsewhere.example"),
    "another audience": lambda claims: claims.update(aud="another-service"),
    "an audience of two without our being the party": lambda claims: claims.update(aud=[CLIENT_ID, "another"]),
    "another's party": lambda claims: claims.update(azp="another-service"),
    "another nonce": lambda claims: claims.update(nonce="of another question"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "an end that is past": lambda claims: claims.update(exp=claims["iat"] - 3600),
    "no end": lambda claims: claims.pop("exp"),
    "a beginning to come": lambda claims: claims.update(nbf=claims["iat"] + 3600),
    "no object id": lambda claims: claims.pop("oid"),
    "no tenant": lambda claims: claims.update(tid=""),
    "an access token of another": lambda claims: claims.update(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.one_backend
@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_token_is_refused_with(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider, spoil: Callable[[dict[str, Any]], None]
) -> None:
    known_person(session, staff(StaffRole.HR_ADVISER))
    fake.change = spoil
    answer = signing_in(client, fake)
    assert answer.status_code == 403 and "We could not be sure who you are" in answer.text
    assert not is_in(client) and reasons(session)


OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
FORGED: dict[str, Callable[[FakeProvider], Callable[[dict[str, Any]], str]]] = {
    "no signature at all": lambda fake: unsigned,
    "the signature of another key under the right name": lambda fake: (
        lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, OTHER_KEY)
    ),
    "our public key used as a password": lambda fake: lambda claims: signed_with_public_key(fake, claims),
    "a body changed after signing": lambda fake: lambda claims: swapped_body(fake, claims),
    "nothing readable": lambda fake: lambda claims: "not.a.token",
}


def signed_with_public_key(fake: FakeProvider, claims: dict[str, Any]) -> str:
    """What fools a library that lets the token choose the algorithm: HS256 with the published key as the password."""
    parts = [json.dumps(one).encode() for one in ({"alg": "HS256", "kid": "first"}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mark = hmac.new(fake.key.as_pem(private=False), signed, hashlib.sha256).digest()
    return (signed + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


def swapped_body(fake: FakeProvider, claims: dict[str, Any]) -> str:
    head, _body, signature = jwt.encode({"alg": "RS256", "kid": "first"}, claims | {"oid": "x"}, fake.key).split(".")
    return ".".join([head, unsigned(claims).split(".")[1], signature])


@pytest.mark.one_backend
@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_token_that_was_not_signed_by_the_provider_is_refused(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider, forge: Callable[[FakeProvider], Any]
) -> None:
    known_person(session, staff(StaffRole.HR_ADVISER))
    fake.forge = forge(fake)
    assert signing_in(client, fake).status_code == 403
    assert not is_in(client)


def test_an_answer_counts_once_even_when_the_provider_takes_its_code_again(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    known_person(session, staff(StaffRole.HR_ADVISER))
    fake.codes_work_again = True
    brought = fake.sign_in(client.get("/sign-in/work-account").location)
    kept = client.get_cookie("session")
    assert kept is not None and client.get(ANSWER, query_string=brought).status_code == 302
    client.post("/sign-out")
    client.set_cookie("session", kept.value)
    assert client.get(ANSWER, query_string=brought).status_code == 403
    assert reasons(session)[-1] == "provider:replayed" and not is_in(client)


@pytest.mark.one_backend
def test_an_answer_to_another_browsers_question_is_refused(
    app: Flask, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    known_person(session, staff(StaffRole.HR_ADVISER))
    thief, victim = app.test_client(), app.test_client()
    brought = fake.sign_in(thief.get("/sign-in/work-account").location)
    victim.get("/sign-in/work-account")
    for browser in (victim, app.test_client()):
        assert browser.get(ANSWER, query_string=brought).status_code == 403 and not is_in(browser)
    late = app.test_client()
    brought = fake.sign_in(late.get("/sign-in/work-account").location)
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert late.get(ANSWER, query_string=brought).status_code == 403


@pytest.mark.one_backend
def test_a_code_needs_the_verifier_of_this_browser(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    known_person(session, staff(StaffRole.HR_ADVISER))
    brought = fake.sign_in(client.get("/sign-in/work-account").location)
    fake.codes[brought["code"]]["challenge"] = "of another browser"
    assert client.get(ANSWER, query_string=brought).status_code == 403 and not is_in(client)
    assert client.get(ANSWER, query_string={"error": "access_denied", "state": "x"}).status_code == 403


def test_a_person_nobody_knows_gets_nothing_whatever_their_address(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    boss = staff(StaffRole.ADMINISTRATOR, agency=None)
    fake.person = {"oid": "stranger", "email": "stranger@ncs.example"}
    answer = signing_in(client, fake)
    assert answer.status_code == 403 and "no access here" in answer.text
    fake.person = {"oid": "stranger", "email": boss.email.upper(), "roles": ["hr-north"]}
    answer = signing_in(client, fake)
    assert answer.status_code == 403 and "connect your work account" in answer.text
    assert session.scalars(select(UserIdentity)).all() == [] and not is_in(client)
    assert reasons(session) == ["provider:nobody_known", "provider:address_taken"]


@pytest.mark.one_backend
def test_another_tenants_person_with_the_same_object_id_is_somebody_else(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    known_person(session, staff(StaffRole.HR_ADVISER))
    fake.person = {"tid": "tenant-2", "email": "other@elsewhere.example"}
    assert signing_in(client, fake).status_code == 403 and not is_in(client)


@pytest.mark.one_backend
def test_a_closed_account_stays_closed_to_its_owner(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    user = known_person(session, staff(StaffRole.HR_ADVISER))
    user.active = False
    session.commit()
    assert signing_in(client, fake).status_code == 403 and not is_in(client)


def test_claims_give_staff_roles_by_rules_and_take_them_back(
    app: Flask, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    one, two = staff(StaffRole.ADMINISTRATOR, agency=None), staff(StaffRole.ADMINISTRATOR, agency=None)
    rule(session, one, two)
    rule(session, one, None, claim="waits")
    fake.person = {"oid": "new", "email": "new@ncs.example", "name": "Newydd", "roles": ["hr-north", "waits", "other"]}
    browser = app.test_client()
    assert signing_in(browser, fake).status_code == 302
    made = session.scalars(select(User).where(User.email == "new@ncs.example")).one()
    assert [(g.staff_role, g.agency, [a.area for a in g.areas]) for g in made.grants] == [
        (StaffRole.HR_ADVISER, "ncs", ["NM"])
    ]
    accounts.grant_staff_role(session, made.email, StaffRole.CODER, "ncs", (), actor=TESTER)
    fake.person["roles"] = "something-else"
    assert signing_in(app.test_client(), fake).status_code == 302
    session.expire_all()
    assert [grant.staff_role for grant in made.grants] == [StaffRole.CODER]
    assert browser.get("/cases").status_code == 404


def test_nobody_agrees_to_their_own_rule_and_removing_one_ends_what_it_gave_at_once(
    session: Session, staff: Staff, signed_in: SignedIn, fake: FakeProvider, client: FlaskClient
) -> None:
    one, two = staff(StaffRole.ADMINISTRATOR, agency=None), staff(StaffRole.ADMINISTRATOR, agency=None)
    first, second = signed_in(one), signed_in(two)
    form = {"claim": "hr-north", "staff_role": "hr_adviser", "agency": "ncs", "areas": ["ncs/NM"]}
    assert first.post("/settings/single-sign-on/", data=form).status_code == 302
    made = session.scalars(select(ProviderRole)).one()
    address = f"/settings/single-sign-on/{made.id}"
    first.post(f"{address}/agree")
    session.refresh(made)
    assert not made.is_in_force
    second.post(f"{address}/agree")
    session.refresh(made)
    assert made.is_in_force
    fake.person = {"email": "new@ncs.example", "roles": ["hr-north"]}
    assert signing_in(client, fake).status_code == 302 and client.get("/cases").status_code == 200
    second.post(f"{address}/remove")
    assert client.get("/cases").status_code == 404
    agencys = signed_in(staff(StaffRole.ADMINISTRATOR, agency="ncs"))
    assert agencys.get("/settings/single-sign-on/").status_code == 404
    assert agencys.post("/settings/single-sign-on/", data=form).status_code == 404


@pytest.mark.one_backend
def test_a_signed_in_person_connects_their_own_work_account_and_nobody_elses(
    app: Flask, session: Session, staff: Staff, signed_in: SignedIn, fake: FakeProvider, settings: Settings
) -> None:
    user = staff(StaffRole.HR_ADVISER, areas=("NM",))
    browser, other = signed_in(user), signed_in(staff(StaffRole.CODER))
    answer = signing_in(browser, fake, "/settings/account/work-account")
    assert answer.location == "/settings/account/"
    fresh = app.test_client()
    assert signing_in(fresh, fake).status_code == 302 and fresh.get("/cases").status_code == 200
    assert signing_in(other, fake, "/settings/account/work-account").status_code == 403
    browser.post("/settings/account/work-account/remove")
    assert is_in(fresh), "without a password the last way in is not taken away"
    user.password = passwords.hash_password(WORDS, settings.password_salt.get_secret_value())
    browser.post("/settings/account/work-account/remove")
    assert signing_in(app.test_client(), fake).status_code == 403


@pytest.mark.one_backend
def test_when_the_provider_is_down_a_clear_page_says_so_and_the_emergency_password_works(
    app: Flask, session: Session, staff: Staff, fake: FakeProvider, settings: Settings
) -> None:
    salt = settings.password_salt.get_secret_value()
    user = known_person(session, staff(StaffRole.HR_ADVISER))
    boss = known_person(session, accounts.break_glass(session, "night@ncs.example", "INC-7", actor=TESTER), "object-2")
    for one in (user, boss):
        one.password = passwords.hash_password(WORDS, salt)
    session.commit()
    strict = create_app(settings.model_copy(update={"oidc_replaces_passwords": True}))
    strict.config["WTF_CSRF_ENABLED"] = False
    fake.is_down = True
    browser = strict.test_client()
    answer = browser.get("/sign-in/work-account")
    assert answer.status_code == 503 and "does not answer" in answer.text and "Sign in with a password" in answer.text
    assert browser.get("/sign-in").status_code == 200
    assert browser.post("/sign-in", data={"email": user.email, "password": WORDS}).status_code == 200
    assert browser.post("/sign-in", data={"email": boss.email, "password": WORDS}).location == "/"


@pytest.mark.one_backend
def test_a_provider_that_fails_half_way_signs_nobody_in(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    known_person(session, staff(StaffRole.HR_ADVISER))
    brought = fake.sign_in(client.get("/sign-in/work-account").location)
    fake.is_down = True
    assert client.get(ANSWER, query_string=brought).status_code == 503 and not is_in(client)


@pytest.mark.one_backend
def test_new_keys_of_the_provider_are_asked_for_and_old_ones_are_kept_for_an_hour(
    app: Flask, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    known_person(session, staff(StaffRole.HR_ADVISER))
    for _ in range(2):
        assert signing_in(app.test_client(), fake).status_code == 302
    assert fake.asked.count("/keys") == 1 == fake.asked.count("/.well-known/openid-configuration")
    fake.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    later = clock.now() + timedelta(minutes=2)
    with clock.set_to(later):
        assert signing_in(app.test_client(), fake).status_code == 302
    assert fake.asked.count("/keys") == 2


@pytest.mark.one_backend
def test_a_provider_that_calls_itself_another_is_not_used(client: FlaskClient, fake: FakeProvider) -> None:
    fake.address = fake.address.replace("127.0.0.1", "localhost")
    assert client.get("/sign-in/work-account").status_code == 503


@pytest.mark.one_backend
def test_without_a_provider_there_is_nothing_to_find(settings: Settings, app: Flask) -> None:
    plain = create_app(settings.model_copy(update={"oidc_issuer": ""}))
    for path in ("/sign-in/work-account", ANSWER, "/sign-in/ended"):
        assert plain.test_client().get(path).status_code == 404
    assert "work account" not in plain.test_client().get("/sign-in").text
    assert provider_routes.EXTENSION not in plain.extensions


@pytest.mark.one_backend
def test_the_session_ends_by_the_same_limits_as_any_other(
    client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider
) -> None:
    user = known_person(session, staff(StaffRole.HR_ADVISER))
    signing_in(client, fake)
    assert queries.viewer_for(session, user.id) is not None
    with clock.set_to(clock.now() + timedelta(minutes=61)):
        assert not is_in(client)
