"""Compliance counts frozen at each cut, the cases that are in them, and the monthly snapshots."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.cases.models import Case
from surveyapp.db import Base, RandomId


class FrozenCount(RandomId, Base):
    """The leavers of one Area, role family, leaving type and month that one cut counted (CONTRACTS 1.13).

    Counts only, nobody's name or day: they stay when the cases underneath are disposed of. A leaver whose news came
    late is counted by the next cut, in a row of its own for the same month.
    """

    __tablename__ = "compliance_counts"
    __table_args__ = (ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),)

    agency: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(40))
    family: Mapped[str] = mapped_column(String(40))
    leaving_type: Mapped[str] = mapped_column(String(40))
    month: Mapped[str] = mapped_column(String(7), index=True)
    period: Mapped[str] = mapped_column(String(10))
    counted_on: Mapped[date]
    tally: Mapped[dict[str, Any]]


class CountedCase(RandomId, Base):
    """A case that is in the frozen counts, with what was counted of it; it goes when the case goes."""

    __tablename__ = "compliance_counted_cases"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), unique=True)
    agency: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(40))
    family: Mapped[str] = mapped_column(String(40))
    leaving_type: Mapped[str] = mapped_column(String(40))
    month: Mapped[str] = mapped_column(String(7))
    reached: Mapped[dict[str, Any]]

    case: Mapped[Case] = relationship()


class Snapshot(RandomId, Base):
    """An agency's board for the twelve months to the end of a month, as it stood when it was made; never changed.

    `lines` holds the tallies by group; `fingerprint` is the SHA-256 of number, agency, month and lines.
    """

    __tablename__ = "compliance_snapshots"
    __table_args__ = (
        UniqueConstraint("agency", "month"),
        CheckConstraint("number > 0", name="is_numbered"),
    )

    number: Mapped[int] = mapped_column(unique=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    month: Mapped[str] = mapped_column(String(7))
    made_on: Mapped[date]
    lines: Mapped[list[dict[str, Any]]]
    fingerprint: Mapped[str] = mapped_column(String(64))
