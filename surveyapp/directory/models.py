"""The organisation and its staff accounts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.access.staff_roles import StaffRole
from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey


class Agency(Base):
    """One organisation, with how its messages introduce themselves."""

    __tablename__ = "agencies"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_cy: Mapped[str] = mapped_column(String(120), default="")
    nation: Mapped[str] = mapped_column(String(3), default="ENG")
    mail_sender: Mapped[str] = mapped_column(String(254), default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    mail_domains: Mapped[list[str]] = mapped_column(default=list)

    def name_in(self, language: str) -> str:
        """The agency's name in that language, English where there is no other."""
        return (self.name_cy if language == "cy" else "") or self.name


class Region(Base):
    """A group of Areas."""

    __tablename__ = "regions"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class Area(Base):
    """An Area or a central division; both are an Area in scope, figures and lattice."""

    __tablename__ = "areas"
    __table_args__ = (ForeignKeyConstraint(["agency", "region"], ["regions.agency", "regions.code"]),)

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    is_division: Mapped[bool] = mapped_column(default=False)
    nation: Mapped[str] = mapped_column(String(3), default="ENG")
    region: Mapped[str | None] = mapped_column(String(40))


class RoleFamily(Base):
    """A family of job roles."""

    __tablename__ = "role_families"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class JobRole(Base):
    """A job role and the family above it."""

    __tablename__ = "job_roles"
    __table_args__ = (ForeignKeyConstraint(["agency", "family"], ["role_families.agency", "role_families.code"]),)

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    family: Mapped[str | None] = mapped_column(String(40))


class Grade(Base):
    """A grade and its grade group (at most four groups in an agency); only the group reaches answers."""

    __tablename__ = "grades"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    grade_group: Mapped[str] = mapped_column(String(40), default="")


class ClosureDay(RandomId, Base):
    """A day on which an agency, or one of its Areas, does not work, beside bank holidays."""

    __tablename__ = "closure_days"
    __table_args__ = (
        ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),
        UniqueConstraint("agency", "area", "day"),
    )

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    area: Mapped[str | None] = mapped_column(String(40))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(120), default="")


class User(HasDataKey, RandomId, Base):
    """A staff account; what it may do is in its grants."""

    __tablename__ = "users"
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(2), default="en")
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(String(255))
    totp_secret_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]

    totp_secret = Encrypted()

    grants: Mapped[list["UserGrant"]] = relationship(back_populates="user", cascade="all, delete-orphan")
    passkeys: Mapped[list["Passkey"]] = relationship(cascade="all, delete-orphan", order_by="Passkey.created_at")

    @property
    def has_app(self) -> bool:
        """Whether an authenticator app is set up; one that was begun but not confirmed does not count."""
        return self.totp_confirmed_at is not None

    @property
    def has_second_step(self) -> bool:
        """Whether a password alone is not enough to sign in."""
        return self.has_app or bool(self.passkeys)


class UserGrant(RandomId, Base):
    """One staff role of one account, where it holds and until when; without areas it holds for the whole agency."""

    __tablename__ = "user_grants"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    staff_role: Mapped[StaffRole] = mapped_column(state_column(StaffRole, "staff_role"))
    agency: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    until_on: Mapped[date | None]
    is_by_provider: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship(back_populates="grants")
    areas: Mapped[list["UserGrantArea"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class UserGrantArea(Base):
    """One Area that a grant is limited to."""

    __tablename__ = "user_grant_areas"
    __table_args__ = (ForeignKeyConstraint(["agency", "area"], ["areas.agency", "areas.code"]),)

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("user_grants.id", ondelete="CASCADE"), primary_key=True)
    agency: Mapped[str] = mapped_column(String(40), primary_key=True)
    area: Mapped[str] = mapped_column(String(40), primary_key=True)


class SignInSession(RandomId, Base):
    """One browser's signed-in time; deleting the row ends it on the very next request."""

    __tablename__ = "sign_in_sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    is_by_provider: Mapped[bool] = mapped_column(default=False)


class SignInAttempt(RandomId, Base):
    """One counted try in a bucket (an address, a code), kept until its window has passed."""

    __tablename__ = "sign_in_attempts"

    bucket: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    at: Mapped[datetime]


class Passkey(RandomId, Base):
    """A passkey of an account: its public half only, under the name its owner gave it."""

    __tablename__ = "passkeys"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class PasswordLink(RandomId, Base):
    """A link by which a person sets their password; only its hash is kept, and it works once."""

    __tablename__ = "password_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]


class RecoveryCode(RandomId, Base):
    """One code for a lost phone; only its hash is kept, and the row goes when it is used."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class KnownDevice(RandomId, Base):
    """A browser from which the account has signed in; its cookie's hash, so that a new one can be told."""

    __tablename__ = "known_devices"
    __table_args__ = (UniqueConstraint("user_id", "token_hash"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    first_used_at: Mapped[datetime]
