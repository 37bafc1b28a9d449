"""Actions: what, why, where, who and by when; their notes and their timeline."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.db import Base, RandomId, state_column
from surveyapp.directory.models import User


class ActionState(StrEnum):
    AGREED = "agreed"
    STARTED = "started"
    COMPLETED = "completed"
    REVIEWED = "reviewed"
    STOPPED = "stopped"


class Outcome(StrEnum):
    """What a review found, in the owner's judgement; the figures beside it say what they say."""

    WORKED = "worked"
    WORKED_IN_PART = "worked_in_part"
    DID_NOT_WORK = "did_not_work"
    TOO_EARLY = "too_early"
    CANNOT_TELL = "cannot_tell"


UNFINISHED = (ActionState.AGREED, ActionState.STARTED)
TO_REVIEW = (ActionState.STARTED, ActionState.COMPLETED)


class Action(RandomId, Base):
    """One action. `finding` names what it answers in a signed release: reason, area, role, window, type and source."""

    __tablename__ = "actions"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), index=True)
    what: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(2000), default="")
    state: Mapped[ActionState] = mapped_column(state_column(ActionState, "action_state"), default=ActionState.AGREED)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime]
    due_on: Mapped[date]
    review_on: Mapped[date]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    outcome: Mapped[Outcome | None] = mapped_column(state_column(Outcome, "action_outcome"))
    reason: Mapped[str] = mapped_column(String(40), default="")
    release: Mapped[int | None] = mapped_column(ForeignKey("releases.number"))
    finding: Mapped[dict[str, Any]] = mapped_column(default=dict)

    owner: Mapped[User] = relationship()
    areas: Mapped[list["ActionArea"]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    roles: Mapped[list["ActionRole"]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    notes: Mapped[list["ActionNote"]] = relationship(order_by="ActionNote.at.desc()")
    events: Mapped[list["ActionEvent"]] = relationship(order_by="ActionEvent.at.desc()")

    @property
    def area_codes(self) -> frozenset[str]:
        """Where it holds; empty is everywhere in the agency."""
        return frozenset(one.area for one in self.areas)

    @property
    def role_codes(self) -> frozenset[str]:
        """For whom it is; empty is every job role."""
        return frozenset(one.role for one in self.roles)

    @property
    def about(self) -> str:
        """The opaque key of this action's messages in the outbox."""
        return f"action:{self.id}"

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been done by now."""
        return self.state in UNFINISHED and self.due_on < today

    def is_review_due(self, today: date) -> bool:
        """Whether it is time to look at what came of it."""
        return self.state in TO_REVIEW and self.review_on <= today


class ActionArea(Base):
    """One Area in which an action holds."""

    __tablename__ = "action_areas"
    __table_args__ = (ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),)

    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True)
    agency: Mapped[str] = mapped_column(String(40), primary_key=True)
    area: Mapped[str] = mapped_column(String(40), primary_key=True)


class ActionRole(Base):
    """One job role for which an action holds."""

    __tablename__ = "action_roles"
    __table_args__ = (ForeignKeyConstraint(["agency", "role"], ["job_roles.agency", "job_roles.code"]),)

    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True)
    agency: Mapped[str] = mapped_column(String(40), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)


class ActionNote(RandomId, Base):
    """What was done or learned, in somebody's words; never changed afterwards."""

    __tablename__ = "action_notes"

    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(String(2000))


class ActionEvent(RandomId, Base):
    """One event of an action's timeline; ids and codes only."""

    __tablename__ = "action_events"

    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(60))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(String(80))
    codes: Mapped[dict[str, Any]] = mapped_column(default=dict)
