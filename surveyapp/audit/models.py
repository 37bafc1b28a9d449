"""The table of audit events, which the database itself refuses to change, or to delete before their time is up."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, Integer, LargeBinary, String, event
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base


class AuditEvent(Base):
    """One act or look: who (kind and id), what (`noun.verbed`), on what (kind and id), where, with which codes."""

    __tablename__ = "audit_events"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(String(80))
    event: Mapped[str] = mapped_column(String(80), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80), index=True)
    agency: Mapped[str] = mapped_column(String(40))
    codes: Mapped[dict[str, Any]]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)


class AuditDisposal(Base):
    """That the chain's oldest part was disposed of: up to which event, and the hash from which it goes on."""

    __tablename__ = "audit_disposals"

    until_number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]


SQLITE_GUARDS = (
    """CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
       BEGIN SELECT RAISE(ABORT, 'audit events are append only'); END""",
    """CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
       WHEN OLD.number > COALESCE((SELECT MAX(until_number) FROM audit_disposals), 0)
       BEGIN SELECT RAISE(ABORT, 'audit events are append only'); END""",
    """CREATE TRIGGER audit_disposals_no_update BEFORE UPDATE ON audit_disposals
       BEGIN SELECT RAISE(ABORT, 'audit disposals are append only'); END""",
    """CREATE TRIGGER audit_disposals_no_delete BEFORE DELETE ON audit_disposals
       BEGIN SELECT RAISE(ABORT, 'audit disposals are append only'); END""",
)
POSTGRESQL_GUARDS = (
    """CREATE OR REPLACE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'audit events are append only'; END $$""",
    """CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR TRUNCATE ON audit_events
       FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse()""",
    """CREATE OR REPLACE FUNCTION audit_events_keep() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF OLD.number > COALESCE((SELECT MAX(until_number) FROM audit_disposals), 0) THEN
           RAISE EXCEPTION 'audit events are append only';
         END IF;
         RETURN OLD;
       END $$""",
    """CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
       FOR EACH ROW EXECUTE FUNCTION audit_events_keep()""",
    """CREATE TRIGGER audit_disposals_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_disposals
       FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse()""",
)
for _statement in SQLITE_GUARDS:
    event.listen(AuditDisposal.__table__, "after_create", DDL(_statement).execute_if(dialect="sqlite"))
for _statement in POSTGRESQL_GUARDS:
    event.listen(AuditDisposal.__table__, "after_create", DDL(_statement).execute_if(dialect="postgresql"))
