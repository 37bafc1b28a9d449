"""Putting a confidential response into the ballot box with its receipt; opening, changing, withdrawing it by code."""

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.encryption.ring import CannotDecrypt, decrypt, encrypt
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.contents import Content
from surveyapp.responses.models import Ballot, Receipt

BALLOT = "ballots"
OPENED = "opened ballots"


class NothingToOpen(Exception):
    """No response waits under this code: it is mistyped, was withdrawn, or its release has been cut."""


def put_in(session: Session, key: ReleasePublicKey, content: Content, code: ReceiptCode, quarter: str) -> None:
    """Seal a confidential response to the release key, and a second copy under its receipt code."""
    ballot_id, receipt_id = uuid.uuid4(), uuid.uuid4()
    whole = content.paired(ballot_id=str(ballot_id), receipt_id=str(receipt_id))
    session.add(Ballot(id=ballot_id, batch_quarter=quarter, box=key.seal(whole.to_bytes(), BALLOT)))
    add_receipt(session, whole, code, quarter)


def add_receipt(session: Session, content: Content, code: ReceiptCode, quarter: str) -> None:
    """Keep the copy that the code opens; `content.receipt_id` names it."""
    receipt_id = uuid.UUID(content.receipt_id)
    made = Receipt(id=receipt_id, verifier=code.verifier, batch_quarter=quarter, copy=_copy(content, code))
    session.add(made)
    session.flush()


def receipt_of(session: Session, code: ReceiptCode) -> Receipt | None:
    """The receipt of a code, while it opens anything; locked against a change by another request."""
    return session.scalar(select(Receipt).where(Receipt.verifier == code.verifier).with_for_update())


def open_copy(session: Session, code: ReceiptCode) -> tuple[Receipt, Content]:
    """The receipt and the response it holds; raises `NothingToOpen`."""
    receipt = receipt_of(session, code)
    if receipt is None:
        raise NothingToOpen
    try:
        held = decrypt(code.key, receipt.copy, _place(receipt.id))
    except CannotDecrypt as error:
        raise NothingToOpen from error
    return receipt, Content.from_bytes(held)


def replace_ballot(session: Session, key: ReleasePublicKey, code: ReceiptCode, changed: Content) -> None:
    """Put a changed response in place of the old one: a new ballot with a new id, the same receipt and quarter."""
    receipt, old = open_copy(session, code)
    session.execute(delete(Ballot).where(Ballot.id == uuid.UUID(old.ballot_id)))
    ballot_id = uuid.uuid4()
    whole = changed.paired(ballot_id=str(ballot_id), receipt_id=str(receipt.id))
    session.add(Ballot(id=ballot_id, batch_quarter=receipt.batch_quarter, box=key.seal(whole.to_bytes(), BALLOT)))
    renew_copy(session, receipt, whole, code)


def renew_copy(session: Session, receipt: Receipt, content: Content, code: ReceiptCode) -> None:
    """Write the second copy anew."""
    receipt.copy = _copy(content, code)
    session.flush()


def take_out(session: Session, code: ReceiptCode) -> Content:
    """Withdraw: the ballot, its copy and its receipt are gone; raises `NothingToOpen`."""
    receipt, content = open_copy(session, code)
    if content.ballot_id:
        session.execute(delete(Ballot).where(Ballot.id == uuid.UUID(content.ballot_id)))
    session.delete(receipt)
    session.flush()
    return content


def _copy(content: Content, code: ReceiptCode) -> bytes:
    return encrypt(code.key, content.to_bytes(), _place(uuid.UUID(content.receipt_id)))


def _place(receipt_id: uuid.UUID) -> str:
    return f"receipts/{receipt_id}"
