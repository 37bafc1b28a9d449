"""Drafts, ballots, receipts, named responses and promises: what is kept of an answer, and what deliberately is not.

Ballots, receipts and opened ballots have random ids, no row ids on SQLite and no time but the quarter of receipt, so
that neither order nor time leads from an answer to its case.
"""

import uuid
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey

WITHOUT_ROWID = {"sqlite_with_rowid": False}


class DraftHolder(StrEnum):
    """Whose key opens a draft: a link's, a trial's, a receipt's, or the application's (keyed in)."""

    LINK = "link"
    TRIAL = "trial"
    RECEIPT = "receipt"
    KEYED_IN = "keyed_in"


class Draft(RandomId, Base):
    """Answers not yet sent, encrypted under a key that the server does not keep (keyed-in ones: the application's).

    `case_id` and `occasion` let another link of the same case be told that a draft exists; a draft changed by its
    receipt has neither. `has_word` says that the key also needs the leaver's memorable word.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("holder", "holder_id"), Index("ix_drafts_case", "case_id", "occasion"))

    holder: Mapped[DraftHolder] = mapped_column(state_column(DraftHolder, "draft_holder"))
    holder_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(20), default="")
    begun_on: Mapped[date]
    has_word: Mapped[bool] = mapped_column(default=False)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class Ballot(Base):
    """A confidential response waiting for its cut: a box sealed to the release key, padded; bands are inside it."""

    __tablename__ = "ballots"
    __table_args__ = WITHOUT_ROWID

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    batch_quarter: Mapped[str] = mapped_column(String(6), index=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)


class Receipt(Base):
    """What a receipt code opens until the cut: a second copy, sealed under the code. It does not name its ballot."""

    __tablename__ = "receipts"
    __table_args__ = WITHOUT_ROWID

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    verifier: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    batch_quarter: Mapped[str] = mapped_column(String(6))
    copy: Mapped[bytes] = mapped_column(LargeBinary)


class OpenedBallot(Base):
    """A response after its cut: shuffled, a new id, fewer bands, sealed again to the release key."""

    __tablename__ = "opened_ballots"
    __table_args__ = (Index("ix_opened_ballots_batch", "agency", "batch_quarter"), WITHOUT_ROWID)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    batch_quarter: Mapped[str] = mapped_column(String(6))
    box: Mapped[bytes] = mapped_column(LargeBinary)


class NamedResponse(HasDataKey, RandomId, Base):
    """A response its leaver gave under their name: encrypted under the record's own key, never in the ballot box."""

    __tablename__ = "named_responses"
    __table_args__ = (UniqueConstraint("case_id", "occasion"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(20))
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    area: Mapped[str] = mapped_column(String(40))
    batch_quarter: Mapped[str] = mapped_column(String(6), index=True)
    is_for_interviewer: Mapped[bool] = mapped_column(default=False)
    is_counted: Mapped[bool] = mapped_column(default=False)
    content_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    content = Encrypted()


class Promise(Base):
    """The words shown to leavers before they answered, in every language, and the facts they were made from."""

    __tablename__ = "promises"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    facts: Mapped[dict[str, Any]]
    words: Mapped[dict[str, Any]]


class PromiseUse(Base):
    """That somebody of an agency answered under a promise in a quarter; nothing says who or how many."""

    __tablename__ = "promise_uses"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    batch_quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    promise: Mapped[str] = mapped_column(ForeignKey("promises.sha256"), primary_key=True)


class ConfidentialitySettings(Base):
    """What an agency promises beyond the product's defaults; it may be tightened at any time, loosened only unused."""

    __tablename__ = "confidentiality_settings"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    smallest_group: Mapped[int]
    smallest_sensitive_group: Mapped[int]
    named_months: Mapped[int]
