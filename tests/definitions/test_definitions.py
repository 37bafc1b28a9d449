"""Publishing freezes, retiring keeps one version on offer, trials count nowhere, commands say what is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.cli.questionnaires import check, compare
from surveyapp.definitions import queries, service
from surveyapp.definitions.shelf import QUESTIONNAIRES
from surveyapp.directory.models import User
from surveyapp.engine.loader import Shelf
from surveyapp.responses.models import Ballot, Draft
from tests.responses.walking import TESTER, Leaver
from tests.schemas import schema_faults

LUNCH = """
questionnaire: lunch
version: {version}
kind: stay
languages: [en, cy]
title: {{en: "Lunch", cy: "Cinio"}}
parts:
  - code: main
    title: {{en: "Your lunch", cy: "Eich cinio"}}
    progress: {{en: "your lunch", cy: "eich cinio"}}
    pages:
      - code: soup
        title: {{en: "The soup", cy: "Y cawl"}}
        questions:
          - code: liked
            type: single_choice
            text: {{en: "{words}", cy: "Oeddech chi'n hoffi'r cawl?"}}
            options:
              - {{code: yes, text: {{en: "Yes", cy: "Oeddwn"}}}}
              - {{code: no, text: {{en: "No", cy: "Nac oeddwn"}}}}
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "shelf" / "lunch").mkdir(parents=True)
    made = Shelf(tmp_path / "shelf")
    write(made, 1)
    return made


def write(shelf: Shelf, version: int, words: str = "Did you like the soup?") -> None:
    (shelf.root / "lunch" / f"{version}.yaml").write_text(LUNCH.format(version=version, words=words))


def test_publishing_freezes_and_a_repeat_changes_nothing(session: Session, shelf: Shelf) -> None:
    assert service.publish(session, "lunch/1", actor=TESTER, shelf=shelf).is_new
    assert not service.publish(session, "lunch/1", actor=TESTER, shelf=shelf).is_new
    write(shelf, 1, "Was the soup hot?")
    with pytest.raises(service.AlreadyPublished):
        service.publish(session, "lunch/1", actor=TESTER, shelf=shelf)
    kept = queries.published(session, "lunch/1")
    assert kept.questions["liked"].text["en"] == "Did you like the soup?"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE published_definitions SET sha256 = 'x'", "DELETE FROM published_definitions"],
    ids=["changing", "deleting"],
)
def test_the_database_refuses_to_touch_a_published_version(session: Session, shelf: Shelf, statement: str) -> None:
    service.publish(session, "lunch/1", actor=TESTER, shelf=shelf)
    with pytest.raises(DatabaseError, match="never"):
        session.execute(text(statement))
    session.rollback()


def test_the_newest_version_that_is_not_retired_is_offered(session: Session, shelf: Shelf) -> None:
    write(shelf, 2, "Was the soup good?")
    for reference in ("lunch/1", "lunch/2"):
        service.publish(session, reference, actor=TESTER, shelf=shelf)
    assert queries.offered(session, "lunch").reference == "lunch/2"
    service.retire(session, "lunch/2", actor=TESTER)
    assert queries.offered(session, "lunch").reference == "lunch/1"
    with pytest.raises(service.LastVersion):
        service.retire(session, "lunch/1", actor=TESTER)
    assert queries.published(session, "lunch/2").reference == "lunch/2"
    service.restore(session, "lunch/2", actor=TESTER)
    assert queries.offered(session, "lunch").reference == "lunch/2"


def test_all_shipped_questionnaires_can_be_published(session: Session) -> None:
    made = {one.reference for one in service.publish_shipped(session, actor=TESTER)}
    assert {"leaver/1", "leaver_short/1", "interview_guide/1", "new_starter/1", "stay/1"} <= made
    assert service.publish_shipped(session, actor=TESTER) == []


