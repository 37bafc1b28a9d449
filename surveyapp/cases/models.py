"""Cases and their timeline."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.cases.policy import InterviewOffer, Questionnaire
from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey
from surveyapp.uploads import WaitingFile


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

    Names and contact details are encrypted under the record's own key; `staff_number_index` is a keyed fingerprint for
    exact look-up, `news_fingerprint` one of the last news from HR's system, so that the same again changes nothing.
    Due dates are computed from these dates on read, never stored. The database allows one open case a person.
    """

    __tablename__ = "cases"
    __table_args__ = (
        ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),
        ForeignKeyConstraint(["agency", "job_role"], ["job_roles.agency", "job_roles.code"]),
        ForeignKeyConstraint(["agency", "grade"], ["grades.agency", "grades.code"]),
        Index("ix_cases_person", "agency", "staff_number_index"),
        Index("ix_cases_place", "agency", "area", "state"),
        Index(
            "uq_cases_one_open",
            "agency",
            "staff_number_index",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
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
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id"))
    notified_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    disposed_on: Mapped[date | None]

    staff_number_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    news_fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(16))
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


class FingerprintKind(StrEnum):
    RELATED = "related"  # the e-mail of the leaver, their line manager, or anyone in the line
    WORD = "word"  # a word of the name or an e-mail, for search


class CaseFingerprint(Base):
    """A keyed fingerprint of something encrypted in a case, for exact look-up: who is shut out of it, and search."""

    __tablename__ = "case_fingerprints"
    __table_args__ = (Index("ix_case_fingerprints_value", "kind", "fingerprint"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[FingerprintKind] = mapped_column(state_column(FingerprintKind, "kind"), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)


class CaseNote(HasDataKey, RandomId, Base):
    """What an adviser wrote down about a case, encrypted under the case's own data key."""

    __tablename__ = "case_notes"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    text_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    text = Encrypted()


class ReplacedAddress(HasDataKey, RandomId, Base):
    """An address that HR's news replaced; kept under the case's own key until the leaver was told there."""

    __tablename__ = "replaced_addresses"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    replaced_at: Mapped[datetime]
    address_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    address = Encrypted()


class CaseOpening(HasDataKey, RandomId, Base):
    """Somebody shut out of a case asks to open it in an emergency; it opens for a day when a second person agrees."""

    __tablename__ = "case_openings"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    reason_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]

    reason = Encrypted()


class PolicyRule(Base):
    """What one agency invites one leaving type to, where it differs from the shipped policy."""

    __tablename__ = "policy_rules"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    leaving_type: Mapped[str] = mapped_column(String(40), primary_key=True)
    questionnaire: Mapped[Questionnaire] = mapped_column(state_column(Questionnaire, "questionnaire"))
    interview: Mapped[InterviewOffer] = mapped_column(state_column(InterviewOffer, "interview"))


class PolicyNumber(Base):
    """One number of an agency's policy (a field of policy.Times), where it differs from the shipped one."""

    __tablename__ = "policy_numbers"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int]


class AbsenceCover(RandomId, Base):
    """While one adviser is away another sees and does their steps; both days included."""

    __tablename__ = "absence_covers"
    __table_args__ = (UniqueConstraint("absent_id", "cover_id", "from_on"),)

    absent_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    cover_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]


class CaseUpload(WaitingFile, Base):
    """A file of cases that was uploaded and previewed."""

    __tablename__ = "case_uploads"
    audited_as = event_noun = "case_import"


class CaseEvent(RandomId, Base):
    """One line of a case's timeline; ids and codes only."""

    __tablename__ = "case_events"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(80))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(String(80))
    codes: Mapped[dict[str, Any]]
