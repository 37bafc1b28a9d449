"""The organisation on screen: Areas, job roles, grades and closure days, and loading them from a file."""

import tempfile
from pathlib import Path

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.directory import organisation, queries
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l

blueprint = Blueprint("organisation", __name__, template_folder="templates", url_prefix="/settings/organisation")


class OrganisationForm(StaffForm):
    """The organisation's file."""

    file = FileField(_l("CSV file"), [FileRequired(_l("Choose a file"))])


@blueprint.get("/")
@requires(Permission.EDIT_SETTINGS)
def show_organisation() -> ResponseReturnValue:
    return _page(OrganisationForm())


@blueprint.post("/")
@requires(Permission.EDIT_SETTINGS)
def load_organisation() -> ResponseReturnValue:
    """Load the file, all or nothing; only for who administers every agency, since a file may name any."""
    if not viewer().scope_for(Permission.EDIT_SETTINGS).everywhere:
        abort(404)
    form = OrganisationForm()
    if not form.validate():
        return _page(form), 422
    try:
        counts = organisation.load_organisation(db.session, _rows(), viewer().actor)
    except organisation.OrganisationFileRefused as refused:
        db.session.rollback()
        return _page(form, [fault.said_in(current_language()) for fault in refused.faults]), 422
    flash(_("The file is loaded: %(n)s rows.", n=sum(counts.values())), "success")
    return redirect(url_for("organisation.show_organisation"))


def _rows() -> list[organisation.OrganisationRow]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "organisation.csv"
        request.files["file"].save(path)
        return organisation.read_organisation(path)


def _page(form: OrganisationForm, faults: list[str] | None = None) -> str:
    scope = viewer().scope_for(Permission.EDIT_SETTINGS)
    agencies = queries.whole_agencies_for(viewer(), db.session, Permission.EDIT_SETTINGS)
    parts = [
        (
            agency,
            queries.areas_of(db.session, agency.code),
            queries.job_roles_of(db.session, agency.code),
            queries.grades_of(db.session, agency.code),
            queries.closure_days_of(db.session, agency.code),
        )
        for agency in agencies
    ]
    return render_template(
        "settings/organisation.html", form=form, parts=parts, faults=faults or [], may_load=scope.everywhere
    )
