"""Concerns and who had to be told of them."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.cases.models import Case
from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey


class ConcernKind(StrEnum):
    RISK_TO_LIFE = "risk_to_life"
    HARM = "harm"
    CRIME = "crime"
    MISCONDUCT = "misconduct"
    CONTACT = "contact"


class ConcernSource(StrEnum):
    INTERVIEW = "interview"
    LEAVER_FORM = "leaver_form"


class ConcernState(StrEnum):
    RAISED = "raised"
    CLOSED = "closed"


class Outcome(StrEnum):
    REFERRED_POLICE = "referred_police"
    REFERRED_SAFEGUARDING = "referred_safeguarding"
    REFERRED_CONDUCT = "referred_conduct"
    SUPPORT_GIVEN = "support_given"
    NOT_TAKEN_FURTHER = "not_taken_further"
    COULD_NOT_REACH = "could_not_reach"


class MustBeTold(StrEnum):
    """Whom the rules name; a notice is owed to each."""

    NOMINATED_OFFICER = "nominated_officer"
    EMERGENCY_SERVICES = "emergency_services"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    POLICE_LIAISON = "police_liaison"
    CONDUCT_LEAD = "conduct_lead"
    LEAVER = "leaver"


class Concern(HasDataKey, RandomId, Base):
    """One concern. What was said and how to reach the person are encrypted under its own key."""

    __tablename__ = "concerns"
    __table_args__ = (ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),)

    agency: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[ConcernKind] = mapped_column(state_column(ConcernKind, "concern_kind"))
    source: Mapped[ConcernSource] = mapped_column(state_column(ConcernSource, "concern_source"))
    state: Mapped[ConcernState] = mapped_column(state_column(ConcernState, "concern_state"))
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[Outcome | None] = mapped_column(state_column(Outcome, "concern_outcome"))
    said_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    closing_note_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    said = Encrypted()
    contact = Encrypted()
    closing_note = Encrypted()

    case: Mapped[Case] = relationship()
    notices: Mapped[list["ConcernNotice"]] = relationship(
        back_populates="concern", order_by="ConcernNotice.due_at", cascade="all, delete-orphan", lazy="selectin"
    )


class ConcernNotice(RandomId, Base):
    """One telling that is owed: to whom, by when, and when and by whom it was done."""

    __tablename__ = "concern_notices"
    __table_args__ = (UniqueConstraint("concern_id", "told_whom"),)

    concern_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("concerns.id", ondelete="CASCADE"))
    told_whom: Mapped[MustBeTold] = mapped_column(state_column(MustBeTold, "told_whom"))
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    told_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    told_how: Mapped[str] = mapped_column(String(40), default="")

    concern: Mapped[Concern] = relationship(back_populates="notices")
