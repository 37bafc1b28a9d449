"""Actions on screen: the list, one action with before and after, agreeing and changing one."""

import uuid
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.actions import queries, service
from surveyapp.actions.forms import ActionForm, DayForm, NoteForm, ReviewForm
from surveyapp.actions.models import Action, ActionState
from surveyapp.actions.showing import action_view, finding_view, reason_names, where_words
from surveyapp.actions.words import COLOURS, STATES
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

blueprint = Blueprint("actions", __name__, template_folder="templates", url_prefix="/actions")
USUAL_REVIEW = timedelta(days=455)
USUAL_DUE = timedelta(days=90)
FINDING_WORDS = ("area", "role", "window", "type", "source")


@blueprint.app_template_global()
def action_address(finding: dict[str, str]) -> str:
    """Where a finding of a report page becomes an action."""
    words: dict[str, Any] = {name: value for name, value in finding.items() if value not in ("", "*")}
    return url_for("actions.agree", **words)


@blueprint.get("")
@requires(Permission.SEE_ACTIONS)
def list_actions() -> ResponseReturnValue:
    found = queries.actions_for(viewer(), db.session, asked_filters())
    return render_template(
        "actions/list.html",
        actions=found,
        filters=asked_filters(),
        states=STATES,
        colours=COLOURS,
        where={one.id: where_words(one, directory.place_names(db.session)) for one in found},
        areas=directory.areas_within(viewer(), db.session, Permission.SEE_ACTIONS),
        today=clock.today(),
        may_agree=bool(queries.agencies_to_act_in(viewer(), db.session)),
        may_export=viewer().can(Permission.EXPORT_REPORTS),
    )


def asked_filters() -> queries.ActionFilters:
    """What the address narrows the list to."""
    agency, _slash, area = request.args.get("area", "").partition("/")
    return queries.ActionFilters(agency, area, request.args.get("state", ""), request.args.get("whose", ""))


@blueprint.get("/new")
@requires(Permission.EDIT_ACTIONS)
def agree() -> ResponseReturnValue:
    return _form_page(_new_form(_agency_or_404()), None, 200)


@blueprint.post("/new")
@requires(Permission.EDIT_ACTIONS)
def make() -> ResponseReturnValue:
    agency = _agency_or_404()
    form = _new_form(agency)
    plan = _plan(form, agency) if form.validate_on_submit() else None
    made = _saved(form, plan, None) if plan else None
    if made is None:
        return _form_page(form, None, 422)
    flash(_("The action is agreed."), "success")
    return redirect(url_for(".show_action", action_id=made.id))


@blueprint.get("/<uuid:action_id>")
@requires(Permission.SEE_ACTIONS)
def show_action(action_id: uuid.UUID) -> ResponseReturnValue:
    return action_page(action_or_404(action_id), 200)


def action_or_404(action_id: uuid.UUID) -> Action:
    """The action, when it is the viewer's to see."""
    return queries.action_for(viewer(), db.session, action_id) or abort(404)


def action_page(action: Action, status: int, **forms: Any) -> ResponseReturnValue:
    """One action with everything that has become of it; `forms` are those that were refused."""
    audit.record_look(
        db.session, "action.seen", viewer().actor, ("action", action.id), agency=action.agency, release=action.release
    )
    faulty = next(iter(forms.values()), None)
    today = clock.today()
    shown = {
        "note": NoteForm(formdata=None),
        "day": DayForm(formdata=None, on=today),
        "review": ReviewForm(formdata=None),
    }
    view = action_view(viewer(), db.session, action, current_language())
    page = render_template(
        "actions/action.html",
        action=action,
        view=view,
        forms=shown | forms,
        form=faulty,
        today=today,
        states=STATES,
        colours=COLOURS,
    )
    return page, status


@blueprint.get("/<uuid:action_id>/change")
@requires(Permission.EDIT_ACTIONS)
def change(action_id: uuid.UUID) -> ResponseReturnValue:
    action = _changeable_or_404(action_id)
    return _form_page(_change_form(action), action, 200)


@blueprint.post("/<uuid:action_id>/change")
@requires(Permission.EDIT_ACTIONS)
def save_change(action_id: uuid.UUID) -> ResponseReturnValue:
    action = _changeable_or_404(action_id)
    form = _change_form(action)
    plan = _plan(form, action.agency) if form.validate_on_submit() else None
    if plan is None or _saved(form, plan, action) is None:
        return _form_page(form, action, 422)
    flash(_("The action is changed."), "success")
    return redirect(url_for(".show_action", action_id=action.id))


