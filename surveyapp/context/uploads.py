"""What an uploaded file of figures would change, and taking it."""

from io import BytesIO

from sqlalchemy.orm import Session

from surveyapp import uploads
from surveyapp.access import Viewer
from surveyapp.context.imports import ContextReport, import_context, preview_context
from surveyapp.context.models import ContextUpload


def preview_upload(session: Session, upload: ContextUpload, viewer: Viewer) -> ContextReport:
    """What the file would do; nothing is written. Errors: UploadGone."""
    return preview_context(session, BytesIO(uploads.content_of(upload)), upload.suffix, viewer=viewer)


def apply_upload(session: Session, upload: ContextUpload, viewer: Viewer) -> ContextReport:
    """Take the file's figures and forget the file. Errors: UploadGone, FileHasFaults."""
    stream = BytesIO(uploads.take(session, upload))
    report = import_context(session, stream, upload.suffix, viewer.actor, viewer=viewer, import_id=upload.id)
    uploads.mark_applied(upload)
    return report
