"""Tokens of HR systems, and the requests they marked with an idempotency key."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId


class ApiScope(StrEnum):
    """What a token may do."""

    READ = "leavers:read"
    WRITE = "leavers:write"
    REPORTS = "reports:read"


class ApiToken(RandomId, Base):
    """One HR system's token: only its SHA-256 is stored, it belongs to one agency and ends on a day."""

    __tablename__ = "api_tokens"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    expires_on: Mapped[date]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class ApiRequest(Base):
    """A request that was done under an idempotency key: the same key again gives the same answer and does nothing."""

    __tablename__ = "api_requests"

    token_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("api_tokens.id"), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(index=True)
