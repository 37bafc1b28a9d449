"""Comments, every decision about them, what a release shows of them, and how far coders agreed when it was cut."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, LargeBinary, String, event
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey

WITHOUT_ROWID = {"sqlite_with_rowid": False}
NOT_QUEUED = 0
"""The place of comments that have just come in."""


class Comment(HasDataKey, RandomId, Base):
    """One redacted comment under a new random id. No role, Area or date in clear: `bands` is sealed to the release key.

    `content` (JSON, encrypted): the redacted sentences, the question, language, consent, doubtful words, suggestions.
    `place` is its turn in the queue, NOT_QUEUED until it has one. `age` counts the cuts of its agency since it came in;
    disposal goes by it, since no date is kept. `is_double` asks for two coders. `is_counted` and `is_listed` say what
    releases have taken of it.
    """

    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_queue", "agency", "n_coded", "place"), WITHOUT_ROWID)

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    place: Mapped[int]
    age: Mapped[int] = mapped_column(default=0)
    is_double: Mapped[bool] = mapped_column(default=False)
    n_coded: Mapped[int] = mapped_column(default=0)
    is_disputed: Mapped[bool] = mapped_column(default=False)
    is_held_back: Mapped[bool] = mapped_column(default=False)
    is_counted: Mapped[bool] = mapped_column(default=False)
    is_listed: Mapped[bool] = mapped_column(default=False)
    bands: Mapped[bytes] = mapped_column(LargeBinary)
    content_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    content = Encrypted()


class Act(StrEnum):
    """What a person did with a comment."""

    CODED = "coded"
    SETTLED = "settled"
    SKIPPED = "skipped"
    HID_WORDS = "hid_words"
    HELD_BACK = "held_back"
    RELEASED = "released"


class Showing(StrEnum):
    """How a comment may be shown, as far as its writer's consent allows."""

    AS_WRITTEN = "as_written"
    IN_OUR_WORDS = "in_our_words"
    COUNTED_ONLY = "counted_only"


class CodingDecision(HasDataKey, RandomId, Base):
    """One act of one person on one comment, kept as it was: the database refuses to change it.

    `parts`: [{"upto": sentences, "codes": [...]}], in order. `suggested` are the codes that were suggested.
    """

    __tablename__ = "coding_decisions"
    __table_args__ = (Index("ix_coding_decisions_coder", "coder_id", "at"),)

    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    coder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    act: Mapped[Act] = mapped_column(state_column(Act, "coding_act"))
    code_book: Mapped[str] = mapped_column(String(40), default="")
    parts: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    suggested: Mapped[list[str]] = mapped_column(default=list)
    showing: Mapped[Showing | None] = mapped_column(state_column(Showing, "comment_showing"))
    paraphrase_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    paraphrase = Encrypted()


class ReleasedComment(HasDataKey, RandomId, Base):
    """One text as readers see it, listed under one family and one theme. Its id leads to no comment and no other text.

    `period` is the release it belongs to; `place` is an Area or role code, "*" for the whole organisation.
    """

    __tablename__ = "released_comments"
    __table_args__ = (Index("ix_released_comments_asked", "agency", "family", "place"), WITHOUT_ROWID)

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    period: Mapped[str] = mapped_column(String(10))
    family: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    is_paraphrase: Mapped[bool] = mapped_column(default=False)
    text_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    text = Encrypted()


class FrozenAgreement(Base):
    """How far two coders agreed on a code (Krippendorff's alpha) when a release was cut; None: nothing to compare."""

    __tablename__ = "comment_agreement"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    n_double: Mapped[int]
    alpha: Mapped[float | None]


class KnownNames(HasDataKey, RandomId, Base):
    """The names and staff numbers of an agency's staff list, encrypted: redaction looks for them, nobody reads them."""

    __tablename__ = "known_names"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), unique=True)
    names_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    names = Encrypted()


SQLITE_GUARD = """CREATE TRIGGER coding_decisions_no_update BEFORE UPDATE ON coding_decisions
       BEGIN SELECT RAISE(ABORT, 'decisions are kept as they were'); END"""
POSTGRESQL_GUARDS = (
    """CREATE OR REPLACE FUNCTION coding_decisions_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'decisions are kept as they were'; END $$""",
    """CREATE TRIGGER coding_decisions_no_update BEFORE UPDATE ON coding_decisions
       FOR EACH STATEMENT EXECUTE FUNCTION coding_decisions_refuse()""",
)
event.listen(CodingDecision.__table__, "after_create", DDL(SQLITE_GUARD).execute_if(dialect="sqlite"))
for _statement in POSTGRESQL_GUARDS:
    event.listen(CodingDecision.__table__, "after_create", DDL(_statement).execute_if(dialect="postgresql"))
