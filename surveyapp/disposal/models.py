"""How long each kind of record is kept, what is held, and the proof of what was disposed of."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column


class RecordType(StrEnum):
    """Kinds of records with a time of their own."""

    CASE = "case"
    INTERVIEW_RECORD = "interview_record"
    NAMED_ANSWERS = "named_answers"
    CONCERN = "concern"
    MAIL = "mail"
    OPENED_BALLOTS = "opened_ballots"
    COMMENTS = "comments"
    AUDIT = "audit"


MONTHS: dict[RecordType, int] = {
    RecordType.CASE: 12,
    RecordType.INTERVIEW_RECORD: 24,
    RecordType.NAMED_ANSWERS: 24,
    RecordType.CONCERN: 24,
    RecordType.MAIL: 3,
    RecordType.OPENED_BALLOTS: 60,
    RecordType.COMMENTS: 24,
    RecordType.AUDIT: 72,
}
"""The shipped schedule (CONTRACTS section 4; concerns as interview records). Mail is kept 90 days, about 3 months."""


class DisposalPeriod(Base):
    """An agency's own number of months for one kind of record."""

    __tablename__ = "disposal_periods"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    record_type: Mapped[RecordType] = mapped_column(state_column(RecordType, "record_type"), primary_key=True)
    months: Mapped[int]


class LegalHold(RandomId, Base):
    """Nothing of this case is disposed of or erased while the hold lasts; the reference says where the reason lies."""

    __tablename__ = "legal_holds"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    reference: Mapped[str] = mapped_column(String(60))
    placed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class DisposalProof(RandomId, Base):
    """That one record was disposed of, when and why; its id leads nowhere any more."""

    __tablename__ = "disposal_proofs"

    record_type: Mapped[RecordType] = mapped_column(state_column(RecordType, "proof_record_type"))
    agency: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[str] = mapped_column(String(80), index=True)
    why: Mapped[str] = mapped_column(String(20))
    disposed_on: Mapped[date] = mapped_column(index=True)
