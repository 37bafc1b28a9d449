"""The home page: HR's work list, and for everybody else the page where their own work is."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.actions.queries import own_actions_due
from surveyapp.cases import queries as cases
from surveyapp.cases.absences import covers_now
from surveyapp.cases.models import Case
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.reports.due import CutDue, overdue_cuts
from surveyapp.reports.models import Release
from surveyapp.reports.to_sign import waiting_for_viewer
from surveyapp.reports.wording import period_words
from surveyapp.web import navigation
from surveyapp.web.forms import SelectChoice, StaffForm
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l
from surveyapp.worklist import queries
from surveyapp.worklist.addresses import step_address
from surveyapp.worklist.csv_file import as_csv
from surveyapp.worklist.steps import WORDS, Step, StepKind

blueprint = Blueprint("worklist", __name__, template_folder="templates")
blueprint.add_app_template_global(step_address)
PAGE_SIZE = 50
HOMES = (
    Permission.HOLD_INTERVIEWS,
    Permission.SEE_REPORTS,
    Permission.CODE_COMMENTS,
    Permission.SEE_CONCERNS,
    Permission.SIGN_RELEASES,
    Permission.READ_RECORDS,
    Permission.EDIT_SETTINGS,
)
"""What makes a home for those who do not work on cases: the first of these that a viewer holds and a page asks for."""


class WorkFilterForm(StaffForm):
    """What the work list is narrowed to; read from the address."""

    class Meta(StaffForm.Meta):
        csrf = False

    area = SelectField(_l("Area"))
    kind = SelectField(_l("Step"))
    whose = SelectField(_l("Whose"))
    due = SelectField(_l("Due"))


@blueprint.get("/")
@requires(Permission.SIGNED_IN)
def home() -> ResponseReturnValue:
    if viewer().can(Permission.EDIT_CASES):
        return work_page()
    entries: list[navigation.Entry] = current_app.extensions.get(navigation.KEY, [])
    for permission in HOMES:
        for entry in entries:
            if entry.permission is permission and viewer().can(permission):
                return redirect(url_for(entry.endpoint))
    links = [link for link in navigation.links_for(viewer()) if link.href != url_for("worklist.home")]
    return redirect(links[0].href) if links else render_template("worklist/nothing.html")


def work_page() -> ResponseReturnValue:
    """The work list of this viewer's Areas."""
    form = _filter_form()
    steps = _steps(form)
    page = max(1, min(request.args.get("page", 1, type=int), -(-len(steps) // PAGE_SIZE)))
    shown = steps[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    audit.record_look(db.session, "worklist.seen", viewer().actor, ("cases", "worklist"), n=len(shown))
    today = clock.today()
    return render_template(
        "worklist/home.html",
        form=form,
        rows=_rows(shown),
        cuts=_overdue_cuts(),
        to_sign=_to_sign(),
        own_actions=own_actions_due(viewer(), db.session, today),
        words=WORDS,
        n=len(steps),
        n_overdue=sum(step.is_overdue(today) for step in steps),
        today=today,
        page=page,
        pages=max(1, -(-len(steps) // PAGE_SIZE)),
        places=directory.place_names(db.session),
        page_address=lambda n: url_for("worklist.home", **{**request.args.to_dict(), "page": n}),
    )


def _overdue_cuts() -> list[tuple[CutDue, str]]:
    """Releases that nobody has cut, for whoever works for a whole agency (CONTRACTS 1.2), with the period in words."""
    agencies = directory.whole_agencies_for(viewer(), db.session, Permission.EDIT_CASES)
    found = overdue_cuts(db.session, [one.code for one in agencies], clock.today())
    return [(one, period_words(one.quarter, current_language())) for one in found]


def _to_sign() -> list[tuple[Release, str]]:
    """Releases that wait for the viewer's signature, with the period in words."""
    return [(one, period_words(one.as_of, current_language())) for one in waiting_for_viewer()]


@blueprint.get("/work-list.csv")
@requires(Permission.EXPORT_WORKLIST)
def download() -> ResponseReturnValue:
    """The work list as a file, made on request for who asks and kept nowhere."""
    steps = _steps(_filter_form())
    audit.record_look(db.session, "worklist.exported", viewer().actor, ("cases", "worklist"), n=len(steps))
    content = as_csv(_csv_rows(steps))
    headers = {"Content-Disposition": f'attachment; filename="work-list-{clock.today().isoformat()}.csv"'}
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)


def _steps(form: WorkFilterForm) -> list[Step]:
    agency, _sep, area = (form.area.data or "").partition("/")
    until_on = clock.today() if form.due.data == "now" else None
    filters = queries.WorkFilters(agency, area, form.kind.data or "", form.whose.data or "", until_on)
    return queries.steps_for(viewer(), db.session, filters, clock.today())


def _filter_form() -> WorkFilterForm:
    form = WorkFilterForm(formdata=request.args)
    areas = directory.areas_within(viewer(), db.session, Permission.EDIT_CASES)
    every = [SelectChoice("", _("All"))]
    form.area.choices = every + [SelectChoice(f"{area.agency}/{area.code}", area.name) for area in areas]
    form.kind.choices = every + [SelectChoice(kind.value, _(WORDS[kind])) for kind in StepKind]
    form.whose.choices = [
        SelectChoice("", _("Everybody's")),
        SelectChoice("mine", _("Mine and those I cover")),
        SelectChoice("nobody", _("Nobody's yet")),
    ]
    form.due.choices = [*every, SelectChoice("now", _("Today or overdue"))]
    return form


def _rows(steps: list[Step]) -> list[dict[str, Any]]:
    """Each step with its case and the names to show."""
    ids = list({step.case_id for step in steps})
    known: dict[Any, Case] = {
        case.id: case for case in cases.cases_by_id(viewer(), db.session, ids, Permission.EDIT_CASES)
    }
    covers = covers_now(db.session, clock.today())
    people = directory.users_by_id(db.session, [*(step.owner_id for step in steps), *covers.values()])

    def named(step: Step) -> str:
        owner = people.get(step.owner_id) if step.owner_id else None
        cover = people.get(covers[owner.id]) if owner and owner.id in covers else None
        if owner is None:
            return _("Advisers of the Area")
        name = owner.name or owner.email
        return _("%(name)s, covered by %(cover)s", name=name, cover=cover.name or cover.email) if cover else name

    return [{"step": step, "case": known[step.case_id], "owner": named(step)} for step in steps]


def _csv_rows(steps: list[Step]) -> Iterator[list[str]]:
    yield ["due_on", "overdue", "step", "agency", "area", "staff_number", "name", "owner", "case"]
    today = clock.today()
    for row in _rows(steps):
        step, case = row["step"], row["case"]
        overdue = "yes" if step.is_overdue(today) else "no"
        first = [step.due_on.isoformat(), overdue, step.kind.value, step.agency, step.area]
        yield [*first, case.staff_number or "", case.name or "", row["owner"], str(case.id)]
