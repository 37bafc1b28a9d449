"""HR keys in a paper or telephone questionnaire on the leaver's behalf; the receipt is printed once, for the leaver."""

import uuid

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit
from surveyapp.access import Permission, guards
from surveyapp.access.guards import requires
from surveyapp.cases.models import Case
from surveyapp.cases.queries import case_for, policy_of
from surveyapp.cases.schedule import questionnaire_of
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.definitions import queries as definitions
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.engine.submission import JourneyUnfinished
from surveyapp.invitations import ledger
from surveyapp.invitations.models import LEAVING
from surveyapp.languages import N_
from surveyapp.responses import answering, batches, drafts, journey_pages, promises, service
from surveyapp.responses.answering import Open, Sharing, Sitting
from surveyapp.responses.bands import bands_of, engine_case
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.drafts import Owner
from surveyapp.responses.journey_pages import Way
from surveyapp.responses.models import DraftHolder
from surveyapp.web.language import current_language, language_switch_pressed
from surveyapp.web.language import gettext as _

blueprint = Blueprint("keyed_answers", __name__, template_folder="templates", url_prefix="/cases/<uuid:case_id>/key-in")
BANNER = N_("You are typing in somebody else's answers, just as they gave them.")
OCCASION = LEAVING


@blueprint.get("")
@requires(Permission.KEY_IN_RESPONSES)
def start(case_id: uuid.UUID) -> ResponseReturnValue:
    return _start_page(_case_or_404(case_id))


@blueprint.post("/begin")
@requires(Permission.KEY_IN_RESPONSES)
def begin(case_id: uuid.UUID) -> ResponseReturnValue:
    case = _case_or_404(case_id)
    sharing = request.form.get("sharing", "")
    if not ledger.invitation_for(db.session, case.id, OCCASION).is_open:
        return redirect(url_for("keyed_answers.start", case_id=case.id), 303)
    if sharing not in set(Sharing):
        return _start_page(case, [("#sharing", _("Choose what the leaver ticked"))])
    name = questionnaire_of(case, policy_of(db.session, case.agency)) or "leaver"
    opened = answering.begin(
        db.session,
        _sitting(case),
        definitions.offered(db.session, name),
        Sharing(sharing),
        promises.promise_in_force(db.session, case.agency),
        is_for_interviewer="for_interviewer" in request.form,
    )
    audit.record(db.session, "questionnaire.keying_begun", guards.viewer().actor, ("case", case.id), agency=case.agency)
    return redirect(journey_pages.next_place(_way(case), opened), 303)


@blueprint.get("/page/<page>")
@requires(Permission.KEY_IN_RESPONSES)
def show_page(case_id: uuid.UUID, page: str) -> ResponseReturnValue:
    case = _case_or_404(case_id)
    return journey_pages.show_page(_way(case), _opened(case), page)


@blueprint.post("/page/<page>")
@requires(Permission.KEY_IN_RESPONSES)
def save_page(case_id: uuid.UUID, page: str) -> ResponseReturnValue:
    case = _case_or_404(case_id)
    return journey_pages.save_page(_way(case), _sitting(case), _opened(case, lock=True), page)


@blueprint.get("/check")
@requires(Permission.KEY_IN_RESPONSES)
def check_answers(case_id: uuid.UUID) -> ResponseReturnValue:
    case = _case_or_404(case_id)
    return journey_pages.show_check(_way(case), _opened(case), ReceiptCode.new())


@blueprint.post("/send")
@requires(Permission.KEY_IN_RESPONSES)
def send(case_id: uuid.UUID) -> ResponseReturnValue:
    case = _case_or_404(case_id)
    code = journey_pages.code_in_form()
    if code is None or language_switch_pressed():
        return redirect(url_for("keyed_answers.check_answers", case_id=case.id), 303)
    settings: Settings = current_app.config[SETTINGS_KEY]
    key = ReleasePublicKey.from_text(settings.release_public_keys[0])
    opened = answering.open_sitting(db.session, _sitting(case), lock=True)
    by = guards.viewer().actor
    try:
        sent = service.send(db.session, key, case, OCCASION, opened, code, current_language(), keyed_in_by=by)
    except JourneyUnfinished as unfinished:
        return redirect(_way(case).page(unfinished.page), 303)
    except (service.AlreadySent, service.NothingBegun):
        return redirect(url_for("keyed_answers.start", case_id=case.id), 303)
    until = batches.changeable_until(sent.quarter)
    return render_template("responses/keyed_sent.html", case=case, code=sent.code.in_groups, until=until)


@blueprint.post("/discard")
@requires(Permission.KEY_IN_RESPONSES)
def discard(case_id: uuid.UUID) -> ResponseReturnValue:
    case = _case_or_404(case_id)
    drafts.destroy(db.session, _sitting(case).owner)
    return redirect(url_for("keyed_answers.start", case_id=case.id), 303)


def _start_page(case: Case, told: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "responses/keyed_start.html",
        case=case,
        draft=drafts.find(db.session, _sitting(case).owner),
        states=[one.state for one in ledger.invitations_of(db.session, case.id) if one.occasion == OCCASION],
        error_list=told or [],
    )


def _case_or_404(case_id: uuid.UUID) -> Case:
    """The case, if the viewer may key in its answers; opening the pages is a look at personal data and is logged."""
    viewer = guards.viewer()
    case = case_for(viewer, db.session, case_id, Permission.KEY_IN_RESPONSES)
    if case is None:
        abort(404)
    if request.method == "GET":
        audit.record_look(db.session, "keyed_answers.opened", viewer.actor, ("case", case.id), agency=case.agency)
    return case


def _opened(case: Case, *, lock: bool = False) -> Open:
    opened = answering.open_sitting(db.session, _sitting(case), lock=lock)
    if opened is None:
        abort(redirect(url_for("keyed_answers.start", case_id=case.id), 303))
    return opened


def _sitting(case: Case) -> Sitting:
    owner = Owner(DraftHolder.KEYED_IN, case.id, case.id, OCCASION)
    return Sitting(owner, drafts.APPLICATION_KEY, engine_case(db.session, bands_of(db.session, case, OCCASION)))


def _way(case: Case) -> Way:
    values = {"case_id": case.id}
    return Way("keyed_answers", values, banner=BANNER, send_text=N_("Send the answers"))
