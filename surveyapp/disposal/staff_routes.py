"""Disposal on screen: the schedule, what is due, running it; and one person's data, held, given or erased."""

import io
import uuid

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import queries
from surveyapp.cases.details import staff_number_index
from surveyapp.cases.models import Case
from surveyapp.db import SomeFailed, db
from surveyapp.directory import queries as directory
from surveyapp.disposal import proofs, service, subject
from surveyapp.disposal.models import MONTHS, RecordType
from surveyapp.disposal.words import TYPES
from surveyapp.responses.promises import strictest
from surveyapp.web.language import gettext as _
from surveyapp.web.language import ngettext

blueprint = Blueprint("disposal", __name__, template_folder="templates", url_prefix="/settings")
MOST_MONTHS = 120
MOST_AT_ONCE = 200
MOST_SHOWN = 20


@blueprint.get("/disposal")
@requires(Permission.RUN_DISPOSAL)
def show_plan() -> ResponseReturnValue:
    """The schedule of each agency and what is due today."""
    mine = [due for due in service.plan(db.session, clock.today()) if viewer().may(Permission.RUN_DISPOSAL, due.agency)]
    names = directory.place_names(db.session).agencies
    by_agency = {code: [due for due in mine if due.agency == code] for code in sorted({due.agency for due in mine})}
    return render_template("disposal/plan.html", by_agency=by_agency, names=names, words=TYPES, shipped=MONTHS)


@blueprint.post("/disposal/<agency>")
@requires(Permission.RUN_DISPOSAL)
def save_schedule(agency: str) -> ResponseReturnValue:
    """How many months each kind of record of an agency is kept."""
    _agency_or_404(agency)
    typed = {kind: request.form.get(kind.value, "") for kind in RecordType}
    promised = strictest(db.session, agency).named_months
    if not all(text.isdecimal() and 1 <= int(text) <= MOST_MONTHS for text in typed.values()):
        flash(_("Enter a whole number of months from 1 to %(most)s for each.", most=MOST_MONTHS))
    elif int(typed[RecordType.NAMED_ANSWERS]) > promised:
        flash(_("Leavers are promised that named answers go after %(n)s months. Enter no more for them.", n=promised))
    else:
        months = {kind: int(text) for kind, text in typed.items()}
        service.set_months(db.session, agency, months, viewer().actor)
        flash(_("The schedule is saved. It is followed from the next night on."), "success")
    return redirect(url_for("disposal.show_plan"))


def _agency_or_404(agency: str) -> str:
    """The agency's name, when it is this administrator's to look after."""
    names = directory.place_names(db.session).agencies
    if agency not in names or not viewer().may(Permission.RUN_DISPOSAL, agency):
        abort(404)
    return names[agency]


@blueprint.get("/disposal/<agency>")
@requires(Permission.RUN_DISPOSAL)
def preview(agency: str) -> ResponseReturnValue:
    """What is due in one agency today, by id, before anything is done; and what has gone, with its proof."""
    name = _agency_or_404(agency)
    dues = [due for due in service.plan(db.session, clock.today()) if due.agency == agency]
    wanted = request.args.get("record", "").strip()
    return render_template(
        "disposal/preview.html",
        agency=agency,
        name=name,
        dues=[due for due in dues if due.n],
        n=sum(due.n for due in dues),
        most=MOST_AT_ONCE,
        shown=MOST_SHOWN,
        proofs=proofs.proofs_of(db.session, agency, wanted),
        wanted=wanted,
        words=TYPES,
    )


@blueprint.post("/disposal/<agency>/run")
@requires(Permission.RUN_DISPOSAL)
def run_now(agency: str) -> ResponseReturnValue:
    """Dispose of what the preview showed, now; refused when something else is due by then."""
    _agency_or_404(agency)
    due = sum(one.n for one in service.plan(db.session, clock.today()) if one.agency == agency)
    if request.form.get("n") != str(due) or "sure" not in request.form:
        flash(_("Nothing was disposed of. Look at what is due, then tick the box."))
        return redirect(url_for("disposal.preview", agency=agency))
    try:
        n = service.run(db.session, clock.today(), viewer().actor, agency=agency, most=MOST_AT_ONCE)
        flash(ngettext("%(n)s record is disposed of.", "%(n)s records are disposed of.", n), "success")
    except SomeFailed:
        flash(_("Some records could not be disposed of and stay on this list; the others are gone. The log says why."))
    return redirect(url_for("disposal.preview", agency=agency))


