"""Interviewers: accreditation, Areas served, how and when they can interview, and their private feed."""

import uuid
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.db import Base, RandomId, state_column
from surveyapp.directory.models import User


class InterviewerKind(StrEnum):
    """HR of some Area, or independent of HR and of every line."""

    HR = "hr"
    INDEPENDENT = "independent"


class ChangeKind(StrEnum):
    """An exception to the working pattern: away, or hours beside it."""

    ABSENT = "absent"
    EXTRA = "extra"


class AbsenceReason(StrEnum):
    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    OTHER = "other"


class Interviewer(RandomId, Base):
    """A member of staff who may hold exit interviews while accredited."""

    __tablename__ = "interviewers"
    __table_args__ = (
        ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),
        CheckConstraint("interview_minutes BETWEEN 15 AND 240", name="sensible_length"),
        CheckConstraint("buffer_minutes BETWEEN 0 AND 240 AND travel_minutes BETWEEN 0 AND 480", name="sensible_gaps"),
        CheckConstraint("daily_limit BETWEEN 1 AND 12", name="sensible_limit"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), unique=True)
    agency: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(40))
    kind: Mapped[InterviewerKind] = mapped_column(state_column(InterviewerKind, "interviewer_kind"))
    active: Mapped[bool] = mapped_column(default=True)
    accredited_on: Mapped[date]
    accredited_until_on: Mapped[date | None]
    modes: Mapped[list[str]]
    languages: Mapped[list[str]]
    interview_minutes: Mapped[int] = mapped_column(default=60)
    buffer_minutes: Mapped[int] = mapped_column(default=15)
    travel_minutes: Mapped[int] = mapped_column(default=0)
    daily_limit: Mapped[int] = mapped_column(default=4)
    place: Mapped[str] = mapped_column(String(200), default="")
    video_address: Mapped[str] = mapped_column(String(300), default="")
    feed_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    feed_shows_names: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship()
    areas: Mapped[list["InterviewerArea"]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    hours: Mapped[list["WorkingHours"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="WorkingHours.weekday, WorkingHours.starts"
    )
    changes: Mapped[list["CalendarChange"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="CalendarChange.starts_at"
    )

    @property
    def name(self) -> str:
        return self.user.name or self.user.email

    def is_accredited(self, day: date) -> bool:
        """Whether they may interview on that day."""
        until = self.accredited_until_on
        return self.active and self.accredited_on <= day and (until is None or day <= until)

    def serves(self, area: str) -> bool:
        return any(served.area == area for served in self.areas)


class InterviewerArea(Base):
    """One Area whose leavers the interviewer may see."""

    __tablename__ = "interviewer_areas"
    __table_args__ = (ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),)

    interviewer_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("interviewers.id", ondelete="CASCADE"), primary_key=True
    )
    agency: Mapped[str] = mapped_column(String(40), primary_key=True)
    area: Mapped[str] = mapped_column(String(40), primary_key=True)


class WorkingHours(RandomId, Base):
    """One stretch of the weekly pattern, in London wall time (0 is Monday)."""

    __tablename__ = "interviewer_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts < ends", name="has_length"),
    )

    interviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interviewers.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]


class CalendarChange(RandomId, Base):
    """One exception to the pattern: an absence with its reason, or extra hours."""

    __tablename__ = "interviewer_changes"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="has_length"),)

    interviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interviewers.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(state_column(ChangeKind, "change_kind"))
    reason: Mapped[AbsenceReason | None] = mapped_column(state_column(AbsenceReason, "absence_reason"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
