"""Files that were uploaded and wait for a decision: kept encrypted, gone once applied or a day old."""

import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import Viewer
from surveyapp.cases.imports import ImportReport, import_cases, preview_import
from surveyapp.cases.models import CaseImport, ImportState
from surveyapp.encryption.ring import decrypt, encrypt

KEPT_FOR = timedelta(days=1)
MOST_ROWS_ON_SCREEN = 10_000
"""A page must answer in seconds; larger files are for `surveyapp cases import`."""
SUFFIXES = (".csv", ".xlsx")


class UploadGone(Exception):
    """The file was applied, discarded, or waited longer than a day."""


def keep_upload(session: Session, viewer: Viewer, content: bytes, suffix: str) -> CaseImport:
    """Keep a file until its preview is applied or discarded."""
    made = CaseImport(
        id=uuid.uuid4(), by_id=viewer.user_id, created_at=clock.now(), state=ImportState.WAITING, suffix=suffix
    )
    made.content_cipher = encrypt(made.record_key().open(), content, _place(made))
    session.add(made)
    audit.record(session, "case_import.uploaded", viewer.actor, ("case_import", made.id), bytes=len(content))
    session.flush()
    return made


def upload_for(viewer: Viewer, session: Session, upload_id: uuid.UUID) -> CaseImport | None:
    """The viewer's own upload, None when it is nobody's or somebody else's."""
    return session.scalar(select(CaseImport).where(CaseImport.id == upload_id, CaseImport.by_id == viewer.user_id))


def preview_upload(session: Session, upload: CaseImport, viewer: Viewer) -> ImportReport:
    """What the file would do; nothing is written."""
    return preview_import(
        session, BytesIO(_content(upload)), upload.suffix, viewer=viewer, most_rows=MOST_ROWS_ON_SCREEN
    )


def apply_upload(session: Session, upload: CaseImport, viewer: Viewer, *, good_rows_only: bool) -> ImportReport:
    """Take the file's rows and forget the file; raises UploadGone, FileRefused or FileHasFaults."""
    stream = BytesIO(_content(upload))
    limits: dict[str, Any] = {"good_rows_only": good_rows_only, "most_rows": MOST_ROWS_ON_SCREEN}
    report = import_cases(session, stream, upload.suffix, viewer.actor, viewer=viewer, **limits)
    upload.state, upload.applied_at = ImportState.APPLIED, clock.now()
    _forget(upload)
    counts: dict[str, Any] = {outcome.value: n for outcome, n in report.outcomes.items()}
    audit.record(session, "case_import.applied", viewer.actor, ("case_import", upload.id), rows=report.n_rows, **counts)
    return report


def discard_upload(session: Session, upload: CaseImport, actor: audit.Actor) -> None:
    """Forget the file without taking it."""
    if upload.state is ImportState.WAITING:
        upload.state = ImportState.DISCARDED
        _forget(upload)
        audit.record(session, "case_import.discarded", actor, ("case_import", upload.id))


def discard_old_uploads(session: Session, actor: audit.Actor) -> int:
    """Forget files that waited longer than a day; how many."""
    old = CaseImport.created_at < clock.now() - KEPT_FOR
    found = list(session.scalars(select(CaseImport).where(CaseImport.state == ImportState.WAITING, old)))
    for upload in found:
        discard_upload(session, upload, actor)
    return len(found)


def _content(upload: CaseImport) -> bytes:
    if upload.content_cipher is None or upload.created_at < clock.now() - KEPT_FOR:
        raise UploadGone
    return decrypt(upload.record_key().open(), upload.content_cipher, _place(upload))


def _forget(upload: CaseImport) -> None:
    upload.content_cipher = None
    upload.record_key().destroy()


def _place(upload: CaseImport) -> str:
    return f"case_imports/{upload.id}/content"
