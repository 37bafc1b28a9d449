"""Importing into the database: all or nothing, sealed, in the right agency, and the command that does it."""

import json
from collections.abc import Iterable
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.definitions.service import publish_shipped
from surveyapp.directory import queries as directory
from surveyapp.directory.models import Agency
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.outside import queries
from surveyapp.outside.faults import FileRefused
from surveyapp.outside.mapping import Mapping, read_mapping
from surveyapp.outside.mappings import SHIPPED
from surveyapp.outside.models import ImportedRow, ImportedSurvey
from surveyapp.outside.report import ImportReport, Outcome
from surveyapp.outside.service import MOST_REASONS, OutsideFile, import_survey, preview_survey
from tests.conftest import TESTER
from tests.factories.cases import make_case

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "outside"
SCHEMA = json.loads((ROOT / "surveyapp" / "outside" / "import_report.schema.json").read_text(encoding="utf-8"))


def fixture(name: str) -> tuple[OutsideFile, Mapping]:
    mapping = read_mapping(SHIPPED[name].read_text(encoding="utf-8"))
    return OutsideFile((FIXTURES / f"{name}.csv").read_bytes(), ".csv"), mapping


def take(
    session: Session,
    key: ReleasePrivateKey,
    name: str = "ticked_true",
    agency: str | None = None,
    frozen: Iterable[str] = (),
) -> ImportReport:
    file, mapping = fixture(name)
    mapping = mapping.for_agency(agency) if agency else mapping
    return import_survey(session, file, mapping, key.public, frozen=list(frozen), actor=TESTER)


def n_rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ImportedRow)) or 0


def test_every_row_is_sealed_and_only_the_release_key_reads_it(
    session: Session, release_key: ReleasePrivateKey
) -> None:
    report = take(session, release_key)
    assert (report.outcome, report.rows, report.answered, report.undated) == (Outcome.IMPORTED, 4, 3, 1)
    boxes = list(session.scalars(select(ImportedRow.box)))
    assert len({len(box) for box in boxes}) == 1
    assert not any(b"pay" in box or b"east" in box for box in boxes)
    opened = list(queries.open_rows(session, release_key, "example_true"))
    assert sorted(period for period, _ in opened) == ["2022", "2023", "2023", "undated"]
    assert sorted(one.main or "" for _, one in opened) == ["", "", "pay", "workload"]


def test_the_agency_its_areas_and_its_roles_are_made(session: Session, release_key: ReleasePrivateKey) -> None:
    take(session, release_key)
    assert [area.code for area in directory.areas_of(session, "example_true")] == ["east", "west"]
    assert [role.code for role in directory.job_roles_of(session, "example_true")] == ["clerk", "lead_senior"]
    listed = queries.reasons_of(session, "example_true")
    assert [(one.code, one.sensitive) for one in listed] == [("pay", False), ("workload", False), ("health", True)]


def test_the_same_file_again_changes_nothing(session: Session, release_key: ReleasePrivateKey) -> None:
    take(session, release_key)
    assert take(session, release_key).outcome is Outcome.UNCHANGED
    assert n_rows(session) == 4


def test_the_same_file_under_another_mapping_is_refused(session: Session, release_key: ReleasePrivateKey) -> None:
    take(session, release_key)
    file, mapping = fixture("ticked_true")
    other = mapping.model_copy(update={"source": "Another name"})
    with pytest.raises(FileRefused, match="count twice"):
        import_survey(session, file, other, release_key.public, frozen=(), actor=TESTER)


def test_a_preview_writes_nothing(session: Session) -> None:
    file, mapping = fixture("ticked_true")
    assert preview_survey(session, file, mapping, frozen=()).outcome is Outcome.WOULD_IMPORT
    assert not session.new and not session.dirty and session.get(Agency, "example_true") is None


def test_cut_figures_take_no_more_rows(session: Session, release_key: ReleasePrivateKey) -> None:
    with pytest.raises(FileRefused, match="cut already.*agency of its own"):
        take(session, release_key, frozen=["2013"])


