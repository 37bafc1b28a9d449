"""Files that wait for their owner's decision: kept encrypted, gone once applied, discarded or a day old.

A slice has a table of its own (a `WaitingFile`) and says what its files do; keeping and forgetting is the same for all.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveyapp import audit, clock
from surveyapp.access import Viewer
from surveyapp.db import RandomId, each_apart, reading, state_column
from surveyapp.encryption.records import HasDataKey
from surveyapp.encryption.ring import decrypt, encrypt

KEPT_FOR = timedelta(days=1)
SUFFIXES = (".csv", ".xlsx")


class UploadGone(Exception):
    """The file was applied, discarded, or waited longer than a day."""


class FileState(StrEnum):
    WAITING = "waiting"
    APPLIED = "applied"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Received:
    """A file as it came: its content, and its kind by the end of its name (".csv")."""

    content: bytes
    suffix: str


class WaitingFile(HasDataKey, RandomId):
    """Mixin for a slice's table of uploads; the audit trail calls the record `audited_as`, its events `event_noun`."""

    audited_as: ClassVar[str]
    event_noun: ClassVar[str]

    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    state: Mapped[FileState] = mapped_column(state_column(FileState, "file_state"), default=FileState.WAITING)
    suffix: Mapped[str] = mapped_column(String(8))
    content_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    applied_at: Mapped[datetime | None]

    @property
    def place(self) -> str:
        """What the content's encryption is bound to."""
        return f"{self.__tablename__}/{self.id}/content"


Kept = TypeVar("Kept", bound=WaitingFile)


def keep(session: Session, made: Kept, viewer: Viewer, received: Received) -> Kept:
    """Keep a file in a new record of its slice until it is applied or discarded."""
    made.id, made.by_id, made.created_at = uuid.uuid4(), viewer.user_id, clock.now()
    made.state, made.suffix = FileState.WAITING, received.suffix
    made.content_cipher = encrypt(made.record_key().open(), received.content, made.place)
    session.add(made)
    _record(session, made, "uploaded", viewer.actor, bytes=len(received.content))
    session.flush()
    return made


def own(viewer: Viewer, session: Session, model: type[Kept], upload_id: uuid.UUID) -> Kept | None:
    """The viewer's own upload, None when it is nobody's or somebody else's."""
    return session.scalar(select(model).where(model.id == upload_id, model.by_id == viewer.user_id))


def content_of(upload: WaitingFile) -> bytes:
    """What the file holds. Errors: UploadGone."""
    if upload.content_cipher is None or upload.created_at < clock.now() - KEPT_FOR:
        raise UploadGone
    return decrypt(upload.record_key().open(), upload.content_cipher, upload.place)


def take(session: Session, upload: WaitingFile) -> bytes:
    """What the file holds, for this transaction alone: nobody else can take or discard it now. Errors: UploadGone."""
    _hold(session, upload)
    return content_of(upload)


def mark_applied(upload: WaitingFile) -> None:
    """The slice has taken the file: forget its content. What came of it, the slice tells the audit trail itself."""
    upload.applied_at = clock.now()
    _forget(upload, FileState.APPLIED)


def discard(session: Session, upload: WaitingFile, actor: audit.Actor) -> None:
    """Forget the file without taking it. Errors: UploadGone, when it waits no longer."""
    _hold(session, upload)
    if upload.state is not FileState.WAITING:
        raise UploadGone
    _forget(upload, FileState.DISCARDED)
    _record(session, upload, "discarded", actor)


def discard_old(session: Session, model: type[WaitingFile], actor: audit.Actor) -> int:
    """Forget the files of a table that waited longer than a day; how many."""
    is_old = model.created_at < clock.now() - KEPT_FOR
    with reading():
        found = session.scalars(select(model.id).where(model.state == FileState.WAITING, is_old)).all()
    return each_apart(session, found, lambda upload_id: _discard_old(session, model, upload_id, actor))


def _discard_old(session: Session, model: type[WaitingFile], upload_id: uuid.UUID, actor: audit.Actor) -> int:
    try:
        discard(session, session.get_one(model, upload_id), actor)
    except UploadGone:  # its owner was quicker than the worker
        return 0
    return 1


def _hold(session: Session, upload: WaitingFile) -> None:
    """Let other requests for this file wait, and see what those before have done to it."""
    session.refresh(upload, ["state", "content_cipher"], with_for_update=True)


def _forget(upload: WaitingFile, state: FileState) -> None:
    upload.state, upload.content_cipher = state, None
    upload.record_key().destroy()


def _record(session: Session, upload: WaitingFile, verb: str, actor: audit.Actor, **codes: Any) -> None:
    audit.record(session, f"{upload.event_noun}.{verb}", actor, (upload.audited_as, upload.id), **codes)
