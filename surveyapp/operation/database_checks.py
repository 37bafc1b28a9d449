"""What doctor asks of the database: does it answer, is it safe against power cuts, current, and whole."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveyapp import audit, migrations
from surveyapp.audit import queries as audit_queries
from surveyapp.db import is_postgresql
from surveyapp.languages import N_
from surveyapp.operation.findings import Finding, fault, warning, well

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
INIT = N_("Run `surveyapp init`, with the server and the worker stopped.")
RESTORE = N_("Stop the service, keep a copy of the database, and restore the newest backup.")


def check_schema(session: Session) -> Iterator[Finding]:
    """Whether the database has the schema that this code needs."""
    at, wanted = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one(), migrations.head()
    if at != wanted:
        yield fault("migrations", N_("The database is at %(at)s, the code at %(wanted)s."), INIT, at=at, wanted=wanted)
    else:
        yield well("migrations", N_("The database answers and its schema is current (%(at)s)."), at=at)


def check_durability(session: Session) -> Iterator[Finding]:
    """Whether an acknowledged answer survives a power cut; each new connection is asked the same."""
    if is_postgresql(session):
        found = {name: session.execute(text(f"SHOW {name}")).scalar_one() for name in DURABLE}
        weak = [name for name, value in found.items() if value == "off"]
        advice = N_("Set it to on in postgresql.conf and reload the server.")
    else:
        mode = session.execute(text("PRAGMA journal_mode")).scalar_one()
        full = session.execute(text("PRAGMA synchronous")).scalar_one()
        weak = [*(["journal_mode"] if mode != "wal" else []), *(["synchronous"] if full != 2 else [])]
        advice = N_("Restart the service: it sets both on every connection.")
    if weak:
        yield fault("durability", N_("An answer could be lost in a power cut: %(weak)s."), advice, weak=", ".join(weak))
    else:
        yield well("durability", N_("What is acknowledged survives a power cut."))


def check_integrity(session: Session, *, whole: bool) -> Iterator[Finding]:
    """SQLite: the file and its references. PostgreSQL: checksums. With `whole`, every page of the SQLite file."""
    if is_postgresql(session):
        if session.execute(text("SHOW data_checksums")).scalar_one() == "off":
            yield warning(
                "integrity",
                N_("PostgreSQL keeps no checksums, so silent damage of a disk would not be noticed."),
                N_("With the database stopped: pg_checksums --enable."),
            )
        else:
            yield well("integrity", N_("PostgreSQL checks its pages by checksums."))
        return
    pragma = "integrity_check" if whole else "quick_check"
    said = session.execute(text(f"PRAGMA {pragma}")).scalars().all()
    broken = session.execute(text("PRAGMA foreign_key_check")).fetchall()
    if said != ["ok"] or broken:
        yield fault("integrity", N_("The database file is damaged."), RESTORE)
    else:
        yield well("integrity", N_("The database file is whole."))


def check_audit_chain(session: Session) -> Iterator[Finding]:
    """The chain of audit events, and its head to compare with an anchor kept elsewhere."""
    broken, head = audit.verify(session), audit_queries.head(session)
    if broken:
        yield fault(
            "audit",
            N_("The audit log is broken at event %(number)s."),
            N_("Somebody changed the database behind the product. Keep it as it is and call your security team."),
            number=broken.number,
        )
    elif head is None:
        yield well("audit", N_("The audit log is empty."))
    else:
        yield well(
            "audit", N_("The audit log is whole: event %(number)s, %(hash)s."), number=head[0], hash=head[1].hex()[:16]
        )