def _changeable_or_404(action_id: uuid.UUID) -> Action:
    action = action_or_404(action_id)
    over = action.state in (ActionState.REVIEWED, ActionState.STOPPED)
    return action if queries.may_change(viewer(), action) and not over else abort(404)


def _agency_or_404() -> str:
    """The agency of the finding or of the address, else the only one there could be; 404 for somebody else's."""
    agencies = queries.agencies_to_act_in(viewer(), db.session)
    finding = _asked_finding()
    wanted = finding.release.agency if finding else request.args.get("agency", "")
    if not wanted and agencies:
        return agencies[0]
    return wanted if wanted in agencies else abort(404)


def _asked_finding() -> queries.Finding | None:
    """The finding of the address; 404 when one is named that is not there or not the viewer's."""
    number = request.args.get("release", type=int)
    if number is None:
        return None
    words = {name: request.args.get(name, "") for name in FINDING_WORDS}
    reason = request.args.get("reason", "")
    return queries.finding_named(viewer(), db.session, number, reason, words) or abort(404)


def _options(agency: str) -> dict[str, list[tuple[str, str]]]:
    session = db.session
    reasons = list(reason_names(session, agency, current_language()).items())
    return {
        "reason": [("", _("None in particular")), *reasons],
        "areas": [(one.code, one.name) for one in queries.areas_to_act_in(viewer(), session, agency)],
        "roles": [(one.code, one.name) for one in directory.job_roles_of(session, agency)],
        "owner": [(str(one.id), one.name or one.email) for one in queries.possible_owners(viewer(), session, agency)],
    }


def _new_form(agency: str) -> ActionForm:
    finding, today = _asked_finding(), clock.today()
    key = finding.comparison.key if finding else None
    return ActionForm(
        _options(agency),
        reason=finding.comparison.reason if finding else "",
        areas=[key.area] if key and key.area != "*" else [],
        roles=[key.role] if key and key.role != "*" else [],
        owner=str(viewer().user_id),
        due_on=today + USUAL_DUE,
        review_on=today + USUAL_REVIEW,
    )


def _change_form(action: Action) -> ActionForm:
    return ActionForm(
        _options(action.agency),
        what=action.what,
        why=action.why,
        reason=action.reason,
        areas=sorted(action.area_codes),
        roles=sorted(action.role_codes),
        owner=str(action.owner_id),
        due_on=action.due_on,
        review_on=action.review_on,
    )


def _plan(form: ActionForm, agency: str) -> service.Plan | None:
    """What the form asks for; None, with the fault beside the field, when it reaches beyond the viewer's places."""
    areas, due_on, review_on = frozenset(form.areas.data or ()), form.due_on.data, form.review_on.data
    if due_on is None or review_on is None:
        return None  # the form has said so
    if not queries.may_act_in(viewer(), agency, areas):
        form.areas.errors = [_("Choose at least one Area")]
        return None
    finding = _asked_finding()
    return service.Plan(
        agency=agency,
        what=form.what.data or "",
        why=form.why.data or "",
        owner_id=uuid.UUID(form.owner.data),
        due_on=due_on,
        review_on=review_on,
        areas=areas,
        roles=frozenset(form.roles.data or ()),
        reason=form.reason.data,
        release=finding.release.number if finding else None,
        finding={name: request.args[name] for name in FINDING_WORDS if request.args.get(name)} if finding else {},
    )


def _saved(form: ActionForm, plan: service.Plan, action: Action | None) -> Action | None:
    try:
        if action is None:
            return service.make_action(db.session, plan, viewer().actor)
        service.change_action(db.session, service.locked(db.session, action), plan, viewer().actor)
    except service.OwnerCannotSeeIt:
        form.owner.errors = [_("Choose somebody who may see actions in these Areas")]
        return None
    return action


def _form_page(form: ActionForm, action: Action | None, status: int) -> ResponseReturnValue:
    finding = _asked_finding() if action is None else queries.finding_of(viewer(), db.session, action)
    shown = finding_view(db.session, finding, current_language()) if finding else None
    return render_template("actions/edit.html", form=form, action=action, finding=shown), status
