"""All agencies together at the command line: what the page's file holds, written down, and nothing below three."""

import json

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.audit.models import AuditEvent
from surveyapp.directory.models import Agency
from surveyapp.reports.files import as_csv
from surveyapp.reports.pages.all_agencies import all_agencies_page, told_of
from surveyapp.reports.together import AskedOfAll
from tests.factories.published_agencies import FIGURES, publish, publish_three
from tests.schemas import schema_faults

pytestmark = pytest.mark.one_backend


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["all-agencies", *words])


@pytest.fixture
def published(session: Session, organisation: str) -> Session:
    """Three agencies, each with a signed release."""
    publish_three(session)
    return session


def test_the_command_prints_the_file_of_the_page_and_is_in_the_audit_log(app: Flask, published: Session) -> None:
    file = all_agencies_page(told_of(published, AskedOfAll("2026Q2"), "en")).content
    published.rollback()
    answer = run(app, "--format", "csv")
    assert answer.exit_code == 0 and answer.stdout == as_csv(file.columns, file.records)
    assert "2 1 3,*,12m,resignation,*,*,pay,72,200,36," in answer.stdout
    assert "Added up: " in answer.stderr and "Prisons" in answer.stderr
    event = published.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "period")).one()
    assert (event.event, event.subject_id, event.codes["releases"]) == ("report.read", "2026Q2", [2, 1, 3])


def test_json_has_names_too_and_keeps_to_its_schema(app: Flask, published: Session) -> None:
    answer = run(app, "--as-of", "2026Q2", "--format", "json")
    assert schema_faults("all-agencies", answer.stdout) == []
    found = json.loads(answer.stdout)
    assert {one["agency"]: one["agency_name"] for one in found if one["agency"] in "*pps"} == {
        "*": "*",
        "pps": "Prisons",
    }
    assert {one["reason_name"] for one in found} == {"Workload", "Pay", "Travel"}


def test_two_agencies_are_refused_with_what_is_wanted(app: Flask, session: Session, organisation: str) -> None:
    session.add(Agency(code="pps", name="Prisons"))
    for number, agency in enumerate(("ncs", "css", "pps"), start=1):
        publish(session, number, agency, FIGURES[agency] if agency != "pps" else None)
    session.commit()
    answer = run(app)
    assert answer.exit_code == 1 and not answer.stdout and "Agencies are added up from 3 up" in answer.stderr


@pytest.mark.parametrize("words", [("--as-of", "2026Q1"), ("--window", "fy")], ids=["period", "window"])
def test_a_period_or_window_that_nobody_signed_is_refused(app: Flask, published: Session, words: tuple[str]) -> None:
    answer = run(app, *words)
    assert answer.exit_code == 1 and not answer.stdout
    assert ("2026Q2" if "--as-of" in words else "Agencies are added up from 3 up") in answer.stderr
