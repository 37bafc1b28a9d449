"""Interview offers, bookings and their states; interviewers are in `interviewer_models`, records in `record_models`."""

import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.cases.models import Case
from surveyapp.clock import LONDON
from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey
from surveyapp.interviews import no_overlap
from surveyapp.interviews.interviewer_models import Interviewer


class InterviewerType(StrEnum):
    """Whom the leaver would rather speak to."""

    AREA_HR = "area_hr"
    OTHER_AREA_HR = "other_area_hr"
    INDEPENDENT = "independent"


class Mode(StrEnum):
    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


class OfferState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class DeclineReason(StrEnum):
    """Why a leaver would rather not be interviewed; every one is a good reason."""

    ALREADY_SAID = "already_said"
    NO_TIME = "no_time"
    NO_DIFFERENCE = "no_difference"
    NOT_COMFORTABLE = "not_comfortable"
    WORRIED_WHO_SEES = "worried_who_sees"
    NO_REASON = "no_reason"
    OTHER = "other"


class BookingState(StrEnum):
    BOOKED = "booked"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class CancelledBy(StrEnum):
    LEAVER = "leaver"
    HR = "hr"
    INTERVIEWER = "interviewer"
    CASE_CLOSED = "case_closed"


class InterviewOffer(HasDataKey, RandomId, Base):
    """The one offer of a case: what the leaver chose and needs. Dates due are computed, never stored."""

    __tablename__ = "interview_offers"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), unique=True)
    state: Mapped[OfferState] = mapped_column(state_column(OfferState, "offer_state"), default=OfferState.OFFERED)
    offered_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(state_column(DeclineReason, "decline_reason"))
    interviewer_type: Mapped[InterviewerType | None] = mapped_column(state_column(InterviewerType, "interviewer_type"))
    mode: Mapped[Mode | None] = mapped_column(state_column(Mode, "offer_mode"))
    call_back_asked_at: Mapped[datetime | None]
    call_back_done_at: Mapped[datetime | None]
    needs_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    companion_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    needs = Encrypted()
    companion = Encrypted()

    case: Mapped[Case] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether the leaver can still choose a time."""
        return self.state in (OfferState.OFFERED, OfferState.ACCEPTED)


class InterviewBooking(RandomId, Base):
    """One interview at one time. A move changes the row and raises `sequence`; `uid` and `organiser` stay for ever.

    `busy_from_at` to `busy_until_at` holds travel and buffer too; no two live rows of an interviewer overlap there.
    """

    __tablename__ = "interview_bookings"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="has_length"),
        CheckConstraint("busy_from_at <= starts_at AND busy_until_at >= ends_at", name="busy_covers_interview"),
        Index("ix_interview_bookings_interviewer", "interviewer_id", "starts_at"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    interviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interviewers.id"))
    state: Mapped[BookingState] = mapped_column(state_column(BookingState, "booking_state"))
    interviewer_type: Mapped[InterviewerType] = mapped_column(state_column(InterviewerType, "booked_type"))
    mode: Mapped[Mode] = mapped_column(state_column(Mode, "booked_mode"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_from_at: Mapped[datetime]
    busy_until_at: Mapped[datetime]
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    organiser: Mapped[str] = mapped_column(String(254))
    booked_at: Mapped[datetime]
    booked_by_hr: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    needs_confirming: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None]
    cancelled_by: Mapped[CancelledBy | None] = mapped_column(state_column(CancelledBy, "cancelled_by"))

    case: Mapped[Case] = relationship()
    interviewer: Mapped[Interviewer] = relationship()

    @property
    def is_live(self) -> bool:
        """Booked and not yet over, or held: it takes up the interviewer's time."""
        return self.state in (BookingState.BOOKED, BookingState.HELD)

    @property
    def held_on(self) -> date:
        """The day of the interview, in London."""
        return self.starts_at.astimezone(LONDON).date()

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


no_overlap.guard(InterviewBooking.__table__)
