"""Trying a questionnaire: every page in both languages at once, and a test link whose answers count nowhere."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission, guards
from surveyapp.access.guards import leaver, requires
from surveyapp.cases.policy import leaving_types
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.definitions import queries, service
from surveyapp.definitions.models import Trial
from surveyapp.definitions.shelf import folder_shelf
from surveyapp.engine.definition import Definition
from surveyapp.engine.faults import DefinitionFaulty
from surveyapp.engine.loader import NotOnShelf, load_reference
from surveyapp.engine.piping import Case
from surveyapp.engine.preview import preview_journey
from surveyapp.engine.submission import JourneyUnfinished, submit
from surveyapp.engine.views import page_view
from surveyapp.languages import N_
from surveyapp.responses import answering, drafts, journey_pages
from surveyapp.responses.answering import Open, Sitting
from surveyapp.responses.drafts import Held, Key, Owner
from surveyapp.responses.journey_pages import Way
from surveyapp.responses.models import DraftHolder
from surveyapp.responses.question_html import question_html
from surveyapp.web.language import current_language, language_switch_pressed

blueprint = Blueprint("trials", __name__, template_folder="templates")
BANNER = N_("This is a test. What you answer here counts nowhere and is deleted.")
WAY = Way("trials", banner=BANNER, send_text=N_("Finish the test"))
TENURES = {"lt2": N_("Under 2 years"), "2to4": N_("2 to 4 years"), "10plus": N_("10 years or more")}


@blueprint.get("/settings/questionnaires/<name>/<int:version>/preview")
@requires(Permission.EDIT_QUESTIONNAIRES)
def preview(name: str, version: int) -> ResponseReturnValue:
    definition = _version_or_404(f"{name}/{version}")
    journey, language = preview_journey(definition), current_language()
    pages = [page_view(journey, code, language) for code in journey.pages]
    drawn = [(page, [question_html(one, is_heading=False) for one in page.questions]) for page in pages]
    return render_template("responses/preview.html", definition=definition, pages=drawn)


@blueprint.post("/settings/questionnaires/<name>/<int:version>/try")
@requires(Permission.EDIT_QUESTIONNAIRES)
def make_link(name: str, version: int) -> ResponseReturnValue:
    reference, viewer = f"{name}/{version}", guards.viewer()
    try:
        definition = load_reference(folder_shelf(), reference)
    except (NotOnShelf, DefinitionFaulty):
        abort(404)
    token = service.make_trial(db.session, definition, folder_shelf(), actor=viewer.actor, made_by=viewer.user_id)
    settings: Settings = current_app.config[SETTINGS_KEY]
    link = f"{settings.base_url}{url_for('trials.enter', token=token)}"
    return render_template("responses/trial_link.html", reference=reference, link=link, days=service.TRIAL_DAYS)


@blueprint.get("/try/<string(minlength=40):token>")
@leaver
def enter(token: str) -> ResponseReturnValue:
    if queries.open_trial(db.session, token) is None:
        abort(410)
    response = redirect(url_for("trials.start"), 303)
    response.set_cookie(
        _cookie(), f"{token}~{secrets.token_hex(16)}~~", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


@blueprint.get("/try")
@leaver
def start() -> ResponseReturnValue:
    trying = _trying()
    return render_template(
        "responses/trial_start.html", way=WAY, definition=trying.definition, tenures=TENURES, types=leaving_types()
    )


@blueprint.post("/try/begin")
@leaver
def begin() -> ResponseReturnValue:
    if language_switch_pressed():
        return start()
    trying = _trying()
    chosen = _Trying(trying.trial, trying.secret, request.form.get("tenure", ""), request.form.get("type", ""))
    drafts.destroy(db.session, trying.sitting.owner)
    held = Held(trying.definition.reference, "", "", draft=answering.blank(trying.definition))
    opened = answering.begin_with(db.session, chosen.sitting, held)
    response = redirect(journey_pages.next_place(WAY, opened), 303)
    token = request.cookies[_cookie()].split("~")[0]
    value = "~".join((token, trying.secret, chosen.tenure, chosen.leaving_type))
    response.set_cookie(_cookie(), value, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


@blueprint.get("/try/page/<page>")
@leaver
def show_page(page: str) -> ResponseReturnValue:
    return journey_pages.show_page(WAY, _opened(_trying()), page)


@blueprint.post("/try/page/<page>")
@leaver
def save_page(page: str) -> ResponseReturnValue:
    trying = _trying()
    return journey_pages.save_page(WAY, trying.sitting, _opened(trying, lock=True), page)


@blueprint.get("/try/check")
@leaver
def check_answers() -> ResponseReturnValue:
    return journey_pages.show_check(WAY, _opened(_trying()), None)


@blueprint.post("/try/send")
@leaver
def send() -> ResponseReturnValue:
    if language_switch_pressed():
        return redirect(url_for("trials.check_answers"), 303)
    trying = _trying()
    try:
        submit(_opened(trying, lock=True).journey, current_language())
    except JourneyUnfinished as unfinished:
        return redirect(WAY.page(unfinished.page), 303)
    drafts.destroy(db.session, trying.sitting.owner)
    return render_template("responses/trial_done.html")


@dataclass(frozen=True)
class _Trying:
    """One browser's try of a test link: whom it plays is in its cookie."""

    trial: Trial
    secret: str
    tenure: str
    leaving_type: str

    @property
    def definition(self) -> Definition:
        return queries.trial_definition(self.trial)

    @property
    def sitting(self) -> Sitting:
        holder = uuid.UUID(bytes=hashlib.sha256(self.secret.encode()).digest()[:16])
        bands = {"tenure_band": self.tenure, "leaving_type": self.leaving_type}
        return Sitting(Owner(DraftHolder.TRIAL, holder), Key(self.secret.encode()), Case(bands), self.definition)


def _trying() -> _Trying:
    token, _, rest = request.cookies.get(_cookie(), "").partition("~")
    trial = queries.open_trial(db.session, token)
    fields = rest.split("~")
    if trial is None or len(fields) != 3 or len(fields[0]) != 32:
        abort(410)
    tenure = fields[1] if fields[1] in TENURES else "2to4"
    return _Trying(trial, fields[0], tenure, fields[2] if fields[2] in leaving_types() else "resignation")


def _opened(trying: _Trying, *, lock: bool = False) -> Open:
    opened = answering.open_sitting(db.session, trying.sitting, lock=lock)
    if opened is None:
        abort(redirect(url_for("trials.start"), 303))
    return opened


def _version_or_404(reference: str) -> Definition:
    try:
        return queries.published(db.session, reference)
    except service.NotPublished:
        try:
            return load_reference(folder_shelf(), reference)
        except (NotOnShelf, DefinitionFaulty):
            abort(404)


def _cookie() -> str:
    return "__Host-trial" if request.is_secure else "trial"
