"""Figures of context, the trace of every correction, and the files they came in."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column

EVERY = ""
"""In `area`, `role` or `tenure_band`: the figure is for all of them together."""


class Measure(StrEnum):
    """What is counted. `caseload` is cases per person, `sickness_days` days lost in the month, the rest are people."""

    HEADCOUNT = "headcount"
    STARTERS = "starters"
    VACANCIES = "vacancies"
    CASELOAD = "caseload"
    SICKNESS_DAYS = "sickness_days"


class FileState(StrEnum):
    WAITING = "waiting"
    APPLIED = "applied"
    DISCARDED = "discarded"


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


class ContextImport(RandomId, Base):
    """One file: while it waits for a decision its content is kept, afterwards only what came of it."""

    __tablename__ = "context_imports"

    state: Mapped[FileState] = mapped_column(state_column(FileState, "context_file_state"))
    by_kind: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    suffix: Mapped[str] = mapped_column(String(10))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    n_added: Mapped[int] = mapped_column(default=0)
    n_changed: Mapped[int] = mapped_column(default=0)
    n_unchanged: Mapped[int] = mapped_column(default=0)


class ContextRevision(RandomId, Base):
    """A correction: what a figure was before a file changed it, and what it became."""

    __tablename__ = "context_revisions"

    figure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("context_figures.id"), index=True)
    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("context_imports.id"), index=True)
    at: Mapped[datetime]
    before: Mapped[float]
    after: Mapped[float]
