"""Figures of context, the trace of every correction, and the files they came in."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column
from surveyapp.uploads import WaitingFile

EVERY = ""
"""In `area`, `role` or `tenure_band`: the figure is for all of them together."""


class Measure(StrEnum):
    """What is counted. `caseload` is cases per person, `sickness_days` days lost in the month, the rest are people."""

    HEADCOUNT = "headcount"
    STARTERS = "starters"
    VACANCIES = "vacancies"
    CASELOAD = "caseload"
    SICKNESS_DAYS = "sickness_days"


class ContextFigure(RandomId, Base):
    """One measure of one month ("2026-03", at its end), for an Area, a job role and a band of service, or for all."""

    __tablename__ = "context_figures"
    __table_args__ = (
        UniqueConstraint("agency", "measure", "period", "area", "role", "tenure_band"),
        CheckConstraint("value >= 0", name="not_negative"),
        Index("ix_context_figures_changed", "agency", "changed_at"),
    )

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    measure: Mapped[Measure] = mapped_column(state_column(Measure, "measure"))
    period: Mapped[str] = mapped_column(String(7))
    area: Mapped[str] = mapped_column(String(40), default=EVERY)
    role: Mapped[str] = mapped_column(String(40), default=EVERY)
    tenure_band: Mapped[str] = mapped_column(String(20), default=EVERY)
    value: Mapped[float]
    changed_at: Mapped[datetime]


class ContextUpload(WaitingFile, Base):
    """A file of figures that was uploaded and previewed; the import that it becomes has its id."""

    __tablename__ = "context_uploads"
    audited_as, event_noun = "context_import", "context"


class ContextImport(RandomId, Base):
    """What came of one file: who brought it in, when, and how many figures were new, corrected or known."""

    __tablename__ = "context_imports"

    by_kind: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[str] = mapped_column(String(80))
    applied_at: Mapped[datetime]
    n_added: Mapped[int]
    n_changed: Mapped[int]
    n_unchanged: Mapped[int]


class ContextRevision(RandomId, Base):
    """A correction: what a figure was before a file changed it, and what it became."""

    __tablename__ = "context_revisions"

    figure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("context_figures.id"), index=True)
    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("context_imports.id"), index=True)
    at: Mapped[datetime]
    before: Mapped[float]
    after: Mapped[float]
