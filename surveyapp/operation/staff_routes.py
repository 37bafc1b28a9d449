"""The administrator's page of how the service stands: the part of doctor that the web process may know."""

from dataclasses import dataclass

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
    n_faults = sum(one.state is State.FAULT for one in found)
    states = [(_(words), _parts([one for one in found if one.state is state])) for state, words in STATES.items()]
    shown = [(words, parts) for words, parts in states if parts]
    return render_template("operation/state.html", states=shown, n_faults=n_faults)


@dataclass(frozen=True)
class Part:
    """Findings about one part that ask for the same to be done."""

    name: str
    sentences: tuple[str, ...]
    advice: str


def _parts(found: list[Finding]) -> list[Part]:
    language = current_language()
    together: dict[tuple[str, str], list[str]] = {}
    for one in found:
        together.setdefault((one.check, one.what_to_do(language)), []).append(one.words(language))
    return [Part(_(CHECKS[check]), tuple(said), advice) for (check, advice), said in together.items()]