def test_an_administrator_lists_previews_tries_and_retires(
    session: Session, organisation: str, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    service.publish_shipped(session, actor=TESTER)
    session.commit()
    admin = Leaver(signed_in(staff(StaffRole.ADMINISTRATOR, agency=None)))
    assert "leaver/1" in admin.open("/settings/questionnaires")
    preview = admin.open("/settings/questionnaires/leaver/1/preview?lang=cy")
    assert "Pam rydych chi" in preview and 'id="page-treatment_more"' in preview
    assert "unig fersiwn" in admin.post("/settings/questionnaires/leaver/1/retire", {})  # Welsh, as just chosen
    adviser = signed_in(staff(StaffRole.HR_ADVISER))
    assert adviser.get("/settings/questionnaires").status_code == 404


def test_a_trial_is_answered_to_the_end_and_counts_nowhere(
    app: Flask,
    session: Session,
    organisation: str,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> None:
    admin = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    page = admin.post("/settings/questionnaires/leaver/1/try", data={}).get_data(as_text=True)
    link = page.split('href="http://localhost/try/')[1].split('"')[0]
    tester = Leaver(app.test_client(), {"q-reasons": ["pay"]})
    tester.open(f"/try/{link}")
    assert "counts nowhere" in tester.page
    tester.post("/try/begin", {"tenure": "lt2", "type": "resignation"})
    tester.to_check()
    assert any(address.endswith("/induction") for address in tester.visited)
    assert "The test is finished" in tester.post("/try/send", {"code": ""})
    for table in (Draft, Ballot):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert app.test_client().get("/try/" + "x" * 43).status_code == 410


@pytest.mark.one_backend
def test_faults_and_changes_are_told_in_the_readers_language(
    session: Session,
    organisation: str,
    shelf: Shelf,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("surveyapp.definitions.staff_routes.folder_shelf", lambda: shelf)
    service.publish(session, "lunch/1", actor=TESTER, shelf=shelf)
    write(shelf, 1, "Was the soup hot?")
    write(shelf, 2, "How was the soup?")
    write(shelf, 3, "{nobody}, was it <b>good</b>?")
    session.commit()
    admin = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    listed, compared = "/settings/questionnaires", "/settings/questionnaires/lunch/2/compare"
    page = admin.get(listed).text
    assert "The text holds HTML" in page and "{nobody} is not defined." in page and "was changed after" in page
    assert "The wording changed in English." in admin.get(compared).text
    admin.set_cookie("language", "cy")
    page = admin.get(listed).text
    assert "testun yn cynnwys HTML" in page and "Nid yw {nobody} wedi" in page and "Newidiwyd y ffeil" in page
    assert "Newidiodd y geiriad Saesneg." in admin.get(compared).text


@pytest.mark.one_backend
def test_the_check_command_says_file_line_and_remedy(tmp_path: Path) -> None:
    good = QUESTIONNAIRES / "leaver" / "1.yaml"
    assert CliRunner().invoke(check, [str(good)]).exit_code == 0
    (tmp_path / "lunch").mkdir()
    bad = tmp_path / "lunch" / "1.yaml"
    bad.write_text(LUNCH.format(version=1, words="Did you like it?").replace("type: single_choice", "type: tick"))
    result = CliRunner().invoke(check, [str(bad)])
    assert result.exit_code == 1 and f"{bad}:" in result.output and "tick" in result.output


def test_the_compare_command_says_what_changed_and_what_stays_comparable(shelf: Shelf) -> None:
    write(shelf, 2, words="How was the soup?")
    old, new = (str(shelf.root / "lunch" / f"{version}.yaml") for version in (1, 2))
    told = CliRunner().invoke(compare, [old, new]).output
    assert "liked: " in told and "Compare with care." in told
    assert "0 of 1 questions can be compared as they are." in told
    assert "1 of 1 questions" in CliRunner().invoke(compare, [old, old]).output
    printed = CliRunner().invoke(compare, [old, new, "--json"]).output
    assert '"liked": "with_care"' in printed and schema_faults("questionnaires-compare", printed) == []
