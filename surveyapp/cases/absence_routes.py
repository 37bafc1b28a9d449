"""The page on which advisers say who does their steps while they are away."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp import clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import absences
from surveyapp.cases.choices import uuid_or_404
from surveyapp.cases.forms import CoverForm
from surveyapp.db import db
from surveyapp.web.forms import SelectChoice
from surveyapp.web.language import gettext as _

blueprint = Blueprint("absences", __name__, template_folder="templates")


@blueprint.get("/cases/cover")
@requires(Permission.EDIT_CASES)
def list_covers() -> ResponseReturnValue:
    return _show(_form(), 200)


@blueprint.post("/cases/cover")
@requires(Permission.EDIT_CASES)
def cover() -> ResponseReturnValue:
    form = _form()
    first, last = form.from_on.data, form.until_on.data
    if not form.validate_on_submit() or first is None or last is None:
        return _show(form, 422)
    absent, covering = uuid_or_404(form.absent.data), uuid_or_404(form.cover.data)
    absences.cover_absence(db.session, absent, covering, first, last, viewer().actor)
    flash(_("The cover is saved."), "success")
    return redirect(url_for("absences.list_covers"))


@blueprint.post("/cases/cover/<uuid:cover_id>/end")
@requires(Permission.EDIT_CASES)
def end(cover_id: uuid.UUID) -> ResponseReturnValue:
    mine = {one.id: one for one in absences.covers_for(viewer(), db.session, clock.today())}
    absences.end_cover(db.session, mine.get(cover_id) or abort(404), viewer().actor)
    flash(_("The cover is ended."), "success")
    return redirect(url_for("absences.list_covers"))


def _form() -> CoverForm:
    people = absences.colleagues_of(viewer(), db.session)
    form = CoverForm(absent=str(viewer().user_id))
    form.absent.choices = [SelectChoice(str(one.id), one.name or one.email) for one in people]
    form.cover.choices = [SelectChoice("", _("Choose one")), *form.absent.choices]
    return form


def _show(form: CoverForm, status: int) -> ResponseReturnValue:
    people = {one.id: one.name or one.email for one in absences.colleagues_of(viewer(), db.session)}
    covers = absences.covers_for(viewer(), db.session, clock.today())
    return render_template("cases/covers.html", form=form, covers=covers, people=people), status
