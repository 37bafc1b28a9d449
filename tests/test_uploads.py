"""Files that wait for a decision: the same rules for every slice's table of them."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock, uploads
from surveyapp.access import StaffRole, Viewer
from surveyapp.audit.models import AuditEvent
from surveyapp.cases.models import CaseUpload
from surveyapp.context.models import ContextUpload
from surveyapp.db import db
from surveyapp.directory.models import User
from surveyapp.encryption.ring import CannotDecrypt
from surveyapp.outside.models import SurveyUpload
from surveyapp.uploads import FileState, Received, UploadGone, WaitingFile
from tests.conftest import TESTER

FILE = Received(b"measure,period,value\nheadcount,2026-03,118\n", ".csv")
TABLES: list[type[WaitingFile]] = [CaseUpload, ContextUpload, SurveyUpload]


@pytest.fixture
def owner(staff: Callable[..., User]) -> Viewer:
    return viewer_of(staff(StaffRole.ADMINISTRATOR))


def viewer_of(user: User) -> Viewer:
    return Viewer(user.id, "owner@ncs.example", "Owner", "en", ())


def kept(session: Session, model: type[WaitingFile], owner: Viewer) -> WaitingFile:
    made = model(mapping="agency: x") if model is SurveyUpload else model()
    return uploads.keep(session, made, owner, FILE)


def told(session: Session) -> list[tuple[str, str]]:
    """The newest event of each table of uploads and what it is about, in the order they happened."""
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.number))
    return [(one.event, one.subject_kind) for one in events][-len(TABLES) :]


def test_every_table_of_uploads_is_tested_here() -> None:
    assert set(WaitingFile.__subclasses__()) == set(TABLES)


def test_a_file_waits_encrypted_for_its_owner_and_comes_back_as_it_was(
    session: Session, owner: Viewer, staff: Callable[..., User]
) -> None:
    stranger = viewer_of(staff(StaffRole.CENTRAL_TEAM))
    for model in TABLES:
        made = kept(session, model, owner)
        session.commit()
        session.expire_all()
        assert made.content_cipher and b"headcount" not in made.content_cipher
        assert uploads.content_of(made) == FILE.content and made.suffix == ".csv" and made.state is FileState.WAITING
        assert uploads.own(owner, session, model, made.id) is made
        assert uploads.own(stranger, session, model, made.id) is None
    uploaded = [("case_import.uploaded", "case_import"), ("context.uploaded", "context_import")]
    assert told(session) == [*uploaded, ("survey.uploaded", "survey_upload")]


def test_a_files_content_cannot_be_moved_to_another_record(session: Session, owner: Viewer) -> None:
    for model in TABLES:
        made, other = kept(session, model, owner), kept(session, model, owner)
        other.content_cipher, other.data_key = made.content_cipher, made.data_key
        with pytest.raises(CannotDecrypt):
            uploads.content_of(other)


def test_a_decided_file_is_gone_with_its_key_and_cannot_be_decided_again(session: Session, owner: Viewer) -> None:
    for model in TABLES:
        applied, discarded = kept(session, model, owner), kept(session, model, owner)
        uploads.mark_applied(applied)
        uploads.discard(session, discarded, TESTER)
        session.commit()
        session.expire_all()
        assert (applied.state, discarded.state) == (FileState.APPLIED, FileState.DISCARDED)
        assert applied.applied_at is not None and discarded.applied_at is None
        for one in (applied, discarded):
            assert one.content_cipher is None and one.data_key is not None and one.data_key.wrapped is None
            with pytest.raises(UploadGone):
                uploads.content_of(one)
            with pytest.raises(UploadGone):
                uploads.discard(session, one, TESTER)


def test_a_file_is_kept_for_a_day_and_then_forgotten(session: Session, owner: Viewer) -> None:
    files = [(kept(session, model, owner), kept(session, model, owner)) for model in TABLES]
    for applied, _waiting in files:
        uploads.mark_applied(applied)
    for applied, waiting in files:
        with clock.set_to(waiting.created_at + timedelta(hours=24)):
            assert uploads.content_of(waiting) == FILE.content
            assert uploads.discard_old(session, type(waiting), TESTER) == 0
        with clock.set_to(waiting.created_at + timedelta(hours=24, seconds=1)):
            with pytest.raises(UploadGone):
                uploads.content_of(waiting)
            assert uploads.discard_old(session, type(waiting), TESTER) == 1
            assert uploads.discard_old(session, type(waiting), TESTER) == 0
        assert waiting.content_cipher is None and waiting.state is FileState.DISCARDED
        assert applied.state is FileState.APPLIED
    discarded = [("case_import.discarded", "case_import"), ("context.discarded", "context_import")]
    assert told(session) == [*discarded, ("survey.discarded", "survey_upload")]


@pytest.mark.one_backend
def test_an_old_file_that_somebody_takes_meanwhile_keeps_no_other_back(
    session: Session, owner: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [kept(session, ContextUpload, owner) for _ in range(3)]
    taken, hold = files[1].id, uploads._hold

    def hold_late(session: Session, upload: WaitingFile) -> None:
        hold(session, upload)
        if upload.id == taken:
            upload.state = FileState.APPLIED

    monkeypatch.setattr(uploads, "_hold", hold_late)
    with clock.set_to(files[0].created_at + timedelta(hours=25)):
        assert uploads.discard_old(session, ContextUpload, TESTER) == 2
        assert sorted(one.state for one in files) == [FileState.APPLIED, FileState.DISCARDED, FileState.DISCARDED]


def test_of_two_requests_at_once_only_one_takes_the_file(session: Session, owner: Viewer) -> None:
    made, engine = kept(session, ContextUpload, owner), db.engine
    session.commit()
    together, outcomes = threading.Barrier(2), list[str]()

    def request() -> None:
        with Session(engine) as own, own.begin():
            together.wait()
            upload = own.get_one(ContextUpload, made.id)
            try:
                uploads.take(own, upload)
                time.sleep(0.2)  # what is done with the rows
                uploads.mark_applied(upload)
                outcomes.append("taken")
            except UploadGone:
                outcomes.append("gone")

    both = [threading.Thread(target=request) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == ["gone", "taken"]