@blueprint.get("/person")
@requires(Permission.EXPORT_SUBJECT)
def find_person() -> ResponseReturnValue:
    """Find a person's cases by staff number or from a case's page, in one's own scope; it is in the audit log."""
    number = request.args.get("staff_number", "").strip() or _number_of(request.args.get("case", ""))
    cases: list[Case] = []
    if number:
        mine = queries.visible_to(viewer(), Permission.EXPORT_SUBJECT)
        query = select(Case).where(Case.staff_number_index == staff_number_index(number), mine)
        cases = list(db.session.scalars(query.order_by(Case.id)))
        for case in cases:
            audit.record_look(db.session, "subject.found", viewer().actor, ("case", case.id), agency=case.agency)
    held = {case.id: service.is_held(db.session, case) for case in cases}
    return render_template("disposal/person.html", cases=cases, held=held, number=number)


def _number_of(case_id: str) -> str:
    """The staff number of the case whose page led here; empty when it is not one's own."""
    try:
        found = queries.case_for(viewer(), db.session, uuid.UUID(case_id), Permission.EXPORT_SUBJECT)
    except ValueError:
        return ""
    return (found.staff_number or "") if found else ""


def _case(case_id: uuid.UUID) -> Case:
    return queries.case_for(viewer(), db.session, case_id, Permission.EXPORT_SUBJECT) or abort(404)


@blueprint.post("/person/<uuid:case_id>/export")
@requires(Permission.EXPORT_SUBJECT)
def export_person(case_id: uuid.UUID) -> Response:
    """The ZIP of everything about the person, made now and kept nowhere."""
    made = subject.export(db.session, _case(case_id), viewer().actor)
    answer = send_file(io.BytesIO(made), "application/zip", as_attachment=True, download_name="your-data.zip")
    answer.headers["Cache-Control"] = "no-store"  # send_file lets a browser keep it
    return answer


@blueprint.post("/person/<uuid:case_id>/hold")
@requires(Permission.EXPORT_SUBJECT)
def place_hold(case_id: uuid.UUID) -> ResponseReturnValue:
    case, reference = _case(case_id), request.form.get("reference", "").strip()
    if not reference:
        flash(_("Enter the reference under which the reason for the hold is kept."))
    else:
        service.place_hold(db.session, case, reference, viewer().actor)
        flash(_("The hold is placed. Nothing of this case is disposed of until it is lifted."), "success")
    return redirect(url_for("disposal.find_person", staff_number=case.staff_number))


@blueprint.post("/person/<uuid:case_id>/lift")
@requires(Permission.EXPORT_SUBJECT)
def lift_hold(case_id: uuid.UUID) -> ResponseReturnValue:
    case = _case(case_id)
    service.lift_holds(db.session, case, viewer().actor)
    flash(_("The hold is lifted."), "success")
    return redirect(url_for("disposal.find_person", staff_number=case.staff_number))


@blueprint.post("/person/<uuid:case_id>/erase")
@requires(Permission.EXPORT_SUBJECT)
def erase_person(case_id: uuid.UUID) -> ResponseReturnValue:
    """Erase at once, when the staff number is typed again."""
    case = _case(case_id)
    number = case.staff_number or ""
    if request.form.get("staff_number", "").strip() != number:
        flash(_("Type the staff number to show that you mean this person."))
        return redirect(url_for("disposal.find_person", staff_number=number))
    try:
        service.erase(db.session, case, viewer().actor)
    except service.HeldLegally:
        flash(_("A legal hold lasts. Lift it first, if that is right."))
        return redirect(url_for("disposal.find_person", staff_number=number))
    flash(_("Everything about this person in this case is erased."), "success")
    return redirect(url_for("disposal.find_person"))
