"""The rules of a leaver's addresses: who has left, which address needs a second person, which were replaced."""

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.details import CaseDetails
from surveyapp.cases.models import Case, ReplacedAddress
from surveyapp.directory.models import Agency

ADDRESSES = ("work_email", "personal_email")


def has_left(case: Case) -> bool:
    """Whether the last working day is past, so that the work mailbox is closed."""
    return case.last_working_day is not None and clock.today() > case.last_working_day


def is_own_domain(session: Session, case: Case, address: str) -> bool:
    """Whether the address lies in one of the agency's own mail domains."""
    agency = session.get_one(Agency, case.agency)
    domain = address.rpartition("@")[2].casefold()
    return any(domain == own.casefold() or domain.endswith(f".{own.casefold()}") for own in agency.mail_domains)


def needs_second_person(session: Session, case: Case, wanted: CaseDetails) -> bool:
    """Whether a new private address of somebody who has left lies in the agency's own domain (CONTRACTS 1.8)."""
    address = wanted.personal_email
    is_new = bool(address) and address.casefold() != (case.personal_email or "").casefold()
    return is_new and has_left(case) and is_own_domain(session, case, address)


def remember_replaced(session: Session, case: Case, known: CaseDetails, wanted: CaseDetails) -> None:
    """Keep the addresses that a change takes away until the leaver has been told at them."""
    kept = {wanted.work_email.casefold(), wanted.personal_email.casefold()}
    for name in ADDRESSES:
        before = getattr(known, name)
        if before and before.casefold() not in kept:
            gone = ReplacedAddress(id=uuid.uuid4(), case_id=case.id, replaced_at=clock.now())
            gone.data_key = case.record_key()
            gone.address = before
            session.add(gone)


def take_replaced(session: Session, case: Case) -> list[str]:
    """The replaced addresses that have not been told yet; they are forgotten with this."""
    mine = ReplacedAddress.case_id == case.id
    found = session.scalars(select(ReplacedAddress).where(mine).order_by(ReplacedAddress.replaced_at))
    told = [one.address for one in found if one.address]
    session.execute(delete(ReplacedAddress).where(mine))
    return list(dict.fromkeys(told))
