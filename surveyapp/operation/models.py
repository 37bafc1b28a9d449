"""What operation keeps in the database: each job's last run and lease, escalations, backups made, key copies seen."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column


class JobOutcome(StrEnum):
    NEVER_RUN = "never_run"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRun(Base):
    """The last run of one job; `doctor` shows it. A lease past its end belongs to a worker that was killed."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    last_started_at: Mapped[datetime | None]
    last_finished_at: Mapped[datetime | None]
    last_done_at: Mapped[datetime | None]
    outcome: Mapped[JobOutcome] = mapped_column(state_column(JobOutcome, "job_outcome"), default=JobOutcome.NEVER_RUN)
    detail: Mapped[str] = mapped_column(String(200), default="")
    n_done: Mapped[int] = mapped_column(default=0)
    n_failures_in_a_row: Mapped[int] = mapped_column(default=0)
    lease_until_at: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)


class EscalationLevel(StrEnum):
    AREA = "area"
    NATION = "nation"


class Escalation(Base):
    """One overdue step brought to one level, once: the key keeps it from being brought there again every night."""

    __tablename__ = "escalations"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    level: Mapped[EscalationLevel] = mapped_column(state_column(EscalationLevel, "level"), primary_key=True)
    escalated_on: Mapped[date]


class BackupMade(RandomId, Base):
    """One backup that was made of this database: when, under which name, how large; never what is in it."""

    __tablename__ = "backups_made"

    made_at: Mapped[datetime] = mapped_column(index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    n_rows: Mapped[int] = mapped_column(BigInteger())
    n_bytes: Mapped[int] = mapped_column(BigInteger())


class RecoveryCopy(Base):
    """That somebody opened the recovery copy of a release key with its passphrase, and when."""

    __tablename__ = "recovery_copies"

    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    confirmed_at: Mapped[datetime]
