"""The administrator's page of how the service stands: the part of doctor that the web process may know."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import requires
from surveyapp.config import SETTINGS_KEY
from surveyapp.db import db
from surveyapp.languages import N_
from surveyapp.operation.doctor import examine_from_the_web
from surveyapp.operation.findings import Finding, State
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

blueprint = Blueprint("operation", __name__, template_folder="templates", url_prefix="/settings/operation")

STATES = {State.FAULT: N_("Does not work"), State.WARNING: N_("Look at this"), State.WELL: N_("Works")}
CHECKS = {
    "settings": N_("Settings"),
    "disk": N_("Disk"),
    "migrations": N_("Database"),
    "durability": N_("Power cuts"),
    "clock": N_("Clock"),
    "mail": N_("Mail"),
    "worker": N_("Worker"),
    "job": N_("Job"),
    "backup": N_("Backup"),
    "release key": N_("Release key"),
    "releases": N_("Releases"),
}


@blueprint.get("/")
@requires(Permission.SEE_OPERATION)
def show_state() -> ResponseReturnValue:
    """What does not work first; figures only, nobody's data."""
    found = examine_from_the_web(db.session, current_app.config[SETTINGS_KEY])
    order = list(STATES)
    rows = [_row(one) for one in sorted(found, key=lambda one: order.index(one.state))]
    n_faults = sum(one.state is State.FAULT for one in found)
    return render_template("operation/state.html", rows=rows, n_faults=n_faults)


def _row(one: Finding) -> tuple[str, str, str, str]:
    language = current_language()
    return _(STATES[one.state]), _(CHECKS[one.check]), one.words(language), one.what_to_do(language)
