"""How long sign-in, reset, link and code entry take for what is known and what is not: `./run bench answer_times`.

Interleaved, in process, without a network: the median of each and the difference, which is what an outsider could use.
A difference below a tenth of the median drowns in the jitter of any network (TRUST 23).
"""

import base64
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from surveyapp import clock, migrations
from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.directory import accounts, passwords, second_step
from surveyapp.directory.models import SignInAttempt, User
from surveyapp.directory.organisation import SHIPPED, load_organisation, read_organisation
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.invitations import links
from surveyapp.invitations.models import Guess
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.factories.codes import minted_code

N = 60
WORDS = "copper lantern orchard"
Ask = Callable[[FlaskClient], object]


def made(folder: Path) -> Flask:
    """An application on a fresh SQLite database."""
    address, key = f"sqlite:///{folder / 'app.sqlite'}", ReleasePrivateKey.generate()
    migrations.upgrade(address)
    settings = Settings(
        instance_dir=folder,
        environment="test",
        database_url=address,
        secret_key="t" * 48,  # type: ignore[arg-type]  # read into a secret
        password_salt="s" * 32,  # type: ignore[arg-type]
        application_keys=[base64.b64encode(b"k" * 32).decode()],  # type: ignore[list-item]
        release_public_keys=[key.public.text],
        mail_url=f"file:{folder / 'outbox'}",
    )
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def person(app: Flask, email: str, *, second: bool = False) -> User:
    """An account with a password, and perhaps a second step."""
    user = accounts.grant_staff_role(db.session, email, StaffRole.HR_ADVISER, "ncs", ("NM",), actor=TESTER)
    salt = app.config["SURVEYAPP_SETTINGS"].password_salt.get_secret_value()
    user.password = passwords.hash_password(WORDS, salt)
    if second:
        second_step.begin_set_up(db.session, user)
        second_step.confirm(db.session, user, pyotp.TOTP(user.totp_secret or "").at(clock.now()), TESTER)
    return user


def seconds(app: Flask, ask: Ask, prepare: Ask = lambda _browser: None) -> float:
    """The time of one request by a browser of its own, with no earlier try counted."""
    for table in (SignInAttempt, Guess):
        db.session.execute(delete(table))
    db.session.commit()
    browser = app.test_client()
    prepare(browser)
    began = time.perf_counter()
    ask(browser)
    return time.perf_counter() - began


def compare(app: Flask, what: str, ways: dict[str, tuple[Ask, Ask]]) -> None:
    """Every way in turn, N times; medians in milliseconds and how far they lie apart."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(N):
        for name, (prepare, ask) in ways.items():
            found[name].append(seconds(app, ask, prepare) * 1000)
    medians = {name: statistics.median(times) for name, times in found.items()}
    spread = max(medians.values()) - min(medians.values())
    told = ", ".join(f"{name} {value:.1f} ms" for name, value in medians.items())
    print(f"{what}: {told}; apart {spread:.1f} ms, {100 * spread / max(medians.values()):.0f}%", flush=True)


def nothing(_browser: FlaskClient) -> None:
    """No preparation."""


def posting(path: str, **form: str) -> Ask:
    return lambda browser: browser.post(path, data=form)


def signing_in(email: str) -> Ask:
    return posting("/sign-in", email=email, password=WORDS)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = made(Path(folder))
        with app.app_context():
            load_organisation(db.session, read_organisation(SHIPPED["demo"]), TESTER)
            person(app, "known@ncs.example")
            stepped = person(app, "stepped@ncs.example", second=True)
            code = minted_code(db.session, make_case(db.session).id)
            token = links.mint(db.session, make_case(db.session).id, "invite").token
            secret = stepped.totp_secret or ""
            db.session.commit()
            ask_all(app, code, token, secret)
            db.session.close()
            db.engine.dispose()


def ask_all(app: Flask, code: str, token: str, secret: str) -> None:
    """Each place where somebody outside could ask whether something is known."""
    wrong = {"password": "wrong words here"}
    known, unknown = (posting("/sign-in", email=f"{who}@ncs.example", **wrong) for who in ("known", "nobody"))
    compare(app, "password", {"known": (nothing, known), "unknown": (nothing, unknown)})
    known, unknown = (posting("/password/forgotten", email=f"{who}@ncs.example") for who in ("known", "nobody"))
    compare(app, "reset", {"known": (nothing, known), "unknown": (nothing, unknown)})
    begun = signing_in("stepped@ncs.example")
    near = f"{(int(pyotp.TOTP(secret).at(clock.now())) + 1) % 1_000_000:06}"
    ways = {
        "of digits": (begun, posting("/sign-in/code", code=near)),
        "of letters": (begun, posting("/sign-in/code", code="abcd-efgh-jkmn-pqrs")),
    }
    compare(app, "wrong code", ways)
    half = code.replace(" ", "").replace("-", "")[:4]
    known, unknown = posting("/code", code=half + "B" * 12), posting("/code", code="BBBB" + "B" * 12)
    compare(app, "letter code", {"first part known": (nothing, known), "unknown": (nothing, unknown)})
    ways = {
        "known": (nothing, lambda browser: browser.get(f"/a/{token}")),
        "unknown": (nothing, lambda browser: browser.get(f"/a/{'x' * 43}")),
    }
    compare(app, "link", ways)


if __name__ == "__main__":
    main()
