"""The record: the interviewer's guide with notes, the central team's reading, and what Area HR may see and pass on."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import queries as cases
from surveyapp.concerns import service as concerns
from surveyapp.concerns import words as concern_words
from surveyapp.concerns.models import ConcernKind, ConcernSource
from surveyapp.db import db
from surveyapp.interviews import bookings, queries, records, words
from surveyapp.interviews.guide import Guide, current_reference, guide_for
from surveyapp.interviews.models import InterviewBooking
from surveyapp.interviews.record_models import InterviewRecord, Sharing
from surveyapp.interviews.typed_record import typed_by, typed_in
from surveyapp.languages import N_
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

blueprint = Blueprint("records", __name__, url_prefix="/interviews", template_folder="templates")
MISSING = {
    "limits": N_("Say that you explained who sees the record and what you may have to pass on"),
    "reasons": N_("Choose at least one reason that you heard"),
    "notes": N_("Write at least one note"),
}


def own_or_404(booking_id: uuid.UUID) -> InterviewBooking:
    """The booking, if the viewer holds this interview."""
    return queries.own_booking(viewer(), db.session, booking_id) or abort(404)


@blueprint.get("/<uuid:booking_id>/record")
@requires(Permission.HOLD_INTERVIEWS)
def open_record(booking_id: uuid.UUID) -> ResponseReturnValue:
    booking = own_or_404(booking_id)
    audit.record_look(db.session, "record.seen", viewer().actor, ("booking", booking.id), agency=booking.case.agency)
    return _writing_page(booking)


def _guide(booking: InterviewBooking, record: InterviewRecord | None) -> Guide:
    reference = record.guide if record else current_reference(db.session)
    noted = [point.question for point in record.points] if record else ()
    return guide_for(db.session, reference, booking.case, current_language(), noted)


def _writing_page(booking: InterviewBooking, error: str = "") -> str:
    record = records.record_of(db.session, booking)
    guide = _guide(booking, record)
    typed = typed_in(request.form, guide) if request.form else typed_by(record)
    return render_template(
        "interviews/record.html",
        booking=booking,
        record=record,
        guide=guide,
        typed=typed,
        stand=records.stand_of(record),
        words=words,
        concern_kinds=[(kind, concern_words.KINDS[kind]) for kind in ConcernKind if kind is not ConcernKind.CONTACT],
        write_up_by=queries.write_up_by(db.session, booking),
        now=clock.now(),
        error_list=[("#write-up", error)] if error else [],
    )


@blueprint.post("/<uuid:booking_id>/record")
@requires(Permission.HOLD_INTERVIEWS)
def save_record(booking_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is typed (the page does so by itself too), or finish: `do` is autosave, save or write_up."""
    booking, who = own_or_404(booking_id), viewer()
    try:
        record = records.begin_record(db.session, booking, current_reference(db.session), actor=who.actor)
        typed = typed_in(request.form, _guide(booking, record))
        records.save_draft(db.session, record, typed, who.user_id, request.form.get("stand", ""))
        if request.form.get("do") == "write_up":
            records.write_up(db.session, record, actor=who.actor)
            flash(_("The record is written up. The leaver gets a link to read it."), "success")
    except records.TooEarly:
        return _writing_page(booking, _("Wait until the interview has begun")), 409
    except bookings.BookingIsOver:
        return _writing_page(booking, _("This interview was cancelled or missed. There is nothing to write up")), 409
    except records.ChangedMeanwhile:
        return _writing_page(booking, _("The leaver has answered since you opened this page. Look and save again")), 409
    except records.NotReadyToShare as missing:
        return _writing_page(booking, _(MISSING[missing.what])), 422
    if request.form.get("do") == "autosave":
        return {"stand": records.stand_of(record)}
    return redirect(url_for(".open_record", booking_id=booking.id), 303)


