"""Imported surveys and their sealed rows."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import HasDataKey


class ImportedSurvey(RandomId, Base):
    """One file brought in by one mapping. `reasons` is its list: [{code, name, sensitive}]; `report` what was read."""

    __tablename__ = "imported_surveys"
    __table_args__ = (UniqueConstraint("agency", "file_sha256", "mapping_sha256"),)

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    source: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64))
    mapping_sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    reasons: Mapped[list[dict[str, Any]]]
    report: Mapped[dict[str, Any]]
    cut_asked_at: Mapped[datetime | None]


class UploadState(StrEnum):
    WAITING = "waiting"
    APPLIED = "applied"
    DISCARDED = "discarded"


class SurveyUpload(HasDataKey, RandomId, Base):
    """A survey's file and its mapping, uploaded and previewed; kept encrypted until applied, discarded or a day old."""

    __tablename__ = "survey_uploads"

    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    state: Mapped[UploadState] = mapped_column(
        state_column(UploadState, "survey_upload_state"), default=UploadState.WAITING
    )
    suffix: Mapped[str] = mapped_column(String(8))
    mapping: Mapped[str] = mapped_column(Text)
    content_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)


class ImportedRow(Base):
    """One respondent (or several alike) of an imported survey, sealed; only its period is in clear."""

    __tablename__ = "imported_rows"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("imported_surveys.id", ondelete="CASCADE"), index=True)
    period: Mapped[str] = mapped_column(String(10))
    box: Mapped[bytes] = mapped_column(LargeBinary)
