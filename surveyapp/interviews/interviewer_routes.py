"""Who may interview: HR leads accredit interviewers, move an absent one's day to others, and watch the capacity."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.access.staff_roles import StaffRole
from surveyapp.db import db
from surveyapp.directory import accounts
from surveyapp.directory import queries as directory
from surveyapp.interviews import people, queries, reassignment, words
from surveyapp.interviews.capacity import capacity_for
from surveyapp.interviews.forms import AccreditationForm, DayForm
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.web.language import gettext as _

blueprint = Blueprint("interviewers", __name__, url_prefix="/interviews", template_folder="templates")


@blueprint.get("/capacity")
@requires(Permission.BOOK_INTERVIEWS)
def show_capacity() -> ResponseReturnValue:
    names = directory.place_names(db.session)
    return render_template("interviews/capacity.html", capacity=capacity_for(viewer(), db.session), names=names)


@blueprint.get("/interviewers")
@requires(Permission.MANAGE_INTERVIEWERS)
def list_interviewers() -> ResponseReturnValue:
    found = queries.interviewers_within(viewer(), db.session)
    return render_template("interviews/interviewers.html", interviewers=found, words=words, today=clock.today())


def _form(interviewer: Interviewer | None = None) -> AccreditationForm:
    """The form with the Areas the viewer looks after as homes, and all Areas of those agencies to serve."""
    home = directory.areas_within(viewer(), db.session, Permission.MANAGE_INTERVIEWERS)
    served = [area for agency in sorted({a.agency for a in home}) for area in directory.areas_of(db.session, agency)]
    form = AccreditationForm(data=_data_of(interviewer) if interviewer else {"active": True})
    pairs = [[(f"{a.agency}/{a.code}", a.name) for a in areas] for areas in (home, served)]
    form.use_areas(*pairs)
    return form


def _data_of(one: Interviewer) -> dict[str, object]:
    return {
        "email": one.user.email,
        "kind": one.kind.value,
        "area": f"{one.agency}/{one.area}",
        "serves": [f"{served.agency}/{served.area}" for served in one.areas],
        "accredited_on": one.accredited_on,
        "accredited_until_on": one.accredited_until_on,
        "active": one.active,
    }


@blueprint.get("/interviewers/new")
@requires(Permission.MANAGE_INTERVIEWERS)
def new_interviewer() -> ResponseReturnValue:
    return render_template("interviews/accredit.html", form=_form(), interviewer=None)


@blueprint.post("/interviewers/new")
@requires(Permission.MANAGE_INTERVIEWERS)
def accredit() -> ResponseReturnValue:
    form = _form()
    user = directory.user_by_email(db.session, form.email.data or "") if form.validate() else None
    if form.errors or user is None:
        if not form.errors:
            form.email.errors = [_("There is no account with this e-mail. Ask an administrator to add it")]
        return render_template("interviews/accredit.html", form=form, interviewer=None), 422
    terms, actor = form.terms(), viewer().actor
    try:
        made = people.accredit_interviewer(db.session, user, terms, actor=actor)
    except people.AlreadyInterviewer:
        form.email.errors = [_("This person is an interviewer already. Change them in the list")]
        return render_template("interviews/accredit.html", form=form, interviewer=None), 409
    accounts.grant_staff_role(db.session, user.email, StaffRole.INTERVIEWER, terms.agency, (terms.area,), actor=actor)
    flash(_("%(name)s can interview now. They set their own hours.", name=made.name), "success")
    return redirect(url_for(".list_interviewers"), 303)


def interviewer_or_404(interviewer_id: uuid.UUID) -> Interviewer:
    return queries.interviewer_within(viewer(), db.session, interviewer_id) or abort(404)


@blueprint.get("/interviewers/<uuid:interviewer_id>")
@requires(Permission.MANAGE_INTERVIEWERS)
def show_interviewer(interviewer_id: uuid.UUID) -> ResponseReturnValue:
    return _interviewer_page(interviewer_or_404(interviewer_id))


def _interviewer_page(one: Interviewer, form: AccreditationForm | None = None, day: DayForm | None = None) -> str:
    return render_template(
        "interviews/accredit.html", form=form or _form(one), interviewer=one, day=day or DayForm(formdata=None)
    )


@blueprint.post("/interviewers/<uuid:interviewer_id>")
@requires(Permission.MANAGE_INTERVIEWERS)
def change_interviewer(interviewer_id: uuid.UUID) -> ResponseReturnValue:
    one = interviewer_or_404(interviewer_id)
    form = _form(one)
    form.email.data = one.user.email
    if not form.validate():
        return _interviewer_page(one, form), 422
    people.change_accreditation(db.session, one, form.terms(), actor=viewer().actor)
    flash(_("The changes are saved."), "success")
    return redirect(url_for(".list_interviewers"), 303)


@blueprint.post("/interviewers/<uuid:interviewer_id>/reassign")
@requires(Permission.MANAGE_INTERVIEWERS)
def reassign(interviewer_id: uuid.UUID) -> ResponseReturnValue:
    """The interviewer cannot come that day: everything goes to others in one step, and what is left is named."""
    one = interviewer_or_404(interviewer_id)
    form = DayForm()
    if not form.validate() or form.day.data is None:
        return _interviewer_page(one, _form(one), form), 422
    done = reassignment.reassign_day(db.session, one, form.day.data, actor=viewer().actor)
    if done.moved:
        subject = ("interviewer", one.id)
        audit.record(db.session, "interviewer.day_reassigned", viewer().actor, subject, n=len(done.moved))
    return render_template("interviews/reassigned.html", interviewer=one, done=done, day=form.day.data)
