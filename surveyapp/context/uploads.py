"""Files of context that were uploaded and wait for a decision: gone once applied, discarded or a day old."""

import uuid
from datetime import timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import Viewer
from surveyapp.context.imports import ContextReport, import_context, new_file, preview_context
from surveyapp.context.models import ContextImport, FileState

KEPT_FOR = timedelta(days=1)
SUFFIXES = (".csv", ".xlsx")


class UploadGone(Exception):
    """The file was applied, discarded, or waited longer than a day."""


def keep_upload(session: Session, viewer: Viewer, content: bytes, suffix: str) -> ContextImport:
    """Keep a file until its preview is applied or discarded."""
    made = new_file(viewer.actor, suffix, content)
    session.add(made)
    session.flush()
    audit.record(session, "context.uploaded", viewer.actor, ("context_import", made.id), bytes=len(content))
    return made


def upload_for(viewer: Viewer, session: Session, upload_id: uuid.UUID) -> ContextImport | None:
    """The viewer's own upload, None when it is nobody's or somebody else's."""
    own = (ContextImport.by_kind == viewer.actor.kind.value, ContextImport.by_id == viewer.actor.id)
    return session.scalar(select(ContextImport).where(ContextImport.id == upload_id, *own))


def preview_upload(session: Session, upload: ContextImport, viewer: Viewer) -> ContextReport:
    """What the file would do; nothing is written. Errors: UploadGone."""
    return preview_context(session, BytesIO(_content(upload)), upload.suffix, viewer=viewer)


def apply_upload(session: Session, upload: ContextImport, viewer: Viewer) -> ContextReport:
    """Take the file's figures and forget the file. Errors: UploadGone, FileRefused, FileHasFaults."""
    stream = BytesIO(_content(upload))
    return import_context(session, stream, upload.suffix, viewer.actor, viewer=viewer, file=upload)


def discard_upload(session: Session, upload: ContextImport, actor: audit.Actor) -> None:
    """Forget the file without taking it."""
    if upload.state is FileState.WAITING:
        upload.state, upload.content = FileState.DISCARDED, None
        audit.record(session, "context.discarded", actor, ("context_import", upload.id))


def discard_old_uploads(session: Session, actor: audit.Actor) -> int:
    """Forget files that waited longer than a day; how many."""
    old = ContextImport.created_at < clock.now() - KEPT_FOR
    found = list(session.scalars(select(ContextImport).where(ContextImport.state == FileState.WAITING, old)))
    for upload in found:
        discard_upload(session, upload, actor)
    return len(found)


def _content(upload: ContextImport) -> bytes:
    if upload.content is None or upload.created_at < clock.now() - KEPT_FOR:
        raise UploadGone
    return upload.content
