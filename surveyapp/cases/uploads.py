"""What an uploaded file of cases would do, and taking it."""

from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from surveyapp import audit, uploads
from surveyapp.access import Viewer
from surveyapp.cases.imports import ImportReport, import_cases, preview_import
from surveyapp.cases.models import CaseUpload

MOST_ROWS_ON_SCREEN = 10_000
"""A page must answer in seconds; larger files are for `surveyapp cases import`."""


def preview_upload(session: Session, upload: CaseUpload, viewer: Viewer) -> ImportReport:
    """What the file would do; nothing is written. Errors: UploadGone."""
    stream = BytesIO(uploads.content_of(upload))
    return preview_import(session, stream, upload.suffix, viewer=viewer, most_rows=MOST_ROWS_ON_SCREEN)


def apply_upload(session: Session, upload: CaseUpload, viewer: Viewer, *, good_rows_only: bool) -> ImportReport:
    """Take the file's rows and forget the file; raises UploadGone or FileHasFaults."""
    stream = BytesIO(uploads.take(session, upload))
    limits: dict[str, Any] = {"good_rows_only": good_rows_only, "most_rows": MOST_ROWS_ON_SCREEN}
    report = import_cases(session, stream, upload.suffix, viewer.actor, viewer=viewer, **limits)
    uploads.mark_applied(upload)
    counts: dict[str, Any] = {outcome.value: n for outcome, n in report.outcomes.items()}
    audit.record(session, "case_import.applied", viewer.actor, ("case_import", upload.id), rows=report.n_rows, **counts)
    return report
