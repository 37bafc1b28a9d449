"""`surveyapp releases audit`: both audits in words and for programs, and exit 1 for what may not be signed."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from analytics.releases import Audit, RunAudit
from analytics.signoff import SignOffResult
from surveyapp.reports.models import Release, ReleaseState
from tests.schemas import schema_faults

RUN = RunAudit(10, atoms=64, unsafe=31, candidates=40, accepted=28, refused={"T1": 9, "T4": 3}, rank=20)
CLEAN = SignOffResult(10, 31, 20, (), (), (), (), (), known_before=(), programs=12)
FOUND = replace(CLEAN, derivable=("adviser in NM",), known_before=("clerk in EV",))


@pytest.fixture
def newest(session: Session, organisation: str) -> Release:
    """A release as a cut stores it: two runs of one source, both without a fault."""
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    first = Audit("a" * 64, "1.0", RUN, replace(RUN, k=20, known_before=(("*", "NM"),)))
    made = Release(
        number=1,
        agency="ncs",
        as_of="2026Q3",
        state=ReleaseState.CUT,
        cut_on=moment.date(),
        cut_at=moment,
        k=10,
        reasons=[],
        shape={},
        questions={},
        audit=json.loads(json.dumps({"leaver": first.as_json()})),
        sign_off={"leaver": [CLEAN.as_json(), replace(CLEAN, k=20).as_json()]},
    )
    session.add(made)
    session.commit()
    session.refresh(made)  # as the database gives it back
    return made


def audited(app: Flask, session: Session, release: Release, *words: str) -> Result:
    session.commit()  # the command is another session, and SQLite has one writer
    return app.test_cli_runner().invoke(args=["releases", "audit", str(release.number), *words])


def test_what_is_printed_for_programs_fits_its_schema_whether_it_may_be_signed_or_not(
    app: Flask, session: Session, newest: Release
) -> None:
    good = audited(app, session, newest, "--json")
    assert good.exit_code == 0 and schema_faults("releases-audit", good.stdout) == []
    told = json.loads(good.stdout)
    assert told["may_be_signed"] and (told["audit"], told["sign_off"]) == (newest.audit, newest.sign_off)
    find_a_small_group(newest)
    bad = audited(app, session, newest, "--json")
    assert bad.exit_code == 1 and schema_faults("releases-audit", bad.stdout) == []
    assert not json.loads(bad.stdout)["may_be_signed"]


def test_a_person_reads_what_was_published_and_what_the_second_audit_found(
    app: Flask, session: Session, newest: Release
) -> None:
    good = audited(app, session, newest)
    assert good.exit_code == 0 and "leaver, second audit: k = 10, nothing small can be worked out." in good.stdout
    find_a_small_group(newest)
    bad = audited(app, session, newest)
    assert bad.exit_code == 1
    assert "older releases already give away clerk in EV" in bad.stdout
    assert "small groups that follow from what is published (adviser in NM)" in bad.stdout
    assert f"Release {newest.number} may not be signed." in bad.output


def test_a_release_whose_second_audit_is_not_done_may_not_be_signed(
    app: Flask, session: Session, newest: Release
) -> None:
    newest.sign_off = {}
    unfinished = audited(app, session, newest)
    assert unfinished.exit_code == 1 and "The second audit is not done." in unfinished.stdout
    assert not json.loads(audited(app, session, newest, "--json").stdout)["may_be_signed"]


def find_a_small_group(release: Release) -> None:
    """As the second audit stores it."""
    release.sign_off = {"leaver": [FOUND.as_json()]}
