"""The pages on which HR finds, adds and changes cases."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import choices, queries, service
from surveyapp.cases.details import CaseDetails, details_of
from surveyapp.cases.forms import CaseFilterForm, CaseForm, LastDaysForm
from surveyapp.cases.models import Case, CaseKind
from surveyapp.cases.words import STATE_COLOURS, STATES
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.web.language import gettext as _
from surveyapp.web.language import ngettext

blueprint = Blueprint("cases", __name__, template_folder="templates")
ADDRESSES = ("work_email", "personal_email")  # one we have changes on its own page, which tells the old address


def load_case(case_id: uuid.UUID, permission: Permission = Permission.EDIT_CASES) -> Case:
    """The case, or 404 when this viewer may not do that to it."""
    return queries.case_for(viewer(), db.session, case_id, permission) or abort(404)


@blueprint.get("/cases")
@requires(Permission.SEE_CASES)
def list_cases() -> ResponseReturnValue:
    form = CaseFilterForm(choices.filter_choices(viewer(), db.session), formdata=request.args)
    agency, _sep, area = (form.area.data or "").partition("/")
    owner = viewer().user_id if form.owner.data == "me" else None
    filters = queries.CaseFilters(
        form.search.data or "", agency, area, form.state.data or "", "", form.leaving_type.data or "", owner
    )
    found = queries.cases_for(viewer(), db.session, filters, request.args.get("page", 1, type=int))
    audit.record_look(db.session, "cases.listed", viewer().actor, ("cases", "list"), n=len(found.cases))
    return render_template(
        "cases/list.html",
        form=form,
        found=found,
        places=directory.place_names(db.session),
        owners=directory.users_by_id(db.session, [case.owner_id for case in found.cases]),
        states=STATES,
        state_colours=STATE_COLOURS,
        page_address=lambda n: url_for("cases.list_cases", **{**request.args.to_dict(), "page": n}),
    )


@blueprint.get("/cases/add")
@requires(Permission.EDIT_CASES)
def add_case() -> ResponseReturnValue:
    return _show_add(_agency(), None)


@blueprint.post("/cases/add")
@requires(Permission.EDIT_CASES)
def save_new_case() -> ResponseReturnValue:
    agency = _agency() or abort(404)
    form = _case_form(agency, _kind())
    if form.validate_on_submit():
        try:
            case = service.create_case(db.session, form.details(agency), viewer().actor, owner_id=viewer().user_id)
        except service.SamePersonHasCase as same:
            return _show_add(agency, form, same=same.case)
        flash(_("The case is saved."), "success")
        return redirect(url_for("case_page.show_case", case_id=case.id))
    return _show_add(agency, form)


def _show_add(agency: str | None, form: CaseForm | None, same: Case | None = None) -> ResponseReturnValue:
    """The empty or refused form; first the choice of agency, for those who work in several."""
    if agency is None:
        return render_template("cases/choose_agency.html", agencies=choices.agencies_for(viewer(), db.session))
    visible = same and queries.case_for(viewer(), db.session, same.id)
    return render_template(
        "cases/add.html",
        form=form or _case_form(agency, _kind()),
        kind=_kind(),
        agency=agency,
        same=visible,
        same_elsewhere=same is not None and visible is None,
    ), (422 if form else 200)


def _case_form(agency: str, kind: CaseKind, details: CaseDetails | None = None) -> CaseForm:
    options = choices.case_choices(viewer(), db.session, agency, details)
    return CaseForm(kind, options, data=choices.form_data(details) if details else None)


def _agency() -> str | None:
    """The agency meant: the only one there is for this viewer, or the one in the address."""
    allowed = [agency.code for agency in choices.agencies_for(viewer(), db.session)]
    wanted = request.args.get("agency", "")
    if wanted and wanted not in allowed:
        abort(404)
    return wanted or (allowed[0] if len(allowed) == 1 else None)


def _kind() -> CaseKind:
    kind = request.args.get("kind", CaseKind.LEAVER)
    return CaseKind(kind) if kind in list(CaseKind) else abort(404)


@blueprint.get("/cases/<uuid:case_id>/edit")
@requires(Permission.EDIT_CASES)
def edit_case(case_id: uuid.UUID) -> ResponseReturnValue:
    case = load_case(case_id)
    audit.record_look(db.session, "case.seen", viewer().actor, ("case", case.id), agency=case.agency, page="edit")
    return render_template("cases/edit.html", form=_edit_form(case), case=case)


@blueprint.post("/cases/<uuid:case_id>/edit")
@requires(Permission.EDIT_CASES)
def save_case(case_id: uuid.UUID) -> ResponseReturnValue:
    case = load_case(case_id)
    form = _edit_form(case)
    if form.validate_on_submit():
        try:
            service.update_case(db.session, case, form.details(case.agency, details_of(case)), viewer().actor)
        except service.SamePersonHasCase:
            form.staff_number.errors = [_("Another case that is open has this staff number")]
        except service.AddressNeedsSecondPerson:
            form.personal_email.errors = [
                _("Leave this empty and change the address by the invitation: a second person must agree to it")
            ]
        except service.WrongState:
            abort(409)
        else:
            flash(_("The case is saved."), "success")
            return redirect(url_for("case_page.show_case", case_id=case.id))
    return render_template("cases/edit.html", form=form, case=case), 422


def _edit_form(case: Case) -> CaseForm:
    details = details_of(case)
    form = _case_form(case.agency, case.kind, details)
    for name in ADDRESSES:
        if getattr(details, name):
            del form[name]
    return form


@blueprint.get("/cases/last-days")
@requires(Permission.EDIT_CASES)
def choose_last_days() -> ResponseReturnValue:
    return _show_last_days(LastDaysForm(), 200)


@blueprint.post("/cases/last-days")
@requires(Permission.EDIT_CASES)
def save_last_days() -> ResponseReturnValue:
    form = LastDaysForm()
    if not form.validate_on_submit() or form.last_working_day.data is None:
        return _show_last_days(form, 422)
    n = service.change_last_days(db.session, _chosen_cases(), form.last_working_day.data, viewer().actor)
    said = ngettext(
        "The last working day of %(n)s case is changed.", "The last working day of %(n)s cases is changed.", n
    )
    flash(said, "success")
    return redirect(url_for("cases.list_cases"))


def _show_last_days(form: LastDaysForm, status: int) -> ResponseReturnValue:
    cases = _chosen_cases()
    if not cases:
        flash(_("Choose at least one open case first."))
        return redirect(url_for("cases.list_cases"))
    audit.record_look(db.session, "cases.listed", viewer().actor, ("cases", "list"), n=len(cases))
    return render_template("cases/last_days.html", form=form, cases=cases), status


def _chosen_cases() -> list[Case]:
    """The open cases that were ticked, every one of which the viewer may edit."""
    ids = [choices.uuid_or_404(text) for text in request.values.getlist("case")]
    found = queries.cases_by_id(viewer(), db.session, ids, Permission.EDIT_CASES)
    if len(found) != len(set(ids)):
        abort(404)
    return [case for case in found if case.is_open]
