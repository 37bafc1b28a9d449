"""Answers that leavers gave under their name: whose there are, and one person's, every look written down first."""

import uuid

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import queries
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.invitations.words import OCCASIONS
from surveyapp.responses.queries import cases_with_named_answers, named_answers_for
from surveyapp.web.language import current_language

blueprint = Blueprint("named_answers", __name__, template_folder="templates")
ON_A_PAGE = 25


@blueprint.get("/named-answers")
@requires(Permission.SEE_NAMED_ANSWERS)
def list_people() -> ResponseReturnValue:
    page = max(request.args.get("page", type=int, default=1), 1)
    found = cases_with_named_answers(viewer(), db.session, ON_A_PAGE + 1, (page - 1) * ON_A_PAGE)
    for case in found[:ON_A_PAGE]:
        audit.record_look(db.session, "case.seen", viewer().actor, ("case", case.id), agency=case.agency, page="named")
    return render_template(
        "case_page/named_list.html",
        cases=found[:ON_A_PAGE],
        places=directory.place_names(db.session),
        page=page,
        has_more=len(found) > ON_A_PAGE,
    )


@blueprint.get("/cases/<uuid:case_id>/named-answers")
@requires(Permission.SEE_NAMED_ANSWERS)
def read(case_id: uuid.UUID) -> ResponseReturnValue:
    case = queries.case_for(viewer(), db.session, case_id, Permission.SEE_NAMED_ANSWERS) or abort(404)
    answers = named_answers_for(viewer(), db.session, case, current_language()) or abort(404)
    may_open_case = viewer().may(Permission.SEE_CASES, case.agency, case.area)
    shown = {"case": case, "answers": answers, "occasions": OCCASIONS, "may_open_case": may_open_case}
    return render_template("case_page/named_answers.html", **shown)
