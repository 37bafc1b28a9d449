"""Who is written to when something happens to an interview; the texts are composed at delivery, in `emails`."""

from typing import Any

from sqlalchemy.orm import Session

from surveyapp import mail
from surveyapp.cases.models import Case
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import InterviewBooking, InterviewOffer
from surveyapp.interviews.record_models import InterviewRecord
from surveyapp.invitations.addresses import address_of

OFFERED = "interview.offered"
OFFER_REMINDER = "interview.offer_reminder"
BOOKED = "interview.booked"
MOVED = "interview.moved"
CANCELLED = "interview.cancelled"
MISSED = "interview.missed"
REASSIGNED = "interview.reassigned"
REMINDER = "interview.reminder"
INTERVIEWER_BOOKED = "interviewer.booked"
INTERVIEWER_MOVED = "interviewer.moved"
INTERVIEWER_CANCELLED = "interviewer.cancelled"
INTERVIEWER_REMINDER = "interviewer.reminder"
RECORD_SHARED = "interview.record_shared"
RECORD_CORRECTED = "interview.record_corrected"
RECORD_COMMENTED = "interview.record_commented"
POINTS_TO_MANAGER = "interview.points_to_manager"


def tell_offered(session: Session, offer: InterviewOffer, kind: str = OFFERED, round_: int = 1) -> None:
    """Offer the interview by e-mail, or remind of it; without an address the offer waits on the leaver's page."""
    _to_leaver(session, kind, offer.case, f"{offer.id}:{round_}", offer=str(offer.id))


def tell_booked(session: Session, booking: InterviewBooking) -> None:
    """Tell leaver and interviewer, each with the invitation for their calendar."""
    _booking_to_leaver(session, BOOKED, booking)
    _booking_to_interviewer(session, INTERVIEWER_BOOKED, booking, booking.interviewer)


def tell_moved(session: Session, booking: InterviewBooking, before: Interviewer) -> None:
    """Tell everybody of the new time; an interviewer who no longer holds it is sent a cancellation."""
    _booking_to_leaver(session, MOVED, booking)
    _tell_interviewers(session, booking, before)


def tell_reassigned(session: Session, booking: InterviewBooking, before: Interviewer) -> None:
    """Tell the leaver that somebody else will hold the interview, and ask them to confirm."""
    _booking_to_leaver(session, REASSIGNED, booking)
    _tell_interviewers(session, booking, before)


def _tell_interviewers(session: Session, booking: InterviewBooking, before: Interviewer) -> None:
    if before.id != booking.interviewer_id:
        _booking_to_interviewer(session, INTERVIEWER_CANCELLED, booking, before)
        _booking_to_interviewer(session, INTERVIEWER_BOOKED, booking, booking.interviewer)
    else:
        _booking_to_interviewer(session, INTERVIEWER_MOVED, booking, before)


def tell_cancelled(session: Session, booking: InterviewBooking, *, tell_leaver: bool = True) -> None:
    """Take the interview out of both calendars."""
    if tell_leaver:
        _booking_to_leaver(session, CANCELLED, booking)
    _booking_to_interviewer(session, INTERVIEWER_CANCELLED, booking, booking.interviewer)


def tell_missed(session: Session, booking: InterviewBooking) -> None:
    """Offer another time to somebody who did not come."""
    _booking_to_leaver(session, MISSED, booking)


def remind(session: Session, booking: InterviewBooking) -> None:
    """Remind leaver and interviewer the day before."""
    _booking_to_leaver(session, REMINDER, booking)
    _booking_to_interviewer(session, INTERVIEWER_REMINDER, booking, booking.interviewer)


def _booking_to_leaver(session: Session, kind: str, booking: InterviewBooking) -> None:
    of_this = f"{booking.id}:{booking.sequence}"
    _to_leaver(session, kind, booking.case, of_this, booking=str(booking.id), sequence=booking.sequence)


def _to_leaver(session: Session, kind: str, case: Case, of_this: str, **ids: Any) -> None:
    recipient = address_of(session, case)
    if recipient is None:
        return
    mail.queue(
        session,
        kind,
        recipient,
        about=case.about,
        reason_key=f"{kind}:{of_this}",
        language=case.language,
        agency=case.agency,
        ids=ids,
    )


def _booking_to_interviewer(session: Session, kind: str, booking: InterviewBooking, interviewer: Interviewer) -> None:
    """About the booking and not the case: an interviewer hears of a cancellation even when the leaver has died."""
    mail.queue(
        session,
        kind,
        interviewer.user.email,
        about=f"interview:{booking.id}",
        reason_key=f"{kind}:{booking.id}:{booking.sequence}:{interviewer.id}",
        language=interviewer.user.language,
        agency=booking.case.agency,
        ids={"booking": str(booking.id), "sequence": booking.sequence, "interviewer": str(interviewer.id)},
    )


def tell_record(session: Session, record: InterviewRecord, kind: str) -> None:
    """Send the leaver the link to the record."""
    written = int(record.written_up_at.timestamp()) if record.written_up_at else 0
    _to_leaver(session, kind, record.booking.case, f"{record.id}:{written}", record=str(record.id))


def tell_commented(session: Session, record: InterviewRecord, n: int) -> None:
    """Tell the interviewer that the leaver has something to say about the record."""
    user = record.booking.interviewer.user
    mail.queue(
        session,
        RECORD_COMMENTED,
        user.email,
        about=f"interview:{record.booking_id}",
        reason_key=f"{RECORD_COMMENTED}:{record.id}:{n}",
        language=user.language,
        agency=record.booking.case.agency,
        ids={"record": str(record.id), "booking": str(record.booking_id)},
    )


def tell_line_manager(session: Session, record: InterviewRecord, address: str) -> None:
    """The points that may reach the line manager; the row holds the record's id, the text is read at delivery."""
    case = record.booking.case
    agreed = int(record.agreed_at.timestamp()) if record.agreed_at else 0
    mail.queue(
        session,
        POINTS_TO_MANAGER,
        address,
        about=case.about,
        reason_key=f"{POINTS_TO_MANAGER}:{record.id}:{agreed}",
        agency=case.agency,
        ids={"record": str(record.id)},
    )
