"""The leaver reads, comments on and agrees the record, and can ask for somebody to contact them."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit
from surveyapp.access.guards import leaver
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases.models import Case
from surveyapp.concerns import service as concerns
from surveyapp.concerns.models import ConcernKind, ConcernSource
from surveyapp.db import db
from surveyapp.interviews import queries, records, words
from surveyapp.interviews.guide import guide_for
from surveyapp.interviews.record_models import InterviewRecord
from surveyapp.invitations.leaver_session import ENTRANCE, LeaverAccess, leaver_or_404
from surveyapp.web.language import current_language, language_switch_pressed
from surveyapp.web.language import gettext as _

blueprint = Blueprint("interview_record", __name__, url_prefix="/a", template_folder="templates")
LONGEST = 10_000


def own_record() -> InterviewRecord:
    """The record of this leaver's interview, once it is written up."""
    access = leaver_or_404()
    return queries.record_of_case(db.session, access.case_id) or abort(404)


def is_open_to(access: LeaverAccess) -> bool:
    """Whether there is a record for this leaver to read."""
    return queries.record_of_case(db.session, access.case_id) is not None


def _actor(record: InterviewRecord) -> Actor:
    return Actor(ActorKind.LEAVER, str(record.booking.case_id))


@blueprint.get("/record")
@leaver
def read_record() -> ResponseReturnValue:
    record = own_record()
    case = record.booking.case
    audit.record_look(db.session, "record.seen", _actor(record), ("record", record.id), agency=case.agency)
    return _page(record)


def _page(record: InterviewRecord, error: str = "") -> str:
    noted = [point.question for point in record.points]
    guide = guide_for(db.session, record.guide, record.booking.case, current_language(), noted)
    return render_template(
        "interviews/own_record.html",
        record=record,
        guide=guide,
        points=[point for point in record.points if (point.note or "").strip()],
        reasons=records.reasons_of(record),
        reason_texts=dict(guide.reasons),
        words=words,
        error_list=[("#comment", error)] if error else [],
        comment=request.form.get("comment", ""),
        back_address=ENTRANCE,
    )


@blueprint.post("/record")
@leaver
def answer_record() -> ResponseReturnValue:
    """Comment on the record, or agree it with how far each point may go."""
    record = own_record()
    if language_switch_pressed():
        return _page(record)
    comment = request.form.get("comment", "").strip()[:LONGEST]
    try:
        if request.form.get("do") == "comment":
            if not comment:
                return _page(record, _("Write what is not right")), 422
            records.comment_on_record(db.session, record, comment, actor=_actor(record))
            flash(_("Your comment is with the interviewer. You get a new link when the record is changed."), "success")
        else:
            records.agree_record(db.session, record, _agreed_points(), actor=_actor(record))
            flash(_("You have agreed the record. Thank you."), "success")
    except records.NotWithLeaver:
        return redirect(url_for(".read_record"), 303)
    return redirect(url_for(".read_record"), 303)


def _agreed_points() -> frozenset[uuid.UUID]:
    """The points that may travel as far as the interviewer noted; the others stay with the central team."""
    found = []
    for value in request.form.getlist("points"):
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            abort(400)
    return frozenset(found)


@blueprint.get("/contact")
@leaver
def ask_for_contact() -> ResponseReturnValue:
    leaver_or_404()
    return _contact_page()


def _contact_page(error: str = "") -> str:
    return render_template(
        "interviews/contact.html",
        said=request.form.get("said", ""),
        contact=request.form.get("contact", ""),
        error_list=[("#contact", error)] if error else [],
        back_address=ENTRANCE,
    )


@blueprint.post("/contact")
@leaver
def send_contact() -> ResponseReturnValue:
    """Ask to be contacted: identified, apart from the questionnaire, seen by nominated officers only."""
    access = leaver_or_404()
    if language_switch_pressed():
        return _contact_page()
    said, contact = (request.form.get(name, "").strip()[:LONGEST] for name in ("said", "contact"))
    if not contact:
        return _contact_page(_("Tell us how we can reach you safely")), 422
    case = db.session.get_one(Case, access.case_id)
    source, actor = ConcernSource.LEAVER_FORM, Actor(ActorKind.LEAVER, str(case.id))
    concerns.raise_concern(db.session, case, ConcernKind.CONTACT, source, said, contact=contact, actor=actor)
    return render_template("interviews/contact_sent.html")