@blueprint.post("/<uuid:booking_id>/missed")
@requires(Permission.HOLD_INTERVIEWS)
def mark_missed(booking_id: uuid.UUID) -> ResponseReturnValue:
    booking = own_or_404(booking_id)
    try:
        bookings.mark_no_show(db.session, booking, actor=viewer().actor)
    except bookings.BookingIsOver:
        abort(409)
    flash(_("The leaver is offered another time."), "success")
    return redirect(url_for("own_interviews.show_calendar"), 303)


@blueprint.post("/<uuid:booking_id>/concern")
@requires(Permission.HOLD_INTERVIEWS)
def raise_concern(booking_id: uuid.UUID) -> ResponseReturnValue:
    """Start a concern; afterwards only nominated officers see it."""
    booking, who = own_or_404(booking_id), viewer()
    kind = next((one for one in ConcernKind if one == request.form.get("kind")), None)
    said = request.form.get("said", "").strip()
    if kind is None or not said:
        return _writing_page(booking, _("Choose what kind of concern it is and write down what was said")), 422
    source = ConcernSource.INTERVIEW
    concerns.raise_concern(db.session, booking.case, kind, source, said, raised_by_id=who.user_id, actor=who.actor)
    flash(_("The concern is raised. The nominated officers are told now."), "success")
    return redirect(url_for(".open_record", booking_id=booking.id), 303)


@blueprint.get("/records")
@requires(Permission.READ_RECORDS)
def list_records() -> ResponseReturnValue:
    found = queries.records_for(viewer(), db.session)
    audit.record_look(db.session, "records.listed", viewer().actor, ("records", "list"), n=len(found))
    return render_template("interviews/records.html", records=found, words=words)


@blueprint.get("/records/<uuid:record_id>")
@requires(Permission.READ_RECORDS)
def read_record(record_id: uuid.UUID) -> ResponseReturnValue:
    record = queries.record_for(viewer(), db.session, record_id) or abort(404)
    case = record.booking.case
    audit.record_look(db.session, "record.seen", viewer().actor, ("record", record.id), agency=case.agency)
    return _reading_page(record, Sharing.CENTRAL)


def _reading_page(record: InterviewRecord, audience: Sharing) -> str:
    guide = _guide(record.booking, record)
    points = [point for point in record.points if point.note and point.may_reach(audience)]
    return render_template(
        "interviews/read_record.html",
        record=record,
        case=record.booking.case,
        points=points,
        guide=guide,
        reasons=records.reasons_of(record) if audience is Sharing.CENTRAL else None,
        reason_texts=dict(guide.reasons),
        audience=audience,
        words=words,
        to_manager=[point for point in points if point.may_reach(Sharing.LINE_MANAGER)],
        sent_at=queries.sent_to_manager_at(db.session, record),
    )


@blueprint.get("/cases/<uuid:case_id>/points")
@requires(Permission.BOOK_INTERVIEWS)
def read_points(case_id: uuid.UUID) -> ResponseReturnValue:
    """What the leaver agreed that Area HR may read; nothing before the record is agreed."""
    record = _agreed_record(case_id)
    case = record.booking.case
    audit.record_look(db.session, "points.seen", viewer().actor, ("record", record.id), agency=case.agency)
    return _reading_page(record, Sharing.AREA_HR)


def _agreed_record(case_id: uuid.UUID) -> InterviewRecord:
    case = cases.case_for(viewer(), db.session, case_id, Permission.BOOK_INTERVIEWS) or abort(404)
    record = queries.record_of_case(db.session, case.id)
    if record is None or not records.may_travel(record):
        abort(404)
    return record


@blueprint.post("/cases/<uuid:case_id>/points/send")
@requires(Permission.BOOK_INTERVIEWS)
def send_points(case_id: uuid.UUID) -> ResponseReturnValue:
    n = records.send_to_line_manager(db.session, _agreed_record(case_id), actor=viewer().actor)
    if not n:
        abort(409)
    flash(_("The line manager gets these points by e-mail."), "success")
    return redirect(url_for(".read_points", case_id=case_id), 303)
