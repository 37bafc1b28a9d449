"""An administrator brings in an outside survey on screen: preview, take, and have it released by the worker's cut."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.outside.jobs import discard_old_uploads
from surveyapp.outside.models import ImportedRow, ImportedSurvey, SurveyUpload
from surveyapp.reports import cutting
from surveyapp.reports.due import surveys_asked
from surveyapp.reports.models import Release
from surveyapp.uploads import FileState
from tests.conftest import TESTER

FIXTURES = Path(__file__).parents[1] / "fixtures" / "outside"
Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]


@pytest.fixture
def administrator(staff: Staff, signed_in: SignedIn, release_key: ReleasePrivateKey) -> FlaskClient:
    return signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))


def send(reader: FlaskClient, name: str, mapping: str = "ticked_true", own: bytes | None = None) -> str:
    """Upload a fixture; the address of its preview, or the page's own when it is refused."""
    fields: dict[str, object] = {"file": (io.BytesIO((FIXTURES / name).read_bytes()), name), "shipped": mapping}
    if own is not None:
        fields |= {"shipped": "own", "mapping": (io.BytesIO(own), "mine.yaml")}
    answer = reader.post("/settings/imports", data=fields, content_type="multipart/form-data")
    return answer.location or answer.get_data(as_text=True)


def test_a_survey_is_previewed_taken_asked_for_and_released(
    session: Session, administrator: FlaskClient, release_key: ReleasePrivateKey
) -> None:
    preview = send(administrator, "ticked_true.csv")
    shown = administrator.get(preview).get_data(as_text=True)
    assert "Take the survey" in shown and "Rows" in shown
    assert session.scalar(select(func.count()).select_from(ImportedRow)) == 0
    assert administrator.post(preview).status_code == 302
    survey = session.scalars(select(ImportedSurvey)).one()
    assert session.scalar(select(func.count()).select_from(ImportedRow)) == 4
    assert session.scalars(select(SurveyUpload)).one().content_cipher is None
    assert surveys_asked(session) == []
    assert administrator.post(f"/settings/imports/surveys/{survey.id}/cut").status_code == 302
    assert surveys_asked(session) == [survey.agency]
    session.commit()
    cutting.cut_due_releases(session, release_key, survey.agency, clock.today(), TESTER, lambda step: None)
    assert session.scalars(select(Release.agency)).all() == [survey.agency]
    assert surveys_asked(session) == []
    assert "Released or waiting for a signature" in administrator.get("/settings/imports").get_data(as_text=True)


@pytest.mark.one_backend
def test_what_is_wrong_with_file_or_mapping_is_named_and_nothing_is_kept(
    session: Session, administrator: FlaskClient
) -> None:
    faulty = send(administrator, "ticked_true.csv", own=b"agency: x\nsource: y\nfield: z\n")
    assert "Mend these faults in the mapping" in faulty and "This key is not known: see MAPPINGS.md" in faulty
    preview = send(administrator, "labels.csv")
    shown = administrator.get(preview).get_data(as_text=True)
    assert "Nothing can be taken as it is" in shown and "Take the survey" not in shown
    assert "The file has no such column." in shown
    assert "Nid oes colofn o&#39;r fath yn y ffeil." in administrator.get(f"{preview}?lang=cy").text
    administrator.get(f"{preview}?lang=en")
    assert administrator.post(preview).location.endswith(preview)
    assert session.scalar(select(func.count()).select_from(ImportedRow)) == 0
    assert administrator.post(f"{preview}/discard").status_code == 302
    assert session.scalars(select(SurveyUpload.state)).all() == [FileState.DISCARDED]
    assert "no longer kept" in administrator.get(preview, follow_redirects=True).text
    assert "no longer kept" in administrator.post(f"{preview}/discard", follow_redirects=True).text
    no_mapping = administrator.post(
        "/settings/imports",
        data={"file": (io.BytesIO(b"a"), "a.csv"), "shipped": "own"},
        content_type="multipart/form-data",
    )
    assert no_mapping.status_code == 422 and "Choose a mapping" in no_mapping.get_data(as_text=True)


@pytest.mark.one_backend
def test_an_upload_is_its_owners_alone_and_an_agencys_administrator_stays_in_that_agency(
    session: Session, organisation: str, administrator: FlaskClient, staff: Staff, signed_in: SignedIn
) -> None:
    local, lead = signed_in(staff(StaffRole.ADMINISTRATOR)), signed_in(staff(StaffRole.RETENTION_LEAD))
    preview = send(administrator, "ticked_true.csv")
    assert local.get(preview).status_code == 404
    assert local.post(preview).status_code == 404
    shown = local.get(send(local, "ticked_true.csv")).get_data(as_text=True)
    assert "You may not bring a survey into this agency" in shown
    assert lead.get("/settings/imports").status_code == 404


@pytest.mark.one_backend
def test_an_upload_nobody_applied_is_forgotten_after_a_day(session: Session, administrator: FlaskClient) -> None:
    preview = send(administrator, "ticked_true.csv")
    with clock.set_to(clock.today() + timedelta(days=365)):
        assert discard_old_uploads(session, clock.today()) == 1
    session.commit()
    assert "no longer kept" in administrator.get(preview, follow_redirects=True).text
