"""Nominated officers read concerns, log who was told, and close them; each look is in the audit log."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.concerns import queries, service, words
from surveyapp.concerns.models import Concern, MustBeTold, Outcome
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.web.language import gettext as _

blueprint = Blueprint("concerns", __name__, url_prefix="/concerns", template_folder="templates")


@blueprint.get("")
@requires(Permission.SEE_CONCERNS)
def list_concerns() -> ResponseReturnValue:
    found = queries.concerns_for(viewer(), db.session)
    audit.record_look(db.session, "concerns.listed", viewer().actor, ("concerns", "list"), n=len(found))
    return render_template(
        "concerns/list.html",
        concerns=found,
        words=words,
        overdue=service.is_overdue,
        now=clock.now(),
        names=directory.place_names(db.session),
    )


def concern_or_404(concern_id: uuid.UUID) -> Concern:
    return queries.concern_for(viewer(), db.session, concern_id) or abort(404)


@blueprint.get("/<uuid:concern_id>")
@requires(Permission.SEE_CONCERNS)
def show_concern(concern_id: uuid.UUID) -> ResponseReturnValue:
    concern = concern_or_404(concern_id)
    audit.record_look(db.session, "concern.seen", viewer().actor, ("concern", concern.id), agency=concern.agency)
    return _page(concern)


def _page(concern: Concern, error: str = "") -> str:
    return render_template(
        "concerns/concern.html",
        concern=concern,
        words=words,
        overdue=service.is_overdue,
        now=clock.now(),
        names=directory.place_names(db.session),
        error_list=[("#outcome", error)] if error else [],
    )


@blueprint.post("/<uuid:concern_id>/told")
@requires(Permission.SEE_CONCERNS)
def log_told(concern_id: uuid.UUID) -> ResponseReturnValue:
    concern = concern_or_404(concern_id)
    whom = next((one for one in MustBeTold if one == request.form.get("whom")), None) or abort(400)
    who = viewer()
    try:
        service.mark_told(db.session, concern, whom, request.form.get("how", ""), by_id=who.user_id, actor=who.actor)
    except service.ConcernIsClosed:
        abort(409)
    return redirect(url_for(".show_concern", concern_id=concern.id), 303)


@blueprint.post("/<uuid:concern_id>/close")
@requires(Permission.SEE_CONCERNS)
def close(concern_id: uuid.UUID) -> ResponseReturnValue:
    concern = concern_or_404(concern_id)
    outcome = next((one for one in Outcome if one == request.form.get("outcome")), None)
    if outcome is None:
        return _page(concern, _("Choose an outcome")), 422
    who, note = viewer(), request.form.get("note", "")
    try:
        service.close_concern(db.session, concern, outcome, note, by_id=who.user_id, actor=who.actor)
    except service.PeopleStillToTell:
        return _page(concern, _("Tell everybody who must be told before you close it")), 409
    except service.ConcernIsClosed:
        abort(409)
    flash(_("The concern is closed."), "success")
    return redirect(url_for(".show_concern", concern_id=concern.id), 303)
