"""The single verbs of a case, each a button or a small form: stayed, died, hand over, note, merge, close."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import queries, service
from surveyapp.cases.choices import type_choices, uuid_or_404
from surveyapp.cases.details import staff_number_index
from surveyapp.cases.forms import HandOverForm, MergeForm, NoteForm, StayedForm, UndoDeathForm
from surveyapp.cases.models import Case
from surveyapp.cases.policy import DEATH
from surveyapp.cases.staff_routes import load_case
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.web.forms import SelectChoice
from surveyapp.web.language import gettext as _

blueprint = Blueprint("case_verbs", __name__, template_folder="templates")


def _back_to(case: Case, said: str, kind: str = "success") -> ResponseReturnValue:
    flash(said, kind)
    return redirect(url_for("case_page.show_case", case_id=case.id))


def _show(case: Case, template: str, form: object, status: int = 200) -> ResponseReturnValue:
    audit.record_look(db.session, "case.seen", viewer().actor, ("case", case.id), agency=case.agency, page=template)
    return render_template(f"cases/{template}.html", case=case, form=form), status


@blueprint.get("/cases/<uuid:case_id>/stayed")
@requires(Permission.EDIT_CASES)
def ask_stayed(case_id: uuid.UUID) -> ResponseReturnValue:
    return _show(load_case(case_id), "stayed", StayedForm())


@blueprint.post("/cases/<uuid:case_id>/stayed")
@requires(Permission.EDIT_CASES)
def record_stayed(case_id: uuid.UUID) -> ResponseReturnValue:
    case, form = load_case(case_id), StayedForm()
    try:
        service.withdraw_resignation(db.session, case, viewer().actor, after_conversation=form.after_conversation.data)
    except service.WrongState:
        return _back_to(case, _("Only an open case can be closed as stayed."), "")
    return _back_to(case, _("The case is closed as stayed. Messages that were waiting are stopped."))


@blueprint.post("/cases/<uuid:case_id>/open-again")
@requires(Permission.EDIT_CASES)
def open_again(case_id: uuid.UUID) -> ResponseReturnValue:
    case = load_case(case_id)
    try:
        service.reopen_case(db.session, case, viewer().actor)
    except service.SamePersonHasCase:
        return _back_to(case, _("This person has a newer case that is open. Use that one."), "")
    except service.WrongState:
        return _back_to(case, _("Only a stayed or closed case can be opened again."), "")
    return _back_to(case, _("The case is open again."))


@blueprint.get("/cases/<uuid:case_id>/death")
@requires(Permission.EDIT_CASES)
def ask_death(case_id: uuid.UUID) -> ResponseReturnValue:
    return _show(load_case(case_id), "death", None)


@blueprint.post("/cases/<uuid:case_id>/death")
@requires(Permission.EDIT_CASES)
def save_death(case_id: uuid.UUID) -> ResponseReturnValue:
    case = load_case(case_id)
    service.record_death(db.session, case, viewer().actor)
    return _back_to(case, _("The death is recorded. Nothing more will be sent."))


@blueprint.get("/cases/<uuid:case_id>/death/undo")
@requires(Permission.UNDO_DEATHS)
def ask_undo_death(case_id: uuid.UUID) -> ResponseReturnValue:
    case = load_case(case_id, Permission.UNDO_DEATHS)
    return _show(case, "undo_death", _undo_death_form())


@blueprint.post("/cases/<uuid:case_id>/death/undo")
@requires(Permission.UNDO_DEATHS)
def undo_death(case_id: uuid.UUID) -> ResponseReturnValue:
    case, form = load_case(case_id, Permission.UNDO_DEATHS), _undo_death_form()
    if not form.validate_on_submit():
        return _show(case, "undo_death", form, 422)
    try:
        service.undo_death(db.session, case, form.leaving_type.data, viewer().actor)
    except service.SamePersonHasCase:
        return _back_to(case, _("This person has a newer case that is open. Use that one."), "")
    except service.WrongState:
        return _back_to(case, _("This case is not recorded as a death."), "")
    return _back_to(case, _("The case is open again."))


def _undo_death_form() -> UndoDeathForm:
    form = UndoDeathForm()
    offered = [choice for choice in type_choices() if choice.value != DEATH]
    form.leaving_type.choices = [SelectChoice("", _("Choose one")), *offered]
    return form


@blueprint.get("/cases/<uuid:case_id>/hand-over")
@requires(Permission.EDIT_CASES)
def ask_hand_over(case_id: uuid.UUID) -> ResponseReturnValue:
    case = load_case(case_id)
    return _show(case, "hand_over", _hand_over_form(case))


@blueprint.post("/cases/<uuid:case_id>/hand-over")
@requires(Permission.EDIT_CASES)
def hand_over(case_id: uuid.UUID) -> ResponseReturnValue:
    case = load_case(case_id)
    form = _hand_over_form(case)
    if not form.validate_on_submit():
        return _show(case, "hand_over", form, 422)
    owner = db.session.get(User, uuid_or_404(form.owner.data)) if form.owner.data else None
    service.hand_over_case(db.session, case, owner, viewer().actor)
    return _back_to(case, _("The case is handed over."))


def _hand_over_form(case: Case) -> HandOverForm:
    form = HandOverForm(owner=str(case.owner_id or ""))
    staff = directory.staff_who_may(db.session, Permission.EDIT_CASES, case.agency, case.area)
    fitting = [user for user in staff if not queries.is_related(db.session, case, user.email)]
    form.owner.choices = [SelectChoice("", _("Nobody: every adviser of the Area"))]
    form.owner.choices += [SelectChoice(str(user.id), user.name or user.email) for user in fitting]
    return form


@blueprint.get("/cases/<uuid:case_id>/note")
@requires(Permission.EDIT_CASES)
def write_note(case_id: uuid.UUID) -> ResponseReturnValue:
    return _show(load_case(case_id), "note", NoteForm())


@blueprint.post("/cases/<uuid:case_id>/note")
@requires(Permission.EDIT_CASES)
def save_note(case_id: uuid.UUID) -> ResponseReturnValue:
    case, form = load_case(case_id), NoteForm()
    if not form.validate_on_submit():
        return _show(case, "note", form, 422)
    service.add_note(db.session, case, form.text.data or "", viewer().actor, by_id=viewer().user_id)
    return _back_to(case, _("The note is saved."))


@blueprint.get("/cases/<uuid:case_id>/merge")
@requires(Permission.EDIT_CASES)
def ask_merge(case_id: uuid.UUID) -> ResponseReturnValue:
    return _show(load_case(case_id), "merge", MergeForm())


@blueprint.post("/cases/<uuid:case_id>/merge")
@requires(Permission.EDIT_CASES)
def merge(case_id: uuid.UUID) -> ResponseReturnValue:
    """First finds the other case and shows both; the button of that page then merges."""
    case, form = load_case(case_id), MergeForm()
    if not form.validate_on_submit():
        return _show(case, "merge", form, 422)
    found = _other_case(case, form.staff_number.data or "")
    if found is None:
        form.staff_number.errors = [_("There is no other case with this staff number that you may change")]
        return _show(case, "merge", form, 422)
    if "confirmed" not in request.form:
        audit.record_look(
            db.session, "case.seen", viewer().actor, ("case", found.id), agency=found.agency, page="merge"
        )
        return render_template("cases/merge_confirm.html", case=case, other=found, form=form)
    try:
        service.merge_duplicate(db.session, case, found, viewer().actor)
    except service.AddressNeedsSecondPerson:
        return _back_to(case, _("First change the personal e-mail by the invitation: a second person must agree."), "")
    except service.CaseRefused:
        return _back_to(
            case, _("These two cannot be merged. Keep the open one, and choose one that is not merged yet."), ""
        )
    return _back_to(case, _("The two cases are one now."))


def _other_case(case: Case, staff_number: str) -> Case | None:
    same_number = Case.staff_number_index == staff_number_index(staff_number)
    visible = queries.visible_to(viewer(), Permission.EDIT_CASES)
    others = (Case.agency == case.agency, Case.kind == case.kind, Case.id != case.id, Case.merged_into_id.is_(None))
    newest = select(Case).where(same_number, visible, *others).order_by(Case.last_working_day.desc()).limit(1)
    return db.session.scalars(newest).first()


@blueprint.post("/cases/<uuid:case_id>/close")
@requires(Permission.EDIT_CASES)
def close(case_id: uuid.UUID) -> ResponseReturnValue:
    case = load_case(case_id)
    if not case.is_open:
        abort(409)
    service.close_case(db.session, case, viewer().actor)
    return _back_to(case, _("The case is closed."))
