"""Whom an identity provider means, which staff roles its claims give, and what has been used once and never again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.access.staff_roles import StaffRole
from surveyapp.db import Base, RandomId, state_column


class UserIdentity(Base):
    """Whom an identity provider means: tenant and object id, never an e-mail address, which can be given anew."""

    __tablename__ = "user_identities"

    tenant: Mapped[str] = mapped_column(String(200), primary_key=True)
    object_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class ProviderRole(RandomId, Base):
    """A value of the provider's roles claim and the staff role it gives, in force once a second person has agreed."""

    __tablename__ = "provider_roles"

    claim: Mapped[str] = mapped_column(String(200))
    staff_role: Mapped[StaffRole] = mapped_column(state_column(StaffRole, "provider_staff_role"))
    agency: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    areas: Mapped[list[str]] = mapped_column(default=list)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    @property
    def is_in_force(self) -> bool:
        return self.agreed_by is not None


class SpentToken(Base):
    """A state or a challenge that has been answered; a second answer to it is refused. Kept for an hour."""

    __tablename__ = "spent_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
