"""How long report pages take, whole requests: `python -m tests.benchmarks.report_pages [ANSWERS_A_YEAR ...]`.

Wanted: any page in under 100 ms at the 95th percentile, whatever the number of leavers. Three years of quarters of the
demo's organisation are cut and signed, then every page is asked for by a retention lead with several filters: once as
the first reader, whose page is made, and again as the next ones. One process, SQLite, no network.
"""

import base64
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.cli.session import command_actor
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import publish_shipped
from surveyapp.directory import accounts, queries, sessions
from surveyapp.directory.organisation import SHIPPED, load_organisation, read_organisation
from surveyapp.directory.sign_in import COOKIE_FIELD
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.atom_boxes import keep_atoms
from surveyapp.reports.cutting import cut_frozen
from surveyapp.reports.frames import Respondent, freeze_answers, freeze_leavers
from surveyapp.reports.questions import answer_codes, counted_questions
from surveyapp.reports.reason_lists import reasons_of
from surveyapp.reports.signing import sign_release
from surveyapp.reports.staff_routes import PAGES
from tests.databases import SqliteTemplate
from tests.factories.releases import freeze_population

SIZES = (700, 6_000)
QUARTERS = tuple(f"{year}Q{number}" for year in (2023, 2024, 2025, 2026) for number in (1, 2, 3, 4))[1:13]
TODAY = date(2026, 6, 1)
SIGNER = "signer@ncs.example"
FILTERS = ("", "?type=all", "?window=fy", "?window=3fy", "?window=3fy&type=all")
AGAIN = 20
PAGES_OF_ONE = ("area/NM", "role/case_lawyer", "reason/workload", "hidden", "guide")
FILES = ("files/csv/areas", "files/xlsx/areas")


def main() -> None:
    """Every size in turn."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or SIZES
    for a_year in sizes:
        with tempfile.TemporaryDirectory() as folder, SqliteTemplate(Path(folder)).copy() as address:
            measure(a_year, address, Path(folder))


def measure(a_year: int, address: str, folder: Path) -> None:
    """Fill a database, cut it, and ask for each page."""
    key = SecretStr(base64.b64encode(b"k" * 32).decode())
    settings = Settings(
        instance_dir=folder, secret_key=SecretStr("t" * 48), application_keys=[key], database_url=address
    )
    app = create_app(settings)
    began = time.perf_counter()
    with clock.set_to(TODAY), app.app_context():
        cookie = publish(db.session, a_year)
    made = time.perf_counter() - began
    print(f"{a_year:,} answers a year, {len(QUARTERS)} quarters cut and signed in {made:.0f} s (further questions too)")
    with clock.set_to(TODAY):
        first, again = ask_for_all(app, cookie)
    for name, times in again.items():
        print(f"  {name:<16} made in {max(first[name]):6.1f} ms; then p50 {p(times, 50):5.1f}, p95 {p(times, 95):5.1f}")
    everything = [took for times in again.values() for took in times] + [t for times in first.values() for t in times]
    print(f"  all pages, first readers included: p50 {p(everything, 50):.1f} ms, p95 {p(everything, 95):.1f} ms")
    with app.app_context():
        db.engine.dispose()


def p(times: list[float], percent: int) -> float:
    """A percentile, milliseconds."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def publish(session: Session, a_year: int) -> dict[str, str]:
    """Freeze, cut and sign; the sign-in of a retention lead."""
    actor, private = command_actor(), ReleasePrivateKey.generate()
    load_organisation(session, read_organisation(SHIPPED["demo"]), actor)
    publish_shipped(session, actor=actor)
    leaver = definitions.offered(session, "leaver")
    reasons = [reason.code for reason in reasons_of(session, "ncs")]
    asked = [one for one in counted_questions(leaver) if one.code in ("avoidable", "recommend", "manager")]
    for quarter, people in invented(session, a_year, reasons):
        batches = freeze_leavers(people, reasons, quarter)
        freeze_population(session, "ncs", quarter, batches[0])
        for one in asked:
            batches.append(freeze_answers(people, one.code, answer_codes(leaver, one), (one.source, quarter), ()))
        for batch in batches:
            keep_atoms(session, private, "ncs", batch)
    session.commit()
    accounts.grant_staff_role(session, SIGNER, StaffRole.RELEASE_SIGNER, None, (), actor=actor, name="Signer")
    session.commit()
    for number in cut_frozen(session, private, "ncs", TODAY, actor, lambda _: None):
        sign_release(session, number, SIGNER, needs_two=False, actor=actor)
    lead = accounts.grant_staff_role(session, "lead@ncs.example", StaffRole.RETENTION_LEAD, "ncs", (), actor=actor)
    cookie = {COOKIE_FIELD: sessions.begin(session, lead)}
    session.commit()
    return cookie


def invented(session: Session, a_year: int, reasons: list[str]) -> Iterator[tuple[str, list[Respondent]]]:
    """Leavers of every role and Area of unequal sizes, quarter by quarter."""
    random = np.random.default_rng(a_year)
    places = [
        (role.code, area.code)
        for role in queries.job_roles_of(session, "ncs")
        for area in queries.areas_of(session, "ncs")
    ]
    weights = random.lognormal(0.0, 0.8, len(places))
    shares = np.linspace(0.45, 0.03, len(reasons))
    for quarter in QUARTERS:
        where = random.choice(len(places), round(a_year / 4), p=weights / weights.sum())
        yield quarter, [_one(random, *places[at], reasons, shares) for at in where]


def _one(random: np.random.Generator, role: str, area: str, reasons: list[str], shares: np.ndarray) -> Respondent:
    given = frozenset(code for code, gave in zip(reasons, random.random(len(shares)) < shares, strict=True) if gave)
    answers = {"avoidable": frozenset({str(random.choice(["yes", "perhaps", "no"]))})}
    answers["recommend"] = frozenset({f"recommend={random.integers(0, 11)}"})
    answers["manager"] = frozenset(
        f"{one}={random.integers(1, 6)}" for one in ("listened", "fair", "feedback", "praised")
    )
    tenure, is_resignation = str(random.choice(["lt2", "2to4", "5to9", "10plus"])), bool(random.random() < 0.7)
    return Respondent(role, area, is_resignation, True, True, given, tenure=tenure, further=answers)


def ask_for_all(app: Flask, cookie: dict[str, str]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """(first requests, later requests) of every page, each filter first once and then again and again."""
    client = app.test_client()
    with client.session_transaction() as kept:
        kept.update(cookie)
    first: dict[str, list[float]] = {}
    again: dict[str, list[float]] = {}
    client.get("/themes/guide")  # libraries that load when first used
    for name in (*PAGES, *PAGES_OF_ONE, *FILES):
        title = name or "what stands out"
        for query in FILTERS:
            address = f"/themes/{name}{query}" if name else f"/themes{query}"
            first.setdefault(title, []).append(_timed(client, address))
            again.setdefault(title, []).extend(_timed(client, address) for _ in range(AGAIN))
    return first, again


def _timed(client: FlaskClient, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, (address, answer.status_code)
    return took


if __name__ == "__main__":
    main()
