"""Settings, confidentiality: what leavers are promised, in both languages, before and after a change."""

from dataclasses import asdict

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.directory.models import Agency
from surveyapp.responses import promises
from surveyapp.responses.forms import PromiseForm
from surveyapp.responses.promises import PromiseWouldBeBroken
from surveyapp.web.language import gettext as _

blueprint = Blueprint("confidentiality", __name__, template_folder="templates", url_prefix="/settings/confidentiality")


@blueprint.get("")
@requires(Permission.EDIT_SETTINGS)
def choose_agency() -> ResponseReturnValue:
    mine = directory.whole_agencies_for(viewer(), db.session, Permission.EDIT_SETTINGS)
    if len(mine) == 1:
        return redirect(url_for("confidentiality.show_promise", agency=mine[0].code))
    return render_template("responses/promise_agencies.html", agencies=mine)


@blueprint.get("/<agency>")
@requires(Permission.EDIT_SETTINGS)
def show_promise(agency: str) -> ResponseReturnValue:
    owner = _agency_or_404(agency)
    return _page(owner, PromiseForm(data=asdict(promises.settings_of(db.session, owner.code))))


@blueprint.post("/<agency>")
@requires(Permission.EDIT_SETTINGS)
def change_promise(agency: str) -> ResponseReturnValue:
    """Show what leavers would read, or save it."""
    owner, form = _agency_or_404(agency), PromiseForm()
    if not form.validate_on_submit():
        return _page(owner, form), 422
    try:
        promises.check_change(db.session, owner.code, form.wanted)
    except PromiseWouldBeBroken as broken:
        form.refuse(broken)
        return _page(owner, form), 422
    if "preview" in request.form:
        return _page(owner, form, form.wanted)
    promises.change_settings(db.session, owner.code, form.wanted, actor=viewer().actor)
    flash(_("The promise is changed. Leavers who begin now read the new words."), "success")
    return redirect(url_for("confidentiality.show_promise", agency=owner.code), 303)


def _page(owner: Agency, form: PromiseForm, wanted: promises.Settings | None = None) -> str:
    return render_template(
        "responses/promise.html",
        agency=owner,
        form=form,
        is_preview=wanted is not None,
        promise=promises.promise_for(owner, wanted or promises.settings_of(db.session, owner.code)),
        promised=promises.strictest(db.session, owner.code),
        is_given=promises.is_given(db.session, owner.code),
    )


def _agency_or_404(code: str) -> Agency:
    return directory.whole_agency_for(viewer(), db.session, Permission.EDIT_SETTINGS, code) or abort(404)
