"""Cases and their timeline."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey


class CaseState(StrEnum):
    OPEN = "open"
    STAYED = "stayed"
    DIED = "died"
    CLOSED = "closed"


class CaseKind(StrEnum):
    LEAVER = "leaver"
    STARTER = "starter"
    STAY = "stay"


class Regretted(StrEnum):
    """HR's own view of the loss, entered before answers exist."""

    YES = "yes"
    NO = "no"
    NOT_GIVEN = "not_given"


class Case(HasDataKey, RandomId, Base):
    """One person's leaving (or a starter's, or a stay conversation's) administrative record.

    Names and contact details are encrypted under the record's own key; `staff_number_index` and `manager_index` are
    keyed fingerprints for exact look-up. Due dates are computed from these dates on read, never stored.
    """

    __tablename__ = "cases"
    __table_args__ = (
        ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),
        ForeignKeyConstraint(["agency", "job_role"], ["job_roles.agency", "job_roles.code"]),
        ForeignKeyConstraint(["agency", "grade"], ["grades.agency", "grades.code"]),
        Index("ix_cases_person", "agency", "staff_number_index"),
        Index("ix_cases_place", "agency", "area", "state"),
    )

    kind: Mapped[CaseKind] = mapped_column(state_column(CaseKind, "case_kind"), default=CaseKind.LEAVER)
    state: Mapped[CaseState] = mapped_column(state_column(CaseState, "case_state"), default=CaseState.OPEN)
    agency: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(40))
    job_role: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str | None] = mapped_column(String(40))
    leaving_type: Mapped[str | None] = mapped_column(String(40))
    working_pattern: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(2), default="en")
    start_date: Mapped[date | None]
    notice_date: Mapped[date | None]
    last_working_day: Mapped[date | None]
    regretted: Mapped[Regretted] = mapped_column(state_column(Regretted, "regretted"), default=Regretted.NOT_GIVEN)
    stayed_after_conversation: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    notified_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    staff_number_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    manager_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    staff_number_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    work_email_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    personal_email_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    line_manager_email_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    manager_line_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    staff_number = Encrypted()
    name = Encrypted()
    work_email = Encrypted()
    personal_email = Encrypted()
    phone = Encrypted()
    line_manager_email = Encrypted()
    manager_line = Encrypted()

    @property
    def is_open(self) -> bool:
        return self.state is CaseState.OPEN

    @property
    def about(self) -> str:
        """The opaque key of this case's messages in the outbox."""
        return f"case:{self.id}"

    def tenure_band(self) -> str:
        """Length of service in completed years at the last working day, as a band (CONTRACTS section 4)."""
        if self.start_date is None or self.last_working_day is None:
            return "not_known"
        start, end = self.start_date, self.last_working_day
        years = end.year - start.year - ((end.month, end.day) < (start.month, start.day))
        if years < 2:
            return "lt2"
        return "2to4" if years < 5 else "5to9" if years < 10 else "10plus"


class CaseEvent(RandomId, Base):
    """One line of a case's timeline; ids and codes only."""

    __tablename__ = "case_events"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(80))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(String(80))
    codes: Mapped[dict[str, Any]]