def test_years_do_not_enter_an_agency_with_answers_of_its_own(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    make_case(session)
    with pytest.raises(FileRefused, match="month or quarter.*agency of its own"):
        take(session, release_key, agency=organisation)
    assert n_rows(session) == 0


OWN = """
agency: ncs
source: Paper questionnaires of 2024
questionnaire: leaver
fields:
  area: {column: Office, codes: {North: NM, South: EV}}
  role: {column: Job, codes: {Officer: case_lawyer, Manager: case_lawyer}}
  leaving_type: {column: Why left, resignation: [Resigned]}
  date: {column: Left, precision: month, order: dmy}
reasons:
  multi_column: Reasons
  skipped: [""]
  codes: {Pay: REASON}
"""


def test_months_before_the_first_answers_enter_with_the_codes_of_our_questionnaire(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    make_case(session)
    publish_shipped(session, actor=TESTER)
    content = "Office,Job,Why left,Left,Reasons\nNorth,Officer,Resigned,03/04/2024,Pay\n"
    file = OutsideFile(content.encode(), ".csv")
    unknown = read_mapping(OWN.replace("REASON", "no_such_reason"))
    with pytest.raises(FileRefused, match="lists no reason no_such_reason"):
        import_survey(session, file, unknown, release_key.public, frozen=(), actor=TESTER)
    mapping = read_mapping(OWN.replace("REASON", "pay"))
    report = import_survey(session, file, mapping, release_key.public, frozen=(), actor=TESTER)
    assert (report.outcome, report.first_period) == (Outcome.IMPORTED, "2024Q2")
    assert queries.reasons_of(session, organisation) == []
    late = OutsideFile(content.replace("2024", "2027").encode(), ".csv")
    later = mapping.model_copy(update={"source": "Later"})
    with pytest.raises(FileRefused, match="is not before them"):
        import_survey(session, late, later, release_key.public, frozen=(), actor=TESTER)


def test_an_unknown_area_of_a_loaded_agency_is_refused(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    with pytest.raises(FileRefused, match="no such code"):
        take(session, release_key, agency=organisation)


def test_free_text_in_place_of_reasons_is_refused_before_anything_is_kept(
    session: Session, release_key: ReleasePrivateKey
) -> None:
    file, mapping = fixture("one_cell")
    rows = "".join(f"East,Clerk,R,Reason {n},\n" for n in range(MOST_REASONS + 1))
    many = OutsideFile(b"Leavers 2023,,,,\nArea,Role,Type,Reasons,Main\n" + rows.encode(), ".csv")
    with pytest.raises(FileRefused, match="501 reasons, more than 500: this looks like free text"):
        import_survey(session, many, mapping, release_key.public, frozen=(), actor=TESTER)
    assert n_rows(session) == 0


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["responses", "import", *arguments])


def test_the_command_reports_in_words_and_by_its_schema(app: Flask, session: Session) -> None:
    file = str(FIXTURES / "ticked_true.csv")
    dry = run(app, file, "--mapping", "ticked_true", "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "4 rows, 4 people: 3 answered about reasons." in dry.output and "nothing was changed" in dry.output
    done = run(app, file, "--mapping", "ticked_true", "--json")
    again = run(app, file, "--mapping", "ticked_true", "--json")
    validator = jsonschema_rs.validator_for(SCHEMA)
    for result, outcome in ((done, "imported"), (again, "unchanged")):
        assert result.exit_code == 0, result.output
        validator.validate(json.loads(result.stdout))
        assert json.loads(result.stdout)["outcome"] == outcome
    assert n_rows(session) == 4


def test_the_command_refuses_with_row_and_column_and_changes_nothing(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text((FIXTURES / "ticked_true.csv").read_text().replace("West,Clerk,,", "West,Clerk,,maybe"))
    result = run(app, str(bad), "--mapping", "ticked_true")
    assert result.exit_code == 1
    assert "row 4, Pay: read 'maybe'; List this under “ticked”" in result.output
    refused = run(app, str(bad), "--mapping", "ticked_true", "--json")
    assert refused.exit_code == 1
    jsonschema_rs.validator_for(SCHEMA).validate(json.loads(refused.stdout))
    assert session.get(Agency, "example_true") is None


def test_the_command_names_the_line_of_a_faulty_mapping(app: Flask, tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text(SHIPPED["ticked_true"].read_text() + "colour: red\n")
    result = run(app, str(FIXTURES / "ticked_true.csv"), "--mapping", str(mapping))
    assert result.exit_code == 1 and "map.yaml: colour" in result.output
    assert run(app, str(FIXTURES / "ticked_true.csv")).exit_code == 2
    assert run(app, str(FIXTURES / "ticked_true.csv"), "--mapping", "nothing").exit_code == 1


def test_the_stored_report_holds_no_count_of_answers_by_group(session: Session, release_key: ReleasePrivateKey) -> None:
    take(session, release_key)
    stored = session.scalars(select(ImportedSurvey)).one().report
    jsonschema_rs.validator_for(SCHEMA).validate(stored)
    assert not any(name in json.dumps(stored).lower() for name in ("east", "west", "workload", "clerk"))
