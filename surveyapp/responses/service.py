"""Sending answers: sealed or named, once whatever is pressed twice; declining; changing and withdrawing by receipt."""

import uuid
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases.models import Case
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.engine.submission import submit
from surveyapp.invitations import ledger
from surveyapp.invitations.models import Invitation
from surveyapp.responses import ballots, batches, drafts, promises
from surveyapp.responses.answering import Open, Sharing
from surveyapp.responses.ballots import NothingToOpen
from surveyapp.responses.bands import bands_of
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.contents import Content
from surveyapp.responses.models import NamedResponse

SOMEBODY = Actor(ActorKind.LEAVER, "receipt")
"""Whoever holds a receipt code: the audit trail learns no more."""


class AlreadySent(Exception):
    """Answers were sent before, under another receipt code (a second tab, another device)."""


class NothingBegun(Exception):
    """There is no draft to send: it was started again elsewhere, or never begun."""


class TooLate(Exception):
    """The figures of its quarter have been made; the response can no longer be changed."""


@dataclass(frozen=True)
class Sent:
    """What the confirmation says: the code and until when it opens the answers."""

    code: ReceiptCode
    quarter: str


def send(
    session: Session,
    key: ReleasePublicKey,
    case: Case,
    occasion: str,
    opened: Open | None,
    code: ReceiptCode,
    language: str,
    *,
    keyed_in_by: Actor | None = None,
) -> Sent:
    """Send a finished draft: seal it, or keep it as named; note it in the ledger; destroy every draft of the case.

    A repeat with the same code is told the same again. Raises `AlreadySent`, `NothingBegun`, and the engine's
    `JourneyUnfinished`.
    """
    if opened is None:
        return _sent_before(session, case, occasion, code)
    submission = submit(opened.journey, language).to_json(opened.journey.definition)
    if not ledger.mark_answered(session, case.id, occasion, actor=keyed_in_by):
        return _sent_before(session, case, occasion, code)
    quarter = batches.quarter_of(clock.today())
    content = Content(
        bands=bands_of(session, case, occasion),
        promise=opened.held.promise,
        is_keyed_in=keyed_in_by is not None,
        is_named=opened.held.sharing == Sharing.NAMED,
        submission=submission,
    )
    if content.is_named:
        _keep_named(session, case, occasion, content, code, quarter, opened.held.is_for_interviewer)
    else:
        ballots.put_in(session, key, content, code, quarter)
    promises.note_use(session, case.agency, quarter, content.promise)
    drafts.destroy_all_of(session, case.id, occasion)
    session.flush()
    return Sent(code, quarter)


def decline(
    session: Session, case: Case, occasion: str, reason: ledger.DeclineReason | None, *, actor: Actor | None = None
) -> bool:
    """Note that the leaver would rather not, and destroy what they had begun; False when that was settled before."""
    drafts.destroy_all_of(session, case.id, occasion)
    return ledger.decline(session, case.id, occasion, reason=reason, actor=actor)


def change_by_receipt(session: Session, key: ReleasePublicKey, code: ReceiptCode, opened: Open, language: str) -> Sent:
    """Put the changed answers in the place of the old; how they are shared stays. Raises `NothingToOpen`, `TooLate`."""
    receipt, content = ballots.open_copy(session, code)
    submission = submit(opened.journey, language).to_json(opened.journey.definition)
    if content.is_named:
        changed = content.with_answers(submission)
        _named_of(session, content).content = changed.to_bytes().decode()
        ballots.renew_copy(session, receipt, changed, code)
    else:
        ballots.replace_ballot(session, key, code, content.with_answers(submission))
    audit.record(session, "response.changed", SOMEBODY, ("response", ""))
    session.flush()
    return Sent(code, receipt.batch_quarter)


def withdraw_by_receipt(session: Session, code: ReceiptCode) -> None:
    """Take the answers out; the ledger stays at answered. Raises `NothingToOpen`, `TooLate`."""
    content = ballots.open_copy(session, code)[1]
    if content.is_named:
        named = _named_of(session, content)
        if named.data_key is not None:
            named.data_key.destroy()
        session.delete(named)
    ballots.take_out(session, code)
    audit.record(session, "response.withdrawn", SOMEBODY, ("response", ""))


def _sent_before(session: Session, case: Case, occasion: str, code: ReceiptCode) -> Sent:
    receipt = ballots.receipt_of(session, code)
    if receipt is not None:
        return Sent(code, receipt.batch_quarter)
    settled = or_(Invitation.answered_on.is_not(None), Invitation.declined_on.is_not(None))
    query = select(Invitation.id).where(Invitation.case_id == case.id, Invitation.occasion == occasion, settled)
    raise NothingBegun if session.scalar(query) is None else AlreadySent


def _keep_named(
    session: Session, case: Case, occasion: str, content: Content, code: ReceiptCode, quarter: str, shown: bool
) -> None:
    named_id = uuid.uuid4()
    whole = content.paired(receipt_id=str(uuid.uuid4()), named_id=str(named_id))
    named = NamedResponse(
        id=named_id,
        case_id=case.id,
        occasion=occasion,
        agency=case.agency,
        area=case.area,
        batch_quarter=quarter,
        is_for_interviewer=shown,
    )
    named.content = whole.to_bytes().decode()
    session.add(named)
    ballots.add_receipt(session, whole, code, quarter)


def _named_of(session: Session, content: Content) -> NamedResponse:
    named = session.scalar(select(NamedResponse).where(NamedResponse.id == uuid.UUID(content.named_id)))
    if named is None:
        raise NothingToOpen
    if named.is_counted:
        raise TooLate
    return named
