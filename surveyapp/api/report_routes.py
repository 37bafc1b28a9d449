"""`/api/v1/themes` and `/api/v1/standouts`: released tables for programs, the records that the commands print."""

from dataclasses import replace

from flask import Blueprint, Response, abort, jsonify, request

from surveyapp import audit
from surveyapp.access.guards import machine
from surveyapp.api import requests
from surveyapp.api.filters import faults_of, number_of
from surveyapp.api.models import ApiScope
from surveyapp.db import db
from surveyapp.reports.asking import asked_of
from surveyapp.reports.for_programs import ReasonNotCounted, releases_asked, told_standouts, told_themes
from surveyapp.reports.models import Release
from surveyapp.reports.selection import By
from surveyapp.web.problems import problem

blueprint = Blueprint("api_reports", __name__, url_prefix="/api/v1")


@blueprint.get("/themes")
@machine
@requests.scope(ApiScope.REPORTS)
def read_themes() -> Response:
    """Reasons for leaving; a token of an agency sees what a lead of the whole agency sees."""
    filters = _filters("themes")
    release = _release(filters)
    asked = replace(asked_of(filters), by=By(filters.get("by", By.AREA)))
    records = told_themes(db.session, release, asked)
    _note_look(release, "themes", filters)
    return jsonify(records)


@blueprint.get("/standouts")
@machine
@requests.scope(ApiScope.REPORTS)
def read_standouts() -> Response:
    """What stands out, firmest first."""
    filters = _filters("standouts")
    release = _release(filters)
    records = told_standouts(db.session, release, asked_of(filters), filters.get("by"))
    _note_look(release, "standouts", filters)
    return jsonify(records)


def _filters(what: str) -> dict[str, str]:
    """The filters that were sent; aborts with the problem when a release has no such."""
    if faults := faults_of(what, request.args):
        abort(requests.mend(faults))
    return {name: value for name, value in request.args.items() if value}


def _release(filters: dict[str, str]) -> Release:
    """The signed release asked for, of the token's agency alone."""
    number = number_of(filters["release"]) if "release" in filters else None
    found = releases_asked(db.session, requests.token().agency, number)
    if found:
        return found[0]
    if number is not None:
        abort(problem(404, "This agency has no signed release of that number. Leave release out for the newest one."))
    abort(problem(404, "This agency has no signed release yet. Ask again when its release signer has signed one."))


def _note_look(release: Release, page: str, filters: dict[str, str]) -> None:
    """Every look at a released report is in the audit log: whose token, which release, which table."""
    codes = {name: value for name, value in filters.items() if name != "release"}
    about = ("release", release.number)
    audit.record_look(db.session, "report.read", requests.actor(), about, agency=release.agency, page=page, **codes)


@blueprint.errorhandler(ReasonNotCounted)
def tell_reasons(refused: ReasonNotCounted) -> Response:
    """The reasons that can be asked for."""
    return requests.mend([{"field": "reason", "wanted": f"Use one of: {', '.join(refused.codes)}."}])
