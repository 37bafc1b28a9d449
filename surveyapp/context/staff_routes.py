"""Head-count and workload on screen: what is held and what is missing, bringing in a file, what was corrected."""

import csv
import uuid
from io import StringIO

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases.file_reports import FileHasFaults
from surveyapp.context import queries, uploads
from surveyapp.context.file_rows import COLUMNS, TENURE_BANDS
from surveyapp.context.imports import ContextReport
from surveyapp.context.models import ContextUpload, Measure
from surveyapp.context.words import MEASURES
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.directory.models import Agency
from surveyapp.uploads import UploadGone, keep
from surveyapp.web.language import gettext as _
from surveyapp.web.language import ngettext
from surveyapp.web.uploads import UploadForm, back_to, discard_and_return, own_or_404

blueprint = Blueprint("context", __name__, template_folder="templates", url_prefix="/settings/context")
FAULTS_SHOWN = 100
GAPS_SHOWN = 50
CHOOSER = "context.choose_file"
blueprint.register_error_handler(UploadGone, back_to(CHOOSER))


@blueprint.get("")
@requires(Permission.IMPORT_CONTEXT)
def show_held() -> ResponseReturnValue:
    """What is held by measure, month and Area, and every gap by name."""
    agency = asked_agency()
    if agency is None:
        return render_template("context/held.html", agency=None, agencies=[])
    measure = next((one for one in Measure if one == request.args.get("measure")), Measure.HEADCOUNT)
    held = queries.held_for(viewer(), db.session, agency.code)
    months, lines = queries.months_by_area(viewer(), db.session, agency.code, measure)
    return render_template(
        "context/held.html",
        agency=agency,
        agencies=directory.agencies_reached_by(viewer(), db.session, Permission.IMPORT_CONTEXT),
        measure=measure,
        measures=MEASURES,
        held=held,
        gaps=next((one.gaps for one in held if one.measure is measure), ()),
        gaps_shown=GAPS_SHOWN,
        months=months,
        lines=lines,
        places=directory.place_names(db.session),
        anything=any(one.first for one in held),
    )


def asked_agency() -> Agency | None:
    """The agency of the address, else the first that the viewer looks after; 404 for somebody else's."""
    agencies = directory.agencies_reached_by(viewer(), db.session, Permission.IMPORT_CONTEXT)
    wanted = request.args.get("agency")
    if not wanted:
        return agencies[0] if agencies else None
    return next((one for one in agencies if one.code == wanted), None) or abort(404)


@blueprint.get("/figures.csv")
@requires(Permission.IMPORT_CONTEXT)
def download() -> ResponseReturnValue:
    """Everything held, in the columns of a file: correct it and bring it in again."""
    agency = asked_agency() or abort(404)
    stream = StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    held = list(queries.figures_for(viewer(), db.session, agency.code))
    for one in held:
        place = (one.agency, one.area, one.role, one.tenure_band)
        writer.writerow([one.measure.value, one.period, *place, f"{one.value:.12g}"])
    audit.record_look(
        db.session, "context.exported", viewer().actor, ("agency", agency.code), agency=agency.code, n=len(held)
    )
    headers = {"Content-Disposition": f'attachment; filename="context-{agency.code}.csv"', "Cache-Control": "no-store"}
    return Response(stream.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.get("/changes")
@requires(Permission.IMPORT_CONTEXT)
def show_changes() -> ResponseReturnValue:
    """The files that were brought in and the corrections they made."""
    agency = asked_agency() or abort(404)
    imports = queries.imports_for(viewer(), db.session)
    corrections = queries.corrections_for(viewer(), db.session, agency.code)
    ids = queries.staff_ids(imports) | queries.staff_ids(corrections)
    people = {str(user.id): user.name or user.email for user in directory.users_by_id(db.session, ids).values()}
    return render_template(
        "context/changes.html",
        agency=agency,
        imports=imports,
        corrections=corrections,
        people=people,
        measures=MEASURES,
        places=directory.place_names(db.session),
    )


@blueprint.get("/import")
@requires(Permission.IMPORT_CONTEXT)
def choose_file() -> ResponseReturnValue:
    return _chooser(UploadForm(), 200)


@blueprint.post("/import")
@requires(Permission.IMPORT_CONTEXT)
def upload_file() -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate_on_submit():
        return _chooser(form, 422)
    upload = keep(db.session, ContextUpload(), viewer(), form.received())
    return redirect(url_for(".preview", upload_id=upload.id))


def _chooser(form: UploadForm, status: int) -> ResponseReturnValue:
    return render_template("context/import.html", form=form, measures=MEASURES, bands=TENURE_BANDS), status


@blueprint.get("/import/<uuid:upload_id>")
@requires(Permission.IMPORT_CONTEXT)
def preview(upload_id: uuid.UUID) -> ResponseReturnValue:
    upload = own_or_404(ContextUpload, upload_id)
    return _preview_page(upload, uploads.preview_upload(db.session, upload, viewer()))


@blueprint.post("/import/<uuid:upload_id>")
@requires(Permission.IMPORT_CONTEXT)
def apply(upload_id: uuid.UUID) -> ResponseReturnValue:
    upload = own_or_404(ContextUpload, upload_id)
    try:
        report = uploads.apply_upload(db.session, upload, viewer())
    except FileHasFaults:
        db.session.rollback()  # what is wrong is shown, with nothing taken
        return redirect(url_for(".preview", upload_id=upload_id))
    n = report.n_added + report.n_changed
    flash(ngettext("%(n)s figure was added or corrected.", "%(n)s figures were added or corrected.", n), "success")
    return redirect(url_for(".show_held"))


@blueprint.post("/import/<uuid:upload_id>/discard")
@requires(Permission.IMPORT_CONTEXT)
def discard(upload_id: uuid.UUID) -> ResponseReturnValue:
    return discard_and_return(own_or_404(ContextUpload, upload_id), CHOOSER)


def _preview_page(upload: ContextUpload, report: ContextReport) -> ResponseReturnValue:
    return render_template(
        "context/import_preview.html",
        upload=upload,
        report=report,
        faults=report.faults[:FAULTS_SHOWN],
        warnings=[_(one.text, **one.values) for one in report.warnings],
        can_apply=not report.n_faults and report.n_rows,
        measures=MEASURES,
        places=directory.place_names(db.session),
    )
