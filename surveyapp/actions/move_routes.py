"""Moving an action on, noting progress, and its files."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from analytics.svg import draw
from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.actions import queries, service
from surveyapp.actions.before_after import BeforeAfter
from surveyapp.actions.forms import DayForm, NoteForm, ReviewForm
from surveyapp.actions.models import Action, Outcome
from surveyapp.actions.showing import action_records, before_after_of
from surveyapp.actions.staff_routes import action_or_404, action_page, asked_filters
from surveyapp.db import db
from surveyapp.reports.files import as_csv
from surveyapp.reports.workbooks import workbook
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

blueprint = Blueprint("action_moves", __name__, template_folder="templates", url_prefix="/actions")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def movable_or_404(action_id: uuid.UUID) -> Action:
    """The action, held for this request, when the viewer owns it or leads where it holds."""
    action = action_or_404(action_id)
    return service.locked(db.session, action) if queries.may_move(viewer(), action) else abort(404)


def moved(action: Action, verb: Callable[[], Any], said: str) -> ResponseReturnValue:
    """Call the verb; one that comes too late is told so and changes nothing."""
    try:
        verb()
    except service.NotInThisState:
        db.session.rollback()
        flash(_("This action has moved on. Look at where it stands now."))
    else:
        flash(said, "success")
    return redirect(url_for("actions.show_action", action_id=action.id))


@blueprint.post("/<uuid:action_id>/note")
@requires(Permission.SEE_ACTIONS)
def note(action_id: uuid.UUID) -> ResponseReturnValue:
    action, form = movable_or_404(action_id), NoteForm()
    if not form.validate_on_submit():
        return action_page(action, 422, note=form)
    service.write_note(db.session, action, form.text.data or "", viewer().user_id, viewer().actor)
    flash(_("The note is kept."), "success")
    return redirect(url_for("actions.show_action", action_id=action.id))


@blueprint.post("/<uuid:action_id>/<any(start, complete):verb>")
@requires(Permission.SEE_ACTIONS)
def begin_or_complete(action_id: uuid.UUID, verb: str) -> ResponseReturnValue:
    action, form = movable_or_404(action_id), DayForm()
    on = form.on.data
    if not form.validate_on_submit() or on is None:
        return action_page(action, 422, day=form)
    do = service.start_action if verb == "start" else service.complete_action
    said = _("The action has begun.") if verb == "start" else _("The action is done.")
    try:
        return moved(action, lambda: do(db.session, action, on, viewer().actor), said)
    except service.DayNotPossible:
        form.on.errors = [_("Enter a day that is not in the future, and not before it began")]
        return action_page(action, 422, day=form)


@blueprint.post("/<uuid:action_id>/review")
@requires(Permission.SEE_ACTIONS)
def review(action_id: uuid.UUID) -> ResponseReturnValue:
    action, form = movable_or_404(action_id), ReviewForm()
    if not form.validate_on_submit():
        return action_page(action, 422, review=form)
    outcome, again = Outcome(form.outcome.data), form.next_on.data
    said = _("The review is put off.") if again else _("The action is reviewed.")
    try:
        return moved(action, lambda: service.review_action(db.session, action, outcome, again, viewer().actor), said)
    except service.DayNotPossible:
        form.next_on.errors = [_("Enter a day that is still to come")]
        return action_page(action, 422, review=form)


@blueprint.post("/<uuid:action_id>/stop")
@requires(Permission.SEE_ACTIONS)
def stop(action_id: uuid.UUID) -> ResponseReturnValue:
    action = movable_or_404(action_id)
    return moved(action, lambda: service.stop_action(db.session, action, viewer().actor), _("The action is stopped."))


@blueprint.post("/<uuid:action_id>/open-again")
@requires(Permission.SEE_ACTIONS)
def open_again(action_id: uuid.UUID) -> ResponseReturnValue:
    action = movable_or_404(action_id)
    return moved(action, lambda: service.open_again(db.session, action, viewer().actor), _("The action is open again."))


@blueprint.get("/list.csv")
@requires(Permission.EXPORT_REPORTS)
def download_list() -> ResponseReturnValue:
    """The list as it is filtered, in codes; without the finding's figures."""
    found = queries.actions_for(viewer(), db.session, asked_filters())
    columns, records = action_records(found, clock.today())
    audit.record_look(db.session, "actions.exported", viewer().actor, ("actions", "list"), n=len(found))
    return _attachment(as_csv(columns, records).encode(), "text/csv; charset=utf-8", "actions.csv")


@blueprint.get("/<uuid:action_id>/before-after.<any(csv, xlsx, svg):kind>")
@requires(Permission.EXPORT_REPORTS)
def download_effect(action_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """The figures of before and after, as they stand on the page; 404 where there are none."""
    action = action_or_404(action_id)
    if not viewer().scope_for(Permission.EXPORT_REPORTS).reaches(action.agency):
        abort(404)
    found = before_after_of(viewer(), db.session, action, current_language())
    if not isinstance(found, BeforeAfter):
        abort(404)
    audit.record_look(
        db.session, "action.exported", viewer().actor, ("action", action.id), agency=action.agency, kind=kind
    )
    content, content_type = _file(found, kind)
    return _attachment(content, content_type, f"before-after.{kind}")


def _file(found: BeforeAfter, kind: str) -> tuple[bytes, str]:
    if kind == "csv":
        columns = tuple(column.code for column in found.table.columns)
        return as_csv(columns, found.table.records()).encode(), "text/csv; charset=utf-8"
    if kind == "svg":
        return draw(found.figure, found.table.title).encode(), "image/svg+xml"
    return workbook([(_("Finding"), found.sentence)], [(found.table.title, found.table)], _("About")), XLSX


def _attachment(content: bytes, content_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, content_type=content_type, headers=headers)
