"""Adding cases from a file on screen: choose it, see what every row would do, apply all, the good rows, or none."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import uploads
from surveyapp.cases.arrivals import Outcome
from surveyapp.cases.file_reading import ALWAYS_NEEDED, COLUMNS, NEEDED_OF_LEAVERS
from surveyapp.cases.file_reports import FileHasFaults
from surveyapp.cases.imports import ImportReport
from surveyapp.cases.models import CaseUpload
from surveyapp.cases.words import OUTCOMES
from surveyapp.db import db
from surveyapp.uploads import UploadGone, keep
from surveyapp.web.language import gettext as _
from surveyapp.web.language import ngettext
from surveyapp.web.uploads import UploadForm, back_to, discard_and_return, own_or_404

blueprint = Blueprint("case_imports", __name__, template_folder="templates")
FAULTS_SHOWN = 100
CHOOSER = "case_imports.choose_file"
blueprint.register_error_handler(UploadGone, back_to(CHOOSER))


@blueprint.get("/cases/import")
@requires(Permission.IMPORT_CASES)
def choose_file() -> ResponseReturnValue:
    return _show_chooser(UploadForm(), 200)


@blueprint.post("/cases/import")
@requires(Permission.IMPORT_CASES)
def upload_file() -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate_on_submit():
        return _show_chooser(form, 422)
    upload = keep(db.session, CaseUpload(), viewer(), form.received())
    return redirect(url_for("case_imports.preview", upload_id=upload.id))


def _show_chooser(form: UploadForm, status: int) -> ResponseReturnValue:
    needed = (*ALWAYS_NEEDED, *NEEDED_OF_LEAVERS)
    return render_template("cases/import.html", form=form, needed=needed, columns=COLUMNS), status


@blueprint.get("/cases/import/<uuid:upload_id>")
@requires(Permission.IMPORT_CASES)
def preview(upload_id: uuid.UUID) -> ResponseReturnValue:
    upload = own_or_404(CaseUpload, upload_id)
    report = uploads.preview_upload(db.session, upload, viewer())
    audit.record_look(db.session, "case_import.seen", viewer().actor, ("case_import", upload.id))
    return _show_report(upload, report)


@blueprint.post("/cases/import/<uuid:upload_id>")
@requires(Permission.IMPORT_CASES)
def apply(upload_id: uuid.UUID) -> ResponseReturnValue:
    upload = own_or_404(CaseUpload, upload_id)
    good_rows_only = request.form.get("take") == "good"
    try:
        report = uploads.apply_upload(db.session, upload, viewer(), good_rows_only=good_rows_only)
    except FileHasFaults:
        db.session.rollback()  # what is wrong is shown, with nothing taken
        return redirect(url_for("case_imports.preview", upload_id=upload_id))
    n = sum(n for outcome, n in report.outcomes.items() if outcome is not Outcome.UNCHANGED)
    flash(ngettext("%(n)s case was added or changed.", "%(n)s cases were added or changed.", n), "success")
    return redirect(url_for("cases.list_cases"))


@blueprint.post("/cases/import/<uuid:upload_id>/discard")
@requires(Permission.IMPORT_CASES)
def discard(upload_id: uuid.UUID) -> ResponseReturnValue:
    return discard_and_return(own_or_404(CaseUpload, upload_id), CHOOSER)


def _show_report(upload: CaseUpload, report: ImportReport) -> ResponseReturnValue:
    taken = [(_(OUTCOMES[outcome]), report.outcomes[outcome]) for outcome in Outcome if report.outcomes[outcome]]
    return render_template(
        "cases/import_preview.html",
        upload=upload,
        report=report,
        taken=taken,
        faults=report.faults[:FAULTS_SHOWN],
        n_good=sum(report.outcomes.values()),
        warnings=[_(one.text, **one.values) for one in report.warnings],
    )
