"""Surveys that were uploaded and wait for a decision: kept encrypted, gone once applied or a day old."""

import uuid
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import Permission, Viewer
from surveyapp.encryption.ring import decrypt, encrypt
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.outside.faults import Fault, FileRefused
from surveyapp.outside.mapping import Mapping, read_mapping
from surveyapp.outside.models import SurveyUpload, UploadState
from surveyapp.outside.report import ImportReport, Outcome
from surveyapp.outside.service import OutsideFile, import_survey, preview_survey

KEPT_FOR = timedelta(days=1)
SUFFIXES = (".csv", ".xlsx")


class UploadGone(Exception):
    """The file was applied, discarded, or waited longer than a day."""


def keep_upload(session: Session, viewer: Viewer, content: bytes, suffix: str, mapping: str) -> SurveyUpload:
    """Keep a survey and its mapping until they are applied or discarded. Errors: MappingFaulty."""
    read_mapping(mapping)
    made = SurveyUpload(
        id=uuid.uuid4(),
        by_id=viewer.user_id,
        created_at=clock.now(),
        state=UploadState.WAITING,
        suffix=suffix,
        mapping=mapping,
    )
    made.content_cipher = encrypt(made.record_key().open(), content, _place(made))
    session.add(made)
    audit.record(session, "survey.uploaded", viewer.actor, ("survey_upload", made.id), bytes=len(content))
    session.flush()
    return made


def upload_for(viewer: Viewer, session: Session, upload_id: uuid.UUID) -> SurveyUpload | None:
    """The viewer's own upload, None when it is nobody's or somebody else's."""
    return session.scalar(
        select(SurveyUpload).where(SurveyUpload.id == upload_id, SurveyUpload.by_id == viewer.user_id)
    )


def mapping_of(upload: SurveyUpload) -> Mapping:
    """The mapping that came with the file; it was read once already."""
    return read_mapping(upload.mapping)


def preview_upload(session: Session, upload: SurveyUpload, viewer: Viewer, frozen: Collection[str]) -> ImportReport:
    """What the survey would do; nothing is written. Faults are in the report. Errors: UploadGone."""
    mapping, file = mapping_of(upload), _file(upload)
    try:
        _check_reach(viewer, mapping)
        return preview_survey(session, file, mapping, frozen=frozen)
    except FileRefused as refused:
        return ImportReport(Outcome.REFUSED, mapping.agency, mapping.source, faults=tuple(refused.faults))


def apply_upload(
    session: Session, upload: SurveyUpload, viewer: Viewer, public_key: ReleasePublicKey, frozen: Collection[str]
) -> ImportReport:
    """Seal the survey's rows and forget the file. Errors: UploadGone, FileRefused."""
    mapping = mapping_of(upload)
    _check_reach(viewer, mapping)
    report = import_survey(session, _file(upload), mapping, public_key, frozen=frozen, actor=viewer.actor)
    upload.state = UploadState.APPLIED
    _forget(upload)
    return report


def discard_upload(session: Session, upload: SurveyUpload, actor: audit.Actor) -> None:
    """Forget the file without taking it."""
    if upload.state is UploadState.WAITING:
        upload.state = UploadState.DISCARDED
        _forget(upload)
        audit.record(session, "survey.discarded", actor, ("survey_upload", upload.id))


def discard_old_uploads(session: Session, actor: audit.Actor) -> int:
    """Forget files that waited longer than a day; how many."""
    old = SurveyUpload.created_at < clock.now() - KEPT_FOR
    found = list(session.scalars(select(SurveyUpload).where(SurveyUpload.state == UploadState.WAITING, old)))
    for upload in found:
        discard_upload(session, upload, actor)
    return len(found)


def _check_reach(viewer: Viewer, mapping: Mapping) -> None:
    """An agency's own administrator brings surveys into that agency alone. Errors: FileRefused."""
    if not viewer.scope_for(Permission.IMPORT_RESPONSES).reaches(mapping.agency):
        wanted = "you may not bring a survey into this agency; ask an administrator of all agencies"
        raise FileRefused([Fault(0, "agency", mapping.agency, wanted)])


def _file(upload: SurveyUpload) -> OutsideFile:
    if upload.content_cipher is None or upload.created_at < clock.now() - KEPT_FOR:
        raise UploadGone
    return OutsideFile(decrypt(upload.record_key().open(), upload.content_cipher, _place(upload)), upload.suffix)


def _forget(upload: SurveyUpload) -> None:
    upload.content_cipher = None
    upload.record_key().destroy()


def _place(upload: SurveyUpload) -> str:
    return f"survey_uploads/{upload.id}/content"
