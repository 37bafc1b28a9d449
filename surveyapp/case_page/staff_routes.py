"""Everything about one case on one page: the next step first, then the record, then the timeline, newest first."""

import uuid
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.case_page.by_itself import next_by_itself
from surveyapp.case_page.sections import has_answered, sections_of
from surveyapp.case_page.timeline import timeline_of
from surveyapp.cases import queries, service
from surveyapp.cases.models import Case, CaseState, Regretted
from surveyapp.cases.policy import leaving_types
from surveyapp.cases.schedule import dates_of, questionnaire_closes_on
from surveyapp.cases.words import KINDS, REGRETTED, STATE_COLOURS, STATES, WORKING_PATTERNS
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.languages import LANGUAGES, formats
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _
from surveyapp.worklist.queries import steps_of_case
from surveyapp.worklist.steps import WORDS

blueprint = Blueprint("case_page", __name__, template_folder="templates")


@blueprint.get("/cases/<uuid:case_id>")
@requires(Permission.SEE_CASES)
def show_case(case_id: uuid.UUID) -> ResponseReturnValue:
    case = queries.case_for(viewer(), db.session, case_id) or abort(404)
    audit.record_look(db.session, "case.seen", viewer().actor, ("case", case.id), agency=case.agency, page="case")
    is_shut = queries.is_shut_to(viewer(), db.session, case)
    today, steps = clock.today(), steps_of_case(db.session, case)
    merged_into = queries.case_for(viewer(), db.session, case.merged_into_id) if case.merged_into_id else None
    return render_template(
        "case_page/case.html",
        case=case,
        steps=steps,
        planned=None if steps or is_shut or not case.is_open else next_by_itself(db.session, case, today),
        today=today,
        words=WORDS,
        facts=facts_of(case),
        contacts=contacts_of(case),
        timeline=timeline_of(db.session, case),
        state=STATES[case.state],
        colour=STATE_COLOURS[case.state],
        merged_into=merged_into,
        can_edit=not is_shut and viewer().may(Permission.EDIT_CASES, case.agency, case.area),
        can_export=viewer().may(Permission.EXPORT_SUBJECT, case.agency, case.area),
        is_shut=is_shut,
        can_reopen=case.state in (CaseState.STAYED, CaseState.CLOSED) and case.merged_into_id is None,
        can_undo_death=case.state is CaseState.DIED and viewer().may(Permission.UNDO_DEATHS, case.agency, case.area),
        regretted=REGRETTED,
        regretted_is_fixed=has_answered(db.session, case),
        sections=[] if is_shut else sections_of(viewer(), db.session, case),
    )


def facts_of(case: Case) -> list[tuple[str, object]]:
    """The record as pairs of name and value."""
    places = directory.place_names(db.session)
    owner = directory.users_by_id(db.session, [case.owner_id]).get(case.owner_id) if case.owner_id else None
    leaving = leaving_types().get(case.leaving_type or "")
    closes_on = None
    if case.last_working_day:
        closes_on = questionnaire_closes_on(dates_of(case), queries.policy_of(db.session, case.agency).times)
    rows: list[tuple[str, object]] = [
        (_("Staff number"), case.staff_number),
        (_("Agency"), places.agencies.get(case.agency, case.agency)),
        (_("Area"), places.area(case.agency, case.area)),
        (_("Job role"), places.job_role(case.agency, case.job_role)),
        (_("Grade"), places.grade(case.agency, case.grade)),
        (_("Kind of case"), _(KINDS[case.kind])),
        (_("Leaving type"), leaving.name_in(current_language()) if leaving else ""),
        (_("Last working day"), _day(case.last_working_day)),
        (_("Questionnaire closes"), _day(closes_on)),
        (_("Gave notice"), _day(case.notice_date)),
        (_("Started"), _day(case.start_date)),
        (_("HR told us"), _day(dates_of(case).notified_on)),
        (_("Working pattern"), _(WORKING_PATTERNS.get(case.working_pattern, case.working_pattern))),
        (_("Owner"), (owner.name or owner.email) if owner else _("Advisers of the Area")),
        (_("HR regrets the loss"), _(REGRETTED[case.regretted])),
    ]
    return rows


def contacts_of(case: Case) -> list[tuple[str, object]]:
    """How to reach the person, and who manages them."""
    return [
        (_("Work e-mail"), case.work_email),
        (_("Personal e-mail"), case.personal_email),
        (_("Phone"), case.phone),
        (_("Language"), LANGUAGES[case.language]),
        (_("Line manager's e-mail"), case.line_manager_email),
        (_("Managers above"), (case.manager_line or "").replace(";", "; ")),
    ]


def _day(day: date | None) -> str:
    return formats.long_date(day, current_language()) if day else ""


@blueprint.post("/cases/<uuid:case_id>/regretted")
@requires(Permission.EDIT_CASES)
def set_regretted(case_id: uuid.UUID) -> ResponseReturnValue:
    case = queries.case_for(viewer(), db.session, case_id, Permission.EDIT_CASES) or abort(404)
    said = request.form.get("regretted", "")
    if said not in list(Regretted):
        abort(400)
    if has_answered(db.session, case):
        flash(_("The leaver has answered, so that this can no longer be changed."))
        return redirect(url_for("case_page.show_case", case_id=case.id))
    service.set_regretted(db.session, case, Regretted(said), viewer().actor)
    flash(_("HR's view of the loss is saved."), "success")
    return redirect(url_for("case_page.show_case", case_id=case.id))
