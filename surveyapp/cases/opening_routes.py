"""Opening a shut case in an emergency, on screen: asking, and deciding as the second person."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import openings
from surveyapp.cases.forms import OpeningForm
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.web.language import gettext as _

blueprint = Blueprint("case_openings", __name__, template_folder="templates", url_prefix="/cases/emergency")


@blueprint.get("")
@requires(Permission.BREAK_GLASS)
def show_openings() -> ResponseReturnValue:
    """What waits for this person to decide, what is open to them, and a form to ask."""
    return _page(OpeningForm())


def _page(form: OpeningForm) -> str:
    waiting, opened = openings.waiting_for(viewer(), db.session), openings.open_to(viewer(), db.session)
    for _opening, case in waiting:
        audit.record_look(
            db.session, "case.seen", viewer().actor, ("case", case.id), agency=case.agency, page="opening"
        )
    people = directory.users_by_id(db.session, [opening.asked_by for opening, _case in waiting])
    return render_template("cases/openings.html", form=form, waiting=waiting, opened=opened, people=people)


@blueprint.post("")
@requires(Permission.BREAK_GLASS)
def ask() -> ResponseReturnValue:
    """Ask; the page says the same whether or not there is such a case."""
    form = OpeningForm()
    if form.validate():
        try:
            openings.ask(db.session, viewer(), form.staff_number.data or "", form.reason.data or "")
            flash(_("If there is such a case, those who can agree have been told."), "success")
            return redirect(url_for("case_openings.show_openings"))
        except openings.OpeningRefused as refused:
            form.reason.errors = [_(str(refused))]
    return _page(form), 422


@blueprint.post("/<uuid:opening_id>/agree")
@requires(Permission.BREAK_GLASS)
def agree(opening_id: uuid.UUID) -> ResponseReturnValue:
    """Open the case to who asked, for a day."""
    if not openings.decide(db.session, viewer(), opening_id, agreed=True):
        abort(404)
    flash(_("The case is open to them for a day. The leaver can see it."), "success")
    return redirect(url_for("case_openings.show_openings"))


@blueprint.post("/<uuid:opening_id>/refuse")
@requires(Permission.BREAK_GLASS)
def refuse(opening_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the case shut."""
    if not openings.decide(db.session, viewer(), opening_id, agreed=False):
        abort(404)
    flash(_("The case stays shut to them."), "success")
    return redirect(url_for("case_openings.show_openings"))
