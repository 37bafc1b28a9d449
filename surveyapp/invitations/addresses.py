"""Where to write to a leaver today, and which addresses have turned out not to work."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.addresses import has_left
from surveyapp.cases.models import Case
from surveyapp.db import is_postgresql
from surveyapp.encryption.records import ring
from surveyapp.invitations.models import DeadAddress


def address_of(session: Session, case: Case) -> str | None:
    """Where to write today: work up to the last working day, personal after it; None where only a letter arrives."""
    wanted = [case.personal_email] if has_left(case) else [case.work_email, case.personal_email]
    known = [address for address in wanted if address]
    dead = dead_addresses(session, case.id) if known else set()
    return next((address for address in known if index_of(address) not in dead), None)


def index_of(address: str) -> bytes:
    """The fingerprint under which an address is remembered as not working."""
    return ring().blind_index("dead address", address)


def dead_addresses(session: Session, case_id: UUID) -> set[bytes]:
    """The fingerprints of this case's addresses that refused or returned a message."""
    return set(session.scalars(select(DeadAddress.fingerprint).where(DeadAddress.case_id == case_id)))


def remember_dead(session: Session, case: Case, address: str) -> None:
    """Never write to this address again for this case."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    row = {"case_id": case.id, "fingerprint": index_of(address), "since_on": clock.today()}
    session.execute(insert(DeadAddress).values(row).on_conflict_do_nothing())


def revive(session: Session, case: Case, address: str) -> None:
    """HR or the leaver has entered this address again: try it."""
    found = session.get(DeadAddress, (case.id, index_of(address)))
    if found is not None:
        session.delete(found)
        session.flush()
