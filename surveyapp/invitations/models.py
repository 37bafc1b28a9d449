"""The ledger, the links and codes that open a questionnaire, the letters, and asked-for changes of address."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey

LEAVING = "leaving"
"""The occasion of a leaver's questionnaire; starters and stays have occasions of their own."""


class Step(StrEnum):
    """What an invitation sends, each once."""

    INVITE = "invite"
    FIRST_REMINDER = "first_reminder"
    SECOND_REMINDER = "second_reminder"
    LAST_REMINDER = "last_reminder"


class StepOutcome(StrEnum):
    """How a step was carried out; `dropped` means it came too late to be of use."""

    E_MAILED = "e_mailed"
    LETTER = "letter"
    DROPPED = "dropped"


class LedgerState(StrEnum):
    """Where an invitation stands, told from its dates."""

    DUE = "due"
    INVITED = "invited"
    BEGUN = "begun"
    ANSWERED = "answered"
    DECLINED = "declined"
    CLOSED = "closed"


class WhyRevoked(StrEnum):
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class ChangeState(StrEnum):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Invitation(RandomId, Base):
    """The ledger: one row a case and occasion, dates only; it knows that a case answered, never what."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("case_id", "occasion"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(20), default=LEAVING)
    invited_on: Mapped[date | None]
    begun_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    declined_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    held_on: Mapped[date | None]

    @property
    def state(self) -> LedgerState:
        """The furthest point reached; answering or declining outlasts the closing day."""
        reached = (
            (self.answered_on, LedgerState.ANSWERED),
            (self.declined_on, LedgerState.DECLINED),
            (self.closed_on, LedgerState.CLOSED),
            (self.begun_on, LedgerState.BEGUN),
            (self.invited_on, LedgerState.INVITED),
        )
        return next((state for day, state in reached if day is not None), LedgerState.DUE)

    @property
    def is_open(self) -> bool:
        """Whether the leaver may still answer."""
        return self.answered_on is None and self.declined_on is None and self.closed_on is None

    @property
    def is_held(self) -> bool:
        return self.held_on is not None


class InvitationStep(Base):
    """One step of one invitation, carried out once: its primary key keeps three schedulers from sending twice."""

    __tablename__ = "invitation_steps"

    invitation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[Step] = mapped_column(state_column(Step, "step"), primary_key=True)
    taken_on: Mapped[date]
    outbox_id: Mapped[uuid.UUID | None]
    outcome: Mapped[StepOutcome] = mapped_column(state_column(StepOutcome, "outcome"))


class Link(RandomId, Base):
    """One way in for one case; only the token's SHA-256 is stored, so that this table opens nothing.

    Several links of a case are valid at once, until a reissue revokes them. `expires_on` empty means: with the
    questionnaire's closing day, which is computed from the case, so that a changed last day moves it.
    """

    __tablename__ = "links"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    occasion: Mapped[str] = mapped_column(String(20), default=LEAVING)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    purpose: Mapped[str] = mapped_column(String(40))
    made_on: Mapped[date]
    expires_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    why_revoked: Mapped[WhyRevoked | None] = mapped_column(state_column(WhyRevoked, "why_revoked"))


class Letter(RandomId, Base):
    """A letter that is due or was printed, for a leaver without a mailbox; its code is minted when the PDF is made."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_waiting", "printed_on"),)

    invitation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    step: Mapped[Step] = mapped_column(state_column(Step, "letter_step"))
    due_on: Mapped[date]
    printed_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]


class LetterCode(Base):
    """The look-up half of a letter code and the salt of its secret half, whose argon2id output is the link token.

    So the code is stored nowhere, and typing it again on another device opens the same link with the same draft.
    """

    __tablename__ = "letter_codes"

    lookup: Mapped[str] = mapped_column(String(4), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("links.id", ondelete="CASCADE"), unique=True)


class Guess(Base):
    """How many guesses one key made in one hour; counted by the database, so that a limit is exact across workers."""

    __tablename__ = "guesses"

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    n: Mapped[int]


class AddressChange(HasDataKey, RandomId, Base):
    """A change of address that waits for a second person (CONTRACTS 1.8), and what became of it."""

    __tablename__ = "address_changes"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    address_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    requested_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    state: Mapped[ChangeState] = mapped_column(state_column(ChangeState, "change_state"), default=ChangeState.WAITING)

    address = Encrypted()


class DeadAddress(Base):
    """An address of one case that refused or returned a message; only its keyed fingerprint is kept."""

    __tablename__ = "dead_addresses"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    since_on: Mapped[date]


class DeclineTally(Base):
    """How often each reason for declining was given, by agency and quarter: never beside a case."""

    __tablename__ = "decline_tallies"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int]


class Wording(Base):
    """An agency's own wording of one message in one language; where there is none, the shipped wording stands."""

    __tablename__ = "message_wordings"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(String(4000))
