"""Two real outside surveys end to end by the commands an operator types: import, cut, sign, what stands out."""

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.orm import Session

from surveyapp import cli, clock
from surveyapp.access import StaffRole
from surveyapp.directory import accounts
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.outside.mappings import SHIPPED
from surveyapp.reports.cutting import cut_due_releases
from surveyapp.reports.files import STANDOUT_COLUMNS
from tests.conftest import TESTER

pytestmark = [pytest.mark.real_data, pytest.mark.one_backend]
FILES = {"tafe": "qld_tafe/tafe_survey.csv", "peacecorps": "peacecorps/peace_corps_resignation_counts__crlf.csv"}


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(cli.Commands("surveyapp"), words, obj=ScriptInfo(create_app=lambda: app))


def released(app: Flask, session: Session, key: ReleasePrivateKey, folder: Path, agency: str) -> None:
    """From the file to a signed release; the cut itself is called here, since it reads the release key."""
    brought = run(app, "responses", "import", str(folder / FILES[agency]), "--mapping", str(SHIPPED[agency]))
    assert brought.exit_code == 0, brought.output
    session.commit()
    signer = f"signer@{agency}.example"
    accounts.grant_staff_role(session, signer, StaffRole.RELEASE_SIGNER, agency, (), actor=TESTER)
    session.commit()
    (number,) = cut_due_releases(session, key, agency, clock.today(), TESTER, lambda step: None)
    session.commit()
    signed = run(app, "releases", "sign", str(number), "--signer", signer)
    assert signed.exit_code == 0, signed.output


def standouts(app: Flask, agency: str, *more: str) -> list[dict[str, str]]:
    answer = run(app, "standouts", "--agency", agency, "--format", "csv", *more)
    assert answer.exit_code == 0, answer.output
    return list(csv.DictReader(io.StringIO(answer.stdout)))


def themes(app: Flask, agency: str, *more: str) -> list[dict[str, str]]:
    answer = run(app, "themes", "--agency", agency, "--format", "csv", *more)
    assert answer.exit_code == 0, answer.output
    return list(csv.DictReader(io.StringIO(answer.stdout)))


def check_what_stands_out(app: Flask, agency: str) -> None:
    """The command's rows are whole and say what the same release says as JSON."""
    found = standouts(app, agency)
    told = json.loads(run(app, "standouts", "--agency", agency, "--format", "json").stdout)
    assert len(told) == len(found)
    for by in ("area", "role", "role-area"):
        assert standouts(app, agency, "--by", by) == [one for one in found if one["family"] == by]
    header = run(app, "standouts", "--agency", agency, "--format", "csv").stdout.splitlines()[0]
    assert header == ",".join(STANDOUT_COLUMNS)
    for row in found:
        assert row["agency"] == agency and row["band"] in ("strong", "moderate", "weak")
        assert int(row["base"]) >= 10 and row["sentence"]
        apart = int(row["percent"]) - int(row["expected_percent"]) if row["percent"] else 0
        assert apart >= 0 if row["direction"] == "over" else apart <= 0
    print(f"{agency}: {len(found)} stand out: {Counter((row['family'], row['direction']) for row in found)}")


def test_the_tafe_survey_goes_from_its_file_to_what_stands_out(
    app: Flask, session: Session, real_data: Path, release_key: ReleasePrivateKey
) -> None:
    released(app, session, release_key, real_data, "tafe")
    check_what_stands_out(app, "tafe")


@pytest.mark.drill
def test_the_peace_corps_file_goes_from_its_rows_to_what_stands_out_with_true_counts(
    app: Flask, session: Session, real_data: Path, release_key: ReleasePrivateKey
) -> None:
    """Each row of the file stands for many people: it takes a while."""
    released(app, session, release_key, real_data, "peacecorps")
    check_what_stands_out(app, "peacecorps")
    with (real_data / FILES["peacecorps"]).open(encoding="utf-8", newline="") as file:
        lines = [row for row in csv.DictReader(file) if row["ET_PRIM_REASON"] or row["ET_SEC_REASON"]]
    answered, work = Counter[str](), Counter[str]()
    for line in lines:
        n = int(line["Count of VOL_ID"])
        answered[line["POST_NAME"]] += n
        work[line["POST_NAME"]] += n * ("214" in (line["ET_PRIM_REASON"], line["ET_SEC_REASON"]))
    rows = themes(app, "peacecorps", "--by", "area", "--window", "all", "--reason", "214")
    named = json.loads(
        run(
            app,
            "themes",
            "--agency",
            "peacecorps",
            "--by",
            "area",
            "--window",
            "all",
            "--reason",
            "214",
            "--format",
            "json",
        ).stdout
    )
    names = {row["area"]: row["area_name"] for row in named}
    shown = [row for row in rows if row["status"] == "shown"]
    assert len(shown) >= 10
    for row in shown:
        post = names[row["area"]]
        assert (int(row["base"]), int(row["n"])) == (answered[post], work[post]), post
    hidden = [row for row in rows if row["status"] == "hidden"]
    assert all(not row["base"] and not row["n"] for row in hidden)
    assert standouts(app, "peacecorps"), "posts differ in this file far beyond chance"
