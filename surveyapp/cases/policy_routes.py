"""The policy on screen: what happens to a leaver of each type, changing it, and trying it out on a calendar."""

import calendar
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import policy_settings, policy_words, queries
from surveyapp.cases.choices import type_choices
from surveyapp.cases.policy import InterviewOffer, LeavingType, Questionnaire, Rule, leaving_types
from surveyapp.cases.policy_forms import NumbersForm, RuleForm, TryForm
from surveyapp.cases.schedule import CaseDates, Due, planned_for
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.directory.models import Agency
from surveyapp.web.forms import SelectChoice
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _
from surveyapp.working_days import WorkingCalendar

blueprint = Blueprint("policy", __name__, template_folder="templates", url_prefix="/settings/policy")


def _agency(code: str) -> Agency:
    """The agency, or 404 when the viewer does not set its policy."""
    return directory.whole_agency_for(viewer(), db.session, Permission.EDIT_POLICY, code) or abort(404)


def _type(code: str) -> LeavingType:
    found = leaving_types().get(code)
    return found if found and found.may_be_invited else abort(404)


@blueprint.get("/")
@requires(Permission.EDIT_POLICY)
def choose_agency() -> ResponseReturnValue:
    agencies = directory.whole_agencies_for(viewer(), db.session, Permission.EDIT_POLICY)
    if len(agencies) == 1:
        return redirect(url_for("policy.show_policy", agency=agencies[0].code))
    return render_template("cases/policy_agencies.html", agencies=agencies)


@blueprint.get("/<agency>")
@requires(Permission.EDIT_POLICY)
def show_policy(agency: str) -> ResponseReturnValue:
    found, policy = _agency(agency), queries.policy_of(db.session, agency)
    rules = [(one, policy.rule_for(one.code), one.code in policy.own_rules) for one in leaving_types().values()]
    return render_template(
        "cases/policy.html", agency=found, rules=rules, numbers=asdict(policy.times), words=policy_words
    )


@blueprint.get("/<agency>/type/<leaving_type>")
@requires(Permission.EDIT_POLICY)
def edit_rule(agency: str, leaving_type: str) -> ResponseReturnValue:
    found, one = _agency(agency), _type(leaving_type)
    rule = queries.policy_of(db.session, agency).rule_for(leaving_type)
    form = RuleForm(questionnaire=rule.questionnaire.value, interview=rule.interview.value)
    return render_template("cases/policy_rule.html", agency=found, one=one, form=form)


@blueprint.post("/<agency>/type/<leaving_type>")
@requires(Permission.EDIT_POLICY)
def save_rule(agency: str, leaving_type: str) -> ResponseReturnValue:
    found, one, form = _agency(agency), _type(leaving_type), RuleForm()
    if not form.validate_on_submit():
        return render_template("cases/policy_rule.html", agency=found, one=one, form=form), 422
    rule = Rule(Questionnaire(form.questionnaire.data), InterviewOffer(form.interview.data))
    policy_settings.set_rule(db.session, agency, leaving_type, rule, viewer().actor)
    flash(_("The policy is saved. Open cases follow it at once."), "success")
    return redirect(url_for("policy.show_policy", agency=agency))


@blueprint.get("/<agency>/days")
@requires(Permission.EDIT_POLICY)
def edit_numbers(agency: str) -> ResponseReturnValue:
    form = NumbersForm(data=asdict(queries.policy_of(db.session, _agency(agency).code).times))
    return render_template("cases/policy_numbers.html", agency=_agency(agency), form=form)


@blueprint.post("/<agency>/days")
@requires(Permission.EDIT_POLICY)
def save_numbers(agency: str) -> ResponseReturnValue:
    found, form = _agency(agency), NumbersForm()
    if not form.validate_on_submit():
        return render_template("cases/policy_numbers.html", agency=found, form=form), 422
    numbers = {name: int(form[name].data) for name in policy_words.NUMBERS}
    policy_settings.set_numbers(db.session, agency, numbers, viewer().actor)
    flash(_("The policy is saved. Open cases follow it at once."), "success")
    return redirect(url_for("policy.show_policy", agency=agency))


@blueprint.get("/<agency>/try")
@requires(Permission.EDIT_POLICY)
def try_policy(agency: str) -> ResponseReturnValue:
    found = _agency(agency)
    form = TryForm(formdata=request.args or None)
    form.leaving_type.choices = type_choices()
    form.area.choices = [SelectChoice(area.code, area.name) for area in directory.areas_of(db.session, agency)]
    plan: tuple[Due, ...] = ()
    months: list[dict[str, Any]] = []
    if request.args and form.validate() and form.told.data and form.last.data:
        days = queries.calendar_of(db.session, agency, form.area.data or "")
        policy = queries.policy_of(db.session, agency)
        dates = CaseDates(form.told.data, form.last.data)
        plan = planned_for(dates, policy.rule_for(form.leaving_type.data), policy.times, days)
        months = _months(plan, dates, days)
    status = 422 if form.errors else 200
    shown = {"agency": found, "form": form, "plan": plan, "months": months, "words": policy_words.STEPS}
    return render_template("cases/policy_try.html", **shown), status


def _months(plan: tuple[Due, ...], dates: CaseDates, days: WorkingCalendar) -> list[dict[str, Any]]:
    """The plan on calendar pages: each week's days with what happens on them."""
    told: dict[date, list[str]] = {}
    for due in plan:
        told.setdefault(due.on, []).append(_(policy_words.STEPS[due.step]))
    told.setdefault(dates.notified_on, []).insert(0, _("HR tells us"))
    told.setdefault(dates.last_working_day, []).insert(0, _("Last working day"))
    pages = sorted({(day.year, day.month) for day in told})
    weeks = calendar.Calendar()

    def shown(day: date, month: int) -> dict[str, Any] | None:
        if day.month != month:
            return None
        return {"day": day.day, "closed": not days.is_working_day(day), "what": told.get(day, [])}

    return [
        {
            "first": date(year, month, 1),
            "weeks": [[shown(day, month) for day in week] for week in weeks.monthdatescalendar(year, month)],
        }
        for year, month in pages
    ]


def _weekdays() -> list[date]:
    """A Monday to Sunday, for headings."""
    return [date(2026, 11, 23 + n) for n in range(7)]


blueprint.add_app_template_global(_weekdays, "weekdays")
blueprint.add_app_template_global(lambda one: one.name_in(current_language()), "leaving_type_name")
