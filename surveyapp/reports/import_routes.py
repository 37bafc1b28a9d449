"""Outside surveys on screen: choose file and mapping, see what it would do, take it, and have it released."""

import uuid

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import SelectField

from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.config import SETTINGS_KEY
from surveyapp.db import db
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.outside import queries as outside
from surveyapp.outside import uploads
from surveyapp.outside.faults import FileRefused, MappingFaulty
from surveyapp.outside.mappings import SHIPPED
from surveyapp.outside.models import ImportedSurvey, SurveyUpload
from surveyapp.outside.report import Outcome
from surveyapp.outside.service import ask_for_cut
from surveyapp.reports.queries import frozen_periods
from surveyapp.uploads import UploadGone
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l
from surveyapp.web.uploads import UploadForm, back_to, discard_and_return, own_or_404, table_file

blueprint = Blueprint("survey_imports", __name__, template_folder="templates", url_prefix="/settings/imports")
FAULTS_SHOWN = 100
OWN = "own"
CHOOSER = "survey_imports.list_surveys"
blueprint.register_error_handler(UploadGone, back_to(CHOOSER))


class SurveyForm(UploadForm):
    """A survey and the mapping that says what its columns mean."""

    file = table_file(_l("Survey, CSV or Excel file"))
    shipped = SelectField(_l("Mapping"), validate_choice=True)
    mapping = FileField(_l("Your own mapping (YAML)"))


@blueprint.get("")
@requires(Permission.IMPORT_RESPONSES)
def list_surveys() -> ResponseReturnValue:
    return _show_list(_form(), 200, ())


@blueprint.post("")
@requires(Permission.IMPORT_RESPONSES)
def upload_survey() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return _show_list(form, 422, ())
    text = _mapping_text(form)
    if text is None:
        return _show_list(form, 422, ())
    try:
        upload = uploads.keep_survey(db.session, viewer(), form.received(), text)
    except MappingFaulty as faulty:
        return _show_list(form, 422, tuple(faulty.faults))
    return redirect(url_for("survey_imports.preview", upload_id=upload.id))


@blueprint.get("/<uuid:upload_id>")
@requires(Permission.IMPORT_RESPONSES)
def preview(upload_id: uuid.UUID) -> ResponseReturnValue:
    upload = own_or_404(SurveyUpload, upload_id)
    frozen = frozen_periods(db.session, uploads.mapping_of(upload).agency)
    report = uploads.preview_upload(db.session, upload, viewer(), frozen)
    audit.record_look(db.session, "survey_upload.seen", viewer().actor, ("survey_upload", upload.id))
    can_take = report.outcome is Outcome.WOULD_IMPORT
    return render_template(
        "reports/survey_preview.html", upload=upload, report=report, can_take=can_take, most=FAULTS_SHOWN
    )


@blueprint.post("/<uuid:upload_id>")
@requires(Permission.IMPORT_RESPONSES)
def apply(upload_id: uuid.UUID) -> ResponseReturnValue:
    upload = own_or_404(SurveyUpload, upload_id)
    frozen = frozen_periods(db.session, uploads.mapping_of(upload).agency)
    key = ReleasePublicKey.from_text(current_app.config[SETTINGS_KEY].release_public_keys[0])
    try:
        report = uploads.apply_upload(db.session, upload, viewer(), key, frozen)
    except FileRefused:
        db.session.rollback()  # what is wrong is shown, with nothing taken
        return redirect(url_for("survey_imports.preview", upload_id=upload_id))
    flash(_("%(n)s rows of the survey are in, each sealed.", n=report.rows), "success")
    return redirect(url_for(CHOOSER))


@blueprint.post("/<uuid:upload_id>/discard")
@requires(Permission.IMPORT_RESPONSES)
def discard(upload_id: uuid.UUID) -> ResponseReturnValue:
    return discard_and_return(own_or_404(SurveyUpload, upload_id), CHOOSER)


@blueprint.post("/surveys/<uuid:survey_id>/cut")
@requires(Permission.IMPORT_RESPONSES)
def ask_for_release(survey_id: uuid.UUID) -> ResponseReturnValue:
    survey = db.session.get(ImportedSurvey, survey_id)
    if survey is None or not _reaches(survey):
        abort(404)
    ask_for_cut(db.session, survey, viewer().actor)
    flash(_("The release is made within the hour. Then a release signer signs it."), "success")
    return redirect(url_for(CHOOSER))


def _reaches(survey: ImportedSurvey) -> bool:
    return viewer().scope_for(Permission.IMPORT_RESPONSES).reaches(survey.agency)


def _form() -> SurveyForm:
    form = SurveyForm()
    form.shipped.choices = [(OWN, _("My own, chosen below")), *((name, name) for name in sorted(SHIPPED))]
    return form


def _mapping_text(form: SurveyForm) -> str | None:
    """The mapping chosen; None, with an error said on the form, when there is none or it is no text."""
    if form.shipped.data != OWN:
        return SHIPPED[form.shipped.data].read_text(encoding="utf-8")
    if not form.mapping.data:
        form.mapping.errors = [_("Choose a mapping, or one of those in the list")]
        return None
    try:
        text: str = form.mapping.data.read().decode("utf-8")
    except UnicodeDecodeError:
        form.mapping.errors = [_("Save the mapping as UTF-8 text")]
        return None
    return text


def _show_list(form: SurveyForm, status: int, faults: tuple[object, ...]) -> ResponseReturnValue:
    """The surveys already here, and the form; what is wrong with a mapping stands above it."""
    surveys = []
    for survey in outside.all_surveys(db.session):
        if _reaches(survey):
            is_cut = bool(frozen_periods(db.session, survey.agency))
            surveys.append((survey, is_cut))
    return render_template("reports/surveys.html", form=form, surveys=surveys, faults=faults), status
