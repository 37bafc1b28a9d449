"""What was said: the record of an interview, its points by question, their history, and the leaver's comments."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey
from surveyapp.interviews.models import InterviewBooking


class RecordState(StrEnum):
    DRAFTED = "drafted"
    WRITTEN_UP = "written_up"
    COMMENTED = "commented"
    AGREED = "agreed"
    REOPENED = "reopened"


class Sharing(StrEnum):
    """How far one point may travel; the central team is always the default."""

    CENTRAL = "central"
    AREA_HR = "area_hr"
    LINE_MANAGER = "line_manager"


class InterviewRecord(HasDataKey, RandomId, Base):
    """The record of one interview: notes and reasons are encrypted under its own key, dates and states are not.

    `reasons` is JSON: {"main": code or null, "contributing": [codes]}.
    """

    __tablename__ = "interview_records"

    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interview_bookings.id"), unique=True)
    state: Mapped[RecordState] = mapped_column(state_column(RecordState, "record_state"), default=RecordState.DRAFTED)
    guide: Mapped[str] = mapped_column(String(60))
    limits_explained: Mapped[bool] = mapped_column(default=False)
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    written_up_at: Mapped[datetime | None]
    first_written_up_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    reasons_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    reasons = Encrypted()

    booking: Mapped[InterviewBooking] = relationship()
    points: Mapped[list["RecordPoint"]] = relationship(
        back_populates="record", order_by="RecordPoint.position", cascade="all, delete-orphan"
    )
    comments: Mapped[list["RecordComment"]] = relationship(
        order_by="RecordComment.at", cascade="all, delete-orphan", back_populates="record"
    )


class RecordPoint(HasDataKey, RandomId, Base):
    """The note under one question of the guide, and how far it may travel if the leaver agreed to that."""

    __tablename__ = "interview_points"
    __table_args__ = (UniqueConstraint("record_id", "question"),)

    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interview_records.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    sharing: Mapped[Sharing] = mapped_column(state_column(Sharing, "sharing"), default=Sharing.CENTRAL)
    leaver_agreed: Mapped[bool] = mapped_column(default=False)
    note_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    note = Encrypted()

    record: Mapped[InterviewRecord] = relationship(back_populates="points")
    versions: Mapped[list["PointVersion"]] = relationship(order_by="PointVersion.at", cascade="all, delete-orphan")

    def may_reach(self, audience: Sharing) -> bool:
        """Whether the point may be shown to this audience: the leaver agreed, and to nothing narrower."""
        order = list(Sharing)
        return audience is Sharing.CENTRAL or (
            self.leaver_agreed and order.index(self.sharing) >= order.index(audience)
        )


class PointVersion(HasDataKey, RandomId, Base):
    """An earlier wording of a point that was corrected after the write-up."""

    __tablename__ = "interview_point_versions"

    point_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interview_points.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    sharing: Mapped[Sharing] = mapped_column(state_column(Sharing, "version_sharing"))
    note_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    note = Encrypted()


class RecordComment(HasDataKey, RandomId, Base):
    """What the leaver said about the record when reading it."""

    __tablename__ = "interview_comments"

    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interview_records.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    text_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    text = Encrypted()

    record: Mapped[InterviewRecord] = relationship(back_populates="comments")


class LocalQuestion(RandomId, Base):
    """A question an agency or one of its Areas adds after the locked national ones."""

    __tablename__ = "interview_local_questions"
    __table_args__ = (ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),)

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    area: Mapped[str | None] = mapped_column(String(40))
    text_en: Mapped[str] = mapped_column(String(300))
    text_cy: Mapped[str] = mapped_column(String(300))
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]

    @property
    def code(self) -> str:
        """How points refer to it; national questions have codes without a colon."""
        return f"local:{self.id}"
