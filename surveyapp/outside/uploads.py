"""What an uploaded survey would bring in, read by the mapping that came with it, and taking it."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from surveyapp import uploads
from surveyapp.access import Permission, Viewer
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.outside.fault_texts import NOT_YOUR_AGENCY
from surveyapp.outside.faults import Fault, FileRefused
from surveyapp.outside.mapping import Mapping, read_mapping
from surveyapp.outside.models import SurveyUpload
from surveyapp.outside.report import ImportReport, Outcome
from surveyapp.outside.service import OutsideFile, import_survey, preview_survey


def keep_survey(session: Session, viewer: Viewer, received: uploads.Received, mapping: str) -> SurveyUpload:
    """Keep a survey and its mapping until they are applied or discarded. Errors: MappingFaulty."""
    read_mapping(mapping)
    return uploads.keep(session, SurveyUpload(mapping=mapping), viewer, received)


def mapping_of(upload: SurveyUpload) -> Mapping:
    """The mapping that came with the file; it was read once already."""
    return read_mapping(upload.mapping)


def preview_upload(session: Session, upload: SurveyUpload, viewer: Viewer, frozen: Collection[str]) -> ImportReport:
    """What the survey would do; nothing is written. Faults are in the report. Errors: UploadGone."""
    mapping, file = mapping_of(upload), OutsideFile(uploads.content_of(upload), upload.suffix)
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
    file = OutsideFile(uploads.take(session, upload), upload.suffix)
    report = import_survey(session, file, mapping, public_key, frozen=frozen, actor=viewer.actor)
    uploads.mark_applied(upload)
    return report


def _check_reach(viewer: Viewer, mapping: Mapping) -> None:
    """An agency's own administrator brings surveys into that agency alone. Errors: FileRefused."""
    if not viewer.scope_for(Permission.IMPORT_RESPONSES).reaches(mapping.agency):
        raise FileRefused([Fault(0, "agency", mapping.agency, NOT_YOUR_AGENCY)])
