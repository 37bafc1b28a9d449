"""Imported surveys and their sealed rows."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId
from surveyapp.uploads import WaitingFile


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


class SurveyUpload(WaitingFile, Base):
    """A survey that was uploaded and previewed, with its mapping."""

    __tablename__ = "survey_uploads"
    audited_as, event_noun = "survey_upload", "survey"

    mapping: Mapped[str] = mapped_column(Text)


class ImportedRow(Base):
    """One respondent (or several alike) of an imported survey, sealed; only its period is in clear."""

    __tablename__ = "imported_rows"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("imported_surveys.id", ondelete="CASCADE"), index=True)
    period: Mapped[str] = mapped_column(String(10))
    box: Mapped[bytes] = mapped_column(LargeBinary)
