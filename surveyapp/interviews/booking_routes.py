"""HR's side: interviews of their Areas, and offering, booking, moving and cancelling for one case."""

import uuid
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import queries as cases
from surveyapp.cases.models import Case
from surveyapp.db import db, give_up_writing
from surveyapp.interviews import bookings, choices, offers, queries, words
from surveyapp.interviews.bookings import SlotAlreadyTaken, Wish
from surveyapp.interviews.choices import SlotChoice, SlotQuery
from surveyapp.interviews.models import CancelledBy, DeclineReason, InterviewerType, InterviewOffer, Mode
from surveyapp.web.language import gettext as _

blueprint = Blueprint("interviews", __name__, url_prefix="/interviews", template_folder="templates")
DAYS_BACK = timedelta(days=30)
HR_DAYS = 60


@blueprint.get("")
@requires(Permission.SEE_INTERVIEWS)
def list_interviews() -> ResponseReturnValue:
    """What is to come and what waits, in the viewer's Areas; an interviewer goes to their own calendar."""
    who = viewer()
    if not who.can(Permission.BOOK_INTERVIEWS):
        return redirect(
            url_for("own_interviews.show_calendar" if who.can(Permission.HOLD_INTERVIEWS) else "records.list_records")
        )
    found = queries.bookings_for(who, db.session, clock.now() - DAYS_BACK)
    waiting = queries.open_offers_for(who, db.session)
    audit.record_look(db.session, "interviews.listed", who.actor, ("interviews", "list"), n=len(found) + len(waiting))
    return render_template(
        "interviews/list.html",
        bookings=found,
        offers=waiting,
        words=words,
        waits=queries.waits_for_call,
        now=clock.now(),
    )


def case_or_404(case_id: uuid.UUID) -> Case:
    """The case, if the viewer books interviews there and has nothing to do with it in person."""
    return cases.case_for(viewer(), db.session, case_id, Permission.BOOK_INTERVIEWS) or abort(404)


def offer_or_404(case: Case) -> InterviewOffer:
    return offers.offer_of(db.session, case.id) or abort(404)


@blueprint.get("/cases/<uuid:case_id>")
@requires(Permission.BOOK_INTERVIEWS)
def show_case(case_id: uuid.UUID) -> ResponseReturnValue:
    case = case_or_404(case_id)
    audit.record_look(db.session, "interview.seen", viewer().actor, ("case", case.id), agency=case.agency)
    return _page(case)


def _page(case: Case, error: str = "") -> str:
    booking = queries.booking_to_come(db.session, case.id)
    kind = next((one for one in InterviewerType if one == request.values.get("type")), None)
    mode = next((one for one in Mode if one == request.values.get("mode")), Mode.PHONE)
    leaving_out = (booking.id,) if booking else ()
    wanted = SlotQuery(mode, kind, days=HR_DAYS, notice=timedelta(), leaving_out=leaving_out)
    slots = choices.slots_for(db.session, case, wanted)
    return render_template(
        "interviews/case.html",
        case=case,
        offer=offers.offer_of(db.session, case.id),
        booking=booking,
        history=queries.bookings_of(db.session, case.id),
        slots=choices.spread(slots, 120),
        kind=kind,
        mode=mode,
        words=words,
        kinds=list(InterviewerType),
        modes=list(Mode),
        now=clock.now(),
        error_list=[("#slot", error)] if error else [],
    )


@blueprint.post("/cases/<uuid:case_id>/offer")
@requires(Permission.BOOK_INTERVIEWS)
def offer(case_id: uuid.UUID) -> ResponseReturnValue:
    case = case_or_404(case_id)
    if not case.is_open:
        abort(409)
    offers.offer_interview(db.session, case, actor=viewer().actor)
    flash(_("The interview is offered."), "success")
    return _back(case)


@blueprint.post("/cases/<uuid:case_id>/book")
@requires(Permission.BOOK_INTERVIEWS)
def book(case_id: uuid.UUID) -> ResponseReturnValue:
    """Book or move on the leaver's behalf; the offer is made in the same breath when there is none."""
    case = case_or_404(case_id)
    choice = SlotChoice.read(request.form.get("slot", ""))
    mode = next((one for one in Mode if one == request.form.get("mode")), None)
    if choice is None or mode is None:
        return _page(case, _("Choose a time")), 422
    try:
        _book_or_move(case, Wish(choice, mode, by_hr=True))
    except SlotAlreadyTaken:
        give_up_writing()
        return _page(case, _("Somebody has just booked that time. Choose another one")), 409
    except (bookings.CaseAlreadyBooked, bookings.BookingIsOver, bookings.NotOffered):
        return _page(case, _("Somebody has just changed this interview. See where it stands now")), 409
    except bookings.InterviewerNotAllowed:
        abort(404)
    flash(_("The interview is booked. The leaver and the interviewer get an e-mail."), "success")
    return _back(case)


def _book_or_move(case: Case, wish: Wish) -> None:
    if not case.is_open:
        abort(409)
    actor = viewer().actor
    booking = queries.booking_to_come(db.session, case.id)
    if booking is None:
        made = offers.offer_of(db.session, case.id) or offers.offer_interview(db.session, case, actor=actor)
        bookings.book_interview(db.session, made, wish, actor=actor)
    else:
        bookings.move_interview(db.session, booking, wish, actor=actor)


@blueprint.post("/cases/<uuid:case_id>/cancel")
@requires(Permission.BOOK_INTERVIEWS)
def cancel(case_id: uuid.UUID) -> ResponseReturnValue:
    case = case_or_404(case_id)
    booking = queries.booking_to_come(db.session, case.id) or abort(404)
    try:
        bookings.cancel_interview(db.session, booking, CancelledBy.HR, actor=viewer().actor)
    except bookings.BookingIsOver:
        return _page(case, _("Somebody has just changed this interview. See where it stands now")), 409
    flash(_("The interview is cancelled. The leaver and the interviewer get an e-mail."), "success")
    return _back(case)


@blueprint.post("/cases/<uuid:case_id>/decline")
@requires(Permission.BOOK_INTERVIEWS)
def decline(case_id: uuid.UUID) -> ResponseReturnValue:
    """The leaver said no to HR, by phone or face to face."""
    case = case_or_404(case_id)
    reason = next((one for one in DeclineReason if one == request.form.get("reason")), None)
    if reason is None:
        return _page(case, _("Choose the reason the leaver gave")), 422
    try:
        offers.decline_interview(db.session, offer_or_404(case), reason, actor=viewer().actor)
    except offers.OfferIsClosed:
        return _page(case, _("Cancel the booking first")), 409
    return _back(case)


@blueprint.post("/cases/<uuid:case_id>/called-back")
@requires(Permission.BOOK_INTERVIEWS)
def called_back(case_id: uuid.UUID) -> ResponseReturnValue:
    case = case_or_404(case_id)
    offers.mark_called_back(db.session, offer_or_404(case), actor=viewer().actor)
    return _back(case)


@blueprint.post("/cases/<uuid:case_id>/no-show")
@requires(Permission.BOOK_INTERVIEWS)
def no_show(case_id: uuid.UUID) -> ResponseReturnValue:
    case = case_or_404(case_id)
    booking = queries.booking_to_come(db.session, case.id) or abort(404)
    try:
        bookings.mark_no_show(db.session, booking, actor=viewer().actor)
    except bookings.BookingIsOver:
        return _page(case, _("The interview has not begun yet")), 409
    flash(_("The leaver is offered another time."), "success")
    return _back(case)


def _back(case: Case) -> ResponseReturnValue:
    return redirect(url_for("interviews.show_case", case_id=case.id), 303)
