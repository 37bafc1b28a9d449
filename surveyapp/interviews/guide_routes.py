"""The guide's questions: the national ones, locked, and the local ones that HR leads add in both languages or stop."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.interviews import guide
from surveyapp.web.forms import SelectChoice, StaffForm
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l

blueprint = Blueprint("guide", __name__, url_prefix="/interviews/guide", template_folder="templates")
LONGEST = 300


class QuestionForm(StaffForm):
    """A local question, in both languages, for one Area or a whole agency."""

    where = SelectField(_l("Who asks it"))
    text_en = StringField(
        _l("The question in English"), [InputRequired(_l("Enter the question in English")), Length(max=LONGEST)]
    )
    text_cy = StringField(
        _l("The question in Welsh"), [InputRequired(_l("Enter the question in Welsh")), Length(max=LONGEST)]
    )

    def __init__(self) -> None:
        super().__init__()
        self.where.choices = [SelectChoice(code, name) for code, name in places()]


def places() -> list[tuple[str, str]]:
    """Where the viewer may add questions: whole agencies, if their grant is not limited to Areas, and Areas."""
    permission = Permission.MANAGE_INTERVIEWERS
    whole = [
        (f"{one.code}/", _("All of %(agency)s", agency=one.name_in(current_language())))
        for one in directory.whole_agencies_for(viewer(), db.session, permission)
    ]
    areas = directory.areas_within(viewer(), db.session, permission)
    return [*whole, *((f"{area.agency}/{area.code}", area.name) for area in areas)]


@blueprint.get("")
@requires(Permission.MANAGE_INTERVIEWERS)
def show_guide() -> ResponseReturnValue:
    return _page(QuestionForm())


def _page(form: QuestionForm) -> str:
    return render_template(
        "interviews/guide.html",
        form=form,
        national=guide.national_questions(db.session),
        local=guide.local_questions_within(viewer(), db.session),
        names=directory.place_names(db.session),
    )


@blueprint.post("")
@requires(Permission.MANAGE_INTERVIEWERS)
def add_question() -> ResponseReturnValue:
    form = QuestionForm()
    if not form.validate():
        return _page(form), 422
    agency, _slash, area = form.where.data.partition("/")
    texts = (form.text_en.data or "").strip(), (form.text_cy.data or "").strip()
    guide.add_local_question(db.session, agency, area or None, *texts, actor=viewer().actor)
    flash(_("The question is added. Interviewers see it after the national ones."), "success")
    return redirect(url_for(".show_guide"), 303)


@blueprint.post("/<uuid:question_id>/stop")
@requires(Permission.MANAGE_INTERVIEWERS)
def stop_question(question_id: uuid.UUID) -> ResponseReturnValue:
    mine = guide.local_questions_within(viewer(), db.session)
    question = next((one for one in mine if one.id == question_id), None) or abort(404)
    guide.stop_local_question(db.session, question, actor=viewer().actor)
    flash(_("The question is not asked any more. Records keep what was said."), "success")
    return redirect(url_for(".show_guide"), 303)
